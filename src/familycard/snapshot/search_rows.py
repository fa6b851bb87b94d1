"""The rows that a segment is searched in: only the tables and columns that its names need.

Tables of one key have the same rows in the same order (the build makes sure of it), so they are
put side by side by place, which costs a fifth of a join by key.
"""

from __future__ import annotations

from collections.abc import Iterable

from familycard.indicators.tables import PERSONS, entitlements, scores, unit_values
from familycard.pack.model import Pack
from familycard.pack.scopes import column, people_attributes
from familycard.programmes.evaluate import needed_of_units
from familycard.programmes.unused import UNUSED
from familycard.snapshot.rows import MEMBERSHIPS, unit_column

_CARD_SQL = {
    "card.category": "_s.category",
    "card.score": "_s.score",
    # A family without a row has no unused right.
    "card.unused_count": "coalesce(_u.unused_count, 0)",
    "card.unused_monthly": "coalesce(_u.unused_monthly, 0)",
}
_OF_SCORE = frozenset({"card.category", "card.score"})


def search_rows(pack: Pack, level: str, names: Iterable[str]) -> str:
    """A query of one row a subject of a level with the columns of `names`; persons only where resident."""
    names = set(names)
    return _persons(pack, names) if level == "person" else _units(pack, level, names)


def _units(pack: Pack, kind: str, names: set[str]) -> str:
    columns, joins = [f"v.{c}" for c in ("unit", "area", *sorted(_values(pack, names)))], ""
    parts = sorted(name for name in names if name.startswith("programme."))
    if parts:
        columns += [f"_e.{column(name)}" for name in parts]
        joins += f" positional join {entitlements(kind)} _e"
    if names & _OF_SCORE:
        joins += f" positional join {scores(str(pack.card_scorecard))} _s"
    joins += _unused(names, "v.unit")
    return f"select {', '.join(columns + _of_card(names))} from {unit_values(kind)} v{joins}"


def _values(pack: Pack, names: set[str]) -> set[str]:
    """The quoted columns of a subject's own values that names stand for; parameters and dates are none."""
    return {column(name) for name in names if name in pack.indicators or name == "members"}


def _persons(pack: Pack, names: set[str]) -> str:
    attributes = people_attributes(pack)
    own = _values(pack, names) | {column(name) for name in names if name in attributes}
    own |= {column("area")} if "area" in attributes else set()
    columns = [f"p.{c}" for c in ("person", *sorted(own))]
    joins = f" positional join {MEMBERSHIPS} _m"
    parts = [
        n for n in names if n.startswith("programme.") and pack.programmes[n.split(".")[1]].unit == "person"
    ]
    if parts:
        columns += [f"_e.{column(name)}" for name in sorted(parts)]
        joins += f" positional join {entitlements('person')} _e"
    for of_kind in needed_of_units(pack, names):
        columns.append(of_kind.columns)
        named = {f"{of_kind.kind}.{value}": value for value in of_kind.values}
        units = _units(
            pack, of_kind.kind, {*of_kind.values, *(n for n in names if _is_part(pack, n, of_kind.kind))}
        )
        shown = [f"{column(value)} as {column(name)}" for name, value in named.items()]
        shown += [column(part) for part in of_kind.parts]
        joins += (
            f" left join (select unit as _unit, {', '.join(shown)} from ({units})) {of_kind.alias}"
            f" on {of_kind.alias}._unit = _m.{column(unit_column(of_kind.kind))}"
        )
    unit = f"_m.{column(unit_column(pack.card_unit))}"
    if names & _OF_SCORE:
        joins += f" left join {scores(str(pack.card_scorecard))} _s on _s.unit = {unit}"
    joins += _unused(names, unit)
    return f"select {', '.join(columns + _of_card(names))} from {PERSONS} p{joins} where p.is_resident"


def _is_part(pack: Pack, name: str, kind: str) -> bool:
    """Whether a name is of a programme for a kind of unit."""
    return name.startswith("programme.") and pack.programmes[name.split(".")[1]].unit == kind


def _of_card(names: set[str]) -> list[str]:
    return [f"{_CARD_SQL[name]} as {column(name)}" for name in sorted(names & _CARD_SQL.keys())]


def _unused(names: set[str], unit: str) -> str:
    wanted = names & (_CARD_SQL.keys() - _OF_SCORE)
    return f" left join {UNUSED} _u on _u.unit = {unit}" if wanted else ""
