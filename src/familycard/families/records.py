"""Makes what all kinds of units of a build rest on (`shared.py` says what that is)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from familycard.engine.interface import Engine
from familycard.families.asked import named_of_ends
from familycard.families.candidates import candidates_query
from familycard.families.one_person import narrowed
from familycard.families.residents import make_residents
from familycard.families.shared import Records, Texts, UnitInputs, sure
from familycard.families.source_rows import make_ties
from familycard.pack.model import Pack, UnitKind
from familycard.pack.once import once

__all__ = ["Records", "UnitInputs", "make_records"]


@once
def _texts(pack: Pack, as_of: date, kinds: tuple[UnitKind, ...], unconfirmed: tuple[str, ...]) -> Texts:
    """Filled in as kinds are formed: what is added is the same each time."""
    return Texts()


def _unconfirmed(inputs: UnitInputs) -> tuple[str, ...]:
    """What the texts rest on beside the pack: of which indicators and sources nobody has confirmed some rows."""
    return (*sorted(inputs.unsure), *(f"rows of {source}" for source in sorted(inputs.unconfirmed)))


def make_records(
    engine: Engine, pack: Pack, kinds: Iterable[UnitKind], inputs: UnitInputs, as_of: date
) -> Records:
    """Make what these kinds share.

    ExpressionError where a condition cannot be understood; BuildError where a person stands twice.
    """
    kinds = tuple(kinds)
    records = Records(engine, pack, inputs, as_of, texts=_texts(pack, as_of, kinds, _unconfirmed(inputs)))
    kinds = tuple(narrowed(records, kind) for kind in kinds)
    ends = named_of_ends(kinds)
    for names in ends.values():
        names |= {sure(name) for name in names & records.unsure}
    make_residents(records, kinds, {name for names in ends.values() for name in names})
    make_ties(records, kinds, ends)
    records.awaited.update(Counter(candidates_query(records, tie) for kind in kinds for tie in kind.all_ties))
    return records
