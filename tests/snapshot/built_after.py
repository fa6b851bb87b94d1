"""The whole build to which each recomputed family must be equal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from familycard.engine.duck import DuckEngine
from familycard.pack.model import Pack
from familycard.snapshot.build import Stages, compute
from familycard.snapshot.event.change import Event, without
from familycard.snapshot.write import table_paths
from familycard.sources.store import StoreState


def built_after(
    pack: Pack, state: StoreState, as_of: date, event: Event, folder: Path
) -> Mapping[str, pa.Table]:
    """All tables of a snapshot of the store with the event's rows, by their folders in a snapshot."""
    loads = dict(state.loads)
    folder.mkdir(parents=True)
    for source, change in event.items():
        rows = pq.read_table(loads[source].checked)
        rows = rows if change.removed is None else without(rows, change.removed)
        rows = rows if change.added is None else pa.concat_tables([rows, change.added.cast(rows.schema)])
        pq.write_table(rows, folder / f"{source}.parquet")
        loads[source] = replace(loads[source], checked=folder / f"{source}.parquet")
    engine = DuckEngine()
    engine.work_in(folder)
    compute(engine, pack, replace(state, loads=loads), as_of, Stages())
    return {
        path: engine.arrow(f"select * from {table} order by {order}")
        for path, (table, order) in table_paths(pack).items()
    }


def is_same(one: pa.Table, other: pa.Table) -> bool:
    """Whether two tables have the same rows in the same order, whatever the order of their columns."""
    one, other = plain(one).select(other.column_names), plain(other)
    return bool(one.cast(other.schema).equals(other))


def plain(table: pa.Table) -> pa.Table:
    """The table with texts in the place of dictionaries."""
    fields = [
        pa.field(
            f.name,
            pa.string() if pa.types.is_dictionary(f.type) or pa.types.is_large_string(f.type) else f.type,
        )
        for f in table.schema
    ]
    return table.cast(pa.schema(fields))
