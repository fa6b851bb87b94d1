"""The sums behind each kind of statistic: whole numbers in SQL, exact fractions after it.

Values and weights are scaled integers and every sum is a HUGEINT, so neither the order of
rows nor of threads can change a digit, and a sum that would not fit is an error, never a
wrapped number. Division happens once, at the end, on fractions.

The weighted median is the value at which the cumulated weight passes half of the whole;
where it is exactly half, the mean of that value and the next. This is how Eurostat and INE
compute the line of poverty (Eurostat's weighted quantile, SAS definition 5). The Gini
coefficient is Eurostat's for grouped weights, from 0 to 100.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from familycard.engine.interface import Engine

FILTERED = "v is not null and w is not null and d is not null and c"
_SHARE_ROWS = "w is not null and c is not null"


@dataclass(frozen=True)
class Measured:
    """A statistic's exact value, in the scale of its columns, and how many rows it rests on.

    `value` is None where nothing is known, or where it would be divided by nothing.
    """

    value: Fraction | None
    rows_used: int
    rows_unknown: int


def measure(engine: Engine, kind: str, rows: str, share: Fraction | None) -> Measured:
    """Measure a query of columns ``v`` (value), ``w`` (weight), ``d`` (divisor) and ``c`` (condition).

    Rows whose condition is false are not part of any kind but `share`; of the others, those
    with something unknown are counted and left out. Needs at least one column a kind asks for;
    what a kind does not use is given as 1 or true.
    """
    kept = _SHARE_ROWS if kind == "share" else FILTERED
    outside = "false" if kind == "share" else "c is not distinct from false"
    engine.make("_measured", f"select * from ({rows}) where not ({outside})")
    used, everything = engine.rows(f"select count(*) filter (where {kept}), count(*) from _measured")[0]
    value = _VALUES[kind](engine, f"(select * from _measured where {kept})") if used else None
    engine.drop("_measured")
    if kind == "count" and not used:
        value = Fraction(0)
    if value is not None and share is not None:
        value *= share
    return Measured(value, int(used), int(everything) - int(used))


def _one(engine: Engine, query: str) -> tuple[Any, ...]:
    return engine.rows(query)[0]


def _count(engine: Engine, rows: str) -> Fraction | None:
    return Fraction(_one(engine, f"select sum(cast(w as hugeint)) from {rows}")[0])


def _share(engine: Engine, rows: str) -> Fraction | None:
    part, whole = _one(
        engine,
        f"select coalesce(sum(cast(w as hugeint)) filter (where c), 0), sum(cast(w as hugeint)) from {rows}",
    )
    return Fraction(100 * part, whole) if whole else None


def _sum(engine: Engine, rows: str) -> Fraction | None:
    return Fraction(_one(engine, f"select sum(cast(w as hugeint) * v) from {rows}")[0])


def _mean(engine: Engine, rows: str) -> Fraction | None:
    total, weight = _one(engine, f"select sum(cast(w as hugeint) * v), sum(cast(w as hugeint)) from {rows}")
    return Fraction(total, weight) if weight else None


def _ratio_of_sums(engine: Engine, rows: str) -> Fraction | None:
    above, below = _one(
        engine, f"select sum(cast(w as hugeint) * v), sum(cast(w as hugeint) * d) from {rows}"
    )
    return Fraction(above, below) if below else None


def _by_value(rows: str) -> str:
    """One row a distinct value, with its weight and the weight up to and with it."""
    return (
        "(select v, w, sum(w) over (order by v rows unbounded preceding) as upto, sum(w) over () as whole"
        f" from (select v, sum(cast(w as hugeint)) as w from {rows} group by v) where w > 0)"
    )


def _median(engine: Engine, rows: str) -> Fraction | None:
    at_half, past_half = _one(
        engine,
        "select min(v) filter (where 2 * upto >= whole), min(v) filter (where 2 * upto > whole)"
        f" from {_by_value(rows)}",
    )
    return Fraction(at_half + past_half, 2) if at_half is not None else None


def _gini(engine: Engine, rows: str) -> Fraction | None:
    """100 × (Σ w·v·(2·C − w) ÷ (Σ w · Σ w·v) − 1), C the weight up to and with the value."""
    ranked, total, whole = _one(
        engine, f"select sum(w * v * (2 * upto - w)), sum(w * v), sum(w) from {_by_value(rows)}"
    )
    return 100 * (Fraction(ranked, whole * total) - 1) if total is not None and total > 0 else None


_VALUES = {
    "count": _count,
    "share": _share,
    "sum": _sum,
    "mean": _mean,
    "ratio_of_sums": _ratio_of_sums,
    "median": _median,
    "median_share": _median,
    "gini": _gini,
}
