"""`familycard link`: rows in quarantine that do not name their person are linked, or shown to a person.

The model learns from rows of the same source that do name somebody, without being told whom, for
the few rows in quarantine are too few. What is decided becomes a version of links in the store, and the
sources it is about are checked again with it, as every later intake does.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from familycard.errors import SourceError, StoreError
from familycard.pack.contract import Source
from familycard.pack.model import COMPARED, Pack
from familycard.sources import identity, sql
from familycard.sources.check import compile_checks
from familycard.sources.connection import connect
from familycard.sources.durable import publish
from familycard.sources.known import list_known
from familycard.sources.linkage.accepting import LINKS, only_subject_broken
from familycard.sources.linkage.deciding import THRESHOLDS, decided
from familycard.sources.linkage.fields import Field, Kind, prepared
from familycard.sources.linkage.links import BY_MODEL
from familycard.sources.linkage.model import score
from familycard.sources.linkage.review import make_waiting, read_decisions, write_review, write_unconfirmed
from familycard.sources.linkage.scorers import Embedded, OnSpark, Scorer
from familycard.sources.loading import Loading, TooManyRefused
from familycard.sources.raw import stored_files
from familycard.sources.read import Records
from familycard.sources.store import Store
from familycard.sources.taking import Progress, Run, settle, show_people

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_KINDS = (
    Kind.SURNAME, Kind.GIVEN_NAME, Kind.MIDDLE_NAME, Kind.PATRONYMIC, Kind.DATE, Kind.SEX, Kind.CODE,
)  # fmt: skip
ROLES: Mapping[str, Kind] = dict(zip(COMPARED, _KINDS, strict=True))
"""Columns by which a row is compared with people, and how."""
LEAST_FIELDS, LEAST_SHOWN = 3, 0.001
LEARN_FROM_ROWS = 5_000
LEAST_ROWS = 200
"""Fewer rows that name their person teach nothing reliable about how a source writes names."""


@dataclass
class LinkReport:
    """What became of each source's rows; `notes` say why a source was left as it is."""

    linked: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    accepted: dict[str, int] = field(default_factory=dict)
    """Rows of the load that are accepted by a link, of now or of before: fewer where a person has such a row already."""
    notes: dict[str, str] = field(default_factory=dict)
    decided: int = 0
    duplicates: int = 0
    unconfirmed: int = 0
    """Rows listed because no person has confirmed their link; 0 where no list was asked for."""


def fields_of(source: Source, people: Source) -> tuple[Field, ...]:
    """What rows of a source and people have in common."""
    return tuple(
        Field(name, kind) for name, kind in ROLES.items() if name in source.by_name and name in people.by_name
    )


def check_names(source: str, fields: Sequence[Field]) -> None:
    """SourceError where what rows and people have in common is too little to tell people apart."""
    if not {"surname", "given_name"} & {f.name for f in fields} or len(fields) < LEAST_FIELDS:
        raise SourceError(
            f"{source}: too little that is filled in stands in its rows and in those of people "
            f"({', '.join(f.name for f in fields) or 'nothing'}); a name and two more of {', '.join(ROLES)} are needed."
        )


