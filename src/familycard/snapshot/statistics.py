"""What the pack counts over a snapshot: `statistics.yaml`, exactly and with its sources.

Persons are counted where they are resident. A statistic may name an earlier one
(``statistic.poverty_line``), which then stands there with all the digits it is published with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from familycard.pack.expression import Compiled, compile_condition
from familycard.pack.model import Label, Pack, Statistic
from familycard.pack.parameters import literal
from familycard.pack.rules.tracing import Tracer
from familycard.pack.scope import Name, Scope
from familycard.pack.scopes import column, statistic_scope, statistic_type
from familycard.pack.types import BOOLEAN, INTEGER, Kind, Type
from familycard.programmes.evaluate import subject_rows
from familycard.snapshot.facts import Origin, origins_of
from familycard.snapshot.measures import measure
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.reach import names_of_statistic

FURTHER_DIGITS = 4
"""A mean, median or ratio keeps this many digits beyond those of its value, rounded half up."""
SHARE_DIGITS_SHOWN = 2


@dataclass(frozen=True)
class StatisticResult:
    """A statistic of a snapshot.

    `value` is in whole units (EUR, not cents; per cent from 0 to 100) with all the digits kept,
    None where nothing is known; `shown` is the same, rounded half up as a table prints it.
    """

    id: str
    title: Label
    kind: str
    level: str
    value: Decimal | None
    shown: Decimal | None
    measured_in: str
    rows_used: int
    rows_unknown: int
    as_of: date
    sources: tuple[Origin, ...]


def statistics(snapshot: OpenSnapshot) -> list[StatisticResult]:
    """Every statistic of the pack, in the order of the file."""
    earlier: dict[str, Name] = {}
    results = []
    for statistic in snapshot.pack.statistics.values():
        result = _result(snapshot, statistic, earlier)
        earlier[f"statistic.{statistic.id}"] = _name(snapshot.pack, statistic, result.value)
        results.append(result)
    return results


def _result(snapshot: OpenSnapshot, statistic: Statistic, earlier: Mapping[str, Name]) -> StatisticResult:
    pack = snapshot.pack
    share = Fraction(statistic.share) if statistic.share else None
    measured = measure(snapshot.engine, statistic.kind, _rows(snapshot, statistic, earlier), share)
    value = None
    if measured.value is not None:
        value = rounded(measured.value / 10 ** _scale(pack, statistic), _digits_kept(pack, statistic))
    return StatisticResult(
        id=statistic.id,
        title=statistic.title,
        kind=statistic.kind,
        level=statistic.level,
        value=_plain(value),
        shown=None if value is None else rounded(Fraction(value), _digits_shown(pack, statistic)),
        measured_in=statistic.measured_in or ("%" if statistic.kind == "share" else ""),
        rows_used=measured.rows_used,
        rows_unknown=measured.rows_unknown,
        as_of=snapshot.catalogue.as_of,
        sources=origins_of(snapshot.catalogue, _sources(pack, statistic)),
    )


def _rows(snapshot: OpenSnapshot, statistic: Statistic, earlier: Mapping[str, Name]) -> str:
    """A query of value, weight, divisor and condition of everyone at the statistic's level."""
    pack = snapshot.pack
    scope = _with_earlier(statistic_scope(pack, statistic, snapshot.catalogue.as_of), earlier)
    condition = Compiled("true", BOOLEAN, nullable=False)
    if statistic.when is not None:
        condition = compile_condition(statistic.when, scope)
    v, w, d = (
        column(name) if name else "1" for name in (statistic.value, statistic.weight, statistic.divide_by)
    )
    names = names_of_statistic(statistic) - earlier.keys()
    residents = " where is_resident" if statistic.level == "person" else ""
    rows = subject_rows(pack, statistic.level, names)
    return f"select {v} as v, {w} as w, {d} as d, {condition.sql} as c from ({rows}){residents}"


def _with_earlier(scope: Scope, earlier: Mapping[str, Name]) -> Scope:
    def resolve(name: str) -> Name | None:
        return earlier.get(name) or scope.resolve(name)

    return replace(scope, resolve=resolve)


def _name(pack: Pack, statistic: Statistic, value: Decimal | None) -> Name:
    """An earlier statistic in an expression: its value as a literal with just the decimals it has."""
    kind = statistic_type(pack, statistic).kind
    if kind is not Kind.MONEY:
        kind = Kind.NUMBER
    unit = pack.minor_digits if kind is Kind.MONEY else 0
    if value is None:
        return Name(literal(None, Type(kind)), Type(kind))
    scale = max(0, -int(value.as_tuple().exponent) - unit)
    type_ = Type(kind, scale) if scale or kind is Kind.MONEY else INTEGER
    return Name(literal(int(value.scaleb(scale + unit)), type_), type_, nullable=False)


