"""Row files: what a card and its explanations are read from, beside the tables and written with them.

A card needs whole rows of a few persons and units, hundreds of columns wide, while Parquet is
made for a few columns of everybody. So most tables of a snapshot hold their rows a second time in a
file of `engine/row_file.py`: derived, and outside the digests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from familycard.engine.file_end import BrokenFile
from familycard.engine.interface import ROWS_BY_KEY, Engine, Part
from familycard.engine.row_file import RowFile, write_rows
from familycard.errors import SnapshotError
from familycard.indicators.tables import (
    FAULTS,
    PERSONS,
    entitlements,
    members,
    scores,
    subject_key,
    tie_evidence,
    unit_values,
)
from familycard.pack.model import Pack
from familycard.pack.scopes import people_attributes
from familycard.programmes.evaluate import programmes_of, subjects_of
from familycard.programmes.resting import names_of_programme
from familycard.programmes.unused import UNUSED

T = TypeVar("T")
_BESIDE_EACH_OTHER = "_memberships"
MEMBERSHIPS = "memberships"
"""person, and the person's unit of each kind as ``<kind>__unit``."""
PARENTS = "parents"
"""child, parent, and whether the register names a parent (`is_recorded`) or who brings the child up instead."""
LINKED = "linked"
"""Rows that do not name their person, under each person whom they are about; only where any were linked."""


def unit_column(kind: str) -> str:
    """The column of a person's row that names the person's unit of a kind."""
    return f"{kind}__unit"


def of_members(kind: str) -> str:
    """The rows of a kind's members, by unit."""
    return f"members/{kind}"


def of_evidence(kind: str) -> str:
    """The rows of what holds a kind's members together, by unit."""
    return f"evidence/{kind}"


def of_scores(scorecard: str) -> str:
    """The rows of a scorecard's points, by unit."""
    return f"scores/{scorecard}"


def row_folders(pack: Pack) -> dict[str, tuple[str, ...]]:
    """By name (subjects, that is kinds of units and ``person``, and what else a card shows): the
    folders of tables whose rows stand side by side."""
    results = {subject: (f"entitlements/{subject}",) for subject in subjects_of(pack)}
    found = {"person": ("persons", MEMBERSHIPS, *results.get("person", ()))}
    for kind in pack.units:
        found[kind] = (f"units/{kind}", *results.get(kind, ()))
        found |= {name: (name,) for name in (of_members(kind), of_evidence(kind))}
    found |= {of_scores(card): (of_scores(card),) for card in pack.scorecards}
    return found | {"unused": (f"unused/{pack.card_unit}",), FAULTS: (FAULTS,), PARENTS: (PARENTS,)}


def want_rows(engine: Engine, pack: Pack) -> None:
    """Have the engine write row files with the tables that a build makes from here on."""
    engine.also_by_row(PERSONS, "person", _shown_of_persons(pack))
    engine.also_by_row(MEMBERSHIPS, "person")
    for subject in subjects_of(pack):
        engine.also_by_row(entitlements(subject), subject_key(subject))
    for kind in pack.units:
        for table in (unit_values(kind), members(kind), tie_evidence(kind)):
            engine.also_by_row(table, "unit")
    for table in (*map(scores, pack.scorecards), UNUSED):
        engine.also_by_row(table, "unit")


def _shown_of_persons(pack: Pack) -> frozenset[str]:
    """Who a person is, and what a person's programmes rest on."""
    of_programmes = (names_of_programme(programme) for programme in programmes_of(pack, "person"))
    who = {"person", "is_known", "is_resident", *people_attributes(pack)}
    return frozenset(who).union(*of_programmes)


def make_memberships(engine: Engine, pack: Pack) -> None:
    """Make `MEMBERSHIPS`, by person."""
    parts = [
        Part(
            f'select person, unit as "{unit_column(kind)}" from {members(kind)}',
            "person",
            (unit_column(kind),),
        )
        for kind in pack.units
    ]
    engine.widen(f"select person from {PERSONS}", "person", parts, _BESIDE_EACH_OTHER)
    engine.keep(MEMBERSHIPS, [f"from {_BESIDE_EACH_OTHER}"], ["person"])
    engine.drop(_BESIDE_EACH_OTHER)


def write_faults_by_person(engine: Engine, folder: Path) -> None:
    """Write each fault under each person whom it is about (``of_person``)."""
    rows = engine.arrow(
        f"select person as of_person, * from {FAULTS} where person is not null"
        f" union all select other, * from {FAULTS} where other is not null and other is distinct from person"
        " order by of_person, fault, person, other, unit, kind, source, detail"
    )
    write_rows([rows], "of_person", folder / FAULTS / ROWS_BY_KEY)


@dataclass(frozen=True)
class Rows:
    """Row files with the same keys in the same order, side by side."""

    files: tuple[RowFile, ...]

    def find(self, keys: Iterable[int], names: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """The rows of these keys, by key; SnapshotError where the files are not of one snapshot.

        Where names are given, only those of their columns, and only the files that have some are read.
        """
        keys, files = set(keys), self.files
        wanted: frozenset[str] | None = None
        if names is not None:
            wanted = frozenset(names)
            files = tuple(file for file in files if not wanted.isdisjoint(file.names)) or files[:1]
            wanted |= {file.key for file in files}
        found: list[dict[str, Any]] = []
        for file in files:
            rows = file.find(keys, wanted)
            if file is files[0]:
                found = rows
                continue
            if [row[file.key] for row in rows] != [row[files[0].key] for row in found]:
                raise SnapshotError(
                    f"{files[0].path} and {file.path} have not the same rows; build the snapshot again."
                )
            for row, beside in zip(found, rows, strict=True):
                row |= beside
        return found

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns of a row."""
        return pa.schema({field.name: field.type for file in self.files for field in file.schema}.items())

    def load(self) -> None:
        """Read now what the first rows would wait for."""
        for file in self.files:
            file.load()

    def check(self) -> None:
        """Read everything; BrokenFile where something is not what was written."""
        for file in self.files:
            file.check()


def open_rows(pack: Pack, folder: Path) -> Mapping[str, Rows]:
    """The rows of a snapshot by name; SnapshotError where a file is missing or broken."""
    folders = row_folders(pack) | ({LINKED: (LINKED,)} if (folder / LINKED).is_dir() else {})
    return {
        name: Rows(tuple(whole(RowFile, folder / side / ROWS_BY_KEY) for side in sides))
        for name, sides in folders.items()
    }


def whole(open_file: Callable[[Path], T], path: Path) -> T:
    """A file of a snapshot, opened; SnapshotError where it is missing or cut off."""
    try:
        return open_file(path)
    except FileNotFoundError as error:
        raise SnapshotError(f"{path} is missing: the snapshot is not whole; build it again.") from error
    except (BrokenFile, ValueError) as error:
        raise SnapshotError(f"{path} is broken: the snapshot is not whole; build it again.") from error
