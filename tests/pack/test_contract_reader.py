"""Contracts: every key is understood or refused, with its file and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from familycard.errors import PackError
from familycard.pack.contract_reader import read_contract
from familycard.pack.types import DATE, MONEY, TEXT, Kind, Type

GOOD = """\
apiVersion: v3.1.0
kind: DataContract
id: wages
name: Wages
version: 1.0.0
status: active
description: {purpose: pay}
team: {name: Fund, members: [{username: a@b.example, role: owner}]}
slaProperties:
  - {property: frequency, value: 1, unit: m}
  - {property: latency, value: 45, unit: d}
servers:
  - {server: file, type: local, path: wages*.csv.gz, format: csv}
  - {server: db, type: postgresql, schema: public}
customProperties:
  - {property: familycard.owner, value: Fund}
  - {property: familycard.delimiter, value: ";"}
  - {property: familycard.max_refused, value: 0.05}
  - {property: familycard.extracted_on, value: 2025-12-31}
  - {property: familycard.covers, value: {from: 2025-01-01, to: "2025-12-31"}}
schema:
  - name: wages
    physicalName: pay
    properties:
      - name: person
        physicalName: iin
        logicalType: string
        required: true
        customProperties: [{property: familycard.identifies, value: iin}, {property: familycard.subject, value: true}]
      - name: month
        logicalType: date
        logicalTypeOptions: {format: "%Y-%m"}
      - name: gross
        logicalType: number
        logicalTypeOptions: {minimum: 0.5}
        customProperties: [{property: familycard.type, value: money}]
      - {name: rate, logicalType: number, customProperties: [{property: familycard.scale, value: 3}]}
      - {name: kind, logicalType: string, customProperties: [{property: familycard.recode, value: {1: a, no: ""}}]}
      - {name: head, logicalType: string, transformLogic: "drop_right(kind, 1)"}
    quality:
      - {type: custom, engine: familycard, name: pays, implementation: "gross > rate"}
"""


def contract(folder: Path, text: str) -> Path:
    path = folder / "wages.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_contract_gives_columns_types_rules_and_lines(tmp_path: Path) -> None:
    source = read_contract(contract(tmp_path, GOOD))
    assert [column.type for column in source.columns] == [
        TEXT, DATE, MONEY, Type(Kind.NUMBER, 3), TEXT, TEXT,
    ]  # fmt: skip
    assert [column.line for column in source.columns] == [25, 30, 33, 37, 38, 39]
    assert source.columns[0].physical_name == "iin" and source.columns[-1].physical_name is None
    assert source.by_name["gross"].minimum == "0.5"
    assert source.by_name["kind"].recode == {"1": "a", "no": ""}
    assert (source.subject, source.delimiter, source.max_refused) == ("person", ";", "0.05")
    assert (source.extracted_on, source.covers_from) == (date(2025, 12, 31), date(2025, 1, 1))
    assert (source.cadence, source.freshness_days) == ("1 m", 45)
    assert (source.format, source.location) == ("csv", "wages*.csv.gz")
    assert source.further_locations == (("postgresql", "public.pay"),)
    assert [(rule.name, rule.line) for rule in source.row_rules] == [("pays", 41)]
    assert len(source.digest) == 64


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("status: active", "statuss: active", 6, "`statuss` is not known"),
        ("purpose: pay", "purpos: pay", 7, "`purpos` is not known"),
        ("familycard.owner", "familycard.ownr", 16, "`familycard.ownr` is not known"),
        ("familycard.scale", "familycard.skale", 37, "`familycard.skale` is not known"),
        ("required: true", "requird: true", 28, "`requird` is not known"),
        ("required: true", "required: 1", 28, "true or false"),
        ("logicalType: date", "logicalType: timestamp", 31, "'timestamp' is not read"),
        ("{format: ", "{formt: ", 32, "`formt` is not known"),
        ("minimum: 0.5", "minimum: half", 35, "not of type money"),
        ("value: money", "value: euro", 36, "is money"),
        ("name: month", "name: person", 30, "stands here twice"),
        ("name: month", "name: Month", 30, "lower_snake_case"),
        ("id: wages", "id: wage", 3, "give both one name"),
        ("v3.1.0", "v2.0.0", 1, "v3.1.0"),
        ("kind: DataContract", "kind: Contract", 2, "DataContract"),
        ("format: csv}", "format: xlsx}", 13, "format 'xlsx'"),
        ("unit: d}", "unit: h}", 11, "'latency' in 'h'"),
        ('value: ";"', 'value: ""', 17, "delimiter"),
        ("value: 0.05", "value: 5", 18, "share between 0 and 1"),
        ("value: 2025-12-31", "value: 31.12.2025", 19, "must be a date"),
        ("engine: familycard", "engine: soda", 41, "engine: familycard"),
        ("version: 1.0.0", "version: [1]", 5, "as the standard says"),
        ("team: {name", "team: }{name", 8, "not YAML"),
        ("name: Wages", "id: wages", 4, "twice"),
    ],
)
def test_what_is_not_understood_is_refused_on_its_line(
    old: str, new: str, line: int, message: str, tmp_path: Path
) -> None:
    path = contract(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(PackError) as refused:
        read_contract(path)
    assert message in str(refused.value)
    assert (refused.value.file, refused.value.line) == (str(path), line)


def test_a_contract_has_one_schema_and_one_subject(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="exactly one schema object, not 2"):
        read_contract(contract(tmp_path, GOOD + "  - {name: two}\n"))
    second = (
        "logicalType: date\n        customProperties: [{property: familycard.subject_of, value: household}]"
    )
    with pytest.raises(PackError, match="one subject"):
        read_contract(contract(tmp_path, GOOD.replace("logicalType: date", second)))
