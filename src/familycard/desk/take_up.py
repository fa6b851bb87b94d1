"""Take-up of every programme, under disclosure control."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from familycard.desk.counts import READ_AT_ONCE, Condition, Counts, counts_of
from familycard.desk.disclosure import Rule, take_up_pct
from familycard.desk.vocabulary import NO, YES
from familycard.pack.model import Programme
from familycard.programmes.evaluate import programmes_of, subjects_of
from familycard.snapshot.open import OpenSnapshot


@dataclass(frozen=True)
class TakeUp:
    """How a programme is used, in its own subjects; None is hidden.

    `takes` are eligible and receive it, `unused` are eligible and known not to. Take-up has a
    lowest and a highest value where it is not known of everybody.
    """

    programme: Programme
    eligible: int | None
    takes: int | None
    unused: int | None
    cannot_tell: int | None
    lowest_pct: float | None
    highest_pct: float | None


def take_up(
    snapshot: OpenSnapshot,
    rule: Rule,
    conditions: Sequence[Condition] = (),
    *,
    allow_restricted: bool = False,
) -> tuple[TakeUp, ...]:
    """Programmes in the pack's order, among those who meet conditions that every level knows, such as a region.

    Those that rest on restricted facts only where it is allowed, those that rest on sealed ones never.
    """
    key = ("take-up", rule, tuple(conditions), allow_restricted)
    return snapshot.remember(key, lambda: _all(snapshot, rule, conditions, allow_restricted))


def _all(
    snapshot: OpenSnapshot, rule: Rule, conditions: Sequence[Condition], allow_restricted: bool
) -> tuple[TakeUp, ...]:
    found: dict[str, TakeUp] = {}
    for subject in subjects_of(snapshot.pack):
        counts = counts_of(snapshot, rule, subject, allow_restricted=allow_restricted)
        programmes = [p for p in programmes_of(snapshot.pack, subject) if _names(p)[0] in counts.names]
        for at in range(0, len(programmes), READ_AT_ONCE // 2):
            together = programmes[at : at + READ_AT_ONCE // 2]
            counts.prepare(name for programme in together for name in _names(programme))
            found |= {programme.id: _of(counts, programme, conditions) for programme in together}
    return tuple(found[id_] for id_ in snapshot.pack.programmes if id_ in found)


def _names(programme: Programme) -> tuple[str, str]:
    return f"programme.{programme.id}.status", f"programme.{programme.id}.received"


def _of(counts: Counts, programme: Programme, conditions: Sequence[Condition]) -> TakeUp:
    status, received = _names(programme)
    asked = counts.asked(conditions)
    statuses = counts.cells(asked, [status])
    answers = counts.cells(counts.asked([*conditions, Condition(status, "eligible")]), [received])
    eligible, takes, unused = statuses["eligible",].shown, answers[YES,].shown, answers[NO,].shown
    lowest, highest = take_up_pct(eligible, takes, unused)
    return TakeUp(
        programme=programme,
        eligible=eligible,
        takes=takes,
        unused=unused,
        cannot_tell=statuses["unknown",].shown,
        lowest_pct=lowest,
        highest_pct=highest,
    )
