"""Damage to single rows of a delivery, such that intake refuses exactly those rows.

A cell that is not what its column says, a letter in an identifier, a cell too many: slips
that registers make every day. The delivery is read and written with the standard library,
so the damage does not depend on the code under test.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from familycard.pack.contract import Column, Source
from familycard.pack.model import Pack
from familycard.pack.types import Kind
from familycard.sources.store import StoreState

WAYS = ("value", "identifier", "extra cell")


def tolerant(pack: Pack) -> Pack:
    """The pack, but no delivery is refused as a whole for too many refused rows: small registers are tested too."""
    sources = {id_: replace(source, max_refused="1") for id_, source in pack.sources.items()}
    return replace(pack, sources=sources)


def damage_delivery(
    pack: Pack, state: StoreState, sources: Collection[str], delivery: Path, out: Path, seed: int, rows: int
) -> dict[str, int]:
    """Write damaged files of `sources` into `out`; how many rows of each were spoilt."""
    chance = random.Random(seed)
    out.mkdir(parents=True)
    (out / "loads.yaml").write_bytes((delivery / "loads.yaml").read_bytes())
    spoilt = {}
    for id_ in sorted(sources):
        accepted = pq.read_table(state.loads[id_].checked, columns=["_row"])["_row"].to_pylist()
        chosen = set(chance.sample(accepted, min(len(accepted), rows)))
        (path,) = delivery.glob(pack.sources[id_].location)
        _damage(pack.sources[id_], path, out / path.name, chosen, chance)
        spoilt[id_] = len(chosen)
    return spoilt


def _damage(source: Source, path: Path, to: Path, chosen: set[int], chance: random.Random) -> None:
    if source.format == "parquet":
        return _damage_parquet(source, path, to, chosen, chance)
    whole = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    damage = _damage_lines if source.format == "jsonl" else _damage_cells
    spoilt = damage(source, whole.decode(source.encoding), chosen, chance).encode(source.encoding)
    to.write_bytes(gzip.compress(spoilt) if to.suffix == ".gz" else spoilt)
    return None


def _damage_cells(source: Source, text: str, chosen: set[int], chance: random.Random) -> str:
    header, *records = csv.reader(io.StringIO(text), delimiter=source.delimiter)
    for number in chosen:
        cells, way = records[number - 1], chance.choice(WAYS)
        if way == "extra cell":
            cells.append("x")
            continue
        column = _column(source, way, [c for c, cell in zip(header, cells, strict=True) if cell], chance)
        place = header.index(_header(column))
        cells[place] = _spoilt(column, cells[place], chance)
    out = io.StringIO()
    csv.writer(out, delimiter=source.delimiter, lineterminator="\n").writerows([header, *records])
    return out.getvalue()


def _damage_lines(source: Source, text: str, chosen: set[int], chance: random.Random) -> str:
    records = [json.loads(line) for line in text.splitlines()]
    for number in chosen:
        column = _column(source, chance.choice(WAYS[:2]), list(records[number - 1]), chance)
        name = _header(column)
        records[number - 1][name] = _spoilt(column, str(records[number - 1][name]), chance)
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def _damage_parquet(source: Source, path: Path, to: Path, chosen: set[int], chance: random.Random) -> None:
    table = pq.read_table(path)
    texts = [name for name in table.column_names if pa.types.is_string(table[name].type)]
    cells = {name: table[name].to_pylist() for name in texts}
    for number in chosen:
        column = _column(source, chance.choice(WAYS[:2]), texts, chance)
        values = cells[_header(column)]
        values[number - 1] = _spoilt(column, values[number - 1], chance)
    for name in texts:
        table = table.set_column(table.column_names.index(name), name, pa.array(cells[name], pa.string()))
    pq.write_table(table, to)


def _column(source: Source, way: str, filled: list[str], chance: random.Random) -> Column:
    """A filled column that a wrong text breaks: an identifier, else no free text, else what there is."""
    physical = [c for c in source.columns if c.derived is None and _header(c) in filled]
    named = [c for c in physical if c.identifies]
    typed = [c for c in physical if not c.identifies and (c.type.kind is not Kind.TEXT or c.allowed)]
    return chance.choice((named if way == "identifier" or not typed else typed) or typed or physical)


def _spoilt(column: Column, text: str, chance: random.Random) -> str:
    if column.identifies is None:
        return "=#"  # no number, no day, no known word; and in free text the beginning of a formula
    place = chance.randrange(len(text))
    return text[:place] + "O" + text[place + 1 :]


def _header(column: Column) -> str:
    return column.physical_name or column.name
