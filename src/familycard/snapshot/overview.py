"""What can be counted over any pack's snapshot: people, families, categories, and how rights are used.

`stats_json` is what ``familycard stats SNAPSHOT --json`` prints; its shape is documented in
``docs/store-and-snapshot.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from familycard.indicators.tables import PERSONS, entitlements, members, scores, subject_key
from familycard.pack.model import Label, Pack, Programme
from familycard.pack.scopes import column
from familycard.programmes.unused import UNUSED, WITHOUT_RIGHT
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.statistics import StatisticResult, json_number, result_json, rounded, statistics


@dataclass(frozen=True)
class Count:
    """How many families and people: of a category ("D" or, between two, "C-D"), of a size."""

    name: str
    families: int
    people: int


@dataclass(frozen=True)
class ProgrammeCount:
    """How a programme is used, in subjects (units of its kind, or resident persons).

    Take-up is of those eligible; it has a lowest and a highest value where it is not known of
    everybody whether they receive it. `unused_minor` is what those eligible and known not to receive it would get,
    each for itself, in minor units; `frequency` says how often (None for a service).
    """

    id: str
    title: Label
    subject: str
    verified: bool
    eligible: int
    received: int
    both: int
    take_up_lowest_pct: Decimal | None
    take_up_highest_pct: Decimal | None
    unused: int
    unused_minor: int | None
    frequency: str | None
    cannot_tell: int
    excluded: int
    not_eligible: int
    failed_on_one: int
    """Of those not eligible: one condition failed and all others are met."""
    not_in_force: int
    without_right: int


@dataclass(frozen=True)
class Overview:
    """The snapshot in figures. Money is in minor units of the pack's currency."""

    people: int
    families: int
    mean_size: Decimal | None
    categories: tuple[Count, ...]
    sizes: tuple[Count, ...]
    programmes: tuple[ProgrammeCount, ...]
    families_with_unused: int
    unused_monthly_minor: int
    """The best compatible sets of all families together: less than the programmes' sums where they exclude each other."""
    unused_one_off_minor: int
    currency: str
    minor_digits: int


def overview(snapshot: OpenSnapshot) -> Overview:
    """The figures that every snapshot has."""
    pack, engine = snapshot.pack, snapshot.engine
    kind = members(pack.card_unit)
    people, families = engine.rows(f"select count(*), count(distinct unit) from {kind}")[0]
    with_unused, monthly, one_off = engine.rows(
        f"select count(*), coalesce(sum(unused_monthly), 0), coalesce(sum(unused_one_off), 0) from {UNUSED}"
    )[0]
    sizes = engine.rows(
        f"select members, count(*), sum(members) from (select count(*) as members from {kind} group by unit)"
        " group by members order by members"
    )
    return Overview(
        people=people,
        families=families,
        mean_size=rounded(Fraction(people, families), 2) if families else None,
        categories=_categories(snapshot),
        sizes=tuple(Count(str(size), units, int(persons)) for size, units, persons in sizes),
        programmes=tuple(_programme(snapshot, programme) for programme in pack.programmes.values()),
        families_with_unused=with_unused,
        unused_monthly_minor=int(monthly),
        unused_one_off_minor=int(one_off),
        currency=pack.currency,
        minor_digits=pack.minor_digits,
    )


def category_sql(pack: Pack) -> str:
    """A family's category as text, "C-D" where too little is known to tell them apart; NULL without a scorecard."""
    if pack.card_scorecard is None:
        return "cast(null as varchar)"
    return "coalesce(category, concat(category_highest, '-', category_lowest))"


def _categories(snapshot: OpenSnapshot) -> tuple[Count, ...]:
    pack = snapshot.pack
    if pack.card_scorecard is None:
        return ()
    rows = snapshot.engine.rows(
        f"select {category_sql(pack)} as name, count(*), sum(m.people) from {scores(pack.card_scorecard)} s"
        f" join (select unit, count(*) as people from {members(pack.card_unit)} group by unit) m"
        " on m.unit = s.unit group by 1 order by 1"
    )
    return tuple(Count(name, families, int(people)) for name, families, people in rows)


def _programme(snapshot: OpenSnapshot, programme: Programme) -> ProgrammeCount:
    outcomes = [_Outcome(*row) for row in snapshot.engine.rows(_programme_query(programme))]
    counts = {status: _count(o for o in outcomes if o.status == status) for status in _STATUSES}
    unused = [o for o in outcomes if o.status == "eligible" and o.received is False]
    without = snapshot.engine.rows(
        f"select count(*) from {WITHOUT_RIGHT} where programme = '{programme.id}'"
    )[0][0]
    eligible, both = counts["eligible"], _count(o for o in outcomes if o.status == "eligible" and o.received)
    return ProgrammeCount(
        id=programme.id,
        title=programme.title,
        subject=programme.unit,
        verified=programme.verified,
        received=_count(o for o in outcomes if o.received),
        both=both,
        take_up_lowest_pct=_share(both, eligible),
        take_up_highest_pct=_share(eligible - _count(unused), eligible),
        unused=_count(unused),
        unused_minor=sum(int(o.amount or 0) for o in unused) if programme.amount else None,
        frequency=programme.amount.frequency if programme.amount else None,
        failed_on_one=_count(o for o in outcomes if o.status == "not_eligible" and o.failed_on_one),
        without_right=without,
        **counts,
    )


