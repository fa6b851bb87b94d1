"""What a cell that breaks no rule usually looks like, as SQL that is cheap to ask.

`check_column` says in full what a cell means and which rule it breaks first. A cell of a quick form
means itself: no white space to drop, no rule to break. A row whose cells are all quick needs no
more than that; any other row is judged in full. So a quick form may miss cells that are
good, and must never take one that is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from familycard.pack.contract import Column
from familycard.pack.model import IdentifierKind
from familycard.pack.types import Kind
from familycard.sources import sql
from familycard.sources.check_column import Bounds, range_rules, scale_of, value_sql
from familycard.sources.identifiers import form_of, holds_sql

PLAIN_PATTERN = re.compile(r"\^(?:(?:\[[0-9A-Za-z-]+\]|[0-9A-Za-z-])(?:\{[0-9]+(?:,[0-9]+)?\}|[+])?)+\$")
"""Patterns that only Latin letters, digits and hyphens can match, and that start with none of `=+-@`."""
PLAIN_WORDS = r"[\p{L}0-9]+(?:[ .,()/_-]+[\p{L}0-9]+)*"
"""Words that hold no mark, no control character, no formula and no white space at their ends."""
PLAIN_CODE = re.compile(r"[\w/.-]+(?: [\w/.-]+)*")

EXACT_DIGITS, LARGEST_SCALE = 14, 3
"""Decimals of so many digits, times a power of ten of so many, stay within 18 digits, which DuckDB keeps in 64 bits."""


@dataclass(frozen=True)
class Quick:
    """The value of a cell of quick form (else null), and whether that value is within the bounds; SQL."""

    value: str
    within: str


def quick_cell(
    column: Column, cell: str, value: str, kind: IdentifierKind | None, arithmetic: str, bounds: Bounds
) -> Quick | None:
    """The quick form of a column's cells; None where the contract asks for more than is quick to ask.

    `cell` is the untouched cell, `value` the name of the quick value, `arithmetic` that of the checksum's sum.
    """
    if column.type.kind is not Kind.TEXT:
        if column.recode:
            return None
        broken = [rule.broken for rule in range_rules(column, value, bounds)]
        within = " AND ".join([f"{value} IS NOT NULL", *(f"NOT ({one})" for one in broken)])
        quick = _unless_blank(column, cell, value_sql(column, cell, bounds))
        if column.allowed:
            quick = f"CASE WHEN {cell} IN {sql.texts(code for code in column.allowed if PLAIN_CODE.fullmatch(code))} THEN {quick} END"
        return Quick(quick, within)
    form = _text_form(column, cell, kind, arithmetic)
    if form is None:
        return None
    return Quick(_unless_blank(column, cell, form), f"{value} IS NOT NULL")


def quick_value(column: Column, cell: str, value: str, physical_type: str, bounds: Bounds) -> Quick | None:
    """The quick form of a column that a file holds as values, not as text; None where its text must be looked at.

    A household's number is left as text, for that is how refused rows name it.
    """
    if column.type.kind in (Kind.TEXT, Kind.BOOLEAN) or column.recode or column.allowed or column.blank:
        return None
    form = _date_form if column.type.kind is Kind.DATE else _number_form
    taken = form(column, cell, physical_type, bounds)
    if taken is None:
        return None
    broken = [rule.broken for rule in range_rules(column, value, bounds)]
    return Quick(taken, " AND ".join([f"{value} IS NOT NULL", *(f"NOT ({one})" for one in broken)]))


def _date_form(column: Column, cell: str, physical_type: str, bounds: Bounds) -> str | None:
    """A date whose text in the contract's form means the same day."""
    if physical_type != "DATE" or (column.format or "%Y-%m-%d") != "%Y-%m-%d":
        return None
    return f"CASE WHEN {cell} BETWEEN DATE '1000-01-01' AND DATE '9999-12-31' THEN {cell} END"


def _number_form(column: Column, cell: str, physical_type: str, bounds: Bounds) -> str | None:
    """A whole number, or a decimal one with no more digits than are kept, of at most 15 digits in all."""
    kept = scale_of(column, bounds)
    found = re.fullmatch(r"DECIMAL\([0-9]+,([0-9]+)\)|(?:TINY|SMALL|BIG)INT|INTEGER", physical_type)
    if found is None or int(found[1] or 0) > kept or kept > LARGEST_SCALE:
        return None
    exact = f"try_cast({cell} AS DECIMAL({EXACT_DIGITS},{kept}))"
    return f"CAST({exact} * CAST({10**kept} AS DECIMAL({kept + 1},0)) AS BIGINT)"


def may_be_blank(column: Column, cell: str) -> str:
    """SQL that is true where a cell lacks a value and may."""
    return "false" if column.required else f"({cell} IS NULL OR {cell} = '')"


def _unless_blank(column: Column, cell: str, value: str) -> str:
    return f"CASE WHEN {cell} NOT IN {sql.texts(column.blank)} THEN {value} END" if column.blank else value


def _text_form(column: Column, cell: str, kind: IdentifierKind | None, arithmetic: str) -> str | None:
    if column.allowed or column.recode:
        return None if kind or column.pattern else _coded(column, cell)
    if kind is not None:
        return None if column.pattern else _identifier(column, cell, kind, arithmetic)
    form = f"regexp_full_match({cell}, {sql.text(PLAIN_WORDS)})"
    if column.pattern is not None:
        if not PLAIN_PATTERN.fullmatch(column.pattern):
            return None
        form = f"regexp_matches({cell}, {sql.text(column.pattern)})"
    return _when(column, cell, form)


def _identifier(column: Column, cell: str, kind: IdentifierKind, arithmetic: str) -> str | None:
    if not PLAIN_PATTERN.fullmatch(kind.pattern):
        return None
    if kind.checksum == "none":
        return _when(column, cell, f"regexp_matches({cell}, {sql.text(kind.pattern)})")
    holds = holds_sql(cell, kind.checksum, arithmetic)
    if kind.pattern != f"^{form_of(kind.checksum)}$":
        holds = f"regexp_matches({cell}, {sql.text(kind.pattern)}) AND {holds}"
    return _when(column, cell, holds)


def _coded(column: Column, cell: str) -> str:
    """Codes and what they are recoded to, of those that nothing else could be said of."""
    listed: Iterable[str] = column.allowed or (*column.recode, *column.recode.values())
    codes = {code: column.recode.get(code, code) for code in listed if code}
    codes = {
        code: text for code, text in codes.items() if _is_plain(column, code) and _is_plain(column, text)
    }
    if any(code != text for code, text in codes.items()):
        cases = " ".join(f"WHEN {sql.text(code)} THEN {sql.text(text)}" for code, text in codes.items())
        return f"CASE {cell} {cases} END"
    return f"CASE WHEN {cell} IN {sql.texts(codes)} THEN {cell} END"


def _is_plain(column: Column, text: str) -> bool:
    lengths = (
        (column.min_length or 0)
        <= len(text)
        <= (len(text) if column.max_length is None else column.max_length)
    )
    return lengths and PLAIN_CODE.fullmatch(text) is not None


def _when(column: Column, cell: str, form: str) -> str:
    if column.min_length is not None:
        form += f" AND length({cell}) >= {column.min_length}"
    if column.max_length is not None:
        form += f" AND length({cell}) <= {column.max_length}"
    return f"CASE WHEN {form} THEN {cell} END"
