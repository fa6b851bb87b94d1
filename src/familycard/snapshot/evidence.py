"""The rows of registers behind a value: which file, which line, what it said, and how old it is.

A formula is followed down to the indicators that sources give and to the attributes of
people. The rows are read from the store, by the load that the snapshot was built with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from familycard.errors import SnapshotError, UsageError
from familycard.indicators.from_sources import attributes_wanted, rows_with_attributes
from familycard.indicators.tables import PEOPLE, checked
from familycard.pack.contract import Column, Source
from familycard.pack.dependencies import expression_names
from familycard.pack.expression import compile_condition
from familycard.pack.model import Indicator, Pack
from familycard.pack.parameters import literal
from familycard.pack.rules.tracing import Tracer
from familycard.pack.scopes import column, people_attributes, source_scope
from familycard.pack.types import BOOLEAN, INTEGER, TEXT, Type
from familycard.snapshot.catalogue import LoadNote
from familycard.snapshot.event.rows import Index, integers
from familycard.snapshot.names import is_sealed
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.rows import of_members
from familycard.sources.linkage.links import Link, links_of_load
from familycard.sources.loading import order_of

ROWS_MAX = 1_000


@dataclass(frozen=True)
class EvidenceValue:
    """A cell as stored (money in minor units, numbers scaled), with its type."""

    value: Any
    type: Type
    sensitivity: str


@dataclass(frozen=True)
class EvidenceRow:
    """One row of a register that went into a value."""

    indicator: str
    """The indicator, or attribute of people, that was taken from the row."""
    person: int
    source: str
    title: str
    owner: str
    load: str
    file: str
    row: int
    """Record number in the file; the first after the header is 1."""
    extracted_on: date | None
    stale: bool
    is_counted: bool | None
    """None where it is unknown whether the indicator's condition keeps the row."""
    values: Mapping[str, EvidenceValue]
    withheld: tuple[str, ...]
    """Names of columns that are sealed."""
    linked: Link | None = None
    """Of a row that does not name its person: how it came to it."""


@dataclass(frozen=True)
class _Asked:
    """What is read of one source for one indicator or attribute."""

    id: str
    source: Source
    by: str
    keep: str
    names: frozenset[str]
    columns: tuple[Column, ...]


def evidence(
    snapshot: OpenSnapshot,
    indicator: str,
    *,
    person: int | None = None,
    unit: int | None = None,
    kind: str | None = None,
    sealed: bool = False,
) -> list[EvidenceRow]:
    """The rows behind an indicator of a person, or of a unit (of the card's kind, if none is named).

    In the order of persons, indicators, files and rows; at most `ROWS_MAX` an indicator. What is
    sealed is withheld unless `sealed`. SnapshotError where the store is gone.
    """
    pack = snapshot.pack
    if indicator not in pack.indicators and indicator not in people_attributes(pack):
        near = get_close_matches(indicator, [*pack.indicators, *people_attributes(pack)], 1)
        advice = f" Did you mean `{near[0]}`?" if near else ""
        raise UsageError(f"`{indicator}` is no indicator of {pack.id}.{advice}")
    if not sealed and is_sealed(snapshot.remember("tracer", lambda: Tracer(pack)), indicator):
        raise SnapshotError(f"`{indicator}` is sealed: its rows are not shown.")
    persons = _persons(snapshot, person, unit, kind)
    found = [
        row
        for leaf in _leaves(pack, indicator)
        for row in _rows(snapshot, _asked(snapshot, leaf), persons, sealed=sealed)
    ]
    return sorted(found, key=lambda row: (row.person, row.indicator, row.source, row.file, row.row))


def _persons(snapshot: OpenSnapshot, person: int | None, unit: int | None, kind: str | None) -> list[int]:
    if (person is None) == (unit is None):
        raise UsageError("Name a person or a unit, one of the two.")
    if person is not None:
        return [int(person)]
    rows = snapshot.rows[of_members(kind or snapshot.pack.card_unit)].find([int(unit or 0)])
    persons = [row["person"] for row in rows]
    if not persons:
        raise SnapshotError(f"There is no such {kind or snapshot.pack.card_unit} in {snapshot.path.name}.")
    return persons


