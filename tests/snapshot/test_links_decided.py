"""A link from the store to the card: what the model alone linked, what a person confirmed, what was taken back."""

from __future__ import annotations

import csv
import hashlib
from datetime import date
from pathlib import Path

from linked_town import right_of
from town import AS_OF, person, town

from familycard.snapshot.build import build
from familycard.snapshot.open import OpenSnapshot, open_snapshot
from familycard.snapshot.reader import Reader
from familycard.sources.linkage.linking import link
from familycard.sources.linkage.links import BY_MODEL

COLUMNS = ("person:subject", "gross:money", "overdue:money:restricted", "surname")
WAGES = (
    "person,gross,overdue,surname\n0001,300.00,5.00,Abel\n0004,150.00,7.50,Cole\n"
    + "0008,4.00,0.00,Earl\n" * 100
    + "no number,600.00,0.00,Cole\n"
)
UNNAMED = 103
"""The row of the register that names nobody."""


def test_a_link_of_the_model_is_open_a_confirmed_one_counts_and_one_taken_back_does_not(
    tmp_path: Path,
) -> None:
    first = town(tmp_path, registers={"wages": WAGES}, columns={"wages": COLUMNS})
    assert of_4(Reader(first)) == ("eligible", [])
    found = [
        of_4(Reader(built_after(first, tmp_path, decision, by)))
        for decision, by in (("yes", BY_MODEL), ("yes", "A. Clerk"), ("no", "A. Clerk"))
    ]
    assert found == [
        ("cannot_tell", [(UNNAMED, True)]),
        ("not_eligible", [(UNNAMED, False)]),
        ("eligible", []),
    ]


def of_4(reader: Reader) -> tuple[str, list[tuple[int, bool]]]:
    """What is said of the aid for 4 and two children, and by which linked rows."""
    result = reader.explain(right_of(reader, "0004", "child_aid"))
    return result.status, [(one.row, one.is_by_model) for one in result.links.all]


def built_after(first: OpenSnapshot, folder: Path, decision: str, decided_by: str) -> OpenSnapshot:
    """The town built again, once somebody has decided that the row is about 4, or is not."""
    file = folder / "decided.csv"
    line = {
        "source": "wages", "sha256": hashlib.sha256(WAGES.encode()).hexdigest(), "row": UNNAMED,
        "person": person(first, "0004"), "likelihood_millionths": 998700, "words": "surname is the same",
        "decision": decision, "decided_by": decided_by,
    }  # fmt: skip
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(line))
        writer.writeheader()
        writer.writerow(line)
    link(
        first.pack, folder / "store", folder / "review.csv", decisions=file, on=date(2026, 1, 1),
        progress=lambda stage, detail: None,
    )  # fmt: skip
    return open_snapshot(build(first.pack, folder / "store", AS_OF, folder / "snapshots").path)
