"""No file of a pack, however malformed, ends the lint in a traceback or a memory bomb."""

from __future__ import annotations

from pathlib import Path

import pytest
from town import write_pack

from familycard.pack.lint import lint_pack

ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
BAD: dict[str, str | bytes] = {
    "tab": "a:\n\tb: 1\n",
    "bytes": b"\x89PNG\xff\xfe\x00",
    "nul": b"a: b\x00c",
    "empty": "",
    "scalar": "hello",
    "list of nothing": "- ~\n",
    "aliases of aliases": ALIASES,
    "an alias of itself": "a: &a\n  b: *a\n",
    "a list of itself": "a: &a [*a]\n",
    "doubled": "id: x\nid: y\n",
    "python": "id: !!python/object/apply:os.system ['true']\n",
    "two documents": "id: a\n---\nid: b\n",
    "deep list": "a: " + "[" * 400,
    "deep map": "".join(" " * n + "a:\n" for n in range(300)),
    "keys": "1: 2\n[a]: 3\n? {x: 1}\n: 4\n",
    "no date": "id: 2025-99-99\n",
    "no number": "base: .inf\nid: .nan\n",
    "digits": "id: " + "9" * 6000 + "\n",
    "exponent": "id: 1e999999999\nbase: 1.5e999999999\n",
    "other encoding": "id: x\n".encode("utf-16"),
    "no anchor": "id: *x\n",
    "merge": "<<: {id: x}\n<<: 3\n",
    "huge": "# " + "x" * 5_000_000,
}
FILES = (
    "pack.yaml",
    "units.yaml",
    "parameters.yaml",
    "indicators/all.yaml",
    "sources/wages.yaml",
    "scorecards/need.yaml",
    "programmes/child_aid.yaml",
)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("bad", BAD)
def test_a_malformed_file_is_a_finding_with_its_name(tmp_path: Path, name: str, bad: str) -> None:
    write_pack(tmp_path)
    content = BAD[bad]
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    found = [finding for finding in lint_pack(tmp_path) if finding.severity == "error"]
    assert any(finding.file.endswith(name) for finding in found)
