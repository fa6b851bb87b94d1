"""Who changed between two snapshots and why, as a file for others, without anyone's number.

One row a person and changed result, with the result at each step, as `export` writes a segment:
references of the export's own, a note beside the file. What rests on something sealed is left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from familycard.pack.rules.tracing import Tracer
from familycard.snapshot.basis import CATEGORY
from familycard.snapshot.cause_queries import CAUSES
from familycard.snapshot.causes import Causes
from familycard.snapshot.export import Exported, check_format, write_export
from familycard.snapshot.names import is_sealed
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.references import export_key, with_references
from familycard.sources.store import Store

_LISTED = "_export"


def export_causes(
    found: Causes, a: OpenSnapshot, b: OpenSnapshot, path: Path, name: str, *, secret: bytes | None = None
) -> Exported:
    """Write the changes; the ending of `path` says whether CSV or Parquet, `name` is the export's.

    `secret` is the deployment's, by default that of the later snapshot's store; StoreError without one.
    """
    check_format(path)
    secret = Store(b.catalogue.store).secret() if secret is None else secret
    results = {count.result for count in found.counts}
    sealed = {result for result in results for snapshot in (a, b) if _is_sealed(snapshot, result)}
    table = _table(found, sealed, export_key(secret, name))
    return write_export(table, _note(found, sealed, name, table), path)


def _is_sealed(snapshot: OpenSnapshot, result: str) -> bool:
    if result == CATEGORY or result not in snapshot.pack.programmes:
        return False
    return is_sealed(Tracer(snapshot.pack), f"programme.{result}.status")


def _table(found: Causes, sealed: set[str], key: bytes) -> pa.Table:
    steps = "".join(
        f', on_the_way[{i}] as "after_{label}"' for i, label in enumerate(found.steps[:-1], start=1)
    )
    hidden = ", ".join(f"'{result}'" for result in sorted(sealed))
    where = f" where result not in ({hidden})" if hidden else ""
    rows = f"select person, result, before{steps}, after, direction, causes from {CAUSES}{where}"
    with_references(found.engine, key, "person", rows, "person", _LISTED)
    try:
        return found.engine.arrow(f"select * from {_LISTED} order by reference, result")
    finally:
        found.engine.drop(_LISTED)


def _note(found: Causes, sealed: set[str], name: str, table: pa.Table) -> dict[str, Any]:
    return {
        "export": name,
        "before": found.before,
        "after": found.after,
        "as_of_before": found.as_of_before.isoformat(),
        "as_of_after": found.as_of_after.isoformat(),
        "rows": table.num_rows,
        "reference": "HMAC-SHA256 of kind and person under this export's key, 80 bits, base32: person",
        "steps": list(found.steps),
        "earlier_words": [vars(word) for word in found.earlier_words],
        "left_out_as_sealed": sorted(sealed),
    }
