"""Rows that are one person, in groups: whoever is linked to one of them belongs to all of them."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def groups(connection: duckdb.DuckDBPyConnection, pairs: str) -> pa.Table:
    """(id, grouped) of every row in a pair; `pairs` is SQL of (one, other). Groups are numbered from 0.

    >>> found = groups(duckdb.connect(), "VALUES ('a', 'b'), ('c', 'b'), ('x', 'y')")
    >>> list(zip(found["id"].to_pylist(), found["grouped"].to_pylist()))
    [('a', 0), ('b', 0), ('c', 0), ('x', 1), ('y', 1)]
    """
    named = connection.sql(f"SELECT * FROM ({pairs}) t(one, other) ORDER BY ALL").to_arrow_table()
    ends = pa.chunked_array([*named["one"].chunks, *named["other"].chunks], type=named["one"].type)
    ids, places = np.unique(np.asarray(ends.to_pylist()), return_inverse=True)
    one, other = places[: len(named)], places[len(named) :]
    ties = coo_array((np.ones(len(named), bool), (one, other)), shape=(len(ids), len(ids)))
    return pa.table({"id": ids, "grouped": connected_components(ties, directed=False)[1]})
