"""An indicator or a programme by region and by district, as a map or a table shows it.

Areas are those of the pack's ``areas.csv``, whose codes begin with the code of what they lie in;
every figure passes disclosure control, and shares are computed from what is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from familycard.desk.counts import Condition, Counts
from familycard.desk.disclosure import hide_complements, share_pct, take_up_pct
from familycard.desk.means import means
from familycard.desk.question import Asked
from familycard.desk.vocabulary import AREA, NO, OTHER, REGION, UNKNOWN, YES, region_of
from familycard.errors import UsageError
from familycard.pack.model import Label


class Figures(TypedDict, total=False):
    """What is measured of an area; see `OfArea`."""

    part: int | None
    of: int | None
    lowest_pct: float | None
    highest_pct: float | None
    mean: int | None


@dataclass(frozen=True)
class OfArea:
    """One area: how many there meet the conditions, and what is measured of them.

    Of a share `part` of those of whom it is known (`of`) have it; `lowest_pct` and `highest_pct`
    differ where a take-up is not known of everybody. `mean` is scaled as the indicator is stored.
    None is hidden, or of another measure.
    """

    code: str
    region: str
    title: Label
    shown: int | None
    part: int | None = None
    of: int | None = None
    lowest_pct: float | None = None
    highest_pct: float | None = None
    mean: int | None = None


def share_by_area(
    counts: Counts, name: str, step: str, conditions: Sequence[Condition] = (), by: str = REGION
) -> tuple[OfArea, ...]:
    """What share of those of whom a name is known are at a step of it, by `region` or `area`."""
    asked = _without_place(counts, conditions, by)
    counts.vocabulary(name).place(step)
    whole = _line(counts, [*asked, counts.known(name)], by)
    part = _line(counts, [*asked, counts.asked([Condition(name, step)])[0]], by)
    shares = {code: share_pct(part[code], whole[code]) for code in whole}
    return _rows(
        counts,
        asked,
        by,
        {
            code: {"part": part[code], "of": whole[code], "lowest_pct": s, "highest_pct": s}
            for code, s in shares.items()
        },
    )


def take_up_by_area(
    counts: Counts, programme: str, conditions: Sequence[Condition] = (), by: str = REGION
) -> tuple[OfArea, ...]:
    """What share of those eligible for a programme receive it; counts at the level of its unit."""
    received = f"programme.{programme}.received"
    asked = _without_place(counts, conditions, by)
    eligible = [*asked, counts.asked([Condition(f"programme.{programme}.status", "eligible")])[0]]
    whole = _line(counts, eligible, by)
    answers = counts.cells(_in_order(eligible), [by, received])
    figures: dict[str, Figures] = {}
    for code, of in whole.items():
        takes, unused = (answers[code, answer].shown for answer in (YES, NO))
        lowest, highest = take_up_pct(of, takes, unused)
        figures[code] = {"part": takes, "of": of, "lowest_pct": lowest, "highest_pct": highest}
    return _rows(counts, asked, by, figures)


def mean_by_area(
    counts: Counts, name: str, conditions: Sequence[Condition] = (), by: str = REGION
) -> tuple[OfArea, ...]:
    """The mean of a number, by `region` or `area`."""
    asked = _without_place(counts, conditions, by)
    found = means(counts, asked, name, by)
    return _rows(counts, asked, by, {code: {"mean": mean} for code, mean in found.items()})


def _without_place(counts: Counts, conditions: Sequence[Condition], by: str) -> list[Asked]:
    if by not in (REGION, AREA):
        raise UsageError(f"`{by}` is no kind of area: region or area.")
    return [one for one in counts.asked(conditions) if one.name != by]


def _in_order(asked: Sequence[Asked]) -> list[Asked]:
    return sorted(asked, key=lambda one: one.name)


def _line(counts: Counts, asked: Sequence[Asked], by: str) -> dict[str, int | None]:
    """Shown counts by area: where one alone of a region is hidden, another one is too."""
    cells = {code: cell.shown for (code,), cell in counts.cells(_in_order(asked), [by]).items()}
    by_region: dict[str, list[str]] = {}
    for code in cells:
        region = region_of(counts.snapshot.pack.areas, code) if by == AREA else ""
        by_region.setdefault(region, []).append(code)
    for codes in by_region.values():
        cells |= zip(codes, hide_complements([cells[code] for code in codes]), strict=True)
    return cells


def _rows(
    counts: Counts, asked: Sequence[Asked], by: str, figures: Mapping[str, Figures]
) -> tuple[OfArea, ...]:
    """Each area of the pack that has a figure; those without an area, or of another pack's, are left out."""
    areas, shown = counts.snapshot.pack.areas, _line(counts, asked, by)
    return tuple(
        OfArea(code, region_of(areas, code), areas.get(code, {}), shown[code], **of_area)
        for code, of_area in figures.items()
        if code not in (OTHER, UNKNOWN)
    )
