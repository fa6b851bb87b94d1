"""A measured table put into its place in a document."""

from __future__ import annotations

from pathlib import Path


def replace_part(page: Path, begin: str, end: str, text: str) -> None:
    """Replace what stands between two marks of a Markdown file."""
    before, after = page.read_text(encoding="utf-8").split(begin)
    page.write_text(f"{before}{begin}\n{text}\n{end}{after.split(end)[1]}", encoding="utf-8")
