"""Small pieces of DuckDB SQL that intake puts together."""

from __future__ import annotations

from collections.abc import Iterable

WHITE = " \t\n\v\f\r\u00a0\u2007\u202f\u3000\ufeff"
"""White space that may stand round a cell and means nothing there."""


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


def trimmed(cell: str) -> str:
    """A text without the white space round it; looking first is seven times faster than trimming."""
    white = "[ \\t\\n\\v\\f\\r\\x{a0}\\x{2007}\\x{202f}\\x{3000}\\x{feff}]"
    edges = text(f"^{white}|{white}$")
    return f"CASE WHEN regexp_matches({cell}, {edges}) THEN trim({cell}, {text(WHITE)}) ELSE {cell} END"
