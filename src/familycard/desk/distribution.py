"""How an indicator is spread: a histogram over its steps, quantiles and a mean, under disclosure control."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from familycard.desk.counts import Condition, Counts
from familycard.desk.disclosure import hide_steps, significant
from familycard.desk.means import NUMBERS, means
from familycard.desk.vocabulary import Step
from familycard.snapshot.names import SearchName

QUANTILES_PCT = (10, 25, 50, 75, 90)


@dataclass(frozen=True)
class Bar:
    """How many are at a step; None where hidden."""

    step: Step
    shown: int | None


@dataclass(frozen=True)
class Distribution:
    """A name's steps with their counts; of numbers also quantiles (by per cent) and the mean, scaled as stored."""

    name: SearchName
    bars: tuple[Bar, ...]
    unknown: int | None
    quantiles: tuple[tuple[int, int], ...]
    """Read off the bars as shown; empty where nothing is shown."""
    mean: int | None


def distribution(counts: Counts, name: str, conditions: Sequence[Condition] = ()) -> Distribution:
    """The distribution of a name among those who meet conditions (one of the name itself is left out)."""
    asked = [one for one in counts.asked(conditions) if one.name != name]
    words = counts.vocabulary(name)
    cells = counts.cells(asked, [name])
    shown = hide_steps([cell.shown for cell in cells.values()])
    bars = tuple(Bar(step, count) for step, count in zip(words.steps, shown, strict=True))
    is_number = words.name.type.kind in NUMBERS
    return Distribution(
        name=words.name,
        bars=bars[:-1],
        unknown=bars[-1].shown,
        quantiles=_quantiles(bars[:-1]) if is_number else (),
        mean=means(counts, asked, name)[""] if is_number else None,
    )


def _quantiles(bars: Sequence[Bar]) -> tuple[tuple[int, int], ...]:
    """Quantiles as read off a histogram: straight within a step, its limit where it has but one."""
    whole = sum(bar.shown or 0 for bar in bars)
    return tuple((pct, _quantile(bars, whole * pct / 100)) for pct in QUANTILES_PCT if whole)


def _quantile(bars: Sequence[Bar], target: float) -> int:
    passed = 0
    for bar in bars:
        count = bar.shown or 0
        if count and passed + count >= target:
            return _within(bar.step, (target - passed) / count)
        passed += count
    return _within(bars[-1].step, 1)


def _within(step: Step, share: float) -> int:
    if step.lowest is None or step.below is None:
        return step.lowest if step.lowest is not None else (step.below or 1) - 1
    return significant(step.lowest + share * (step.below - 1 - step.lowest))
