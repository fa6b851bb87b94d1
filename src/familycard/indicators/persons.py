"""The wide table of persons: attributes, indicators from sources, and formulas over them.

Here the absence of rows gets its meaning. A person without rows has what the indicator
says only where the load can speak of it (`coverage`); a person whom a refused row may be
about has an unknown value, unless one true row already settles it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from familycard.engine.interface import Engine, Part
from familycard.indicators.blocks import Block, Blocks
from familycard.indicators.coverage import Coverage, coverage
from familycard.indicators.formulas import with_formulas
from familycard.indicators.from_sources import Taken, shared_by, take_all
from familycard.indicators.tables import PEOPLE, PERSONS, undecided
from familycard.pack.contract import Source
from familycard.pack.dependencies import expression_names, person_levels
from familycard.pack.model import Indicator, Pack
from familycard.pack.once import once
from familycard.pack.scopes import is_of_persons, people_attributes, person_scope, person_type
from familycard.pack.types import Kind

if TYPE_CHECKING:
    # Only its type is named: the value is handed in, so the floor is not left.
    from familycard.sources.store import StoreState

WIDE = "_wide"
"""A block's persons with all that sources say of them, not yet settled."""


@dataclass(frozen=True)
class Earlier:
    """What persons were found to be before some sources said something else of them."""

    table: str
    """person, and the indicators of all other sources; who has no row here, has none in those sources."""
    anew: frozenset[str]
    """The sources that are read again."""
    are_same_people: bool
    """Whether everyone has a row here and the same attributes: then formulas without these sources stay too."""


def make_persons(
    engine: Engine,
    pack: Pack,
    state: StoreState,
    as_of: date,
    blocks: Blocks,
    earlier: Earlier | None = None,
) -> None:
    """Make the table `PERSONS`, one row a person in the order of persons.

    With `earlier` only some sources are read, and the rest is as it was.
    """
    taken = take_all(engine, pack, as_of, earlier.anew if earlier else pack.sources.keys())
    settled = [
        _Settled(one, state, as_of, is_doubted=engine.count(undecided(one.source.id)) > 0) for one in taken
    ]
    before = [_as_before(pack, state, as_of, earlier)] if earlier else []
    stay = earlier is not None and earlier.are_same_people
    query = _query(pack, frozenset(one.source.id for one in taken), stay, as_of)
    engine.keep(PERSONS, _by_block(engine, pack, before, settled, query, blocks), ["person"], beside=WIDE)
    engine.drop(*(one.grouped for one in taken if one.is_shared))


def _by_block(
    engine: Engine,
    pack: Pack,
    before: Sequence[Part],
    settled: Sequence[_Settled],
    query: str,
    blocks: Blocks,
) -> Iterator[str]:
    """The query once for each block, over the block's wide rows: what `PEOPLE` says and the sources."""
    names = (*people_attributes(pack), "is_known", "is_resident")
    for block in blocks.all:
        attributes = Part(f"from {PEOPLE} where {block.holds('person')}", "person", names)
        # Numbers alone are sorted: what belongs to them is put beside them.
        keys = f"select person from {PEOPLE} where {block.holds('person')} order by person"
        engine.widen(keys, "person", [attributes, *before, *(one.part(block) for one in settled)], WIDE)
        yield query
    engine.drop(WIDE)


@once
def _query(pack: Pack, sources: frozenset[str], others_stay: bool, as_of: date) -> str:
    """What wide rows do not yet say of persons: formulas, and nothing of a household for who has none."""
    # Rows of a household or an address cannot be found for somebody whose own is not known.
    hidden = {
        i.id: f'case when "{attribute}" is not null then "{i.id}" end as "{i.id}"'
        for i in pack.indicators.values()
        if i.source in sources and (attribute := shared_by(pack, i))
    }
    rows = f"(select * replace ({', '.join(hidden.values())}) from {WIDE})" if hidden else WIDE
    formulas = [i for i in pack.indicators.values() if is_of_persons(i) and i.formula is not None]
    if others_stay:
        formulas = [i for i in formulas if i.id in _resting_on(pack, sources)]
    return with_formulas(formulas, rows, person_scope(pack, as_of), person_type, ("person", *hidden))


@dataclass(frozen=True)
class _Settled:
    """A grouping of a source with what the absence of rows means, and for whom nobody can tell."""

    taken: Taken
    state: StoreState
    as_of: date
    is_doubted: bool
    """Whether a refused row of the source may be about anybody."""

    def part(self, block: Block) -> Part:
        """The block's persons, as a part of the wide table of persons."""
        source = self.taken.source.id
        doubted = f"select distinct person from {undecided(source)} where {block.holds('person')}"
        return Part(
            self.taken.rows_of(block),
            "person",
            tuple(indicator.id for indicator in self.taken.indicators),
            absent=self._absent,
            doubted=doubted if self.is_doubted else "",
            only_true=frozenset(i.id for i in self.taken.indicators if not self._said(i).covers_period),
            settled_by_true=self.taken.settled_by_one,
        )

    @property
    def _absent(self) -> dict[str, int | bool | str | date]:
        return {
            i.id: _value(i.no_rows, person_type(i).kind)
            for i in self.taken.indicators
            if i.no_rows is not None and self._said(i).is_fresh
        }

    def _said(self, indicator: Indicator) -> Coverage:
        return _said(self.taken.source, self.state, indicator, self.as_of)


def _said(source: Source, state: StoreState, indicator: Indicator, as_of: date) -> Coverage:
    return coverage(source, state.loads.get(source.id), indicator.period, as_of)


def _as_before(pack: Pack, state: StoreState, as_of: date, earlier: Earlier) -> Part:
    """The indicators of sources that are not read again; for whom no row was, what silence means."""
    kept = [i for i in pack.indicators.values() if i.source is not None and i.source not in earlier.anew]
    absent = {
        i.id: _value(i.no_rows, person_type(i).kind)
        for i in kept
        if i.no_rows is not None and _said(pack.sources[str(i.source)], state, i, as_of).absence_is_known
    }
    columns = [i.id for i in kept]
    if earlier.are_same_people:
        resting = _resting_on(pack, earlier.anew)
        columns += [i.id for formulas in person_levels(pack) for i in formulas if i.id not in resting]
    return Part(f"from {earlier.table}", "person", tuple(columns), absent=absent)


@once
def _resting_on(pack: Pack, sources: frozenset[str]) -> frozenset[str]:
    """The persons' indicators that sources give, and the formulas that need them."""
    found = {i.id for i in pack.indicators.values() if i.source in sources}
    for formulas in person_levels(pack):
        found |= {i.id for i in formulas if expression_names(i.formula) & found}
    return frozenset(found)


def _value(said: int | bool | str, kind: Kind) -> int | bool | str | date:
    """What a pack says of absence, as a value of the indicator's kind."""
    if kind is Kind.DATE:
        return date.fromisoformat(str(said))
    return str(said) if kind is Kind.TEXT else said
