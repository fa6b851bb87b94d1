"""The town with rows of its registers accepted by a link, as `familycard link` leaves them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from town import AS_OF, PACK, person, taken_in

from familycard.snapshot.build import build
from familycard.snapshot.open import OpenSnapshot, open_snapshot
from familycard.snapshot.reader import Reader, Right
from familycard.sources.store import Store

BY_MODEL = {
    "_file": 0, "person": 0, "likelihood_millionths": 998700, "words": "surname is the same", "decided_by": "model",
    "decided_on": date(2026, 1, 1),
}  # fmt: skip
Linked = Mapping[str, Mapping[str, Any]]


def linked_town(
    folder: Path,
    linked: Linked,
    registers: Mapping[str, str] | None = None,
    *,
    base: Mapping[str, str] = PACK,
    law: Mapping[str, tuple[str, str]] | None = None,
    **engine: Any,
) -> OpenSnapshot:
    """The town built with a row of each of these registers accepted by a link."""
    pack = taken_in(folder, registers=registers, base=base, law=law)
    loads = Store(folder / "store").state().loads
    for source, link in linked.items():
        pq.write_table(
            pa.Table.from_pylist([BY_MODEL | dict(link)]), loads[source].checked.with_name("linked.parquet")
        )
    return open_snapshot(build(pack, folder / "store", AS_OF, folder / "snapshots", **engine).path)


def right_of(reader: Reader, number: str, programme: str) -> Right:
    """What a programme says of a person, or of the unit that the person's family has of its kind."""
    people = [member.person for member in reader.members(reader.unit_of(person(reader.snapshot, number)))]
    return next(right for right in reader.rights(people) if right.programme.id == programme)
