"""One delivery of one source, from its raw files to a finished load folder (not yet in use)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from familycard.errors import SourceError
from familycard.pack.contract import Source
from familycard.sources import first_look, quality, sql
from familycard.sources.check import Checks
from familycard.sources.delivery import Notes
from familycard.sources.duplicates import judge
from familycard.sources.known import Known
from familycard.sources.read import Records
from familycard.sources.resolving import Resolving
from familycard.sources.signs import entry_signs

SHOWN_RECORD_LENGTH = 10_000
PARQUET = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 10000)"
"""Differences of neighbours (version 2) are smaller and written sooner than a dictionary of values that rarely recur."""


@dataclass(frozen=True)
class Counts:
    """Rows of a delivery; read = accepted + doubled + refused."""

    read: int
    accepted: int
    doubled: int
    refused: int


class TooManyRefused(SourceError):
    """A delivery breaks its contract in more rows than it bears; `refused_rows` says where they are kept."""

    def __init__(self, message: str, refused_rows: str | None = None) -> None:
        super().__init__(message)
        self.refused_rows = refused_rows


class Loading:
    """Checks a delivery into temporary tables, then writes what a load consists of."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        checks: Checks,
        records: Records,
        known: Known | None = None,
    ) -> None:
        self.connection = connection
        self.checks = checks
        self.records = records
        self.source = checks.source
        self.resolving = Resolving(connection, checks.source, checks.joined, known or Known())
        self.counts = Counts(0, 0, 0, 0)
        self.contradicting = 0
        self.merged = 0
        self.linked = 0

    def check(self) -> Counts:
        """Judge every row; SourceError where the delivery as a whole cannot be trusted."""
        records, typed = self.records.select(), self.records.typed()
        self.records.run(first_look.statement(self.checks, records, typed))
        self.connection.execute(self.checks.statement(self.records.shown_line()))
        self.connection.execute(first_look.checked(self.checks))
        doubled, self.contradicting = judge(self.connection, self.source)
        read, broken = self._number("SELECT count(*), count(*) FILTER (_refused) FROM checked")
        refused = broken + self.contradicting
        self.counts = Counts(read, read - doubled - refused, doubled, refused)
        if read < self.source.min_rows:
            raise SourceError(
                f"{self._names()}: {read} rows, and the contract expects at least {self.source.min_rows}. "
                "Deliver the whole extract."
            )
        if refused > Decimal(self.source.max_refused) * read:
            raise TooManyRefused(self._too_many(refused, read))
        return self.counts

    def collapse(self, merged: str) -> None:
        """Count rows as doubled that are one person's under another number; `merged` is SQL over ``accepted``."""
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE merged AS WITH accepted AS ({self.accepted()}) {merged}"
        )
        self.merged = self._number("SELECT count(*) FROM merged")[0]
        self.connection.execute("INSERT INTO doubled SELECT * FROM merged")
        counts = self.counts
        self.counts = replace(
            counts, accepted=counts.accepted - self.merged, doubled=counts.doubled + self.merged
        )

    def accept_linked(self, linked: int) -> None:
        """Count refused rows as accepted, which a link says whom they are about."""
        self.linked, counts = linked, self.counts
        self.counts = replace(counts, accepted=counts.accepted + linked, refused=counts.refused - linked)

    def write_quarantine(self, folder: Path) -> None:
        """Write the refused rows with their reasons."""
        self._copy(
            f'{self._quarantine()} ORDER BY file, "row", "column", rule', folder / "quarantine.parquet"
        )

    def write(
        self,
        folder: Path,
        notes: Notes,
        identity: str,
        before: Mapping[str, Any] | None,
        extra: Mapping[str, Any],
    ) -> None:
        """Write checked, quarantine, undecided and neighbours tables and ``load.json``; needs the last two."""
        self._write_checked(folder / "checked.parquet")
        self.write_quarantine(folder)
        self._copy("SELECT person FROM undecided ORDER BY person", folder / "undecided.parquet")
        self._copy("SELECT * FROM neighbours ORDER BY attribute, person", folder / "neighbours.parquet")
        said = self._description(folder, notes, before) | dict(extra) | {"identity": identity}
        (folder / "load.json").write_text(
            json.dumps(said, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8"
        )

    def _write_checked(self, path: Path) -> None:
        """The accepted rows, those of a person beside each other: `order_of` says in which order."""
        self.resolving.look_up(self.accepted())
        self._copy(f"{self._resolved()} ORDER BY {order_of(self.source)}", path)
        accepted = pq.read_metadata(path).num_rows
        if accepted != self.counts.accepted:
            raise SourceError(
                f"{self.source.id}: {self.counts.read} rows were read, but {accepted} accepted, "
                f"{self.counts.doubled} doubled and {self.counts.refused} refused do not make that up. "
                "This is a fault of Family Card: nothing was taken in."
            )

    def _description(self, folder: Path, notes: Notes, before: Mapping[str, Any] | None) -> dict[str, Any]:
        columns = [column.name for column in self.source.columns]
        unknown, *filled = self._number(
            f"SELECT count(*) FILTER ({self.resolving.is_unknown()})"
            f"{''.join(f', count(a.{sql.name(name)})' for name in columns)} FROM {self.resolving.rows(self.accepted())}"
        )
        undecided = self._number("SELECT count(*) FROM undecided")[0]
        counts = self.counts
        found = quality.Quality(
            source=self.source.id,
            rows_read=counts.read,
            rows_accepted=counts.accepted,
            rows_doubled=counts.doubled,
            rows_refused=counts.refused,
            refused=quality.refused_by_rule(
                self.connection, f"read_parquet({sql.text(str(folder / 'quarantine.parquet'))})"
            ),
            blanks=quality.blank_shares(columns, counts.accepted, filled),
            rows_of_merged_numbers=self.merged,
            signs=entry_signs(self.connection, self.accepted(), self.source, self.checks.bounds.minor_digits),
            rows_of_unknown_persons=unknown,
            undecided_persons=undecided,
            extracted_on=notes.extracted_on,
            freshness_days=self.source.freshness_days,
            change=quality.change_since(before, counts.read, counts.accepted),
            rows_linked=self.linked,
        )
        days = {
            "extracted_on": notes.extracted_on,
            "covers_from": notes.covers_from,
            "covers_to": notes.covers_to,
        }
        return {
            "source": self.source.id,
            "format": self.records.format,
            "contract": self.source.digest,
            "files": [{"name": f.name, "sha256": f.sha256, "bytes": f.bytes} for f in self.records.files],
            "rows_read": counts.read,
            "rows_accepted": counts.accepted,
            "rows_doubled": counts.doubled,
            "rows_refused": counts.refused,
            **({"rows_linked": self.linked} if self.linked else {}),
            "quality": found.to_json(),
            **{key: day.isoformat() if day else None for key, day in days.items()},
        }

    def accepted(self) -> str:
        """SQL of the rows of `checked` that are accepted, identifiers still as text."""
        dropped = " ANTI JOIN doubled USING (_file, _row)" if self.counts.doubled else ""
        if self.contradicting:
            dropped += " ANTI JOIN contradicting USING (_file, _row)"
        return f"SELECT * FROM checked{dropped} WHERE NOT _refused"

    def quarantined(self) -> tuple[dict[str, Any], ...]:
        """The lines of the quarantine, as they will be written."""
        found = self.connection.sql(self._quarantine())
        return tuple(dict(zip(found.columns, row, strict=True)) for row in found.fetchall())

    def _resolved(self) -> str:
        """Accepted rows with each identifier replaced by its person's number; null where nobody is known."""
        shown = [
            f"{self.resolving.person(column.name)} AS {sql.name(column.name)}"
            if column.identifies
            else f"a.{sql.name(column.name)}"
            for column in self.source.columns
        ]
        rows = self.resolving.rows(self.accepted())
        return f"SELECT CAST(a._file AS INTEGER) AS _file, a._row, {', '.join(shown)} FROM {rows}"

    def _quarantine(self) -> str:
        files = ", ".join(sql.text(file.name) for file in self.records.files)
        places = ", ".join(sql.text(place) for place in self.checks.places)
        broken = f"""SELECT _file, _row, _line, [{places}][reason.place + 1] AS "column", reason.rule AS rule,
  reason.value AS value, reason.words AS words, reason.place AS place
FROM (SELECT _file, _row, _line, unnest(_why) AS reason FROM checked WHERE _refused)"""
        reasons = f"""({broken} UNION ALL
SELECT _file, _row, _line, columns, rule, value, 'stands in several rows that contradict each other', 0
FROM contradicting JOIN again USING (_file, _row))"""
        self._read_again()
        return f"""SELECT [{files}][_file + 1] AS file, _row AS "row", CASE WHEN place >= 0 THEN "column" END AS "column",
  rule, value, concat([{files}][_file + 1], ' row ', _row, CASE WHEN place >= 0 THEN concat(', column ', "column") END,
    ': ', CASE WHEN place >= 0 AND value IS NOT NULL THEN concat('''', value, ''' ') END, words,
    '. The row is in quarantine.') AS message,
  left(_line, {SHOWN_RECORD_LENGTH}) AS raw FROM {reasons}"""

    def _read_again(self) -> None:
        """The text of contradicting rows, which the first reading did not keep."""
        rows = self.contradicting
        line = self.records.shown_line(self.records.typed()) if rows else "''"
        records = f"({self.records.select_lines()})" if rows else "(SELECT 0 AS _file, 0 AS _row WHERE false)"
        self.records.run(
            f"CREATE OR REPLACE TEMP TABLE again AS SELECT _file, _row, {line} AS _line FROM {records} "
            "SEMI JOIN (SELECT _file, _row FROM contradicting) USING (_file, _row)"
        )

    def _too_many(self, refused: int, read: int) -> str:
        reasons = self.connection.execute(
            f"""SELECT {self._place_name()}, rule, count(*) AS n FROM (
  SELECT unnest(_why, recursive := true) FROM checked WHERE _refused
  UNION ALL SELECT 0, rule, value, '' FROM contradicting) GROUP BY ALL ORDER BY n DESC, 1, rule LIMIT 3"""
        ).fetchall()
        shown = "; ".join(f"{rule} in {column or 'the record'}: {n}" for column, rule, n in reasons)
        return (
            f"{self._names()}: {refused} of {read} rows break the contract, more than the share of "
            f"{self.source.max_refused} that it bears ({shown}). Correct the extract or the contract."
        )

    def _place_name(self) -> str:
        places = ", ".join(sql.text(place) for place in self.checks.places)
        return f"CASE WHEN rule IN ('unique', 'primary_key') THEN 'the key' WHEN place >= 0 THEN [{places}][place + 1] END"

    def _names(self) -> str:
        return ", ".join(file.name for file in self.records.files)

    def _copy(self, select: str, path: Path) -> None:
        self.connection.execute(f"COPY ({select}) TO {sql.text(str(path))} {PARQUET}")

    def _number(self, query: str) -> tuple[int, ...]:
        return tuple(int(value or 0) for value in self.connection.execute(query).fetchall()[0])


def order_of(source: Source) -> str:
    """The order of a checked table, as SQL: by whom its rows are about, then as they came.

    The rows of a person then lie in one row group or two, which a reader finds by their bounds alone. A
    table of ties has no subject and follows the first of those it ties.
    """
    subject = source.subject or next((c.name for c in source.columns if c.identifies), None)
    return ", ".join(([sql.name(subject)] if subject else []) + ["_file", "_row"])
