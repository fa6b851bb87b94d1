"""A good sample of any contract: rows that keep every rule, made from the contract alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from re import _constants as codes
from re import _parser as parser
from typing import Any

from familycard.pack.contract import Column, Source
from familycard.pack.model import IdentifierKind, Pack
from familycard.pack.types import Kind
from familycard.sources.identifiers import kz_control_digit

ROWS = 12
EXTRACTED_ON = date(2025, 12, 31)


@dataclass(frozen=True)
class Sample:
    """A header and rows of text, and the contract that they keep."""

    source: Source
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def content(self, delimiter: str | None = None, line_end: str = "\n") -> str:
        """The sample as CSV."""
        delimiter = delimiter or self.source.delimiter
        lines = (self.header, *self.rows)
        return "".join(delimiter.join(_quoted(cell, delimiter) for cell in row) + line_end for row in lines)

    def encoded(self) -> bytes:
        return self.content().encode(self.source.encoding)

    def columns(self, *kinds: Kind) -> list[int]:
        """Places of the physical columns of some kinds that are read exactly once."""
        found = [
            self.header.index(c.physical_name or "") for c in physical(self.source) if c.type.kind in kinds
        ]
        return [place for place in found if found.count(place) == 1]

    def column(self, place: int) -> Column:
        return next(c for c in physical(self.source) if c.physical_name == self.header[place])

    def changed(self, row: int, place: int, cell: str) -> Sample:
        """The sample with one cell replaced; rows are counted from 0."""
        rows = [list(r) for r in self.rows]
        rows[row][place] = cell
        return replace(self, rows=tuple(tuple(r) for r in rows))


def physical(source: Source) -> list[Column]:
    return [column for column in source.columns if column.physical_name is not None]


def _quoted(cell: str, delimiter: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if delimiter in cell or '"' in cell or "\n" in cell else cell


def sample_of(source: Source, pack: Pack, rows: int = ROWS) -> Sample:
    """Good rows of a contract, as the CSV that it would be; columns without need of a value may be blank."""
    source = as_csv(source)
    header = tuple(dict.fromkeys(column.physical_name or "" for column in physical(source)))
    ruled = {name for rule in source.row_rules for name in re.findall(r"[a-z_0-9]+", rule.expression)}
    lines = []
    for row in range(rows):
        cells: dict[str, str] = {}
        for place, column in enumerate(physical(source)):
            kind = pack.identifiers.get(column.identifies or "")
            blank = not column.required and (column.name in ruled or row % 5 == place % 5)
            told = "" if blank else _cell(column, kind, row, place, pack)
            # Two columns may read one header: a text that keeps the stricter rule serves both.
            if column.physical_name not in cells or kind is not None or column.pattern:
                cells[column.physical_name or ""] = told
        lines.append(tuple(cells[name] for name in header))
    return Sample(source, header, tuple(lines))


def as_csv(source: Source) -> Source:
    """The contract as if its file were a CSV that any share of rows may be refused from."""
    return replace(
        source,
        format="csv",
        location=f"{source.id}.csv",
        further_locations=(),
        min_rows=1,
        max_refused="1",
        extracted_on=EXTRACTED_ON,
    )


def _cell(column: Column, kind: IdentifierKind | None, row: int, place: int, pack: Pack) -> str:
    if kind is not None:
        return identifier(kind, row + (0 if column.name == "person" else 40 + 17 * place))
    choices = column.allowed or tuple(column.recode)
    if choices:
        return choices[row % len(choices)]
    return _typed(column, row, place, pack)


def _typed(column: Column, row: int, place: int, pack: Pack) -> str:
    kind = column.type.kind
    if kind is Kind.BOOLEAN:
        return (column.true_values, column.false_values)[row % 2][0]
    if kind is Kind.DATE:
        first = column.minimum if column.minimum not in (None, "any") else "2001-01-01"
        return (date.fromisoformat(str(first)) + timedelta(31 * place + row)).strftime(
            column.format or "%Y-%m-%d"
        )
    if kind is Kind.TEXT:
        if column.pattern:
            return matching(column.pattern, row)
        return f"слово {row} {place}"[: column.max_length or 99].ljust(column.min_length or 0, "я")
    low = Decimal(column.minimum if column.minimum not in (None, "any") else "0")
    digits = pack.minor_digits if kind is Kind.MONEY else column.type.scale
    number = low + row % 50 + (Decimal(row % 50) / 10 if digits else 0)
    if column.maximum not in (None, "any"):
        number = min(number, Decimal(str(column.maximum)))
    return str(number)


def identifier(kind: IdentifierKind, number: int) -> str:
    """The n-th valid identifier of a kind; of Kazakhstan's, with an impossible registry serial."""
    if kind.checksum in ("kz_iin", "kz_bin"):
        found = (f"850101{serial:05d}" for serial in range(number * 3, number * 3 + 9))
        return next(f"{s}{kz_control_digit(s)}" for s in found if kz_control_digit(s) is not None)
    return matching(kind.pattern, 1000 + number)


def matching(pattern: str, number: int) -> str:
    """The n-th text that a simple pattern describes (classes, repeats, groups, alternatives)."""
    parsed = parser.parse(pattern)
    text, left = "", number
    for operation, argument in reversed(_flat(parsed)):
        if operation is codes.LITERAL:
            text = chr(argument) + text
        elif operation is codes.IN:
            letters = _letters(argument)
            left, digit = divmod(left, len(letters))
            text = letters[digit] + text
    assert re.search(pattern, text), (pattern, text)
    return text


def _flat(parsed: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for operation, argument in parsed:
        if operation in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            low, high, inner = argument
            found += _flat(inner) * min(int(high), max(int(low), 4))
        elif operation is codes.SUBPATTERN:
            found += _flat(argument[-1])
        elif operation is codes.BRANCH:
            found += _flat(argument[1][0])
        elif operation in (codes.LITERAL, codes.IN):
            found.append((operation, argument))
        elif operation is codes.ANY:
            found.append((codes.LITERAL, ord("a")))
    return found


def _letters(members: Any) -> str:
    letters = ""
    for operation, argument in members:
        if operation is codes.RANGE:
            letters += "".join(chr(code) for code in range(argument[0], argument[1] + 1))
        elif operation is codes.LITERAL:
            letters += chr(argument)
        elif operation is codes.CATEGORY:
            letters += "0123456789"
    return letters