def link(
    pack: Pack,
    store: Path,
    review: Path,
    *,
    decisions: Path | None = None,
    duplicates: Path | None = None,
    unconfirmed: Path | None = None,
    on: date,
    progress: Progress,
    spark: SparkSession | None = None,
) -> LinkReport:
    """Link what can be linked, take `decisions` in, and write whatever waits to the CSV file `review`.

    `unconfirmed` is a file in the same form, of rows that the model linked and no person has confirmed. Pairs are
    scored in the embedded engine, or on a Spark session (`scorers.OnSpark`).
    """
    keeper, report = Store(store), LinkReport()
    keeper.state()
    with keeper.writing() as scratch:
        current = keeper.current()
        run = Run(
            pack, scratch, keeper, scratch, connect(scratch), progress, {},
            {key: dict(entry) for key, entry in current["loads"].items()}, current["identity"], links=current.get("links"),
        )  # fmt: skip
        with run.connection:
            _ready(run)
            scorer = (
                OnSpark(run.connection, spark, scratch / "on-spark") if spark else Embedded(run.connection)
            )
            if not any(pack.can_be_linked(source) for source in pack.sources.values()):
                report.notes[pack.id] = (
                    "no source but that of people has a person's names, so there is nothing to link by"
                )
            report.decided = _take_decisions(run, decisions, on) if decisions else 0
            for source in sorted(set(run.entries) & set(pack.sources)):
                if pack.can_be_linked(pack.sources[source]):
                    _link_source(run, pack.sources[source], report, on, scorer)
            _publish(run, report)
            write_review(run.connection, review)
            report.unconfirmed = write_unconfirmed(run.connection, unconfirmed) if unconfirmed else 0
            if duplicates:
                _list_duplicates(run, duplicates, report, scorer)
    return report


def _ready(run: Run) -> None:
    identity.read_index(run.connection, run.store.identity_path(run.identity or ""))
    identity.no_aliases(run.connection)
    show_people(run)
    run.known, run.aliases = list_known(run.connection, run.pack), identity.alias_digest(run.connection)
    run.connection.execute(f"CREATE TABLE links {LINKS}")
    make_waiting(run.connection)
    if run.links_file:
        if not run.links_file.is_file():
            raise StoreError(f"{run.links_file} is missing; restore the store from its backup.")
        run.connection.execute(f"INSERT INTO links FROM read_parquet({sql.text(str(run.links_file))})")


def _take_decisions(run: Run, decisions: Path, on: date) -> int:
    read_decisions(run.connection, decisions)
    run.connection.execute(
        "DELETE FROM links WHERE (source, sha256, row, person) IN (SELECT (source, sha256, row, person) FROM decisions)"
    )
    run.connection.execute(
        f"INSERT INTO links SELECT source, sha256, row, person, outcome, likelihood_millionths, words, decided_by, DATE '{on}' FROM decisions"
    )
    return int(run.connection.execute("SELECT count(*) FROM decisions").fetchall()[0][0])


def _link_source(run: Run, source: Source, report: LinkReport, on: date, scorer: Scorer) -> None:
    """Add a source's links to ``links`` and its undecided pairs to ``waiting``."""
    run.progress(source.id, "linking")
    try:
        files = _check_again(run, source)
        fields, rows = _prepare(run, source)
        if not rows:
            return
        pairs = score(
            run.connection,
            ("unnamed", "people"),
            fields,
            LEAST_SHOWN,
            learn_from=("named", "people"),
            scorer=scorer,
        )
    except SourceError as error:
        report.notes[source.id] = str(error)
        return
    _decide(run, source, files, pairs)
    _record(run, source, files, fields, on)
    counts = dict(run.connection.execute("SELECT outcome, count(*) FROM outcome GROUP BY ALL").fetchall())
    report.linked[source.id], report.waiting[source.id] = counts.get("linked", 0), counts.get("waits", 0)
    report.left[source.id] = rows - sum(counts.values())


def _decide(run: Run, source: Source, files: Sequence[str], pairs: str) -> None:
    """The table ``outcome`` of what is new: neither linked before nor declined by a person."""
    one_to_one = source.primary_key == (source.subject,)
    shas = ", ".join(map(sql.text, files))
    run.connection.execute(f"CREATE OR REPLACE TABLE scored AS {pairs}")
    known = "SELECT one AS row, other AS person, * EXCLUDE (one, other) FROM scored"
    run.connection.execute(f"""CREATE OR REPLACE TABLE outcome AS
SELECT {sql.text(source.id)} AS source, [{shas}][CAST(split_part(d.row, ':', 1) AS INTEGER) + 1] AS sha256,
  CAST(split_part(d.row, ':', 2) AS BIGINT) AS row, CAST(d.person AS BIGINT) AS person, d.outcome,
  CAST(floor(d.probability * 1000000) AS BIGINT) AS likelihood_millionths, s.words,
  CAST(d.next_person AS BIGINT) AS next_person, d.row AS place
FROM ({decided(known, one_to_one=one_to_one)}) d JOIN scored s ON s.one = d.row AND s.other = d.person""")
    run.connection.execute("""DELETE FROM outcome
WHERE (source, sha256, row, person) IN (SELECT (source, sha256, row, person) FROM links WHERE outcome = 'declined')
  OR (source, sha256, row) IN (SELECT (source, sha256, row) FROM links WHERE outcome = 'linked')""")


