"""The truth beside the registers: who really belongs to which family, and which faults were planted."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from familycard.synthetic.block import Block
from familycard.synthetic.emit import coded
from familycard.synthetic.homes import KINDS, kind_of_person
from familycard.synthetic.housing_queue import queue_truth
from familycard.synthetic.made import Made
from familycard.synthetic.planting import Field
from familycard.synthetic.survey import survey_table
from familycard.synthetic.tables import Ints

IN_CSV = ("families", "faults")
IN_PARQUET = ("housing_queue", "survey")
README = """# Everything in this delivery is made up

No person, address, number or sum here is real. The identification numbers are valid by their
control digit, but their seventh digit is 7 (men) or 8 (women), which no real number has.
Made by `familycard synth` from the figures in the pack's `synthetic` folder.

| file | what it is |
|---|---|
| `families.csv` | `iin`, `family` (the true card family), `kind` (the hardest thing about the family), `fault` (a fault planted in the family, blank without) |
| `faults.csv` | `kind`, `iin` (whom the fault is about), `other_iin`, `detail` |
| `bad_rows.csv` | `source`, `way`, `rows`: how many rows were spoiled so that intake must refuse them (none unless asked for) |
| `housing_queue.parquet` | `person`; `in_queue` (else: could stand and does not); `entered_on`; `reasons` (all that speak against the place, by commas; empty where none does); `fault` as above |
| `survey.parquet` | 12,000 households interviewed within the year (at most half of the families): `household` (the number of the head, the oldest member of the card family), `region`, `weight` (weights sum to the families of the country), `members`, `consumption` (KZT a month for an equivalent member: 1 for the first, 0.8 for each other), `need` (critical, high, moderate, none: what the interviewer saw), `interviewed_on` |

A true card family: spouses, and parents of a common minor child at one address; their children
under 18 (a guardian or adopter comes before parents; parents whose rights were terminated do
not count; of parents who live apart the one with whom the child lives); unmarried full-time
students under 23 at any address; unmarried adult children without a family of their own at the
address of a parent; lone elders of 63 and over at the address of an adult child. Everybody else
is alone. Composition is to be compared over families without a fault.

Unplanted, nobody spends more than 552 000 KZT a year plus 30 % of the family's wages; nobody is
paid or paid for after a recorded death; each sold right has ended; shares are at least a quarter;
dates of birth agree; terms of disability that ended are not paid.

The queue is made so that more than half of the applicants fail a condition, and that two thirds
as many again could stand and do not: families of the vulnerable groups that registers see,
without a dwelling now and within five years (others without one may stand too, since May 2025).

What a household consumes rests on its registered income, on income that no register sees, on
housing, car, land, children, illness, region and luck: registers explain it in part.

`social_payments` names who gets the money: the child with a disability or the adult for
`disability`; the parent or guardian for `disabled_child`, `birth`, `child_care`,
`child_care_insured`, `survivor` (the dependant where there is no adult), `multi_child`
(the leading adult: the mother where there is one); the mother for `awarded_mother`; the carer
for `carer`; an adult of the family for `asp`, `asp_child` and `housing_assistance`.
"""


class Truth:
    """The truth of one part, written block by block; the names of its files end in `suffix`."""

    def __init__(self, out: Path, suffix: str = "") -> None:
        self.out = out
        self.suffix = suffix
        self.families = 0
        self.kinds: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self._writers: dict[str, Any] = {}

    def write(self, made: Made, field: Field, people: int, numbers: pa.Array) -> None:
        """Append the truth of one block of a country of so many people."""
        marked = field.families_marked()
        self._write_families(made.block, marked, numbers)
        for part in field.planted:
            self._append_faults(part.kind, part.person, part.other, part.detail, numbers)
        self._append("housing_queue", queue_truth(made.block, made.queue, marked, numbers))
        self._append("survey", survey_table(made, people, numbers))

    def _write_families(self, block: Block, marked: pa.Array, numbers: pa.Array) -> None:
        core = block.homes.core
        kind = kind_of_person(block.homes)
        family = pa.compute.binary_join_element_wise(str(block.number), pa.array(core).cast(pa.string()), "-")
        rows = {
            "iin": numbers.slice(0, len(block)),
            "family": family,
            "kind": coded(kind, KINDS),
            "fault": marked,
        }
        self._append("families", pa.table(rows))
        roots = np.flatnonzero(core == np.arange(len(block)))
        self.families += len(roots)
        for number, name in enumerate(KINDS):
            self.kinds[name] += int((kind[roots] == number).sum())

    def _append_faults(self, kind: str, person: Ints, other: Ints, detail: str, numbers: pa.Array) -> None:
        count = len(person)
        rows = {
            "kind": pa.array([kind] * count, pa.string()),
            "iin": numbers.take(pa.array(person)),
            "other_iin": numbers.take(pa.array(other, mask=other < 0)),
            "detail": pa.array([detail] * count, pa.string()),
        }
        self._append("faults", pa.table(rows))
        self.faults[kind] += count

    def _append(self, name: str, rows: pa.Table) -> None:
        if name not in self._writers:
            self._writers[name] = _writer(self._path(name), rows.schema)
        self._writers[name].write_table(rows)

    def _path(self, name: str) -> str:
        return str(self.out / f"{name}{self.suffix}.{'csv' if name in IN_CSV else 'parquet'}")

    def close(self) -> None:
        """Finish the files."""
        for writer in self._writers.values():
            writer.close()


def write_bad_rows(folder: Path, count: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """Write how many rows were spoiled in which way, if any; gives their number by source."""
    if not count:
        return {}
    lines = [f"{source},{way},{rows}" for (source, way), rows in sorted(count.items())]
    (folder / "bad_rows.csv").write_text("\n".join(["source,way,rows", *lines]) + "\n", encoding="utf-8")
    total: Counter[str] = Counter()
    for (source, _), rows in count.items():
        total[source] += rows
    return dict(total)


def _writer(path: str, schema: pa.Schema) -> Any:
    if path.endswith(".csv"):
        return pa.csv.CSVWriter(path, schema)
    return pq.ParquetWriter(path, schema, compression="zstd")


def gather_truth(folder: Path, suffixes: list[str]) -> None:
    """One file of each kind from those of the parts, and what they mean."""
    (folder / "README.md").write_text(README, encoding="utf-8")
    if len(suffixes) == 1:
        return
    for name in IN_PARQUET:
        _join_parquet(folder, name, suffixes)
    for name in IN_CSV:
        with (folder / f"{name}.csv").open("wb") as whole:
            for number, suffix in enumerate(suffixes):
                part = folder / f"{name}{suffix}.csv"
                with part.open("rb") as lines:
                    header = lines.readline()
                    whole.write(b"" if number else header)
                    shutil.copyfileobj(lines, whole, 1 << 20)
                part.unlink()


def _join_parquet(folder: Path, name: str, suffixes: list[str]) -> None:
    parts = [folder / f"{name}{suffix}.parquet" for suffix in suffixes]
    schema = pq.read_schema(parts[0])
    with pq.ParquetWriter(folder / f"{name}.parquet", schema, compression="zstd") as whole:
        for part in parts:
            whole.write_table(pq.read_table(part))
            part.unlink()
