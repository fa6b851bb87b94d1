"""What could change a result: facts that may be wrong, facts that are missing, steps of one's own.

Nothing else is ever named: a fact is shown with its register so that it can be contested,
never as something to bring about. Nobody is told to divorce, to have a child, to work
less or to sell.
"""

from __future__ import annotations

from dataclasses import dataclass

from familycard.pack.model import Label
from familycard.programmes.explain import CANNOT_TELL, ProgrammeResult
from familycard.snapshot.catalogue import Catalogue
from familycard.snapshot.facts import Fact, facts

WRONG_FACT, MISSING_FACT, OWN_STEP = "wrong_fact", "missing_fact", "own_step"


@dataclass(frozen=True)
class Change:
    """One thing that could change the result: contest a fact, supply a missing one, or take a step."""

    kind: str
    fact: Fact | None = None
    step: Label | str = ""


def changes(catalogue: Catalogue, result: ProgrammeResult) -> tuple[Change, ...]:
    """What could change a programme's answer, in the order of its conditions.

    Contesting is named only where every condition that failed, or would by a linked row, rests on
    something that can be contested: otherwise it would be false hope.
    """
    if result.status == "eligible":
        return (
            tuple(Change(OWN_STEP, step=need) for need in result.programme.needs) if result.is_unused else ()
        )
    per_condition = [facts(catalogue, result, c.names) for c in result.decisive]
    found: dict[str, Change] = {}
    hopeful = all(any(f.disputable for f in shown) for shown in per_condition)
    for condition, shown in zip(result.decisive, per_condition, strict=True):
        would_fail = condition.answer != CANNOT_TELL or condition.is_in_doubt
        for one in shown:
            if one.own_step:
                found.setdefault(f"step {one.name}", Change(OWN_STEP, one, one.own_step))
            if condition.answer == CANNOT_TELL and not one.is_known:
                found.setdefault(one.name, Change(MISSING_FACT, one))
            elif would_fail and one.disputable and hopeful:
                found.setdefault(one.name, Change(WRONG_FACT, one))
    return tuple(found.values())
