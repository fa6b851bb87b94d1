"""The members of one unit, and the registers' rows that hold each of them in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from familycard.pack.model import Pack, UnitKind

Rows = Iterable[Mapping[str, Any]]
NAME_PARTS = ("surname", "given_name", "patronymic")
OF_PERSONS = ("person", *NAME_PARTS, "birth_date", "sex")
"""What of persons' rows a `Member` is made of."""


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


def members_of(pack: Pack, kind: str, persons: Rows, members: Rows, evidence: Rows) -> tuple[Member, ...]:
    """The members of a unit, head first, then by age; of rows of the members, of them as persons, of their evidence."""
    roles = {row["person"]: row["role"] for row in members}
    held = _evidence(pack, kind, evidence)
    found = [_member(row, roles[row["person"]], held.get(row["person"], [])) for row in persons]
    return tuple(sorted(found, key=lambda m: (m.role != "head", m.birth_date or date.max, m.person)))


def _evidence(pack: Pack, kind: str, rows: Rows) -> dict[int, list[Evidence]]:
    """By person, in the pack's order of ties."""
    sides = [(row["one"], row["two"], row) for row in rows]
    sides += [(two, one, row) for one, two, row in sides if two is not None]
    found: dict[int, list[Evidence]] = {}
    for person, other, row in sorted(sides, key=lambda side: _order(side[1], side[2])):
        named = _names(pack, pack.units[kind], row["tie"], row["mapping"])
        found.setdefault(person, []).append(Evidence(*named, row["file"], row["row"], other))
    return found


def _order(other: int | None, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["tie"], row["mapping"], other is None, other, row["file"], row["row"]


def _names(pack: Pack, kind: UnitKind, tie: int, mapping: int) -> tuple[str, str, str]:
    """The tie, its `via` and its source."""
    if kind.by is not None:
        return kind.by, pack.people.source, pack.people.source
    found = kind.all_ties[tie]
    rows = found.mappings[mapping]
    return found.id, rows.via or rows.source, rows.source


def _member(row: Mapping[str, Any], role: str, evidence: list[Evidence]) -> Member:
    name = " ".join(str(row[part]) for part in NAME_PARTS if row.get(part))
    return Member(row["person"], role, name, row.get("birth_date"), row.get("sex"), tuple(evidence))
