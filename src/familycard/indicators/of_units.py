"""Unit indicators: summed up over the members, then formulas.

A sum, a count, a lowest or highest value over members is unknown if one member's value
is; ``any`` is true if one is true. Where the composition of a unit is itself unknown,
every value of it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from familycard.engine.interface import Engine, Part
from familycard.indicators.blocks import Block, Blocks
from familycard.indicators.formulas import with_formulas
from familycard.indicators.tables import PERSONS, members, quoted, unit_values, units
from familycard.pack.expression import names_in
from familycard.pack.model import Indicator, Pack
from familycard.pack.once import once
from familycard.pack.scopes import is_of_units, unit_scope

FOLDED = "_folded"
"""A block's units with what their members sum up to."""
WIDE = "_wide_units"
"""The same beside what is known of the units themselves."""


def make_unit_values(
    engine: Engine, pack: Pack, kind: str, wanted: Collection[str], as_of: date, blocks: Blocks
) -> None:
    """Make `unit_values(kind)`: one row a unit, by unit, with the indicators in `wanted` and all they need."""
    needed = _needed(pack, frozenset(wanted))
    summed = [i for i in needed if i.level == "person"]
    if summed:
        engine.make(away_members(kind), _away(kind, summed, blocks))
    query = _query(pack, frozenset(wanted), as_of)
    engine.keep(unit_values(kind), _by_block(engine, kind, summed, query, blocks), ["unit"], beside=WIDE)
    engine.drop(away_members(kind))


@once
def _needed(pack: Pack, wanted: frozenset[str]) -> tuple[Indicator, ...]:
    return tuple(closure(pack, wanted))


@once
def _query(pack: Pack, wanted: frozenset[str], as_of: date) -> str:
    """The formulas over `WIDE`."""
    formulas = [i for i in _needed(pack, wanted) if i.level == "unit"]
    # A formula may rest on `members`, `area` and parameters alone, so unknown composition is applied to them too:
    # another composition may have another head, who lives elsewhere.
    known = ", ".join(
        f"case when composition_known then {name} end as {name}" for name in ("members", "area")
    )
    rows = f"(select * replace ({known}) from {WIDE})"
    return with_formulas(
        formulas, rows, unit_scope(pack, as_of), lambda i: i.type, ("unit", "members", "area")
    )


def _by_block(
    engine: Engine, kind: str, summed: list[Indicator], query: str, blocks: Blocks
) -> Iterator[str]:
    """The query once for each block, over the block's units and what their members sum up to."""
    for block in blocks.all:
        its_units = f"from {units(kind)} where {block.holds('unit')}"
        parts = []
        if summed:
            folds = {i.id: i.unit or "head" for i in summed}
            engine.fold(_members(kind, summed, block), "unit", "is_head", folds, FOLDED)
            unknown = f"select unit {its_units} and not composition_known"
            parts = [Part(f"from {FOLDED}", "unit", tuple(folds), doubted=unknown)]
        engine.widen(f"{its_units} order by unit", "unit", parts, WIDE)
        yield query
    engine.drop(FOLDED, WIDE)


def _members(kind: str, summed: list[Indicator], block: Block) -> str:
    """The members of a block's units with what is summed up: of the same block, and those from elsewhere."""
    return (
        f"select {_columns(summed)} from {members(kind)} m join {PERSONS} p on p.person = m.person"
        f" where {block.holds('m.unit')} and {block.holds('m.person')} and {block.holds('p.person')}"
        f" union all select {_names(summed)} from {away_members(kind)} where {block.holds('unit')}"
    )


def _away(kind: str, summed: list[Indicator], blocks: Blocks) -> str:
    """The members whose unit is of another block than they are, found in one pass over everybody."""
    return (
        f"select {_columns(summed)} from {PERSONS} p join {members(kind)} m on m.person = p.person"
        f" where {blocks.apart('m.unit', 'm.person')}"
    )


def _columns(indicators: list[Indicator]) -> str:
    return ", ".join(["m.unit, m.role = 'head' as is_head", *(f'p."{i.id}"' for i in indicators)])


def _names(indicators: list[Indicator]) -> str:
    return quoted(["unit", "is_head", *(i.id for i in indicators)])


def closure(pack: Pack, wanted: Collection[str]) -> list[Indicator]:
    """The unit indicators in `wanted` and those their formulas need, in the pack's order."""
    needed: set[str] = set()
    waiting = [id_ for id_ in wanted if id_ in pack.indicators and is_of_units(pack.indicators[id_])]
    while waiting:
        id_ = waiting.pop()
        if id_ in needed:
            continue
        needed.add(id_)
        indicator = pack.indicators[id_]
        if indicator.level == "unit" and indicator.formula is not None:
            waiting += [n for n in names_in(indicator.formula) if n in pack.indicators]
    return [indicator for id_, indicator in pack.indicators.items() if id_ in needed]


def away_members(kind: str) -> str:
    """The table of members of units of other blocks."""
    return f"away_{kind}"
