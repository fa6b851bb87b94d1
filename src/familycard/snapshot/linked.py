"""What rests on a row that was linked: a row of a register that does not name its person.

Such a row counts like any other, so whatever rests on it says so. A snapshot has these rows under
their persons, with the indicators that keep them (`linked_rows.py`); of a card's persons they are
read by key, and where no row was linked, as most often, nothing is asked. What rests on something
sealed says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from familycard.pack.model import Pack
from familycard.pack.rules.tracing import Tracer
from familycard.pack.scopes import people_attributes
from familycard.programmes.resting import PERSON, Basis, basis_of
from familycard.snapshot.names import is_sealed
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.rows import LINKED, of_evidence, of_members, unit_column
from familycard.sources.linkage.links import NO_LINKS, Link, Links

_LINK = tuple(field.name for field in fields(Link))


class LinkedAbout:
    """The linked rows behind values of one subject (``person`` or a kind of unit); each person's are read once.

    `row` is the subject's: its key, and of a person the units.
    """

    def __init__(self, snapshot: OpenSnapshot, subject: str, row: Mapping[str, Any]) -> None:
        self._snapshot, self._subject, self._row = snapshot, subject, row
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._tied: dict[str, list[dict[str, Any]]] = {}
        self._found: dict[str, tuple[Link, ...]] = {}

    def of(self, names: Iterable[str]) -> Links:
        """The linked rows that each of these names, as the subject's expressions have them, rests on."""
        if LINKED not in self._snapshot.rows:
            return NO_LINKS
        return Links({name: links for name in names if (links := self._links(name))})

    def _links(self, name: str) -> tuple[Link, ...]:
        if name not in self._found:
            self._found[name] = self._behind(
                basis_of(self._snapshot.pack, self._subject, name, _sealed(self._snapshot))
            )
        return self._found[name]

    def _behind(self, basis: Basis) -> tuple[Link, ...]:
        """Each linked row of a basis once, by source, file and row."""
        found = [
            row for kind, id_ in basis.taken for row in self._of(kind) if id_ in row["indicators"].split(",")
        ]
        found += [row for kind in basis.kinds for row in self._ties(kind)]
        once = {_place(row): Link(**{name: row[name] for name in _LINK}) for row in found}
        return tuple(once[place] for place in sorted(once))

    def _of(self, kind: str) -> list[dict[str, Any]]:
        """The linked rows about the subject (`PERSON`), or about the members of its unit of a kind."""
        if kind not in self._rows:
            self._rows[kind] = self._snapshot.rows[LINKED].find(self._persons(kind))
        return self._rows[kind]

    def _persons(self, kind: str) -> list[int]:
        if kind == PERSON:
            return [self._row[PERSON]]
        unit = self._unit(kind)
        members = [] if unit is None else self._snapshot.rows[of_members(kind)].find([unit])
        return [row["person"] for row in members]

    def _unit(self, kind: str) -> int | None:
        unit: int | None = self._row.get("unit" if kind == self._subject else unit_column(kind))
        return unit

    def _ties(self, kind: str) -> list[dict[str, Any]]:
        """The linked rows that hold a unit together."""
        if kind not in self._tied:
            self._tied[kind] = self._find_ties(kind)
        return self._tied[kind]

    def _find_ties(self, kind: str) -> list[dict[str, Any]]:
        linked, unit, ties = self._of(kind), self._unit(kind), self._snapshot.pack.units[kind].all_ties
        if not linked or unit is None or self._snapshot.pack.units[kind].by is not None:
            return []
        held = self._snapshot.rows[of_evidence(kind)].find([unit])
        places = {(ties[r["tie"]].mappings[r["mapping"]].source, r["file"], r["row"]) for r in held}
        return [row for row in linked if _place(row) in places and not _is_sealed(self._snapshot.pack, row)]


def names_linked(snapshot: OpenSnapshot, person: int) -> frozenset[str]:
    """The indicators of a person that rest on a row which the model linked and no person has confirmed."""
    links = LinkedAbout(snapshot, PERSON, {PERSON: person}).of(snapshot.pack.indicators)
    return frozenset(name for name, found in links.by_name.items() if any(one.is_by_model for one in found))


def _sealed(snapshot: OpenSnapshot) -> frozenset[str]:
    """The indicators and attributes that are sealed, or rest on what is."""
    return snapshot.remember("sealed names", lambda: _sealed_names(snapshot.pack))


def _sealed_names(pack: Pack) -> frozenset[str]:
    tracer = Tracer(pack)
    return frozenset(name for name in (*pack.indicators, *people_attributes(pack)) if is_sealed(tracer, name))


def _is_sealed(pack: Pack, row: Mapping[str, Any]) -> bool:
    return any(column.sensitivity == "sealed" for column in pack.sources[row["source"]].columns)


def _place(row: Mapping[str, Any]) -> tuple[str, int, int]:
    return row["source"], row["file"], row["row"]