def _leaves(pack: Pack, indicator: str) -> list[str]:
    """The indicators from sources and the attributes that an indicator rests on, in the pack's order."""
    waiting, found = [indicator], set[str]()
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        if name in pack.indicators:
            waiting += expression_names(pack.indicators[name].formula)
    taken = [i.id for i in pack.indicators.values() if i.id in found and i.source is not None]
    return taken + [name for name in people_attributes(pack) if name in found]


def _asked(snapshot: OpenSnapshot, leaf: str) -> _Asked:
    pack = snapshot.pack
    indicator = pack.indicators.get(leaf)
    if indicator is None or indicator.source is None:
        people = pack.sources[pack.people.source]
        return _Asked(leaf, people, people.subject or "", "true", frozenset(), (people.by_name[leaf],))
    source = pack.sources[indicator.source]
    names = expression_names(indicator.where) | expression_names(indicator.person)
    named = {name.partition(".")[0] for name in names}
    columns = tuple(c for c in source.columns if c.name in named and c.identifies is None)
    by = indicator.by or source.subject or ""
    return _Asked(leaf, source, by, _keep(snapshot, source, indicator), frozenset(names), columns)


def _keep(snapshot: OpenSnapshot, source: Source, indicator: Indicator) -> str:
    if indicator.where is None:
        return "true"
    scope = source_scope(snapshot.pack, source, snapshot.catalogue.as_of, indicator.period or "any")
    return compile_condition(indicator.where, scope).sql


def _rows(
    snapshot: OpenSnapshot, asked: _Asked, persons: Sequence[int], *, sealed: bool
) -> Iterator[EvidenceRow]:
    load = snapshot.catalogue.loads.get(asked.source.id)
    if load is None:
        return
    read_load(snapshot, asked.source, load)
    keys = _keys(snapshot, asked, persons)
    if not keys:
        return
    names = ("_person", "_file", "_row", "_keep", *(c.name for c in asked.columns))
    files = snapshot.manifest["inputs"][asked.source.id]["files"]
    linked = links_of_load(
        asked.source.id, load.extracted_on, (snapshot.catalogue.store / load.checked).parent
    )
    for values in snapshot.engine.rows(_query(snapshot, asked, keys)):
        found = dict(zip(names, values, strict=True))
        row = _row(asked, load, files[found["_file"]]["name"], found, sealed=sealed)
        yield replace(row, linked=linked.get((found["_file"], found["_row"])))


def read_load(snapshot: OpenSnapshot, source: Source, load: LoadNote) -> None:
    """Make a source's accepted rows known to the engine; SnapshotError where the store is gone."""
    path = snapshot.catalogue.store / load.checked
    if not path.is_file():
        raise SnapshotError(
            f"{path} is missing: the rows behind {snapshot.path.name} lie in the store that it was built from. "
            "Put the store back where it was, or restore it from its backup."
        )
    snapshot.remember(("load", source.id), lambda: snapshot.engine.read_parquet(checked(source.id), [path]))


def _keys(snapshot: OpenSnapshot, asked: _Asked, persons: Sequence[int]) -> dict[int, str]:
    """By person, as SQL, what the source's rows about the person have in the column `by`."""
    if not _is_shared(asked):
        return {person: str(person) for person in persons}
    attribute = str(asked.source.subject_of)
    shared = {row["person"]: row[attribute] for row in snapshot.rows["person"].find(persons)}
    return {person: literal(str(key), TEXT) for person, key in shared.items() if key is not None}


def _query(snapshot: OpenSnapshot, asked: _Asked, keys: Mapping[int, str]) -> str:
    """SQL of _person, _file, _row, _keep and the columns to show.

    Of the rows that are about these persons, and of nobody else, the attributes of whom they name
    are looked up: a join would read everybody.
    """
    rows = _rows_about(snapshot, asked, keys)
    people = _people_named(snapshot, asked.names, rows)
    shown = "".join(f", r.{column(c.name)}" for c in asked.columns)
    beside = rows_with_attributes(asked.source, asked.names, rows, people)
    whose = ", ".join(f"({person}, {text})" for person, text in keys.items())
    return (
        f"select k.person, r._file, r._row, r._keep{shown}"
        f" from (select *, {_by(asked)} as _by, {asked.keep} as _keep from {beside}) r"
        f" join (values {whose}) k(person, key) on k.key = r._by"
        f" where r._keep is distinct from false order by 1, 2, 3 limit {ROWS_MAX}"
    )