def _record(run: Run, source: Source, files: Sequence[str], fields: Sequence[Field], on: date) -> None:
    """Put ``outcome`` where it belongs: into ``links``, or with names and candidate into ``waiting``.

    Of all links of the source, those of the model stand with names and candidate in ``unconfirmed``.
    """
    run.connection.execute(
        "INSERT INTO links SELECT source, sha256, row, person, outcome, likelihood_millionths, words, "
        f"'{BY_MODEL}', DATE '{on}' FROM outcome WHERE outcome = 'linked'"
    )
    shown = ", ".join(f"CAST(r.{sql.name(f.name)} AS VARCHAR) AS {sql.name(f.name)}" for f in fields)
    own = ", ".join(f"CAST(p.{sql.name(f.name)} AS VARCHAR)" for f in fields)
    run.connection.execute(f"""INSERT INTO waiting BY NAME
SELECT o.* EXCLUDE (place, outcome), {shown}, concat_ws(', ', {own}) AS candidate FROM outcome o
JOIN candidates r ON r._place = o.place JOIN people_attributes p ON p._person = o.person WHERE o.outcome = 'waits'""")
    shas = ", ".join(map(sql.text, files))
    run.connection.execute(f"""INSERT INTO unconfirmed BY NAME
SELECT l.* EXCLUDE (outcome, decided_by, decided_on), {shown}, concat_ws(', ', {own}) AS candidate FROM links l
JOIN candidates r ON [{shas}][r._file + 1] = l.sha256 AND r._row = l.row JOIN people_attributes p ON p._person = l.person
WHERE l.source = {sql.text(source.id)} AND l.outcome = 'linked' AND l.decided_by = '{BY_MODEL}'""")


def _check_again(run: Run, source: Source) -> list[str]:
    """Check a source's raw files as intake does, so that ``checked`` has its refused rows; the files' hashes."""
    load = run.store.load(source.id, run.entries[source.id]["load"])
    files = stored_files(run.store, source, load)
    records = Records(run.connection, source, load.description["format"], files)
    try:
        Loading(
            run.connection, compile_checks(source, run.pack, load.extracted_on), records, run.known
        ).check()
    except TooManyRefused:  # The load in use was taken in under a contract that bore it.
        pass
    return [file.sha256 for file in files]


def _prepare(run: Run, source: Source) -> tuple[tuple[Field, ...], int]:
    """The tables ``unnamed``, ``named`` and ``people`` in compared form; their fields, and how many rows are unnamed."""
    connection, people = run.connection, run.pack.sources[run.pack.people.source]
    unnamed = only_subject_broken(compile_checks(source, run.pack, None))
    place = "_file || ':' || _row AS _place"
    connection.execute(
        f"CREATE OR REPLACE TABLE candidates AS SELECT *, {place} FROM checked WHERE {unnamed}"
    )
    sample = (
        f"SELECT *, {place} FROM checked WHERE NOT _refused AND {sql.name(source.subject or '')} IS NOT NULL"
    )
    connection.execute(
        f"CREATE OR REPLACE TABLE learned AS {sample} ORDER BY hash(_file, _row) LIMIT {LEARN_FROM_ROWS}"
    )
    rows, learned = (_count(connection, table) for table in ("candidates", "learned"))
    if rows and learned < LEAST_ROWS:
        raise SourceError(
            f"{source.id}: only {learned} of its rows name their person, and at least {LEAST_ROWS} are needed to learn "
            f"how it writes names; its {rows} rows without one stay in quarantine."
        )
    everyone = "SELECT *, CAST(_person AS VARCHAR) AS _place FROM people_attributes"
    fields = tuple(
        field
        for field in fields_of(source, people)
        if _is_filled(connection, field, "learned", f"({everyone})")
    )
    check_names(source.id, fields)
    for table, query in (("unnamed", "FROM candidates"), ("named", "FROM learned"), ("people", everyone)):
        connection.execute(f"CREATE OR REPLACE TABLE {table} AS {prepared(query, fields, '_place')}")
    return fields, rows


