"""The wide table of persons: attributes, indicators from sources, and formulas over them.

Here the absence of rows gets its meaning. A person without rows has what the indicator
says only where the load can speak of it (`coverage`); a person whom a refused row may be
about has an unknown value, unless one true row already settles it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from familycard.engine.interface import Engine, Part
from familycard.indicators.blocks import Block, Blocks
from familycard.indicators.coverage import coverage
from familycard.indicators.formulas import with_formulas
from familycard.indicators.from_sources import Taken, take_all
from familycard.indicators.tables import PEOPLE, PERSONS, undecided
from familycard.pack.model import Indicator, Pack
from familycard.pack.parameters import literal
from familycard.pack.scopes import is_of_persons, people_attributes, person_scope, person_type

if TYPE_CHECKING:
    # Only its type is named: the value is handed in, so the floor is not left.
    from familycard.sources.store import StoreState

WIDE = "_wide"
"""A block's persons with all that sources say of them, not yet settled."""


def make_persons(engine: Engine, pack: Pack, state: StoreState, as_of: date, blocks: Blocks) -> None:
    """Make the table `PERSONS`, one row a person in the order of persons."""
    taken = take_all(engine, pack, as_of)
    doubted = [source for source in dict.fromkeys(t.source.id for t in taken) if _has_doubts(engine, source)]
    query = _query(pack, state, taken, doubted, as_of)
    names = (*people_attributes(pack), "is_known", "is_resident")
    engine.keep(PERSONS, _by_block(engine, names, taken, doubted, query, blocks))
    engine.drop(*(one.grouped for one in taken if one.is_shared))


def _by_block(
    engine: Engine,
    names: tuple[str, ...],
    taken: Sequence[Taken],
    doubted: Sequence[str],
    query: str,
    blocks: Blocks,
) -> Iterator[str]:
    """The query once for each block, over the block's wide rows: what `PEOPLE` says (`names`) and the sources."""
    for block in blocks.all:
        attributes = Part(f"from {PEOPLE} where {block.holds('person')}", "person", names)
        parts = [attributes, *(one.part(block) for one in taken), *(_doubt_part(s, block) for s in doubted)]
        # Numbers alone are sorted: what belongs to them is put beside them.
        keys = f"select person from {PEOPLE} where {block.holds('person')} order by person"
        engine.widen(keys, "person", parts, WIDE)
        yield query
    engine.drop(WIDE)


def _query(pack: Pack, state: StoreState, taken: Sequence[Taken], doubted: Sequence[str], as_of: date) -> str:
    """From wide rows to persons: absence and doubt settled, then formulas."""
    values = [
        f'{_settled(state, one, indicator, one.source.id in doubted, as_of)} as "{indicator.id}"'
        for one in taken
        for indicator in one.indicators
    ]
    helpers = [one.has_rows for one in taken] + [_doubt(source) for source in doubted]
    ids = [indicator.id for one in taken for indicator in one.indicators]
    dropped = ", ".join(f'"{name}"' for name in helpers + ids)
    settled = (
        f"select * exclude ({dropped}), {', '.join(values)} from {WIDE}" if taken else f"select * from {WIDE}"
    )
    formulas = [i for i in pack.indicators.values() if is_of_persons(i) and i.formula is not None]
    return with_formulas(formulas, f"({settled})", person_scope(pack, as_of), person_type)


def _has_doubts(engine: Engine, source: str) -> bool:
    return bool(engine.rows(f"select 1 from {undecided(source)} limit 1"))


def _doubt(source: str) -> str:
    """The column that is true for whom a refused row of the source may be about."""
    return f"_doubt_{source}"


def _doubt_part(source: str, block: Block) -> Part:
    flag = _doubt(source)
    query = f'select distinct person, true as "{flag}" from {undecided(source)} where {block.holds("person")}'
    return Part(query, "person", (flag,))


def _settled(state: StoreState, one: Taken, indicator: Indicator, may_be_doubted: bool, as_of: date) -> str:
    """SQL of the value after absence and doubt are taken into account."""
    found, null = f'"{indicator.id}"', literal(None, person_type(indicator))
    said = coverage(one.source, state.loads.get(one.source.id), indicator.period, as_of)
    only_true = f"case when {found} then true end" if indicator.id in one.settled_by_one else null
    if not said.covers_period:
        return only_true
    absent = literal(indicator.no_rows, person_type(indicator)) if said.is_fresh else null
    if one.is_shared:
        # Rows of a household or an address cannot be found for somebody whose own is not known.
        absent = f'(case when "{one.source.subject_of}" is not null then {absent} end)'
    doubt = f'when "{_doubt(one.source.id)}" then {only_true}' if may_be_doubted else ""
    return f'(case {doubt} when "{one.has_rows}" then {found} else {absent} end)'
