"""What the law tests look at: the files of this repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "familycard"


def python_files() -> list[Path]:
    """All Python files that people write here."""
    folders = (folder for folder in (ROOT / "src", ROOT / "tests", ROOT / "bench") if folder.is_dir())
    return sorted(
        file
        for folder in folders
        for file in folder.rglob("*.py")
        if not {"migrations", "node_modules"} & set(file.parts)
    )


def committed_files() -> list[Path]:
    """All files under version control, or about to be; without git, all files of the known folders."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, check=False)
    if listed.returncode:
        folders = [ROOT / name for name in ("src", "tests", "docs", "packs", "bench")]
        return [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    files = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return [file for file in files if file.is_file()]


def text_of(file: Path) -> str:
    """A file's text; nothing where it is not text."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
