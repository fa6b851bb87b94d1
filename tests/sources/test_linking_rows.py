"""`familycard link`: rows in quarantine without an identifier, from the delivery to the checked load and back."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from country import PEOPLE, PERSON, country, deliver, iin
from damaged_names import damaged
from killing import IS_WHOLE
from relatives import register

from familycard.cli.quality_text import quality_table
from familycard.engine.spark import SparkEngine
from familycard.errors import UsageError
from familycard.pack.contract import Column, Source
from familycard.pack.model import Pack
from familycard.pack.types import DATE, MONEY, TEXT
from familycard.sources.intake import intake
from familycard.sources.linkage.linking import LinkReport, link
from familycard.sources.store import Store

NAMED = tuple(Column(name, name, TEXT) for name in ("surname", "given_name", "patronymic"))
FACTS = (
    Column("birth_date", "birth_date", DATE),
    Column("sex", "sex", TEXT),
    Column("address", "address", TEXT),
)
NAMED_PEOPLE = replace(PEOPLE, columns=(PERSON, *NAMED, *FACTS), digest="named")
GRANTS = Source(
    id="grants", title="Grants", file=Path("grants.yaml"), format="csv", location="grants*.csv",
    columns=(PERSON, *NAMED, *FACTS, Column("amount", "amount", MONEY, required=True)),
    primary_key=("person",), subject="person", max_refused="0.9", digest="grants",
)  # fmt: skip
BROKEN, ABSENT = range(300, 345), range(345, 360)
LINKED, HAS_A_ROW, IS_LINKED = 302, 6, 304
"""Whose row the model links; somebody whose own row is there, and somebody whose own row it links too."""
ON = date(2026, 1, 1)


def csv_of(rows: list[dict[str, Any]]) -> str:
    return (
        "\n".join([",".join(rows[0]), *(",".join(str(cell) for cell in row.values()) for row in rows)]) + "\n"
    )


def bad(number: int) -> str:
    """The person's own identifier with a wrong control digit, or none."""
    return "" if number % 2 else iin(number)[:-1] + str((int(iin(number)[-1]) + 1) % 10)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return replace(country(GRANTS), sources={"people": NAMED_PEOPLE, "grants": GRANTS})


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """362 people; grants of 300 name them, 45 have no identifier, 15 are about people whom the register lacks."""
    listed = register(90)
    rows = [
        {
            "iin": bad(n) if n in BROKEN or n in ABSENT else iin(n),
            **{k: v for k, v in row.items() if k != "id"},
            "amount": n,
        }
        for n, row in enumerate(damaged(listed, seed=4))
    ]
    # A second grant of somebody who has one: under the contract's key there is room for one.
    rows.append(rows[0] | {"iin": "", "amount": 999})
    # Two of one name and birthday: who is meant is a question for a person, and the second grant is about neither.
    namesakes = [listed[10] | {"address": f"far-{n}"} for n in (360, 361)]
    listed += namesakes
    same = {k: v for k, v in namesakes[0].items() if k not in ("id", "address")}
    rows.append({"iin": "", **same, "address": "", "amount": 888})
    people = [
        {"iin": iin(n), **{k: v for k, v in row.items() if k != "id"}}
        for n, row in enumerate(listed)
        if n not in ABSENT
    ]
    random.Random(1).shuffle(people)
    return deliver(tmp_path_factory.mktemp("in"), people_csv=csv_of(people), grants_csv=csv_of(rows))


@pytest.fixture(scope="module")
def linked(pack: Pack, delivery: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LinkReport]:
    folder = tmp_path_factory.mktemp("store")
    intake(pack, delivery, folder / "store")
    return folder, run(pack, folder)


def run(pack: Pack, folder: Path, decisions: Path | None = None, **told: Any) -> LinkReport:
    return link(
        pack,
        folder / "store",
        folder / "review.csv",
        decisions=decisions,
        on=ON,
        progress=lambda stage, detail: None,
        **told,
    )


