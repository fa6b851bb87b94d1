"""Files of drawn registers: what does not fit is refused with its line, before anything is made."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from familycard.errors import PackError
from familycard.pack.contract import Column, Source
from familycard.pack.loader import load_pack
from familycard.pack.model import Pack
from familycard.pack.types import DATE, INTEGER, MONEY, TEXT
from familycard.synthetic import generate
from familycard.synthetic.register_file import read_register
from familycard.synthetic.traits import TRAITS

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = (
    Column("person", "iin", TEXT, required=True, identifies="iin"),
    Column("kind", "kind", TEXT, allowed=("chair", "aid")),
    Column("cost", "cost", MONEY),
    Column("count", "count", INTEGER, required=True),
    Column("day", "day", DATE),
)
RIGHT = """groups:
  - who: is_disabled
    share: 0.5
columns:
  person: {person: self}
  kind: {pick: {chair: 1, aid: 2}}
  cost: {value: 100 KZT}
  count: {integer: {least: 1, most: 2}}
  day: {date: {days_ago: [1, 30]}}
"""
BROKEN = [
    ("who: is_disabled", "who: is_disable", 2, "Did you mean `is_disabled`"),
    ("who: is_disabled", "who: age", 2, "it gives integer where boolean is needed"),
    ("who: is_disabled", "who: wage > 5", 2, "write money as money"),
    ("share: 0.5", "shares: 0.5", 3, "did you mean `share`"),
    ("share: 0.5", "share: 1.5", 3, "not a share from 0 to 1"),
    ("share: 0.5", "by_age: [{from: 5, value: 1}]", 3, "begins with `from: 0`"),
    ("share: 0.5", "rows: 0", 2, "`rows` is a number from 1"),
    ("share: 0.5", "rows: {months: 13}", 3, "1 to 12"),
    ("share: 0.5", "set: {kind: boat}", 3, "the contract knows chair, aid, not `boat`"),
    ("share: 0.5", "set: {kinds: chair}", 3, "has no column `kinds`"),
    ("{person: self}", "{person: neighbour}", 5, "use one of self, mother"),
    ("{person: self}", "{value: '1'}", 5, "the contract wants `person` here"),
    ("{chair: 1, aid: 2}", "{chair: 1, boat: 2}", 6, "not `boat`"),
    ("{pick: {chair: 1, aid: 2}}", "{trait: wage}", 6, "the trait `wage` of type money"),
    ("{pick: {chair: 1, aid: 2}}", "{trait: height}", 6, "use one of age"),
    ("{pick: {chair: 1, aid: 2}}", "{person: self}", 6, "the contract wants another kind here"),
    ("100 KZT", "100", 7, "is not money"),
    ("{value: 100 KZT}", "{integer: {least: 1, most: 2}}", 7, "`integer` does not fit"),
    ("{least: 1, most: 2}", "{least: 3, most: 2}", 8, "`least` is above `most`"),
    ("{integer: {least: 1, most: 2}}", "{value: 1, blank: 0.1}", 8, "never blank"),
    ("{integer: {least: 1, most: 2}}", "{value: 1, yes: 0.1}", 8, "needs one of"),
    ("groups:", "slips: 0.1\ngroups:", 1, "belongs to a register with names"),
    ("  count: {integer: {least: 1, most: 2}}\n", "", 5, "column `count` is missing"),
    ("[1, 30]", "[30, 1]", 9, "the lower number stands first"),
    ("{days_ago: [1, 30]}", "{after: later, days: [1, 2]}", 9, "stands above it"),
    ("{date: {days_ago: [1, 30]}}", "{value: 2025-01-01, not_before_age: 18}", 9, "belongs to a date"),
    ("{date: {days_ago: [1, 30]}}", "{month: row}", 2, "needs `rows: months`"),
]


def contract() -> Source:
    return Source("aids", "Aids", Path("aids.yaml"), "csv", "aids*.csv", COLUMNS)


@pytest.mark.parametrize(("old", "new", "line", "message"), BROKEN)
def test_a_broken_file_is_refused_with_its_line(
    kz: Pack, tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    file = tmp_path / "aids.yaml"
    assert RIGHT.count(old) == 1
    file.write_text(RIGHT.replace(old, new), encoding="utf-8")
    with pytest.raises(PackError, match=re.escape(message)) as raised:
        read_register(file, contract(), kz)
    assert (raised.value.file, raised.value.line) == (str(file), line)


def test_the_file_that_they_break_is_right(kz: Pack, tmp_path: Path) -> None:
    file = tmp_path / "aids.yaml"
    file.write_text(RIGHT, encoding="utf-8")
    assert set(read_register(file, contract(), kz).columns) == {column.name for column in COLUMNS}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The pack of Kazakhstan, to be broken."""
    folder = tmp_path / "kz"
    shutil.copytree(ROOT / "packs" / "kz", folder)
    (folder / "synthetic" / "registers").mkdir(exist_ok=True)
    return folder


