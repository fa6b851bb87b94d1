"""The tables that stages hand on inside an engine, by name.

One place for the names, so that a stage never guesses what another made.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from familycard.engine.interface import Engine
from familycard.pack.model import Pack

if TYPE_CHECKING:
    # Only its type is named: the value is handed in, so the floor is not left.
    from familycard.sources.store import StoreState

PEOPLE = "people"
"""person, the attributes of people, is_known, is_resident; one row a person, in no order."""
UNKNOWN_PEOPLE = "unknown_people"
"""Those of `PEOPLE` who are known by a refused row alone."""
PERSONS = "persons"
"""`PEOPLE` with the person indicators beside it, by person."""
NEIGHBOURS = "neighbours"
"""attribute, person: who shares a household or an address with a refused row of the people source."""
LINKED_BY_PERSON = "linked_by_person"
"""person, indicators, source, file, row and the link: rows that do not name their person, under everybody whom
they are about, with the indicators that keep them, separated by commas; only where any were linked."""
UNCONFIRMED = "unconfirmed_by_person"
"""The same of the rows that the model alone linked, without the link; only where there are any."""
FAULTS = "faults"
"""fault, person, other, unit, kind, source, detail."""


def checked(source: str) -> str:
    """The accepted rows of a source's load in use."""
    return f"checked_{source}"


def undecided(source: str) -> str:
    """Persons whom a refused row of the source may be about."""
    return f"undecided_{source}"


def members(kind: str) -> str:
    """unit, person, role; one row a member."""
    return f"members_{kind}"


def tie_evidence(kind: str) -> str:
    """unit, one, two, tie, mapping, file, row: the registers' rows that hold members together."""
    return f"evidence_{kind}"


def units(kind: str) -> str:
    """unit, members, composition_known, area, why_unknown."""
    return f"units_{kind}"


def unit_values(kind: str) -> str:
    """`units` with the unit indicators beside it."""
    return f"values_{kind}"


def entitlements(subject: str) -> str:
    """Programme results of a kind of unit, or of ``person``."""
    return f"entitlements_{subject}"


def doubts(subject: str) -> str:
    """What must not be held against subjects (`programmes/doubts.py`); only where there is anything."""
    return f"doubts_{subject}"


def scores(scorecard: str) -> str:
    """Points, score, bounds and category of each unit."""
    return f"scores_{scorecard}"


def subject_key(subject: str) -> str:
    """The key column of a subject's tables: ``person``, or ``unit`` for every kind of unit."""
    return "person" if subject == "person" else "unit"


def load_sources(engine: Engine, pack: Pack, state: StoreState) -> None:
    """Make each source's checked and undecided tables known; empty where nothing was ever taken in."""
    for source in pack.sources.values():
        load = state.loads.get(source.id)
        if load is None:
            types = {c.name: "BIGINT" if c.identifies else c.type.sql for c in source.columns}
            engine.make(checked(source.id), empty({"_file": "INTEGER", "_row": "BIGINT"} | types))
            engine.make(undecided(source.id), empty({"person": "BIGINT"}))
            continue
        engine.read_parquet(checked(source.id), [load.checked])
        engine.read_parquet(undecided(source.id), [load.undecided])
        if source.id == pack.people.source:
            engine.read_parquet(NEIGHBOURS, [load.neighbours])


def empty(columns: dict[str, str]) -> str:
    """A query of no rows with typed columns."""
    return "select " + ", ".join(f'cast(null as {t}) as "{c}"' for c, t in columns.items()) + " where false"


def quoted(names: Iterable[str]) -> str:
    """Column names as SQL, in order."""
    return ", ".join(f'"{name}"' for name in names)
