"""Small pieces of DuckDB SQL that intake puts together."""

from __future__ import annotations

from collections.abc import Iterable


def text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


def texts(values: Iterable[str]) -> str:
    """A bracketed list of text literals, for ``in``; a list that nothing is in where there are none."""
    listed = ", ".join(text(value) for value in values)
    return f"({listed})" if listed else "(NULL)"


def name(value: str) -> str:
    """A quoted name."""
    return '"' + value.replace('"', '""') + '"'
