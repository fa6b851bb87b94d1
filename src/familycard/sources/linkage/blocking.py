"""Which pairs are looked at: those that agree on one of several keys, so that no single fault hides a pair.

A key is tried in its broadest form first, and narrowed by the beginning of a name where it would
make more pairs than can be looked at: a dwelling's code is a key of its own, a region is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from familycard.errors import SourceError
from familycard.sources import sql
from familycard.sources.linkage.fields import Field, Kind, of_kind

PAIRS_A_ROW = 400
"""Pairs that one key may make for each row of the smaller table; a birthday makes 700 in a nation of 20 million."""
PAIRS_AT_LEAST = 1_000_000

Key = tuple[tuple[Field, str], ...]
"""Parts of fields that agree: SQL over ``{}``, the field."""

WHOLE = "{}"


def blocks(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[str], fields: Sequence[Field]
) -> list[str]:
    """Splink's blocking rules over one or two prepared tables."""
    rows = min(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in tables)
    bearable = max(PAIRS_A_ROW * rows, PAIRS_AT_LEAST)
    chosen: list[str] = []
    for ways in _keys(fields):
        rule = next((_rule(key) for key in ways if pairs_of(connection, tables, key) <= bearable), None)
        chosen += [rule] if rule and rule not in chosen else []
    surname, given = of_kind(fields, Kind.SURNAME), of_kind(fields, Kind.GIVEN_NAME)
    if surname and given:
        one, two = sql.name(surname.name), sql.name(given.name)
        chosen.append(f"l.{one} = r.{two} AND l.{two} = r.{one}")
    if not chosen:
        raise SourceError(
            "The rows have no key by which few enough pairs could be looked at: too little tells them apart."
        )
    return chosen


def _keys(fields: Sequence[Field]) -> Iterator[list[Key]]:
    """The keys, each in its ways from broad to narrow."""
    surname, given, birth = (of_kind(fields, kind) for kind in (Kind.SURNAME, Kind.GIVEN_NAME, Kind.DATE))
    names = [name for name in (surname, given) if name]
    if surname and given:
        yield [
            ((surname, WHOLE),),
            ((surname, WHOLE), (given, "left({}, 1)")),
            ((surname, WHOLE), (given, "left({}, 3)")),
        ]
        yield [((surname, "left({}, 4)"), (given, WHOLE))]
    for field in fields:
        if field.kind in (Kind.DATE, Kind.PLACE, Kind.CODE, Kind.NUMBER):
            for name in names:
                yield [
                    ((field, WHOLE),),
                    ((field, WHOLE), (name, "left({}, 1)")),
                    ((field, WHOLE), (name, "left({}, 3)")),
                ]
    if birth:
        for part in ("left({}, 4)", "right({}, 4)", "left({}, 6)"):
            for name in names:
                yield [((birth, part), (name, "left({}, 3)")), ((birth, part), (name, WHOLE))]


def _rule(key: Key) -> str:
    return " AND ".join(f"{_of('l', field, part)} = {_of('r', field, part)}" for field, part in key)


def _of(side: str, field: Field, part: str) -> str:
    return part.replace("{}", f"{side}.{sql.name(field.name)}")


def pairs_of(connection: duckdb.DuckDBPyConnection, tables: Sequence[str], key: Key) -> int:
    """How many pairs agree on a key."""
    values = ", ".join(f"{_of('t', field, part)} AS k{n}" for n, (field, part) in enumerate(key))
    known = " AND ".join(f"{_of('t', field, part)} IS NOT NULL" for field, part in key)
    using = ", ".join(f"k{n}" for n in range(len(key)))
    counted = [
        f"(SELECT {values}, count(*) AS n FROM {table} t WHERE {known} GROUP BY ALL)" for table in tables
    ]
    if len(tables) == 1:
        query = f"SELECT sum(n * (n - 1) // 2) FROM {counted[0]}"
    else:
        query = f"SELECT sum(l.n * r.n) FROM {counted[0]} l JOIN {counted[1]} r USING ({using})"
    return int(connection.execute(query).fetchall()[0][0] or 0)
