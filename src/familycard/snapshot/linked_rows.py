"""Rows that do not name their person, under each person whom they are about: made by a build, written with it.

Programmes must not hold such a row against anybody before a person has confirmed it, and an explanation has to
say so of whatever rests on one, and must not have to read the store for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from familycard.engine.interface import ROWS_BY_KEY, Engine
from familycard.engine.row_file import write_rows
from familycard.indicators.from_sources import rows_with_attributes
from familycard.indicators.tables import LINKED_BY_PERSON, PERSONS, UNCONFIRMED, checked
from familycard.pack.contract import Source
from familycard.pack.dependencies import expression_names
from familycard.pack.expression import compile_condition
from familycard.pack.model import Indicator, Pack
from familycard.pack.scopes import column, source_scope
from familycard.snapshot.rows import LINKED
from familycard.sources.linkage.links import BY_MODEL, LINKED_ROWS
from familycard.sources.store import StoreState

_LINKS = "linked_rows"


def make_linked_by_person(engine: Engine, pack: Pack, state: StoreState, as_of: date) -> None:
    """Make `LINKED_BY_PERSON` and `UNCONFIRMED`, each only where it has a row.

    A row stands under whoever it was linked to and under everybody whom another column of it names: that it
    counts at all is the link's doing.
    """
    engine.drop(LINKED_BY_PERSON, UNCONFIRMED)
    queries: list[str] = []
    for source, load in sorted(state.loads.items()):
        path = load.checked.parent / LINKED_ROWS
        if source in pack.sources and path.is_file():
            engine.read_parquet(f"{_LINKS}_{source}", [path])
            queries += _queries(pack, pack.sources[source], load.extracted_on, as_of)
    if not queries:
        return
    engine.make(LINKED_BY_PERSON, " union all ".join(queries))
    by_model = f"from {LINKED_BY_PERSON} where decided_by = '{BY_MODEL}'"
    if engine.rows(f"select 1 {by_model} limit 1"):
        engine.make(UNCONFIRMED, f"select person, indicators, source, file, row {by_model}")


def write_linked_by_person(engine: Engine, folder: Path) -> int:
    """Write `LINKED_BY_PERSON` by person; how many lines. Nothing is written where no row was linked."""
    if not engine.has(LINKED_BY_PERSON):
        return 0
    rows = engine.arrow(f"select * from {LINKED_BY_PERSON} order by person, source, file, row, indicators")
    write_rows([rows], "person", folder / LINKED / ROWS_BY_KEY)
    return int(rows.num_rows)


def _queries(pack: Pack, source: Source, extracted_on: date | None, as_of: date) -> list[str]:
    """For each column that names a person, SQL of the linked rows of a source under that person."""
    taken = [one for one in pack.indicators.values() if one.source == source.id]
    names = frozenset[str]().union(*(expression_names(one.where) for one in taken))
    linked = (
        "(select r.*, l.likelihood_millionths as _likelihood, l.words as _words, l.decided_by as _by, l.decided_on as _on"
        f" from {checked(source.id)} r join {_LINKS}_{source.id} l on l._file = r._file and l._row = r._row)"
    )
    rows = rows_with_attributes(source, names, linked, PERSONS)
    day = f"date '{extracted_on.isoformat()}'" if extracted_on else "cast(null as date)"
    return [
        f"select {column(by)} as person, {_indicators(pack, source, by, taken, as_of)} as indicators,"
        f" '{source.id}' as source, _file as file, _row as row, {day} as extracted_on,"
        " _likelihood as likelihood_millionths, _words as words, _by as decided_by, _on as decided_on"
        f" from {rows} _of_{by} where {column(by)} is not null"
        for by in (one.name for one in source.columns if one.identifies is not None)
    ]


def _indicators(pack: Pack, source: Source, by: str, taken: Sequence[Indicator], as_of: date) -> str:
    """SQL of the ids, separated by commas, of the indicators by a column whose condition does not leave the row out."""
    kept = [
        f"case when ({_keep(pack, source, one, as_of)}) is distinct from false then '{one.id}' end"
        for one in taken
        if (one.by or source.subject) == by
    ]
    return f"concat_ws(',', {', '.join(kept)})" if kept else "''"


def _keep(pack: Pack, source: Source, indicator: Indicator, as_of: date) -> str:
    if indicator.where is None:
        return "true"
    scope = source_scope(pack, source, as_of, indicator.period or "any")
    return compile_condition(indicator.where, scope).sql
