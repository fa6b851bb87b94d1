"""The health of every source as a store has it: what is in use, how it was before, what was refused.

Nothing here gives a value of a row: refused rows have a place, a rule and a mask (`masking.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from familycard.pack.contract import Source
from familycard.pack.model import Pack
from familycard.sources import sql
from familycard.sources.masking import masked
from familycard.sources.quality import PER_MYRIAD, Quality, RefusedRows, from_json, refused_by_rule
from familycard.sources.store import Load, Store

QUARANTINE = "quarantine.parquet"


@dataclass(frozen=True)
class RefusedDelivery:
    """A delivery that was refused as a whole, by the rules that too many of its rows broke."""

    at: datetime
    refused: tuple[RefusedRows, ...]


@dataclass(frozen=True)
class SourceHealth:
    """What there is to say of one source; `load` is None where nothing of it was ever taken in."""

    source: Source
    load: Load | None
    quality: Quality | None
    taken_in: datetime | None
    before: Quality | None
    """The quality of the load that was in use before this one, where the store has one."""
    refused_delivery: RefusedDelivery | None
    """Only where the load in use is stale for it."""

    def is_late(self, on: date) -> bool | None:
        """Whether the extract is older than the contract allows; None where that cannot be told."""
        return None if self.quality is None else self.quality.is_late(on)


@dataclass(frozen=True)
class Drift:
    """One figure of a load beside that of the load before: rows, or a share in ten-thousandths."""

    what: str
    """rows_read, rows_accepted, rows_refused, rows_of_unknown_persons; blank, ends_in_000, as_row_before."""
    column: str
    before: int
    now: int
    is_share: bool

    @property
    def change(self) -> int:
        """How much it has moved: of rows in ten-thousandths of those before, of shares in ten-thousandths."""
        if self.is_share:
            return self.now - self.before
        return PER_MYRIAD * (self.now - self.before) // max(self.before, 1)


@dataclass(frozen=True)
class RefusedRow:
    """A row that broke a rule: where it stands, and a mask of the value that broke it."""

    file: str
    row: int
    column: str
    rule: str
    mask: str


def health(pack: Pack, store: Path) -> tuple[SourceHealth, ...]:
    """Every source of the pack, in its order; StoreError where nothing was taken in yet or a part is missing."""
    keeper = Store(store)
    loads = keeper.state().loads
    return tuple(_health(keeper, source, loads.get(source.id)) for source in pack.sources.values())


def _health(store: Store, source: Source, load: Load | None) -> SourceHealth:
    if load is None:
        return SourceHealth(source, None, None, None, None, None)
    folder = store.load_path(source.id, load.load)
    return SourceHealth(
        source=source,
        load=load,
        quality=_quality(load.description),
        taken_in=_time(folder / "load.json"),
        before=_before(store, load),
        refused_delivery=_refused_delivery(store, source.id) if load.stale else None,
    )


def _quality(description: Any) -> Quality:
    return from_json(description["quality"])


def _time(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


def _before(store: Store, load: Load) -> Quality | None:
    """The latest other load of the source that is earlier than this one: by its extract, else by when it was taken in."""
    folder = store.load_path(load.source, load.load)
    age = {file.parent: _age(file) for file in folder.parent.glob("*/load.json")}
    earlier = [(age[other], other) for other in age if other != folder and age[other] <= age[folder]]
    return _quality(_said(max(earlier)[1] / "load.json")) if earlier else None


def _age(file: Path) -> tuple[str, float]:
    return _said(file)["extracted_on"] or "", file.stat().st_mtime


def _said(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))


def _refused_delivery(store: Store, source: str) -> RefusedDelivery | None:
    files = sorted(
        store.refused_path(source, "any").parent.glob(f"*/{QUARANTINE}"), key=lambda f: f.stat().st_mtime
    )
    if not files:
        return None
    with closing(duckdb.connect()) as connection:
        refused = refused_by_rule(connection, _rows_of(files[-1]))
    return RefusedDelivery(_time(files[-1]), refused)


def _rows_of(file: Path) -> str:
    return f"read_parquet({sql.text(str(file))})"


def drift(quality: Quality, before: Quality) -> tuple[Drift, ...]:
    """All figures that two loads of a source have in common, those that moved most first."""
    found = [*_rows(quality, before), *_shares(quality, before)]
    return tuple(sorted(found, key=lambda one: (-abs(one.change), one.what, one.column)))


def _rows(quality: Quality, before: Quality) -> Iterator[Drift]:
    for what in ("rows_read", "rows_accepted", "rows_refused", "rows_of_unknown_persons"):
        yield Drift(what, "", getattr(before, what), getattr(quality, what), is_share=False)


def _shares(quality: Quality, before: Quality) -> Iterator[Drift]:
    blanks = {blank.column: blank.per_myriad for blank in before.blanks}
    for blank in quality.blanks:
        if blank.column in blanks:
            yield Drift("blank", blank.column, blanks[blank.column], blank.per_myriad, is_share=True)
    signs = {sign.column: sign for sign in before.signs}
    for sign in quality.signs:
        for what in ("ends_in_000", "as_row_before"):
            if sign.column in signs:
                then, now = getattr(signs[sign.column], what), getattr(sign, what)
                yield Drift(what, sign.column, then, now, is_share=True)


def refused_rows(load: Load, offset: int = 0, limit: int = 50) -> tuple[RefusedRow, ...]:
    """Some refused rows of a load, a line for each rule broken, in the order of its files."""
    query = f"""SELECT file, "row", coalesce("column", ''), rule, value FROM {_rows_of(load.quarantine)}
ORDER BY file, "row", "column", rule LIMIT ? OFFSET ?"""
    with closing(duckdb.connect()) as connection:
        rows = connection.execute(query, [limit, offset]).fetchall()
    return tuple(
        RefusedRow(file, row, column, rule, masked(value)) for file, row, column, rule, value in rows
    )
