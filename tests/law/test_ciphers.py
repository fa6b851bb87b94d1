"""Ciphers and hash functions are approved ones, in an approved mode; whoever wants another one says so here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from repository import SOURCE

CIPHERS = {"InvalidTag", "AESSIV", "SHA256", "HKDF"}
"""What may be imported of `cryptography`: AES-SIV (RFC 5297), HKDF (RFC 5869) with SHA-256."""
OTHER_LIBRARIES = re.compile(r"^\s*(?:from|import) (?:Crypto|nacl|ssl|md5|sha)\b", re.MULTILINE)
HASHES = {"sha256", "file_digest"}
PLAIN_RANDOM = {"random"}
"""Guessable: tokens, secrets and keys are of `secrets`."""


def trees(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for file in sorted(folder.rglob("*.py")):
        yield file, ast.parse(file.read_text(encoding="utf-8"))


def test_nothing_but_approved_ciphers_is_imported() -> None:
    imported = set[str]()
    for file, tree in trees(SOURCE):
        assert not OTHER_LIBRARIES.search(file.read_text(encoding="utf-8")), file
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cryptography"):
                imported |= {name.name for name in node.names}
            elif isinstance(node, ast.Import):
                assert not [name for name in node.names if name.name.startswith("cryptography")], file
    assert imported == CIPHERS


def test_the_office_hashes_with_sha_256_alone_and_takes_nothing_from_guessable_chance() -> None:
    hashes = set[str]()
    for file, tree in trees(SOURCE / "office"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                hashes |= {node.attr} if node.value.id == "hashlib" else set()
            elif isinstance(node, ast.Import):
                assert not {name.name for name in node.names} & PLAIN_RANDOM, file
            elif isinstance(node, ast.ImportFrom):
                assert node.module not in {"hashlib", *PLAIN_RANDOM}, file
    assert hashes <= HASHES and hashes