def _count(connection: duckdb.DuckDBPyConnection, table: str, what: str = "*") -> int:
    return int(connection.execute(f"SELECT count({what}) FROM {table}").fetchall()[0][0])


def _is_filled(connection: duckdb.DuckDBPyConnection, field: Field, *tables: str) -> bool:
    """Whether a field says something on both sides: a column that an agency leaves empty is no field."""
    return all(_count(connection, table, sql.name(field.name)) for table in tables)


def _publish(run: Run, report: LinkReport) -> None:
    """Write the links as a version of their own, check what they are about again, and repoint the store."""
    folder = run.scratch / "links"
    folder.mkdir()
    path = folder / "links.parquet"
    run.connection.execute(
        f"COPY (SELECT DISTINCT * FROM links ORDER BY ALL) TO {sql.text(str(path))} (FORMAT parquet, COMPRESSION zstd)"
    )
    run.links = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    publish(path, run.store.links_path(run.links))
    for source in sorted(set(run.entries) & set(run.pack.sources)):
        if run.pack.can_be_linked(run.pack.sources[source]):
            shutil.rmtree(run.scratch / source, ignore_errors=True)
            settle(run, run.pack.sources[source], False)
            load = run.store.load(source, run.entries[source]["load"])
            report.accepted[source] = int(load.description.get("rows_linked", 0))
            shas = sql.texts(file.sha256 for file in load.files)
            linked = _count(
                run.connection,
                f"links WHERE source = {sql.text(source)} AND sha256 IN {shas} AND outcome = 'linked'",
            )
            if linked > report.accepted[source]:
                report.notes[source] = (
                    f"{linked - report.accepted[source]} linked row(s) stay in quarantine: "
                    "their person has a row under the same key."
                )
    run.store.set_current(run.identity, run.entries, run.links)


def _list_duplicates(run: Run, path: Path, report: LinkReport, scorer: Scorer) -> None:
    """People who seem to be one, as lines for ``identity_aliases.csv``: nobody is merged here."""
    people = run.pack.sources[run.pack.people.source]
    run.progress(people.id, "duplicates")
    try:
        fields = fields_of(people, people)
        check_names(people.id, fields)
        everyone = "SELECT *, CAST(_person AS VARCHAR) AS _place FROM people_attributes"
        run.connection.execute(f"CREATE OR REPLACE TABLE people AS {prepared(everyone, fields, '_place')}")
        pairs = score(run.connection, ("people",), fields, THRESHOLDS.lower, scorer=scorer)
    except SourceError as error:
        report.notes[people.id] = str(error)
        return
    kind = sql.text(run.pack.people.identifier)
    own = f"(SELECT min(value) FROM identity WHERE kind = {kind} AND status = 'current' AND person = CAST({{}} AS BIGINT))"
    found = f"""SELECT {kind} AS kind, {own.format("other")} AS value, 'alias' AS status, {own.format("one")} AS same_as,
  NULL AS valid_from, NULL AS valid_to, concat(round(100 * probability, 2), ' %: ', words) AS evidence
FROM ({pairs}) WHERE tells_apart ORDER BY probability DESC, 2"""
    path.parent.mkdir(parents=True, exist_ok=True)
    run.connection.execute(f"CREATE OR REPLACE TABLE alike AS {found}")
    run.connection.execute(f"COPY alike TO {sql.text(str(path))} (FORMAT csv, HEADER true)")
    report.duplicates = int(run.connection.execute("SELECT count(*) FROM alike").fetchall()[0][0])
