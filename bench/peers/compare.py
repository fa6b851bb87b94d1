"""Whether two sides gave the same: every indicator of every person and family, every rule's answer."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from chosen import ATTRIBUTES, INDICATORS, RULES, UNIT, chosen_pack

from familycard.pack.model import Pack
from familycard.pack.scopes import is_of_persons, is_of_units

PARTS = ("status", "failed", "unknown", "amount")


def expected(pack: Pack) -> dict[str, tuple[str, list[str]]]:
    """By result: its key and the columns that it must have."""

    def parts(subject: str) -> list[str]:
        return [f"{id_}__{part}" for id_, rule in RULES.items() if rule.subject == subject for part in PARTS]

    chosen = [pack.indicators[id_] for id_ in INDICATORS]
    of_persons = [i.id for i in chosen if is_of_persons(i)]
    of_units = [i.id for i in chosen if is_of_units(i)]
    return {
        "persons": ("person", [*ATTRIBUTES, "is_known", "is_resident", *of_persons]),
        "units": ("unit", ["members", "area", "composition_known", *of_units]),
        "person_rules": ("person", parts("person")),
        "unit_rules": ("unit", parts(UNIT)),
    }


def first_difference(one: Path, other: Path) -> str | None:
    """The first column in which two folders of results differ, with a key; None where all is the same."""
    for name, (key, columns) in expected(chosen_pack()).items():
        ours, theirs = (_read(folder, name, key, columns) for folder in (one, other))
        if ours.num_rows != theirs.num_rows:
            return f"{name} has {ours.num_rows:,} rows against {theirs.num_rows:,}"
        for column in (key, *columns):
            where = _where_different(ours[column], theirs[column])
            if where is not None:
                pair = f"{ours[column][where]} against {theirs[column][where]}"
                return f"{name}, {column} of {key} {ours[key][where]}: {pair}"
    return None


def answers(folder: Path) -> Counter[str]:
    """How often each status was given in a folder of results."""
    found: Counter[str] = Counter()
    for name, (_, columns) in expected(chosen_pack()).items():
        for column in (c for c in columns if c.endswith("__status")):
            counts = pc.value_counts(pq.read_table(folder / name, columns=[column])[column])
            found.update({str(one["values"]): int(one["counts"]) for one in counts.to_pylist()})
    return found


def _read(folder: Path, name: str, key: str, columns: list[str]) -> pa.Table:
    """A result by key, whatever integers and texts its writer chose."""
    path = folder / name if (folder / name).is_dir() else folder / f"{name}.parquet"
    table = pq.read_table(path, columns=[key, *columns])
    return pa.table({column: _plain(table[column]) for column in table.column_names}).sort_by(key)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_integer(column.type) or pa.types.is_null(column.type):
        return column.cast(pa.int64())
    is_text = pa.types.is_large_string(column.type) or pa.types.is_dictionary(column.type)
    return column.cast(pa.string()) if is_text or pa.types.is_string_view(column.type) else column


def _where_different(ours: pa.ChunkedArray, theirs: pa.ChunkedArray) -> int | None:
    """The first row in which two columns differ, unknown being a value of its own."""
    differ = pc.fill_null(pc.not_equal(ours, theirs), False)
    one_unknown = pc.xor(ours.is_null(), theirs.is_null())
    place = pc.index(pc.or_(differ, one_unknown), True).as_py()
    return None if place < 0 else int(place)
