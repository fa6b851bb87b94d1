"""The rules of one column, compiled from its contract into SQL over the cell's text.

A cell passes three stages: its text (white space dropped, blanks made null, codes recoded), its
value (typed, null where the text is not of the type), and its rules in order, of which the
first broken one is reported. A rule's words are SQL as well, so that they can show the value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from familycard.pack.contract import Column
from familycard.pack.model import IdentifierKind
from familycard.pack.types import Kind
from familycard.sources import sql
from familycard.sources.identifiers import holds_sql

UNREADABLE = "[\\x00-\\x1f\\x7f-\\x9f\\x{200b}\\x{200e}\\x{200f}\\x{202a}-\\x{202e}\\x{2060}-\\x{2069}\\x{feff}\\x{fffd}]"
"""Control characters, marks that hide or turn text round, and what a decoder writes for a lost letter."""
MONEY_BOUND_MINOR = 10**13
EARLIEST_DATE = date(1800, 1, 1)
ANY = "any"
DIGITS = 18


@dataclass(frozen=True)
class Bounds:
    """What the contract leaves to the pack and the delivery."""

    minor_digits: int
    latest: date | None
    """Dates after this (the day of the extract) have not happened yet; None where it is not known."""


@dataclass(frozen=True)
class Rule:
    """SQL that is true where a cell breaks the rule, and SQL for the words that say so."""

    name: str
    broken: str
    words: str


@dataclass(frozen=True)
class CellPlan:
    """How a cell becomes text, value and verdict; SQL."""

    text: str
    value: str
    rules: tuple[Rule, ...]


def plan_cell(
    column: Column, trimmed: str, text: str, value: str, kind: IdentifierKind | None, bounds: Bounds
) -> CellPlan:
    """The plan of a physical column, whose trimmed cell, text and value are called so in SQL."""
    return CellPlan(
        text_sql(column, trimmed),
        value_sql(column, text, bounds),
        (*_text_rules(column, trimmed, text), *value_rules(column, text, value, kind, bounds)),
    )


def text_sql(column: Column, trimmed: str) -> str:
    """Our text of a trimmed cell: blanks are null, codes are recoded."""
    shown = f"nullif({trimmed}, '')"
    if column.blank:
        shown = f"CASE WHEN {trimmed} IN {sql.texts(column.blank)} THEN NULL ELSE {shown} END"
    if column.recode:
        cases = " ".join(f"WHEN {sql.text(old)} THEN {sql.text(new)}" for old, new in column.recode.items())
        shown = f"CASE {shown} {cases} ELSE {shown} END"
    return shown


def scale_of(column: Column, bounds: Bounds) -> int:
    """Digits after the point that a column's stored units keep."""
    return bounds.minor_digits if column.type.kind is Kind.MONEY else column.type.scale


def value_sql(column: Column, text: str, bounds: Bounds) -> str:
    """The typed value; null where the text is not of the type."""
    kind = column.type.kind
    if kind is Kind.TEXT:
        return text
    if kind is Kind.BOOLEAN:
        true, false = (
            sql.texts(v.lower() for v in values) for values in (column.true_values, column.false_values)
        )
        return f"CASE WHEN lower({text}) IN {true} THEN true WHEN lower({text}) IN {false} THEN false END"
    if kind is Kind.DATE:
        return f"CAST(try_strptime({text}, {sql.text(column.format or '%Y-%m-%d')}) AS DATE)"
    scale = scale_of(column, bounds)
    if scale == 0 and column.rounding is None:
        whole = f"try_cast(split_part({text}, '.', 1) AS BIGINT)"
        return f"CASE WHEN regexp_full_match({text}, '-?[0-9]{{1,{DIGITS}}}(?:\\.0+)?') THEN {whole} END"
    digits = "*" if column.rounding == "half_up" else f"{{0,{scale}}}0*"
    exact = f"-?[0-9]{{1,{DIGITS - scale}}}(?:\\.[0-9]{digits})?"
    scaled = f"CAST(try_cast({text} AS DECIMAL({DIGITS}, {scale})) * {10**scale} AS BIGINT)"
    return f"CASE WHEN regexp_full_match({text}, '{exact}') THEN {scaled} END"


def _text_rules(column: Column, trimmed: str, text: str) -> Iterator[Rule]:
    """Rules of the file's own text, before it is recoded."""
    listed = column.allowed
    if not listed and column.recode and column.type.kind in (Kind.TEXT, Kind.BOOLEAN):
        listed = tuple(dict.fromkeys((*column.recode, *column.recode.values())))
    if listed:
        shown = ", ".join(listed[:12]) + (", …" if len(listed) > 12 else "")
        yield Rule(
            "allowed",
            f"{text} IS NOT NULL AND {trimmed} NOT IN {sql.texts(listed)}",
            sql.text(f"is not one of the allowed values ({shown})"),
        )


