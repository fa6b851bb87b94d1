"""Of a whole country a third of the rows is linked by the model alone: nobody loses a right by them."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from linked_town import BY_MODEL
from made_up import AS_OF, MadeUp

from familycard.indicators.tables import entitlements, members
from familycard.pack.model import Pack
from familycard.programmes.evaluate import programmes_of, subjects_of
from familycard.programmes.unused import WITHOUT_RIGHT
from familycard.snapshot.build import build
from familycard.snapshot.open import OpenSnapshot, open_snapshot
from familycard.sources.store import Load, Store

SHARE = 0.3
NO_UNIT = "no unit"


def test_no_right_that_somebody_has_without_linked_rows_ends_by_them(country: MadeUp, tmp_path: Path) -> None:
    pack = country.pack
    for name in ("linked", "without"):
        shutil.copytree(country.store, tmp_path / name)
    chance, places = random.Random(7), dict[str, list[int]]()
    for source, load in linkable(pack, tmp_path / "linked"):
        rows = pq.read_table(load.checked)
        places[source] = sorted(chance.sample(range(rows.num_rows), int(rows.num_rows * SHARE)))
        taken = rows.take(pa.array(places[source], pa.int64())).select(["_file", "_row"]).to_pylist()
        if taken:
            links = pa.Table.from_pylist([BY_MODEL | place for place in taken])
            pq.write_table(links, load.checked.parent / "linked.parquet")
    for source, load in linkable(pack, tmp_path / "without"):
        rows, gone = pq.read_table(load.checked), set(places[source])
        pq.write_table(rows.filter(pa.array([n not in gone for n in range(rows.num_rows)])), load.checked)
    linked, without = (
        open_snapshot(build(pack, tmp_path / name, AS_OF, tmp_path / f"of-{name}").path)
        for name in ("linked", "without")
    )
    moves = Counter(moved(pack, without, linked))
    assert moves["cannot_tell"] > 500, "too little is open to show anything"
    assert moves.keys() <= {"eligible", "cannot_tell"}
    assert told_without_right(linked) <= told_without_right(without)


def linkable(pack: Pack, store: Path) -> Iterator[tuple[str, Load]]:
    """The registers whose rows are about a person, but that of people itself."""
    for source, load in sorted(Store(store).state().loads.items()):
        contract = pack.sources[source]
        subject = contract.by_name.get(contract.subject or "")
        if source != pack.people.source and subject and subject.identifies == pack.people.identifier:
            yield source, load


def moved(pack: Pack, before: OpenSnapshot, after: OpenSnapshot) -> Iterator[str]:
    """What becomes of each right that a person, or a unit of the person's, has before."""
    for subject in subjects_of(pack):
        known = statuses(after, subject)
        names = [f"{programme.id}__status" for programme in programmes_of(pack, subject)]
        for person, row in statuses(before, subject).items():
            for name in names:
                if row[name] == "eligible":
                    yield known[person][name] if person in known else NO_UNIT


def statuses(snapshot: OpenSnapshot, subject: str) -> dict[int, dict[str, str]]:
    rows = f"select * from {entitlements(subject)}"
    if subject != "person":
        rows = f"select m.person, e.* from {members(subject)} m join ({rows}) e on e.unit = m.unit"
    return {row["person"]: row for row in snapshot.engine.arrow(rows).to_pylist()}


def told_without_right(snapshot: OpenSnapshot) -> set[tuple[object, ...]]:
    return set(snapshot.engine.rows(f"select subject, unit, person, programme from {WITHOUT_RIGHT}"))
