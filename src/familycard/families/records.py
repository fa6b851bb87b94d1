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
from familycard.families.shared import Records, UnitInputs
from familycard.families.source_rows import make_ties
from familycard.pack.model import Pack, UnitKind

__all__ = ["Records", "UnitInputs", "make_records"]


def make_records(
    engine: Engine, pack: Pack, kinds: Iterable[UnitKind], inputs: UnitInputs, as_of: date
) -> Records:
    """Make what these kinds share.

    ExpressionError where a condition cannot be understood; BuildError where a person stands twice.
    """
    records = Records(engine, pack, inputs, as_of)
    kinds = tuple(narrowed(records, kind) for kind in kinds)
    ends = named_of_ends(kinds)
    make_residents(records, kinds, {name for names in ends.values() for name in names})
    make_ties(records, kinds, ends)
    records.awaited.update(Counter(candidates_query(records, tie) for kind in kinds for tie in kind.all_ties))
    return records
