"""Taking deliveries in: what is kept, what is refused, and what a second delivery changes."""

from __future__ import annotations

import gzip
import json
import random
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from country import PEOPLE, RENTS, WAGES, country, deliver, iin, people_csv, wages_csv, with_files

from familycard.errors import SourceError, StoreError, UsageError
from familycard.sources.intake import intake
from familycard.sources.report import IntakeReport
from familycard.sources.store import Store

WAGE_ROWS = [(iin(n), "2025-03", f"{100 + n}.50") for n in range(6)]


def rows(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def outcomes(report: IntakeReport) -> dict[str, str]:
    return {source.source: source.outcome for source in report.sources}


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def taken(tmp_path: Path, **files: str | bytes) -> Store:
    pack = country(WAGES, RENTS)
    intake(pack, deliver(tmp_path / "in", **files), tmp_path / "store")
    return Store(tmp_path / "store")


def test_accepted_rows_are_typed_and_persons_are_numbers(tmp_path: Path) -> None:
    state = taken(tmp_path, people_csv=people_csv(range(6)), wages_csv=wages_csv(WAGE_ROWS)).state()
    table = pq.read_table(state.loads["wages"].checked)
    assert [str(field.type) for field in table.schema] == ["int32", "int64", "int64", "date32[day]", "int64"]
    assert table.to_pylist()[2] == {
        "_file": 0, "_row": 3, "person": 3, "month": date(2025, 3, 1), "gross": 10250,
    }  # fmt: skip
    people = rows(state.loads["people"].checked)
    assert [row["person"] for row in people] == [1, 2, 3, 4, 5, 6]


def test_the_number_of_a_person_does_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    numbers = list(range(30))
    random.Random(5).shuffle(numbers)
    intake(country(), deliver(tmp_path / "a", people_csv=people_csv(range(30))), tmp_path / "store_a")
    intake(country(), deliver(tmp_path / "b", people_csv=people_csv(numbers)), tmp_path / "store_b")
    first, second = (Store(tmp_path / name).state().identity for name in ("store_a", "store_b"))
    assert first.read_bytes() == second.read_bytes()


def test_a_number_once_given_never_changes(tmp_path: Path) -> None:
    store = taken(tmp_path, people_csv=people_csv(range(10, 14)))
    before = {row["value"]: row["person"] for row in rows(store.state().identity)}
    store = taken(tmp_path, people_csv=people_csv(range(16)))
    after = {row["value"]: row["person"] for row in rows(store.state().identity)}
    assert before.items() <= after.items()
    assert sorted(after.values()) == list(range(1, 17))


def test_the_same_delivery_again_changes_no_byte(tmp_path: Path) -> None:
    files = {
        "people_csv": people_csv(range(6)),
        "wages_csv": wages_csv([*WAGE_ROWS, (iin(99), "2025-03", "1")]),
    }
    store = taken(tmp_path, **files)
    before = files_below(store.path)
    report = intake(country(WAGES, RENTS), tmp_path / "in", store.path)
    assert outcomes(report) == {"people": "unchanged", "wages": "unchanged", "rents": "absent"}
    assert files_below(store.path) == before


def test_read_is_accepted_and_doubled_and_refused(tmp_path: Path) -> None:
    spoiled = [*WAGE_ROWS, WAGE_ROWS[0], (iin(1), "2025-02-30", "1"), (iin(2), "2025-04", "-3")]
    store = taken(tmp_path, people_csv=people_csv(range(6)), wages_csv=wages_csv(spoiled))
    load = store.state().loads["wages"]
    assert (load.rows_read, load.rows_accepted, load.rows_doubled, load.rows_refused) == (9, 6, 1, 2)
    assert len(rows(load.checked)) == 6


def test_the_quarantine_says_file_row_column_rule_value_and_what_to_know(tmp_path: Path) -> None:
    spoiled = [*WAGE_ROWS, ("85010130001", "2025-04", "1")]
    store = taken(tmp_path, people_csv=people_csv(range(6)), wages_csv=wages_csv(spoiled))
    (line,) = rows(store.state().loads["wages"].quarantine)
    assert line == {
        "file": "wages.csv", "row": 7, "column": "iin", "rule": "pattern", "value": "85010130001",
        "message": "wages.csv row 7, column iin: '85010130001' has 11 characters; iin has the form ^[0-9]{12}$. "
        "The row is in quarantine.",
        "raw": "85010130001,2025-04,1",
    }  # fmt: skip


def test_two_equal_payments_with_different_receipts_are_two_payments(tmp_path: Path) -> None:
    text = f"iin,month,gross,receipt\n{iin(1)},2025-03,5,A\n{iin(1)},2025-03,5,B\n{iin(1)},2025-03,5,B\n"
    load = taken(tmp_path, people_csv=people_csv(range(3)), wages_csv=text).state().loads["wages"]
    assert (load.rows_accepted, load.rows_doubled) == (2, 1)


def test_rows_that_contradict_each_other_on_a_key_are_all_refused_and_their_persons_undecided(
    tmp_path: Path,
) -> None:
    people = people_csv(range(4)) + f"{iin(2)},1990-05-05,F,H9,\n"
    state = taken(tmp_path, people_csv=people).state()
    load = state.loads["people"]
    assert (load.rows_accepted, load.rows_refused) == (3, 2)
    assert {(line["row"], line["rule"], line["value"]) for line in rows(load.quarantine)} == {
        (3, "primary_key", iin(2)),
        (5, "primary_key", iin(2)),
    }
    numbers = {row["value"]: row["person"] for row in rows(state.identity)}
    assert [row["person"] for row in rows(load.undecided)] == [numbers[iin(2)]]


def test_a_refused_row_of_a_person_whose_number_reads_well_loses_nobody(tmp_path: Path) -> None:
    people = people_csv(range(4)) + f"{iin(7)},1990-02-30,F,H9,\n"
    state = taken(tmp_path, people_csv=people).state()
    numbers = {row["value"]: row["person"] for row in rows(state.identity)}
    assert len(numbers) == 5
    assert [row["person"] for row in rows(state.loads["people"].undecided)] == [numbers[iin(7)]]


@pytest.mark.parametrize(
    "slip",
    [
        lambda value: value[:6] + str((int(value[6]) + 1) % 10) + value[7:],
        lambda value: value[:5] + value[6] + value[5] + value[7:],
        lambda value: value[:4] + value[5:],
        lambda value: value[:4] + "7" + value[4:],
    ],
    ids=["another digit", "two digits swapped", "a digit lost", "a digit too many"],
)
def test_whoever_is_a_slip_of_the_pen_away_from_a_refused_number_is_undecided(
    slip: Any, tmp_path: Path
) -> None:
    wanted = "850101300005"
    wages = wages_csv([*WAGE_ROWS, (slip(wanted), "2025-03", "77")])
    people = people_csv(range(6)) + f"{wanted},1985-01-01,M,H9,\n"
    state = taken(tmp_path, people_csv=people, wages_csv=wages).state()
    numbers = {row["value"]: row["person"] for row in rows(state.identity)}
    assert state.loads["wages"].rows_refused == 1
    assert numbers[wanted] in {row["person"] for row in rows(state.loads["wages"].undecided)}


def test_of_a_record_that_is_broken_as_a_whole_every_known_number_in_it_is_undecided(tmp_path: Path) -> None:
    wages = wages_csv(WAGE_ROWS) + f"{iin(3)},2025-03,5,too,many\n"
    state = taken(tmp_path, people_csv=people_csv(range(6)), wages_csv=wages).state()
    assert [row["person"] for row in rows(state.loads["wages"].undecided)] == [4]


def test_a_refused_row_of_a_household_makes_all_its_members_undecided(tmp_path: Path) -> None:
    rents = "home,rooms\nH0,3\nH1,99\nH2,two\n"
    state = taken(tmp_path, people_csv=people_csv(range(6)), rents_csv=rents).state()
    load = state.loads["rents"]
    assert [row["person"] for row in rows(load.undecided)] == [3, 4, 5, 6]
    assert {(line["row"], line["rule"]) for line in rows(load.quarantine)} == {
        (2, "not_a_palace"),
        (3, "type"),
    }
    assert rows(load.checked) == [{"_file": 0, "_row": 1, "home": "H0", "rooms": 3, "doubled_rooms": 6}]


def test_rows_of_unknown_persons_are_kept_flagged_and_never_joined(tmp_path: Path) -> None:
    store = taken(tmp_path, people_csv=people_csv(range(3)), wages_csv=wages_csv(WAGE_ROWS))
    load = store.state().loads["wages"]
    assert [row["person"] for row in rows(load.checked)] == [1, 2, 3, None, None, None]
    assert load.description["quality"]["rows_of_unknown_persons"] == 3


def test_unknown_persons_are_known_once_the_people_source_has_them(tmp_path: Path) -> None:
    taken(tmp_path, people_csv=people_csv(range(3)), wages_csv=wages_csv(WAGE_ROWS))
    (tmp_path / "in" / "wages.csv").unlink()
    deliver(tmp_path / "in", people_csv=people_csv(range(6)))
    report = intake(country(WAGES, RENTS), tmp_path / "in", tmp_path / "store")
    assert outcomes(report) == {"people": "loaded", "wages": "rechecked", "rents": "absent"}
    load = Store(tmp_path / "store").state().loads["wages"]
    assert [row["person"] for row in rows(load.checked)] == [1, 2, 3, 4, 5, 6]


def test_a_delivery_that_cannot_be_trusted_leaves_the_last_good_load_in_use_and_stale(tmp_path: Path) -> None:
    good = taken(tmp_path, people_csv=people_csv(range(6)), wages_csv=wages_csv(WAGE_ROWS)).state()
    deliver(tmp_path / "in", wages_csv=wages_csv(WAGE_ROWS).encode()[:-3] + b"\0")
    report = intake(country(WAGES, RENTS), tmp_path / "in", tmp_path / "store")
    refused = next(source for source in report.sources if source.source == "wages")
    assert refused.outcome == "refused" and refused.reason.startswith("wages.csv: there are NUL bytes")
    load = Store(tmp_path / "store").state().loads["wages"]
    assert load.stale and replace(load, stale=False) == good.loads["wages"]
    deliver(tmp_path / "in", wages_csv=wages_csv(WAGE_ROWS))
    intake(country(WAGES, RENTS), tmp_path / "in", tmp_path / "store")
    assert not Store(tmp_path / "store").state().loads["wages"].stale


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"min_rows": 7}, "wages.csv: 6 rows, and the contract expects at least 7"),
        ({"max_refused": "0.1"}, "1 of 7 rows break the contract"),
    ],
)
def test_a_delivery_with_too_few_rows_or_too_many_refused_is_refused(
    change: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    wages = wages_csv([*WAGE_ROWS, (iin(0), "2025-13", "1")] if "max_refused" in change else WAGE_ROWS)
    deliver(tmp_path / "in", people_csv=people_csv(range(6)), wages_csv=wages)
    report = intake(country(replace(WAGES, **change)), tmp_path / "in", tmp_path / "store")
    assert reason in report.sources[1].reason
    assert "wages" not in Store(tmp_path / "store").state().loads


def test_several_files_of_one_pattern_are_one_load_in_the_order_of_their_names(tmp_path: Path) -> None:
    folder = deliver(tmp_path / "in", people_csv=people_csv(range(6)))
    (folder / "wages_2.csv").write_text(wages_csv(WAGE_ROWS[3:]))
    (folder / "wages_1.csv.gz").write_bytes(gzip.compress(wages_csv(WAGE_ROWS[:3]).encode()))
    intake(country(WAGES), folder, tmp_path / "store")
    load = Store(tmp_path / "store").state().loads["wages"]
    assert [file.name for file in load.files] == ["wages_1.csv.gz", "wages_2.csv"]
    assert [(row["_file"], row["_row"]) for row in rows(load.checked)] == [
        (0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 3),
    ]  # fmt: skip


def test_a_file_that_is_there_plain_and_compressed_is_refused(tmp_path: Path) -> None:
    folder = deliver(tmp_path / "in", people_csv=people_csv(range(6)), wages_csv=wages_csv(WAGE_ROWS))
    (folder / "wages.csv.gz").write_bytes(gzip.compress(wages_csv(WAGE_ROWS).encode()))
    report = intake(country(WAGES), folder, tmp_path / "store")
    assert "wages.csv is there twice" in report.sources[1].reason


def test_the_same_bytes_whatever_the_number_of_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = deliver(tmp_path / "in", people_csv=people_csv(range(4000)), wages_csv=wages_csv(WAGE_ROWS))
    connect = duckdb.connect
    found = []
    for threads in (1, 4):
        monkeypatch.setattr(
            duckdb, "connect", lambda config, n=threads: connect(config={**config, "threads": n})
        )
        intake(country(WAGES), folder, tmp_path / f"store{threads}")
        found.append(files_below(tmp_path / f"store{threads}"))
        found[-1].pop("secret")
    assert found[0] == found[1]


def test_the_notes_beside_the_files_date_them(tmp_path: Path) -> None:
    notes = "wages: {extracted_on: 2025-03-31, covers: {from: 2025-01-01, to: 2025-03-31}}\n"
    wages = wages_csv([*WAGE_ROWS, (iin(1), "2025-04", "1")])
    state = taken(tmp_path, people_csv=people_csv(range(6)), wages_csv=wages, loads_yaml=notes).state()
    load = state.loads["wages"]
    assert (load.extracted_on, load.covers_to) == (date(2025, 3, 31), date(2025, 3, 31))
    assert [line["rule"] for line in rows(load.quarantine)] == ["future"]


def test_the_faults_of_a_delivery_refused_as_a_whole_can_be_read(tmp_path: Path) -> None:
    wages = wages_csv([*WAGE_ROWS, (iin(0), "2025-13", "1")])
    folder = deliver(tmp_path / "in", people_csv=people_csv(range(6)), wages_csv=wages)
    report = intake(country(replace(WAGES, max_refused="0.1")), folder, tmp_path / "store").sources[1]
    assert report.outcome == "refused" and str(report.refused_rows) in report.reason
    quarantine = tmp_path / "store" / str(report.refused_rows)
    assert [(line["row"], line["rule"], line["value"]) for line in rows(quarantine)] == [
        (7, "type", "2025-13")
    ]
    assert "1 of 7 rows break the contract" in (quarantine.parent / "reason.txt").read_text("utf-8")


def test_only_the_named_sources_are_looked_at(tmp_path: Path) -> None:
    folder = deliver(tmp_path / "in", people_csv=people_csv(range(6)), wages_csv=wages_csv(WAGE_ROWS))
    report = intake(country(WAGES, RENTS), folder, tmp_path / "store", only=["people"])
    assert outcomes(report) == {"people": "loaded"}
    with pytest.raises(UsageError, match="no source 'wage'"):
        intake(country(WAGES), folder, tmp_path / "store", only=["wage"])


def test_without_a_people_source_nothing_is_taken_in(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nobody is known"):
        intake(country(WAGES), deliver(tmp_path / "in", wages_csv=wages_csv(WAGE_ROWS)), tmp_path / "store")
    with pytest.raises(StoreError, match="nothing was taken in"):
        Store(tmp_path / "store").state()


def test_the_secret_is_kept_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    store = taken(tmp_path, people_csv=people_csv(range(2)))
    secret = store.secret()
    assert len(secret) == 32
    assert stat.S_IMODE((store.path / "secret").stat().st_mode) == 0o600
    taken(tmp_path, people_csv=people_csv(range(3)))
    assert store.secret() == secret


def test_two_intakes_at_once_do_not_mix(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    with store.writing(), pytest.raises(StoreError, match="another intake is running"):
        taken(tmp_path, people_csv=people_csv(range(2)))


def test_the_quality_table_says_what_changed_since_the_last_load(tmp_path: Path) -> None:
    taken(tmp_path, people_csv=people_csv(range(6)), wages_csv=wages_csv(WAGE_ROWS))
    deliver(tmp_path / "in", wages_csv=wages_csv([*WAGE_ROWS[:4], (iin(0), "2025-13", "1")]))
    report = intake(country(WAGES, RENTS), tmp_path / "in", tmp_path / "store")
    quality = next(source.quality for source in report.sources if source.source == "wages")
    assert quality is not None and quality.change is not None
    assert (quality.change.rows_read, quality.change.rows_accepted, quality.change.accepted_per_myriad) == (
        -1, -2, -2000,
    )  # fmt: skip
    assert [(item.column, item.rule, item.rows) for item in quality.refused] == [("month", "type", 1)]
    assert quality.age_days(date(2026, 1, 31)) == 31 and quality.is_late(date(2026, 2, 28))
    json.dumps(report.to_json())


def test_a_derived_column_may_identify_persons(tmp_path: Path) -> None:
    number = replace(WAGES.columns[0], name="card_text", identifies=None, physical_name="n", required=True)
    derived = replace(WAGES.columns[0], physical_name=None, derived="drop_right(card_text, 2)")
    wages = replace(WAGES, columns=(derived, number, *WAGES.columns[1:]))
    text = f"n,month,gross\n{iin(1)}01,2025-03,5\n{iin(1)[:-1]}x99,2025-03,6\n"
    folder = deliver(tmp_path / "in", people_csv=people_csv(range(3)), wages_csv=text)
    intake(country(wages), folder, tmp_path / "store")
    load = Store(tmp_path / "store").state().loads["wages"]
    assert [row["person"] for row in rows(load.checked)] == [2]
    assert [(line["column"], line["rule"]) for line in rows(load.quarantine)] == [("person", "pattern")]


def test_formats_give_the_same_checked_rows(tmp_path: Path) -> None:
    folder = deliver(tmp_path / "in", people_csv=people_csv(range(6)), wages_csv=wages_csv(WAGE_ROWS))
    lines = [{"iin": a, "month": b, "gross": float(c), "more": {"x": 1}} for a, b, c in WAGE_ROWS]
    (folder / "wages.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    duckdb.sql(
        f"COPY (SELECT iin, strptime(month, '%Y-%m')::DATE AS month, gross::DOUBLE AS gross "
        f"FROM read_csv('{folder}/wages.csv', all_varchar = true)) TO '{folder}/wages.parquet'"
    )
    found = []
    for form in ("csv", "jsonl", "parquet"):
        store = tmp_path / f"store_{form}"
        intake(country(with_files(WAGES, form, f"wages.{form}")), folder, store)
        found.append(Store(store).state().loads["wages"].checked.read_bytes())
    assert found[0] == found[1] == found[2]


def test_json_lines_that_are_no_plain_objects_are_refused(tmp_path: Path) -> None:
    good = {"iin": iin(1), "month": "2025-03", "gross": "5"}
    text = "\n".join([
        json.dumps(good), "[1]", "{broken", '{"iin": "1", "iin": "2"}', json.dumps({**good, "gross": [5]}),
        json.dumps(good).replace('"5"', "5.1234567890123456789"), json.dumps({**good, "gross": None}), "",
    ])  # fmt: skip
    folder = deliver(tmp_path / "in", people_csv=people_csv(range(6)), wages_jsonl=text)
    intake(country(with_files(WAGES, "jsonl", "wages.jsonl")), folder, tmp_path / "store")
    load = Store(tmp_path / "store").state().loads["wages"]
    assert [(line["row"], line["rule"]) for line in rows(load.quarantine)] == [
        (2, "json"), (3, "json"), (4, "doubled_key"), (5, "nested"), (6, "digits"), (7, "required"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-9], lambda b: b[:400], lambda b: b"", lambda b: b[:4] + b[9:]]
)
def test_a_damaged_parquet_file_is_refused(damage: Any, tmp_path: Path) -> None:
    folder = deliver(tmp_path / "in", people_csv=people_csv(range(6)), wages_csv=wages_csv(WAGE_ROWS * 50))
    duckdb.sql(f"COPY (FROM read_csv('{folder}/wages.csv', all_varchar = true)) TO '{folder}/wages.parquet'")
    content = (folder / "wages.parquet").read_bytes()
    (folder / "wages.parquet").write_bytes(damage(content))
    report = intake(country(with_files(WAGES, "parquet", "wages.parquet")), folder, tmp_path / "store")
    assert outcomes(report)["wages"] == "refused"


def test_the_people_table_keeps_who_the_mother_is(tmp_path: Path) -> None:
    people = people_csv(range(3)) + f"{iin(9)},2020-01-01,F,H1,{iin(1)}\n"
    state = taken(tmp_path, people_csv=people).state()
    assert rows(state.loads["people"].checked)[3]["mother"] == 2
    assert PEOPLE.subject == "person"
