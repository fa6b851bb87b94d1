"""The town with rows of its registers accepted by a link, as `familycard link` leaves them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from town import AS_OF, PACK, person, town

from familycard.snapshot.build import build
from familycard.snapshot.open import OpenSnapshot, open_snapshot
from familycard.snapshot.reader import Reader, Right

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
    """The town built again, with a row of each of these registers accepted by a link."""
    first = town(folder, registers=registers, base=base, law=law)
    for source, link in linked.items():
        load = first.catalogue.store / first.catalogue.loads[source].checked
        pq.write_table(pa.Table.from_pylist([BY_MODEL | dict(link)]), load.parent / "linked.parquet")
    again = build(first.pack, folder / "store", AS_OF, folder / "again", **engine)
    return open_snapshot(again.path)


def right_of(reader: Reader, number: str, programme: str) -> Right:
    """What a programme says of a person, or of the unit that the person's family has of its kind."""
    people = [member.person for member in reader.members(reader.unit_of(person(reader.snapshot, number)))]
    return next(right for right in reader.rights(people) if right.programme.id == programme)