def _scale(pack: Pack, statistic: Statistic) -> int:
    """Decimal digits in which a measured value of this kind is scaled."""
    value, weight = _type(pack, statistic.value), _type(pack, statistic.weight)
    match statistic.kind:
        case "share" | "gini":
            return 0
        case "count":
            return _digits(pack, weight)
        case "sum":
            return _digits(pack, value) + _digits(pack, weight)
        case "ratio_of_sums":
            return _digits(pack, value) - _digits(pack, _type(pack, statistic.divide_by))
    return _digits(pack, value)


def _digits_kept(pack: Pack, statistic: Statistic) -> int:
    if statistic.kind in ("count", "sum"):
        return _scale(pack, statistic)
    if statistic.kind in ("share", "gini"):
        return FURTHER_DIGITS
    return _digits(pack, _type(pack, statistic.value)) + FURTHER_DIGITS


def _digits_shown(pack: Pack, statistic: Statistic) -> int:
    if statistic.kind in ("share", "gini"):
        return SHARE_DIGITS_SHOWN
    if statistic.kind == "count":
        return 0
    type_ = _type(pack, statistic.value)
    if type_.kind is Kind.MONEY:
        return pack.minor_digits
    return 0 if statistic.kind == "sum" else SHARE_DIGITS_SHOWN


def _type(pack: Pack, name: str | None) -> Type:
    indicator = pack.indicators.get(name or "")
    return indicator.type if indicator else INTEGER


def _digits(pack: Pack, type_: Type) -> int:
    """Decimal digits of a value as people write it."""
    return pack.minor_digits if type_.kind is Kind.MONEY else type_.scale


def rounded(value: Fraction, digits: int) -> Decimal:
    """A fraction as a decimal, halves away from zero.

    >>> rounded(Fraction(2, 3), 2), rounded(Fraction(-1, 2), 0)
    (Decimal('0.67'), Decimal('-1'))
    """
    whole, rest = divmod(abs(value.numerator) * 10**digits, value.denominator)
    number = whole + (1 if 2 * rest >= value.denominator else 0)
    return Decimal(-number if value < 0 else number).scaleb(-digits)


def _plain(value: Decimal | None) -> Decimal | None:
    """Without the zeros at the end, and never in exponents."""
    if value is None:
        return None
    whole = value.to_integral_value(ROUND_HALF_UP)
    return whole.quantize(Decimal(1)) if value == whole else value.normalize()


def _sources(pack: Pack, statistic: Statistic) -> list[str]:
    names = names_of_statistic(statistic)
    programmes = [pack.programmes[n.split(".")[1]] for n in names if n.startswith("programme.")]
    tracer = Tracer(pack)
    basis = tracer.names(names)
    for programme in programmes:
        basis |= tracer.expressions(*(condition.when for condition in programme.conditions))
        basis |= tracer.names([programme.received] if programme.received else [])
    return sorted({source for source, _ in basis.columns} | {pack.people.source})


def statistic_rows(
    results: Sequence[StatisticResult], language: str
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Column heads and rows of text, ready to print."""
    rows: list[tuple[str, ...]] = []
    for result in results:
        value = "unknown" if result.shown is None else f"{result.shown:,f}"
        title = result.title.get(language) or next(iter(result.title.values()), result.id)
        rows.append(
            (title, value, result.measured_in, f"{result.rows_used:,}", f"{result.rows_unknown:,}", result.id)
        )
    return ("statistic", "value", "measured in", "rows", "unknown", "id"), rows


def json_number(value: Decimal | None) -> int | float | None:
    """A published decimal as a JSON number; only its spelling passes through a float.

    >>> json_number(Decimal("20.66")), json_number(Decimal("3"))
    (20.66, 3)
    """
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def result_json(result: StatisticResult) -> dict[str, Any]:
    """A statistic with all that stands beside its figure; `value` as exact text."""
    return {
        "title": dict(result.title),
        "kind": result.kind,
        "level": result.level,
        "value": None if result.value is None else f"{result.value:f}",
        "measured_in": result.measured_in,
        "rows_used": result.rows_used,
        "rows_unknown": result.rows_unknown,
        "as_of": result.as_of.isoformat(),
        "sources": [
            {
                "source": origin.source,
                "title": origin.title,
                "owner": origin.owner,
                "extracted_on": origin.extracted_on.isoformat() if origin.extracted_on else None,
                "stale": origin.stale,
            }
            for origin in result.sources
        ],
    }
