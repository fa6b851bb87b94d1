"""The wide table of persons: attributes, indicators from sources, and formulas over them.

Here the absence of rows gets its meaning. A person without rows has what the indicator
says only where the load can speak of it (`coverage`); a person whom a refused row may be
about has an unknown value, unless one true row already settles it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from familycard.engine.interface import Engine, Part
from familycard.indicators.coverage import coverage
from familycard.indicators.formulas import with_formulas
from familycard.indicators.from_sources import Taken, take_all
from familycard.indicators.tables import PEOPLE, PERSONS, undecided
from familycard.pack.model import Indicator, Pack
from familycard.pack.parameters import literal
from familycard.pack.scopes import is_of_persons, person_scope, person_type

if TYPE_CHECKING:
    # Only its type is named: the value is handed in, so the floor is not left.
    from familycard.sources.store import StoreState


def make_persons(engine: Engine, pack: Pack, state: StoreState, as_of: date) -> None:
    """Make the table `PERSONS`, one row a person in the order of persons."""
    taken = take_all(engine, pack, as_of)
    doubts = _doubt_parts(engine, taken)
    engine.widen(PEOPLE, "person", [t.part for t in taken] + list(doubts.values()), "_wide")
    values = [
        f'{_settled(state, one, indicator, doubts[one.source.id], as_of)} as "{indicator.id}"'
        for one in taken
        for indicator in one.indicators
    ]
    helpers = [one.has_rows for one in taken] + [part.columns[0] for part in doubts.values()]
    ids = [indicator.id for one in taken for indicator in one.indicators]
    dropped = ", ".join(f'"{name}"' for name in helpers + ids)
    settled = (
        f"select * exclude ({dropped}), {', '.join(values)} from _wide" if taken else "select * from _wide"
    )
    formulas = [i for i in pack.indicators.values() if is_of_persons(i) and i.formula is not None]
    query = with_formulas(formulas, f"({settled})", person_scope(pack, as_of), person_type)
    engine.make(PERSONS, f"{query} order by person")
    engine.drop("_wide", *(one.table for one in taken), *(part.table for part in doubts.values()))


def _doubt_parts(engine: Engine, taken: Sequence[Taken]) -> dict[str, Part]:
    """By source: the persons whom a refused row may be about, as a part with one true column."""
    parts = {}
    for source in dict.fromkeys(one.source.id for one in taken):
        table, flag = f"doubt_{source}", f"_doubt_{source}"
        engine.make(table, f'select distinct person, true as "{flag}" from {undecided(source)}')
        parts[source] = Part(table, "person", (flag,))
    return parts


def _settled(state: StoreState, one: Taken, indicator: Indicator, doubt: Part, as_of: date) -> str:
    """SQL of the value after absence and doubt are taken into account."""
    found, null = f'"{indicator.id}"', literal(None, person_type(indicator))
    said = coverage(one.source, state.loads.get(one.source.id), indicator.period, as_of)
    only_true = f"case when {found} then true end" if indicator.id in one.settled_by_one else null
    if not said.covers_period:
        return only_true
    absent = literal(indicator.no_rows, person_type(indicator)) if said.is_fresh else null
    if one.source.subject_of is not None and one.by == one.source.subject:
        # Rows of a household or an address cannot be found for somebody whose own is not known.
        absent = f'(case when "{one.source.subject_of}" is not null then {absent} end)'
    return (
        f'(case when "{doubt.columns[0]}" then {only_true}'
        f' when "{one.has_rows}" then {found} else {absent} end)'
    )
