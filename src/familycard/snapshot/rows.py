"""Row files: what a card and its explanations are read from, beside the tables and made from them.

A card needs whole rows of a few persons and units, hundreds of columns wide, while Parquet is
made for a few columns of everybody. So a snapshot holds the rows a second time in files of
`engine/row_file.py`: derived, and outside the digests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from familycard.engine.batches import even_batches
from familycard.engine.interface import Engine, Part
from familycard.engine.row_file import BrokenRows, RowFile, write_rows
from familycard.errors import BuildError, SnapshotError
from familycard.indicators.tables import FAULTS, PERSONS, members
from familycard.pack.model import Pack
from familycard.pack.scopes import people_attributes
from familycard.programmes.evaluate import programmes_of, subjects_of
from familycard.snapshot.reach import names_of_programme

ROWS = "rows"
WORK = "work"
"""Folder of what the build needs on the way; gone before the snapshot is published."""
MEMBERSHIPS = "memberships"
"""person, and the person's unit of each kind as ``<kind>__unit``."""
FAULTS_OF = "faults_of"
"""`FAULTS` once for each person whom a fault is about, under ``of_person``."""
BATCH_ROWS = 122_880


@dataclass(frozen=True)
class RowTable:
    """What a row file holds: tables with the same keys in the same order, beside each other."""

    key: str
    folders: tuple[str, ...]
    only: frozenset[str] | None = None
    """The columns taken of the first; None takes all."""


def unit_column(kind: str) -> str:
    """The column of a person's row that names the person's unit of a kind."""
    return f"{kind}__unit"


def of_members(kind: str) -> str:
    """The row file of a kind's members, by unit."""
    return f"members/{kind}"


def of_evidence(kind: str) -> str:
    """The row file of what holds a kind's members together, by unit."""
    return f"evidence/{kind}"


def of_scores(scorecard: str) -> str:
    """The row file of a scorecard's points, by unit."""
    return f"scores/{scorecard}"


def parts_of(folder: Path) -> list[Path]:
    """The files of a table of a snapshot, in order."""
    return sorted(folder.glob("part-*.parquet"))


def row_tables(pack: Pack) -> dict[str, RowTable]:
    """By name: subjects (a kind of unit, or ``person``), and what else a card shows."""
    with_programmes = subjects_of(pack)
    persons: tuple[str, ...] = ("persons", MEMBERSHIPS)
    persons += ("entitlements/person",) if "person" in with_programmes else ()
    tables = {"person": RowTable("person", persons, _shown_of_persons(pack))}
    for kind in pack.units:
        values = (f"units/{kind}", *([f"entitlements/{kind}"] if kind in with_programmes else []))
        tables[kind] = RowTable("unit", values)
        tables[of_members(kind)] = RowTable("unit", (f"members/{kind}",))
        tables[of_evidence(kind)] = RowTable("unit", (f"evidence/{kind}",))
    for card in pack.scorecards:
        tables[of_scores(card)] = RowTable("unit", (f"scores/{card}",))
    tables["unused"] = RowTable("unit", (f"unused/{pack.card_unit}",))
    tables[FAULTS] = RowTable("of_person", (f"{WORK}/{FAULTS_OF}",))
    return tables


def _shown_of_persons(pack: Pack) -> frozenset[str]:
    """Who a person is, and what a person's programmes rest on."""
    of_programmes = (names_of_programme(programme) for programme in programmes_of(pack, "person"))
    who = {"person", "is_known", "is_resident", *people_attributes(pack)}
    return frozenset(who).union(*of_programmes)


def write_row_files(engine: Engine, pack: Pack, folder: Path) -> None:
    """Write the row files of the tables that lie in a snapshot's folder."""
    engine.view(
        FAULTS_OF,
        f"select person as of_person, * from {FAULTS} where person is not null"
        f" union all select other, * from {FAULTS} where other is not null and other is distinct from person",
    )
    engine.save(
        FAULTS_OF, "of_person, fault, person, other, unit, kind, source, detail", folder / WORK / FAULTS_OF
    )

    def write(named: tuple[str, RowTable]) -> None:
        write_rows(_beside(folder, named[1]), named[1].key, _path(folder, named[0]))

    # The widest comes first; beside it there is time for all others.
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, row_tables(pack).items()))
    engine.drop(FAULTS_OF)


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
    engine.widen(f"select person from {PERSONS}", "person", parts, MEMBERSHIPS)


def _beside(folder: Path, table: RowTable) -> Iterator[pa.Table]:
    """The tables' rows beside each other."""
    sides = [parts_of(folder / side) for side in table.folders]
    batches = [_batches(paths, table.only if n == 0 else None) for n, paths in enumerate(sides)]
    for pieces in zip(*batches, strict=True):
        if any(not piece[table.key].equals(pieces[0][table.key]) for piece in pieces[1:]):
            # Somebody would be shown what is another's.
            raise BuildError(f"{' and '.join(table.folders)} have not the same rows in the same order.")
        yield pa.table({name: piece[name] for piece in pieces for name in piece.column_names})


def _batches(paths: Sequence[Path], only: frozenset[str] | None) -> Iterator[pa.Table]:
    """Rows with the columns asked for, texts as dictionaries."""
    schema = pq.read_schema(paths[0])
    shown = [name for name in schema.names if only is None or name in only]
    coded = [name for name in shown if pa.types.is_string(schema.field(name).type)]
    # A table without rows has columns all the same.
    yield schema.remove_metadata().empty_table().select(shown)
    for batch in even_batches(paths, shown, BATCH_ROWS, coded=coded, use_threads=True):
        yield batch.unify_dictionaries()


def _path(folder: Path, name: str) -> Path:
    return folder / ROWS / f"{name}.rows"


def open_row_files(pack: Pack, folder: Path) -> Mapping[str, RowFile]:
    """The row files of a snapshot; SnapshotError where one is missing or broken."""
    found = {}
    for name in row_tables(pack):
        path = _path(folder, name)
        try:
            found[name] = RowFile(path)
        except FileNotFoundError as error:
            raise SnapshotError(f"{path} is missing: the snapshot is not whole; build it again.") from error
        except (BrokenRows, ValueError) as error:
            raise SnapshotError(f"{path} is broken: the snapshot is not whole; build it again.") from error
    return found
