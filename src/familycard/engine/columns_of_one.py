"""Queries of columns of one table, which need no database: `select a, b as c from t where a is not null order by a`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa

from familycard.engine.dense import in_order

_COLUMN = r'"?\w+"?(?:\s+as\s+"?\w+"?)?'
_QUERY = re.compile(
    rf'\s*(?:select\s+(?P<columns>\*|{_COLUMN}(?:\s*,\s*{_COLUMN})*)\s+)?from\s+"?(?P<table>\w+)"?'
    r'(?:\s+where\s+"?(?P<known>\w+)"?\s+is\s+not\s+null)?'
    r'(?:\s+order\s+by\s+(?P<order>"?\w+"?(?:\s*,\s*"?\w+"?)*))?(?P<no_rows>\s+limit\s+0)?\s*'
)


@dataclass(frozen=True)
class ColumnsOfOne:
    """What such a query asks."""

    table: str
    columns: Mapping[str, str] | None
    """By name in the answer the name in the table, in order; None for all."""
    known: str | None
    """The column of which rows without a value are left out."""
    order: tuple[str, ...]
    has_no_rows: bool

    def of(self, table: pa.Table) -> pa.Table | None:
        """The answer; None where it takes more than columns: an order of texts, values to be left out, literals."""
        asked = {*(self.columns or {}).values(), *self.order, *([self.known] if self.known else [])}
        if any(table.schema.get_field_index(name) < 0 for name in asked):
            return None
        if self.known and table[self.known].null_count:
            return None
        if not all(pa.types.is_integer(table.schema.field(name).type) for name in self.order):
            return None
        found = table.slice(0, 0) if self.has_no_rows else table
        found = in_order(found, self.order) if self.order else found
        if self.columns is None:
            return found
        return found.select(list(self.columns.values())).rename_columns(list(self.columns))


@lru_cache(8_192)
def columns_of_one(query: str) -> ColumnsOfOne | None:
    """What a query asks of the columns of one table; None for any other query.

    >>> columns_of_one('select person as node, "rank" from people order by person')
    ColumnsOfOne(table='people', columns={'node': 'person', 'rank': 'rank'}, known=None, order=('person',), has_no_rows=False)
    >>> columns_of_one("select count(*) from people")
    """
    found = _QUERY.fullmatch(query)
    if found is None:
        return None
    columns = found["columns"]
    return ColumnsOfOne(
        found["table"],
        None if columns in (None, "*") else dict(map(_named, columns.split(","))),
        found["known"],
        tuple(re.findall(r"\w+", found["order"] or "")),
        found["no_rows"] is not None,
    )


def _named(column: str) -> tuple[str, str]:
    """The name of a column in the answer, and in the table."""
    names = re.findall(r"\w+", column)
    return names[-1], names[0]
