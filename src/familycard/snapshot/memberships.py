"""The members of one unit, and the registers' rows that hold each of them in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from familycard.engine.interface import Engine
from familycard.indicators.tables import PERSONS, members, tie_evidence
from familycard.pack.model import Pack, UnitKind

NAME_PARTS = ("surname", "given_name", "patronymic")


@dataclass(frozen=True)
class Evidence:
    """What holds a member in the family: which tie, and the register's row."""

    tie: str
    via: str | None
    source: str
    file: int
    row: int
    other: int | None
    """The person at the other end; None where an attribute holds the unit together."""


@dataclass(frozen=True)
class Member:
    """A person of a family, as the card shows it."""

    person: int
    role: str
    name: str
    birth_date: date | None
    sex: str | None
    evidence: tuple[Evidence, ...]


def members_of(engine: Engine, pack: Pack, kind: str, unit: int) -> tuple[Member, ...]:
    """The members of a unit, head first, then by age."""
    rows = engine.arrow(
        f"select m.role, p.* from {members(kind)} m join {PERSONS} p on p.person = m.person"
        f" where m.unit = {int(unit)} order by m.role <> 'head', p.birth_date nulls last, p.person"
    ).to_pylist()
    evidence = _evidence(engine, pack, kind, unit)
    return tuple(_member(row, evidence.get(row["person"], [])) for row in rows)


def _evidence(engine: Engine, pack: Pack, kind: str, unit: int) -> dict[int, list[Evidence]]:
    """By person, in the pack's order of ties."""
    table, where = tie_evidence(kind), f"where unit = {int(unit)}"
    rows = engine.rows(
        f"select one as person, two as other, tie, mapping, file, row from {table} {where}"
        f" union all select two, one, tie, mapping, file, row from {table} {where} and two is not null"
        f" order by person, tie, mapping, other, file, row"
    )
    found: dict[int, list[Evidence]] = {}
    for person, other, tie, mapping, file, row in rows:
        named = _names(pack, pack.units[kind], tie, mapping)
        found.setdefault(person, []).append(Evidence(*named, file, row, other))
    return found


def _names(pack: Pack, kind: UnitKind, tie: int, mapping: int) -> tuple[str, str, str]:
    """The tie, its `via` and its source."""
    if kind.by is not None:
        return kind.by, pack.people.source, pack.people.source
    found = kind.all_ties[tie]
    rows = found.mappings[mapping]
    return found.id, rows.via or rows.source, rows.source


def _member(row: Mapping[str, Any], evidence: list[Evidence]) -> Member:
    name = " ".join(str(row[part]) for part in NAME_PARTS if row.get(part))
    return Member(row["person"], row["role"], name, row.get("birth_date"), row.get("sex"), tuple(evidence))