def value_rules(
    column: Column, text: str, value: str, kind: IdentifierKind | None, bounds: Bounds
) -> Iterator[Rule]:
    """Rules of the text as ours and of the typed value; a null breaks none but `required`."""
    if column.required:
        yield Rule("required", f"{text} IS NULL", sql.text("is blank, and the contract requires it"))
    if column.type.kind is Kind.TEXT:
        yield from _string_rules(column, text, kind)
    else:
        yield Rule("type", f"{text} IS NOT NULL AND {value} IS NULL", sql.text(_not_of_type(column, bounds)))
        yield from range_rules(column, value, bounds)


def _not_of_type(column: Column, bounds: Bounds) -> str:
    kind = column.type.kind
    if kind is Kind.DATE:
        return f"is not a date that exists, written {column.format or '%Y-%m-%d'}"
    if kind is Kind.BOOLEAN:
        return f"is none of {', '.join((*column.true_values, *column.false_values))}"
    digits = scale_of(column, bounds)
    if digits == 0:
        return f"is not a whole number of at most {DIGITS} digits"
    return f"is not a plain decimal number with at most {digits} digits after the point"


def _string_rules(column: Column, text: str, kind: IdentifierKind | None) -> Iterator[Rule]:
    yield Rule(
        "unreadable",
        f"regexp_matches({text}, {sql.text(UNREADABLE)})",
        sql.text("holds control characters, hidden marks or lost letters"),
    )
    if kind is not None:
        yield from _identifier_rules(text, kind)
    if column.pattern is not None:
        words = f"does not have the form {column.pattern}"
        yield Rule("pattern", f"NOT regexp_matches({text}, {sql.text(column.pattern)})", sql.text(words))
    elif kind is None and not column.allowed and not column.recode:
        yield Rule(
            "formula",
            f"left({text}, 1) IN ('=', '+', '-', '@') AND NOT regexp_full_match({text}, '[+-]?[0-9]+(?:[.,][0-9]+)?')",
            sql.text("begins like a spreadsheet formula; give the column a pattern if such values are right"),
        )
    if column.min_length is not None:
        words = f"is shorter than {column.min_length} characters"
        yield Rule("min_length", f"length({text}) < {column.min_length}", sql.text(words))
    if column.max_length is not None:
        words = f"is longer than {column.max_length} characters"
        yield Rule("max_length", f"length({text}) > {column.max_length}", sql.text(words))


def _identifier_rules(text: str, kind: IdentifierKind) -> Iterator[Rule]:
    words = (
        f"concat('has ', length({text}), ' characters; {kind.id} has the form ' || {sql.text(kind.pattern)})"
    )
    yield Rule("pattern", f"NOT regexp_matches({text}, {sql.text(kind.pattern)})", words)
    if kind.checksum != "none":
        yield Rule(
            "checksum",
            f"{text} IS NOT NULL AND NOT {holds_sql(text, kind.checksum, sum_name(text))}",
            sql.text(f"has a control digit that does not agree ({kind.checksum})"),
        )


def sum_name(text: str) -> str:
    """The name of the column that holds the arithmetic of a text's checksum."""
    return sql.name("_sum_" + text.strip('"'))


def range_rules(column: Column, value: str, bounds: Bounds) -> Iterator[Rule]:
    """Rules of the least and the greatest value."""
    for sign, name, words, limit, shown in _limits(column, bounds):
        yield Rule(name, f"{value} {sign} {limit}", sql.text(f"{words} {shown}"))


def _limits(column: Column, bounds: Bounds) -> Iterator[tuple[str, str, str, str, str]]:
    """(comparison, rule, words, limit as SQL, limit as shown) of both ends."""
    kind = column.type.kind
    if kind is Kind.DATE:
        low = column.minimum or EARLIEST_DATE.isoformat()
        if low != ANY:
            yield "<", "minimum", "is before", f"DATE '{low}'", low
        if column.maximum is None and bounds.latest is not None:
            latest = bounds.latest.isoformat()
            yield ">", "future", "is after the day of the extract,", f"DATE '{latest}'", latest
        elif column.maximum not in (None, ANY):
            yield ">", "maximum", "is after", f"DATE '{column.maximum}'", str(column.maximum)
        return
    scale = scale_of(column, bounds)
    money = kind is Kind.MONEY
    bound = str(Decimal(MONEY_BOUND_MINOR).scaleb(-scale))
    low = column.minimum if column.minimum is not None else ("0" if money else ANY)
    high = column.maximum if column.maximum is not None else (bound if money else ANY)
    if low == ANY and money:
        low = "-" + bound
    if low != ANY:
        yield "<", "minimum", "is below", _scaled(low, scale), low
    if high != ANY:
        yield ">", "maximum", "is above", _scaled(high, scale), high


def _scaled(limit: str, scale: int) -> str:
    """A decimal limit in the column's stored units; limits finer than these keep their meaning."""
    return f"{Decimal(limit).scaleb(scale):f}"