def _share(part: int, whole: int) -> Decimal | None:
    return rounded(Fraction(100 * part, whole), 1) if whole else None


def _range(lowest: Decimal | None, highest: Decimal | None) -> str:
    if lowest is None or highest is None:
        return "–"
    return f"{lowest:f}" if lowest == highest else f"{lowest:f}–{highest:f}"


_STATUSES = ("eligible", "cannot_tell", "excluded", "not_eligible", "not_in_force")


@dataclass(frozen=True)
class _Outcome:
    """How many subjects a programme says the same of."""

    status: str
    received: bool | None
    failed_on_one: bool | None
    subjects: int
    amount: int | None
    """What they get together."""


def _count(outcomes: Iterable[_Outcome]) -> int:
    return sum(one.subjects for one in outcomes)


def _programme_query(programme: Programme) -> str:
    """A row for each `_Outcome`."""
    status, failed, unknown, amount, received = (
        column(f"{programme.id}__{part}") for part in ("status", "failed", "unknown", "amount", "received")
    )
    rows = entitlements(programme.unit)
    if subject_key(programme.unit) == "person":
        # Both have a row a person, in the same order.
        rows = f"{rows} positional join (select is_resident from {PERSONS}) where is_resident"
    on_one = f"bit_count({failed}) = 1 and {unknown} = 0"
    return f"select {status}, {received}, {on_one}, count(*), sum({amount}) from {rows} group by 1, 2, 3"


def money_text(minor: int, minor_digits: int, currency: str) -> str:
    """Minor units as people read them.

    >>> money_text(7879800, 2, "KZT")
    '78,798.00 KZT'
    """
    return f"{Decimal(minor).scaleb(-minor_digits):,f} {currency}"


def programme_rows(counted: Overview, language: str) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Column heads and a row a programme, ready to print."""
    heads = "programme, of, eligible, received, both, take-up %, unused, worth, cannot tell, excluded, failed on one, without right"
    rows: list[tuple[str, ...]] = []
    for one in counted.programmes:
        worth = "service" if one.unused_minor is None else _worth(counted, one)
        numbers = (one.eligible, one.received, one.both)
        take_up = _range(one.take_up_lowest_pct, one.take_up_highest_pct)
        title = one.title.get(language) or next(iter(one.title.values()), one.id)
        rows.append(
            (title, one.subject, *(f"{n:,}" for n in numbers), take_up, f"{one.unused:,}", worth)
            + tuple(f"{n:,}" for n in (one.cannot_tell, one.excluded, one.failed_on_one, one.without_right))
        )
    return tuple(heads.split(", ")), rows


def _worth(counted: Overview, one: ProgrammeCount) -> str:
    often = {"monthly": "a month", "yearly": "a year", "one_off": "once"}[one.frequency or "one_off"]
    return f"{money_text(one.unused_minor or 0, counted.minor_digits, counted.currency)} {often}"


def count_rows(counts: Sequence[Count], name: str) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Column heads and rows of categories or sizes with their share of all families, ready to print."""
    total = sum(count.families for count in counts)
    rows: list[tuple[str, ...]] = [
        (c.name, f"{c.families:,}", f"{c.people:,}", f"{rounded(Fraction(100 * c.families, total), 1):f}")
        for c in counts
    ]
    return (name, "families", "people", "% of families"), rows


def stats_json(
    snapshot: OpenSnapshot,
    results: Sequence[StatisticResult] | None = None,
    counted: Overview | None = None,
) -> dict[str, Any]:
    """Plain numbers by the statistics' ids (and ``people``, ``families``, ``mean_family_size``), then ``details``."""
    results = statistics(snapshot) if results is None else results
    counted = counted or overview(snapshot)
    numbers: dict[str, Any] = {
        "people": counted.people,
        "families": counted.families,
        "mean_family_size": json_number(counted.mean_size),
    }
    numbers |= {result.id: json_number(result.shown) for result in results}
    return numbers | {
        "details": {
            "snapshot": snapshot.path.name,
            "as_of": snapshot.catalogue.as_of.isoformat(),
            "statistics": {result.id: result_json(result) for result in results},
            "overview": overview_json(counted),
        }
    }


def overview_json(counted: Overview) -> dict[str, Any]:
    """The overview for machines; money in minor units, per cent as numbers."""
    return {
        "currency": counted.currency,
        "minor_digits": counted.minor_digits,
        "people": counted.people,
        "families": counted.families,
        "mean_family_size": json_number(counted.mean_size),
        "categories": {c.name: {"families": c.families, "people": c.people} for c in counted.categories},
        "sizes": {c.name: {"families": c.families, "people": c.people} for c in counted.sizes},
        "unused": {
            "families": counted.families_with_unused,
            "monthly_minor": counted.unused_monthly_minor,
            "one_off_minor": counted.unused_one_off_minor,
        },
        "programmes": {
            one.id: {
                key: json_number(value) if isinstance(value, Decimal) else value
                for key, value in vars(one).items()
                if key not in ("id", "title")
            }
            for one in counted.programmes
        },
    }