def grants(folder: Path) -> dict[int, int | None]:
    """The person of each accepted amount, in tenge."""
    table = pq.read_table(Store(folder / "store").state().loads["grants"].checked)
    return {row["amount"] // 100: row["person"] for row in table.to_pylist()}


def persons(folder: Path) -> dict[str, int]:
    table = pq.read_table(Store(folder / "store").state().identity)
    return {row["value"]: row["person"] for row in table.to_pylist()}


def undecided(folder: Path) -> set[int]:
    """Whom refused and linked rows may be about."""
    table = pq.read_table(Store(folder / "store").state().loads["grants"].undecided)
    return {row["person"] for row in table.to_pylist()}


def waiting(folder: Path, name: str = "review.csv") -> list[dict[str, str]]:
    with open(folder / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def decided(folder: Path, lines: list[dict[str, str]]) -> Path:
    """A review file given back."""
    path = folder / "decided.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    return path


def test_rows_without_an_identifier_are_accepted_as_their_person_and_nobody_else(
    linked: tuple[Path, LinkReport],
) -> None:
    folder, report = linked
    found, known = grants(folder), persons(folder)
    right = [n for n in BROKEN if n in found and found[n] == known[iin(n)]]
    assert len(right) >= 0.8 * len(BROKEN)
    assert len(found) == 300 + len(right), "a row was linked to somebody else"
    assert report.accepted == {"grants": len(right)}


def test_the_sums_of_a_load_still_agree_and_it_says_which_rows_were_linked(
    linked: tuple[Path, LinkReport],
) -> None:
    folder, report = linked
    load = Store(folder / "store").state().loads["grants"]
    assert load.rows_read == 362 == load.rows_accepted + load.rows_doubled + load.rows_refused
    rows = pq.read_table(load.checked.parent / "linked.parquet").to_pylist()
    assert len(rows) == report.accepted["grants"] == load.description["rows_linked"]
    assert all("is the same" in row["words"] and row["decided_by"] == "model" for row in rows)
    quarantined = {row["row"] for row in pq.read_table(load.quarantine).to_pylist()}
    assert not quarantined & {row["_row"] for row in rows}
    assert len(quarantined) == load.rows_refused


def test_whoever_a_row_was_linked_to_is_no_longer_undecided(linked: tuple[Path, LinkReport]) -> None:
    folder, _ = linked
    load = Store(folder / "store").state().loads["grants"]
    slipped = {persons(folder)[iin(n)] for n in BROKEN if n % 2 == 0}
    (before,) = (p for p in load.checked.parent.parent.iterdir() if not (p / "linked.parquet").exists())
    undecided = [
        {row["person"] for row in pq.read_table(path).to_pylist()} & slipped
        for path in (before / "undecided.parquet", load.undecided)
    ]
    assert undecided[0] == slipped
    assert len(undecided[1]) < len(slipped) / 4


def test_a_link_adds_no_second_row_under_one_key(linked: tuple[Path, LinkReport]) -> None:
    folder, report = linked
    assert 999 not in grants(folder)
    assert report.notes["grants"].startswith("1 linked row(s) stay in quarantine")
    assert grants(folder)[0] == persons(folder)[iin(0)]


def test_every_later_intake_keeps_the_links(
    pack: Pack, delivery: Path, linked: tuple[Path, LinkReport]
) -> None:
    folder, report = linked
    before = json.loads((folder / "store" / "current.json").read_text())
    intake(pack, delivery, folder / "store")
    assert json.loads((folder / "store" / "current.json").read_text()) == before
    changed = replace(GRANTS, digest="another contract")
    intake(replace(pack, sources=pack.sources | {"grants": changed}), delivery, folder / "store")
    load = Store(folder / "store").state().loads["grants"]
    assert load.description["rows_linked"] == report.accepted["grants"]
    shown = quality_table(intake(pack, delivery, folder / "store"))
    linked_rows = next(column for column in shown.columns if column.header == "linked")
    assert list(linked_rows.cells) == ["0", str(report.accepted["grants"])]


def test_what_a_person_decides_is_taken_back_and_not_asked_again(
    pack: Pack, linked: tuple[Path, LinkReport]
) -> None:
    folder, _ = linked
    lines = [line for line in waiting(folder) if line["source"] == "grants"]
    assert lines, "no row waits, so the test shows nothing"
    yes = next(line for line in lines if int(line["row"]) == 362)
    for line in lines:
        line |= {"decision": "yes" if line is yes else "no", "decided_by": "A. Clerk"}
    report = run(pack, folder, decided(folder, lines))
    assert report.decided == len(lines)
    assert grants(folder)[888] == int(yes["person"])
    assert waiting(folder) == []
    rows = pq.read_table(
        Store(folder / "store").state().loads["grants"].checked.parent / "linked.parquet"
    ).to_pylist()
    assert [row["_row"] for row in rows if row["decided_by"] == "A. Clerk"] == [int(yes["row"])]


@pytest.mark.parametrize("other", [HAS_A_ROW, IS_LINKED])
def test_what_the_model_linked_is_listed_until_a_person_confirms_it_or_takes_it_back(
    pack: Pack, delivery: Path, tmp_path: Path, other: int
) -> None:
    # A number of one row may as well be a slip of another's, of whom it is not known until then that no row speaks.
    texts = {path.stem: path.read_text(encoding="utf-8") for path in delivery.glob("*.csv")}
    grants_csv = texts["grants"].replace(bad(LINKED), bad(other))
    intake(
        pack, deliver(tmp_path / "in", people_csv=texts["people"], grants_csv=grants_csv), tmp_path / "store"
    )
    another = persons(tmp_path)[iin(other)]
    before = run(pack, tmp_path, unconfirmed=tmp_path / "unconfirmed.csv")
    lines = waiting(tmp_path, "unconfirmed.csv")
    assert before.unconfirmed == len(lines) == before.linked["grants"]
    assert all(line["surname"] and line["candidate"] for line in lines)
    linked_to = str(persons(tmp_path)[iin(LINKED)])
    (right,) = (line | {"decision": "yes"} for line in lines if line["person"] == linked_to)
    assert another in undecided(tmp_path)
    right_or_asked = (linked_to, str(another))
    wrong = next(
        line | {"decision": "no"} for line in reversed(lines) if line["person"] not in right_or_asked
    )
    file = decided(tmp_path, [line | {"decided_by": "A. Clerk"} for line in (right, wrong)])
    after = run(pack, tmp_path, file, unconfirmed=tmp_path / "unconfirmed.csv")
    assert after.unconfirmed == before.unconfirmed - 2
    assert after.accepted["grants"] == before.accepted["grants"] - 1
    rows = pq.read_table(
        Store(tmp_path / "store").state().loads["grants"].checked.parent / "linked.parquet"
    ).to_pylist()
    assert [row["_row"] for row in rows if row["decided_by"] == "A. Clerk"] == [int(right["row"])]
    assert int(wrong["row"]) not in {row["_row"] for row in rows}
    assert another not in undecided(tmp_path)


@pytest.mark.skipif(not IS_WHOLE, reason="a minute on Spark: FAMILYCARD_CI=whole")
def test_on_spark_the_same_rows_are_linked_and_the_same_wait(
    pack: Pack, delivery: Path, tmp_path: Path, spark: Callable[[], SparkEngine]
) -> None:
    found = {}
    for name, session in (("duckdb", None), ("spark", spark().session)):
        folder = tmp_path / name
        folder.mkdir()
        intake(pack, delivery, folder / "store")
        run(pack, folder, spark=session, unconfirmed=folder / "unconfirmed.csv")
        lines = waiting(folder, "unconfirmed.csv") + waiting(folder)
        found[name] = {
            (int(line["row"]), int(line["person"])): (int(line["likelihood_millionths"]), line["words"])
            for line in lines
        }
    assert len(found["duckdb"]) > 30
    assert found["duckdb"].keys() == found["spark"].keys()
    for pair, (likelihood, words) in found["duckdb"].items():
        assert abs(found["spark"][pair][0] - likelihood) <= 1, pair
        assert found["spark"][pair][1] == words


def test_a_decision_that_is_neither_yes_nor_no_is_named_with_its_line(
    pack: Pack, linked: tuple[Path, LinkReport]
) -> None:
    folder, _ = linked
    bad_file = folder / "bad.csv"
    columns = "source,sha256,row,person,likelihood_millionths,words,decision,decided_by\n"
    bad_file.write_text(columns + "grants,ab,3,1,700000,x,maybe,A. Clerk\n")
    with pytest.raises(UsageError, match="line 2: decision 'maybe'"):
        run(pack, folder, bad_file)
    bad_file.write_text("source,row\ngrants,3\n")
    with pytest.raises(UsageError, match="column sha256 is missing"):
        run(pack, folder, bad_file)


def test_too_few_rows_that_name_their_person_teach_nothing(pack: Pack, tmp_path: Path) -> None:
    listed = register(4)
    people = [{"iin": iin(n), **{k: v for k, v in row.items() if k != "id"}} for n, row in enumerate(listed)]
    rows = [person | {"iin": "" if n < 3 else person["iin"], "amount": n} for n, person in enumerate(people)]
    intake(
        pack, deliver(tmp_path / "in", people_csv=csv_of(people), grants_csv=csv_of(rows)), tmp_path / "store"
    )
    report = run(pack, tmp_path)
    assert "only 13 of its rows name their person" in report.notes["grants"]
    assert len(grants(tmp_path)) == 13


def test_people_whom_the_register_has_twice_are_listed_and_not_merged(pack: Pack, tmp_path: Path) -> None:
    listed = register(150)
    twice = list(damaged(random.Random(9).sample(listed, 40), seed=9))
    people = [{"iin": iin(n), **{k: v for k, v in row.items() if k != "id"}} for n, row in enumerate(listed)]
    again = [
        {"iin": iin(1000 + n), **{k: v for k, v in row.items() if k != "id"}}
        for n, row in enumerate(twice)
        if row["birth_date"] and row["sex"]
    ]
    intake(pack, deliver(tmp_path / "in", people_csv=csv_of(people + again)), tmp_path / "store")
    before = persons(tmp_path)
    report = link(
        pack, tmp_path / "store", tmp_path / "review.csv", duplicates=tmp_path / "twice.csv", on=ON,
        progress=lambda stage, detail: None,
    )  # fmt: skip
    with open(tmp_path / "twice.csv", newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    numbers = {row["id"]: iin(int(row["id"])) for row in listed}
    true = {frozenset((iin(1000 + n), numbers[row["id"]])) for n, row in enumerate(twice)}
    found = {frozenset((line["value"], line["same_as"])) for line in lines}
    assert report.duplicates == len(lines) == len(found)
    assert len(found & true) >= 0.9 * len(again)
    assert len(found - true) <= 0.05 * len(found)
    assert all("is the same" in line["evidence"] for line in lines)
    assert persons(tmp_path) == before
    # A line that somebody confirms is delivered as it stands.
    chosen = csv_of([dict(lines[0])]).replace(lines[0]["evidence"], '"' + lines[0]["evidence"] + '"')
    (tmp_path / "in" / "identity_aliases.csv").write_text(chosen, "utf-8")
    intake(pack, tmp_path / "in", tmp_path / "store")
    merged = persons(tmp_path)
    assert merged[lines[0]["value"]] == merged[lines[0]["same_as"]]


def test_a_register_without_duplicates_teaches_nothing_about_them(pack: Pack, tmp_path: Path) -> None:
    people = [
        {"iin": iin(n), **{k: v for k, v in row.items() if k != "id"}} for n, row in enumerate(register(40))
    ]
    intake(pack, deliver(tmp_path / "in", people_csv=csv_of(people)), tmp_path / "store")
    report = link(
        pack, tmp_path / "store", tmp_path / "review.csv", duplicates=tmp_path / "twice.csv", on=ON,
        progress=lambda stage, detail: None,
    )  # fmt: skip
    assert report.duplicates == 0
    assert "Only 0 pairs of people agree in surname, given name, birth date" in report.notes["people"]


def test_rows_whose_names_are_all_empty_cannot_be_linked(pack: Pack, tmp_path: Path) -> None:
    people = [
        {"iin": iin(n), **{k: v for k, v in row.items() if k != "id"}} for n, row in enumerate(register(60))
    ]
    nameless = [row | {"surname": "", "given_name": "", "amount": n} for n, row in enumerate(people)]
    nameless[0]["iin"] = ""
    intake(
        pack,
        deliver(tmp_path / "in", people_csv=csv_of(people), grants_csv=csv_of(nameless)),
        tmp_path / "store",
    )
    report = run(pack, tmp_path)
    assert "a name and two more of surname" in report.notes["grants"]
    assert len(grants(tmp_path)) == 239
