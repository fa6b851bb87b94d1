"""A segment as a file for others: CSV or Parquet with keyed references, and beside it a note that
says what the file is.

No person's number leaves: each row begins with a reference that means nothing in another
export. Rows stand in the order of their references, which tells nothing either. Nothing
sealed is exported; what is restricted only by name and with `allow_restricted`, and a list
whose condition rests on something restricted counts as restricted too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from familycard.errors import SnapshotError, UsageError
from familycard.pack.model import Pack
from familycard.pack.types import Kind, Type
from familycard.snapshot.names import SearchName
from familycard.snapshot.references import export_key, with_references
from familycard.snapshot.segment import Segment
from familycard.sources.store import Store

FORMATS = (".csv", ".parquet")
_LISTED = "_export"
DANGEROUS_START = r"^\s*[=+@\-＝＋＠－]|^[\t\r\n]"
"""What a spreadsheet may take for a formula (OWASP, CSV injection)."""


@dataclass(frozen=True)
class Exported:
    """A written export: the file, the note beside it, and how many rows."""

    path: Path
    note: Path
    rows: int


def export(
    segment: Segment,
    path: Path,
    name: str,
    *,
    columns: Sequence[str] | None = None,
    allow_restricted: bool = False,
    secret: bytes | None = None,
) -> Exported:
    """Write a segment; the ending of `path` says whether CSV or Parquet.

    `name` is the export's name, from which its key is derived; `secret` the deployment's, by
    default the store's. SnapshotError for what may not leave, StoreError without a secret.
    """
    check_format(path)
    chosen = segment.chosen(columns)
    _permit(segment, chosen, columns is not None and allow_restricted)
    secret = Store(segment.snapshot.catalogue.store).secret() if secret is None else secret
    table = _table(segment, chosen, export_key(secret, name), as_text=path.suffix == ".csv")
    return write_export(table, _note(segment, chosen, name, table), path)


def check_format(path: Path) -> None:
    """UsageError unless the ending says which format."""
    if path.suffix not in FORMATS:
        raise UsageError(f"{path}: an export ends in {' or '.join(FORMATS)}.")


def write_export(table: pa.Table, about: Mapping[str, Any], path: Path) -> Exported:
    """Write a table and the note about it; UsageError where the file cannot be written."""
    note = path.with_name(path.name + ".about.json")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(table, path)
        note.write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror or error}. Name another file."
        ) from error
    return Exported(path, note, table.num_rows)


def _permit(segment: Segment, chosen: Sequence[SearchName], allow_restricted: bool) -> None:
    restricted = [n.name for n in (*chosen, *segment.names) if n.sensitivity not in ("open", "own")]
    if restricted and not allow_restricted:
        raise SnapshotError(
            f"`{restricted[0]}` is restricted: name the columns to export and allow restricted ones, "
            f"or leave it out of the columns and of the condition."
        )


def header(pack: Pack, name: SearchName) -> str:
    """The column's head: money with its currency."""
    return f"{name.name} [{pack.currency}]" if name.type.kind is Kind.MONEY else name.name


def _table(segment: Segment, chosen: Sequence[SearchName], key: bytes, *, as_text: bool) -> pa.Table:
    engine, pack = segment.snapshot.engine, segment.snapshot.pack
    with_references(engine, key, segment.level, segment.query(chosen), segment.key, _LISTED)
    values = "".join(f', {_value(pack, name, as_text=as_text)} as "{header(pack, name)}"' for name in chosen)
    try:
        return engine.arrow(f"select reference{values} from {_LISTED} order by reference")
    finally:
        engine.drop(_LISTED)


def _value(pack: Pack, name: SearchName, *, as_text: bool) -> str:
    """SQL of a value as others read it: whole units with their decimals instead of scaled integers."""
    sql = f'"{name.name}"'
    digits = _digits(pack, name.type)
    if digits:
        unit = f"cast('{'0.' + '1'.rjust(digits, '0')}' as decimal({digits + 1}, {digits}))"
        sql = f"cast(cast({sql} as decimal(19, 0)) * {unit} as decimal(18, {digits}))"
    if not as_text:
        return sql
    if name.type.kind is Kind.TEXT:
        return f"case when regexp_matches({sql}, '{DANGEROUS_START}') then '''' || {sql} else {sql} end"
    return f"cast({sql} as varchar)"


def _digits(pack: Pack, type_: Type) -> int:
    return pack.minor_digits if type_.kind is Kind.MONEY else type_.scale


def _write(table: pa.Table, path: Path) -> None:
    """Write beside and rename, so that nobody reads half an export."""
    making = path.with_name(f".{path.name}.making")
    try:
        if path.suffix == ".csv":
            pa_csv.write_csv(table, making, pa_csv.WriteOptions(quoting_style="needed"))
        else:
            pq.write_table(table, making, compression="zstd")
        os.replace(making, path)
    finally:
        making.unlink(missing_ok=True)


def _note(segment: Segment, chosen: Sequence[SearchName], name: str, table: pa.Table) -> dict[str, Any]:
    snapshot = segment.snapshot
    return {
        "export": name,
        "snapshot": snapshot.path.name,
        "as_of": snapshot.catalogue.as_of.isoformat(),
        "level": segment.level,
        "expression": segment.expression,
        "rows": table.num_rows,
        "rows_unknown_left_out": segment.is_unknown,
        "reference": f"HMAC-SHA256 of kind and person under this export's key, 80 bits, base32: {segment.level}",
        "columns": [
            {
                "column": header(snapshot.pack, column),
                "name": column.name,
                "label": dict(column.label),
                "type": column.type.kind.value,
                "measured_in": column.measured_in,
                "sources": [
                    {
                        "source": o.source,
                        "extracted_on": o.extracted_on.isoformat() if o.extracted_on else None,
                    }
                    for o in column.origins
                ],
            }
            for column in chosen
        ],
    }