def _by(asked: _Asked) -> str:
    """SQL of what says whom a row is about."""
    return f"cast({column(asked.by)} as varchar)" if _is_shared(asked) else column(asked.by)


def _is_shared(asked: _Asked) -> bool:
    """Whether rows are about a household or an address, and so about everyone in it."""
    return asked.source.subject_of is not None and asked.by == asked.source.subject


def _rows_about(snapshot: OpenSnapshot, asked: _Asked, keys: Mapping[int, str]) -> str:
    """SQL of the rows of a source about persons."""
    table = checked(asked.source.id)
    index = snapshot.remembered(("index", asked.source.id, asked.by), Index)
    if index is not None:
        places = ", ".join(map(str, index.of(keys).tolist()))
        where = f"file_row_number in ({places})" if places else "false"
        return f"(select * from {_placed(table)} where {where})"
    # Rows lie in the order of most of these columns: the engine leaves most of a file unread by its bounds.
    return f"(select * from {table} where {_by(asked)} in ({', '.join(sorted(set(keys.values())))}))"


def index_rows(snapshot: OpenSnapshot) -> None:
    """Remember where the rows stand that are about others than those by whom their register is ordered.

    A mother's births, in a register by child: without this the whole column is read for each question.
    """
    for indicator in snapshot.pack.indicators.values():
        load = snapshot.catalogue.loads.get(indicator.source or "")
        if load is None or indicator.by is None:
            continue
        source = snapshot.pack.sources[str(indicator.source)]
        path = snapshot.catalogue.store / load.checked
        if column(indicator.by) != order_of(source).partition(",")[0] and path.is_file():
            snapshot.remember(("index", source.id, indicator.by), partial(_index, snapshot, path, indicator))


def _index(snapshot: OpenSnapshot, path: Path, indicator: Indicator) -> Index:
    view, file = _placed(checked(str(indicator.source))), str(path).replace("'", "''")
    snapshot.engine.run(
        f"create or replace view {view} as select * from read_parquet('{file}', file_row_number = true)"
    )
    by = str(indicator.by)
    return Index(integers(pq.read_table(path, columns=[by])[by]))


def _placed(table: str) -> str:
    """The name of a checked table whose rows say where they stand."""
    return f"placed_{table}"


def _people_named(snapshot: OpenSnapshot, names: Iterable[str], rows: str) -> str:
    """SQL of those whom rows name, with the attributes that are asked of them."""
    wanted = attributes_wanted(names)
    if not wanted:
        return PEOPLE
    roles = sorted({role for role, _ in wanted})
    found = snapshot.engine.rows(f"select {', '.join(map(column, roles))} from {rows}")
    persons = {person for row in found for person in row if person is not None}
    known = people_attributes(snapshot.pack)
    types = {"person": INTEGER, "is_known": BOOLEAN} | {
        name: known[name].type for _, name in wanted if name in known
    }
    lines = [
        f"({', '.join(literal(row[name], type_) for name, type_ in types.items())})"
        for row in snapshot.rows["person"].find(persons)
    ]
    nobody = f"({', '.join(literal(None, type_) for type_ in types.values())})"
    return f"(select * from (values {', '.join(lines or [nobody])}) p({', '.join(map(column, types))}))"


def _row(asked: _Asked, load: LoadNote, file: str, found: Mapping[str, Any], *, sealed: bool) -> EvidenceRow:
    shown = [c for c in asked.columns if sealed or c.sensitivity != "sealed"]
    return EvidenceRow(
        indicator=asked.id,
        person=found["_person"],
        source=asked.source.id,
        title=asked.source.title,
        owner=asked.source.owner,
        load=load.load,
        file=file,
        row=found["_row"],
        extracted_on=load.extracted_on,
        stale=load.stale,
        is_counted=found["_keep"],
        values={c.name: EvidenceValue(found[c.name], c.type, c.sensitivity) for c in shown},
        withheld=tuple(c.name for c in asked.columns if c not in shown),
    )
