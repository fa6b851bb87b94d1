"""Unit indicators: summed up over the members, then formulas.

A sum, a count, a lowest or highest value over members is unknown if one member's value
is; ``any`` is true if one is true. Where the composition of a unit is itself unknown,
every value of it is.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from familycard.engine.interface import Engine
from familycard.indicators.blocks import Block, Blocks
from familycard.indicators.formulas import with_formulas
from familycard.indicators.tables import PERSONS, members, unit_values, units
from familycard.pack.expression import names_in
from familycard.pack.model import Indicator, Pack
from familycard.pack.scopes import is_of_units, unit_scope


def make_unit_values(
    engine: Engine, pack: Pack, kind: str, wanted: Collection[str], as_of: date, blocks: Blocks
) -> None:
    """Make `unit_values(kind)`: one row a unit, by unit, with the indicators in `wanted` and all they need."""
    needed = closure(pack, wanted)
    summed = [i for i in needed if i.level == "person"]
    formulas = [i for i in needed if i.level == "unit"]
    away = f"away_{kind}"
    if summed:
        engine.make(away, _away(kind, summed, blocks))
    engine.keep(unit_values(kind), (_values(pack, kind, summed, formulas, as_of, b) for b in blocks.all))
    engine.drop(away)


def _values(
    pack: Pack, kind: str, summed: list[Indicator], formulas: list[Indicator], as_of: date, block: Block
) -> str:
    """The values of a block's units, in order."""
    base = f"select u.* from {units(kind)} u where {block.holds('u.unit')}"
    if summed:
        values = ", ".join(f'{_over_members(i)} as "{i.id}"' for i in summed)
        known = ", ".join(f'case when u.composition_known then v."{i.id}" end as "{i.id}"' for i in summed)
        grouped = f"select p.unit, {values} from ({_members(kind, summed, block)}) p group by p.unit"
        base = (
            f"select u.*, {known} from {units(kind)} u join ({grouped}) v on v.unit = u.unit"
            f" where {block.holds('u.unit')}"
        )
    # A formula may rest on `members`, `area` and parameters alone, so unknown composition is applied to them too:
    # another composition may have another head, who lives elsewhere.
    known = ", ".join(
        f"case when composition_known then {name} end as {name}" for name in ("members", "area")
    )
    hidden = f"(select * replace ({known}) from ({base}))"
    return f"{with_formulas(formulas, hidden, unit_scope(pack, as_of), lambda i: i.type)} order by unit"


def _members(kind: str, summed: list[Indicator], block: Block) -> str:
    """The members of a block's units with what is summed up: of the same block, and those from elsewhere."""
    return (
        f"select m.unit, m.role, {_columns(summed)} from {members(kind)} m join {PERSONS} p on p.person = m.person"
        f" where {block.holds('m.unit')} and {block.holds('m.person')} and {block.holds('p.person')}"
        f" union all select * from away_{kind} where {block.holds('unit')}"
    )


def _away(kind: str, summed: list[Indicator], blocks: Blocks) -> str:
    """The members whose unit is of another block than they are, found in one pass over everybody."""
    return (
        f"select m.unit, m.role, {_columns(summed)} from {PERSONS} p join {members(kind)} m on m.person = p.person"
        f" where {blocks.apart('m.unit', 'm.person')}"
    )


def _columns(indicators: list[Indicator]) -> str:
    return ", ".join(f'p."{i.id}"' for i in indicators)


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


def _over_members(indicator: Indicator) -> str:
    value = f'p."{indicator.id}"'
    whole = f"count(*) = count({value})"
    match indicator.unit:
        case "sum":
            return f"case when {whole} then cast(sum({value}) as bigint) end"
        case "count":
            return f"case when {whole} then cast(count_if({value}) as bigint) end"
        case "any":
            return f"case when bool_or({value}) then true when {whole} then false end"
        case "all":
            return f"case when not bool_and({value}) then false when {whole} then true end"
        case "min" | "max" as extreme:
            return f"case when {whole} then {extreme}({value}) end"
        case "only":
            return f"case when {whole} and min({value}) = max({value}) then min({value}) end"
    return f"max({value}) filter (where p.role = 'head')"