AIDS = """apiVersion: v3.1.0
kind: DataContract
id: aids
name: Aids
version: 1.0.0
status: draft
servers: [{server: file, type: local, path: 'aids*.csv.gz', format: csv}]
schema:
  - name: aids
    properties:
      - name: person
        physicalName: iin
        logicalType: string
        required: true
        customProperties:
          - {property: familycard.identifies, value: iin}
          - {property: familycard.subject, value: true}
      - {name: kind, logicalType: string}
"""
AIDS_DRAWN = "groups: [{who: is_disabled}]\ncolumns: {person: {person: self}, kind: {value: chair}}\n"


def test_a_source_is_drawn_from_its_file_and_refused_without(copy: Path, tmp_path: Path) -> None:
    (copy / "sources" / "aids.yaml").write_text(AIDS, encoding="utf-8")
    with pytest.raises(PackError, match=r"write synthetic/registers/aids\.yaml"):
        generate(load_pack(copy), 2_000, 1, tmp_path / "without")
    (copy / "synthetic" / "registers" / "aids.yaml").write_text(AIDS_DRAWN, encoding="utf-8")
    report = generate(load_pack(copy), 2_000, 1, tmp_path / "with")
    assert report.rows["aids"] > 40


def test_a_file_for_no_source_or_for_one_made_by_python_is_refused(copy: Path, tmp_path: Path) -> None:
    file = copy / "synthetic" / "registers" / "aids.yaml"
    file.write_text(AIDS_DRAWN, encoding="utf-8")
    with pytest.raises(PackError, match="no source of the pack has this name"):
        generate(load_pack(copy), 2_000, 1, tmp_path / "out")
    text = "groups: [{who: is_disabled}]\ncolumns: {person: {person: self}, started_on: {value: 2025-01-01}"
    file.rename(file.with_name("addresses_of_care.yaml"))
    file.with_name("addresses_of_care.yaml").write_text(
        text + ", ended_on: {value: 2025-01-02}}\n", encoding="utf-8"
    )
    with pytest.raises(PackError, match="made without a file of its own"):
        generate(load_pack(copy), 2_000, 1, tmp_path / "out")


def test_a_column_that_python_does_not_make_is_named_with_its_line(copy: Path, tmp_path: Path) -> None:
    file = copy / "sources" / "addresses_of_care.yaml"
    text = file.read_text(encoding="utf-8")
    added = "      - {name: colour, logicalType: string}\n      - name: started_on\n"
    file.write_text(text.replace("      - name: started_on\n", added), encoding="utf-8")
    with pytest.raises(PackError, match="no column `colour`") as raised:
        generate(load_pack(copy), 2_000, 1, tmp_path / "out")
    assert raised.value.line == text.splitlines().index("      - name: started_on") + 1


def test_every_trait_stands_in_the_document_with_its_type() -> None:
    text = (ROOT / "docs" / "made-up-registers.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", text, re.MULTILINE)
    assert dict(rows) == {name: str(trait.type) for name, trait in TRAITS.items()}
