"""The quality of a load, for the officials of the register and for those who rely on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import duckdb

PER_MYRIAD = 10_000


@dataclass(frozen=True)
class RefusedRows:
    """Rows that broke one rule in one column (empty for the record as a whole or a rule of the row)."""

    column: str
    rule: str
    rows: int


@dataclass(frozen=True)
class BlankShare:
    """Share of accepted rows that lack a column's value, in ten-thousandths, rounded down."""

    column: str
    per_myriad: int


@dataclass(frozen=True)
class EntrySigns:
    """Signs that values of a column were typed or copied by hand; shares of its filled rows in ten-thousandths.

    A sign proves nothing: an allowance is equal for many by law. It says where to ask.
    """

    column: str
    ends_in_000: int
    """Whole thousands, 0 left out."""
    most_frequent: int
    """Rows that have the commonest value."""
    as_row_before: int
    """Rows that repeat the value of the row before them in the file."""
    longest_run: int
    """The most rows in a row with one value."""


@dataclass(frozen=True)
class Change:
    """Difference from the load in use before: rows, and shares of read rows in ten-thousandths."""

    rows_read: int
    rows_accepted: int
    accepted_per_myriad: int


@dataclass(frozen=True)
class Quality:
    """What there is to say of one load; counts are rows."""

    source: str
    rows_read: int
    rows_accepted: int
    rows_doubled: int
    rows_refused: int
    refused: tuple[RefusedRows, ...]
    blanks: tuple[BlankShare, ...]
    rows_of_unknown_persons: int
    undecided_persons: int
    extracted_on: date | None
    freshness_days: int | None
    change: Change | None = None
    rows_of_merged_numbers: int = 0
    """Of the doubled rows of people, those under a number that was merged into another's."""
    rows_linked: int = 0
    """Of the accepted rows, those that do not name their person and were linked."""
    signs: tuple[EntrySigns, ...] = ()

    def age_days(self, on: date) -> int | None:
        """Days since the extract; None where its date is not known."""
        return None if self.extracted_on is None else (on - self.extracted_on).days

    def is_late(self, on: date) -> bool | None:
        """Whether the extract is older than the contract allows; None where that cannot be told."""
        age = self.age_days(on)
        return None if age is None or self.freshness_days is None else age > self.freshness_days

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``load.json`` and for machines."""
        said = asdict(self)
        said["extracted_on"] = self.extracted_on.isoformat() if self.extracted_on else None
        return said


def from_json(said: Mapping[str, Any]) -> Quality:
    """The quality that `to_json` wrote."""
    day, change = said["extracted_on"], said["change"]
    return Quality(
        **{
            key: value
            for key, value in said.items()
            if key not in ("refused", "blanks", "extracted_on", "change", "signs")
        },
        refused=tuple(RefusedRows(**item) for item in said["refused"]),
        blanks=tuple(BlankShare(**item) for item in said["blanks"]),
        extracted_on=date.fromisoformat(day) if day else None,
        change=Change(**change) if change else None,
        signs=tuple(EntrySigns(**item) for item in said.get("signs", ())),
    )


def change_since(before: Mapping[str, Any] | None, read: int, accepted: int) -> Change | None:
    """The change against the quality of the load in use before."""
    if before is None:
        return None
    share = _share(accepted, read) - _share(before["rows_accepted"], before["rows_read"])
    return Change(read - before["rows_read"], accepted - before["rows_accepted"], share)


def _share(part: int, whole: int) -> int:
    return PER_MYRIAD * part // whole if whole else 0


def refused_by_rule(connection: duckdb.DuckDBPyConnection, quarantine: str) -> tuple[RefusedRows, ...]:
    """Rows refused by column and rule, from the quarantine's SQL."""
    rows = connection.execute(
        f"SELECT coalesce(\"column\", ''), rule, count(*) FROM {quarantine} GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return tuple(RefusedRows(*row) for row in rows)


def blank_shares(columns: Sequence[str], rows: int, filled: Sequence[int]) -> tuple[BlankShare, ...]:
    """Shares of blanks by column, from how many of the accepted rows are filled (before persons were looked up)."""
    return tuple(
        BlankShare(name, _share(rows - count, rows)) for name, count in zip(columns, filled, strict=True)
    )
