"""The same inputs give the same tables, whatever the threads and the order of rows.

What does depend on the order of rows is where a row stands: the tables of ``evidence`` name the file
and the row that a membership rests on. Those numbers are taken out before a comparison across deliveries.
Person numbers are given once, in the order of the first delivery of people; so the shuffled rows
are taken into a store that has given them, as a later delivery is.
"""

from __future__ import annotations

import csv
import gzip
import io
import random
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from made_up import AS_OF, MadeUp

from familycard.engine.duck import DuckEngine
from familycard.pack.contract import Source
from familycard.pack.model import Pack
from familycard.snapshot.build import build
from familycard.sources.intake import intake


def tables(snapshot: Path) -> dict[str, bytes]:
    return {str(p.relative_to(snapshot)): p.read_bytes() for p in sorted(snapshot.rglob("*.parquet"))}


def test_one_thread_and_four_give_the_same_bytes(country: MadeUp, tmp_path: Path) -> None:
    made = []
    for threads in (1, 4):
        out = tmp_path / str(threads)
        built = build(country.pack, country.store, AS_OF, out, engine=DuckEngine(threads=threads))
        made.append(tables(built.path))
    assert len(made[0]) > 15
    assert [path for path in made[0] if made[0][path] != made[1][path]] == []
    assert made[0] == tables(country.snapshot)


def test_shuffled_rows_of_every_register_give_the_same_tables(country: MadeUp, tmp_path: Path) -> None:
    shuffle(country.pack, country.delivery, tmp_path / "delivery", random.Random(5))
    shutil.copytree(country.store, tmp_path / "store")
    intake(country.pack, tmp_path / "delivery", tmp_path / "store")
    built = build(country.pack, tmp_path / "store", AS_OF, tmp_path / "snapshots")
    before, after = country.snapshot, built.path
    paths = [path.relative_to(before) for path in sorted(before.rglob("*.parquet"))]
    differing = [str(p) for p in paths if not without_rows(before / p).equals(without_rows(after / p))]
    assert differing == []
    # The shuffle was one: the rows of the evidence stand elsewhere now.
    evidence = Path("evidence") / "family" / "part-000.parquet"
    assert not pq.read_table(before / evidence).equals(pq.read_table(after / evidence))


def without_rows(path: Path) -> pa.Table:
    """A table without the places of rows."""
    table = pq.read_table(path)
    return table.drop_columns(["file", "row"]) if path.parts[-3] == "evidence" else table


def shuffle(pack: Pack, delivery: Path, out: Path, chance: random.Random) -> None:
    """The delivery with the rows of every register in another order."""
    out.mkdir()
    (out / "loads.yaml").write_bytes((delivery / "loads.yaml").read_bytes())
    for source in pack.sources.values():
        (path,) = delivery.glob(source.location)
        if source.format == "parquet":
            table = pq.read_table(path)
            pq.write_table(table.take(chance.sample(range(table.num_rows), table.num_rows)), out / path.name)
        else:
            (out / path.name).write_bytes(_shuffled(source, path.read_bytes(), chance))


def _shuffled(source: Source, whole: bytes, chance: random.Random) -> bytes:
    is_packed = source.location.endswith(".gz")
    text = (gzip.decompress(whole) if is_packed else whole).decode(source.encoding)
    if source.format == "jsonl":
        lines = text.splitlines(keepends=True)
        chance.shuffle(lines)
        text = "".join(lines)
    else:
        header, *records = csv.reader(io.StringIO(text), delimiter=source.delimiter)
        chance.shuffle(records)
        out = io.StringIO()
        csv.writer(out, delimiter=source.delimiter, lineterminator="\n").writerows([header, *records])
        text = out.getvalue()
    spoilt = text.encode(source.encoding)
    return gzip.compress(spoilt) if is_packed else spoilt
