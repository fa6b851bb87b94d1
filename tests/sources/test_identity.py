"""Two numbers of one person: alias files that are used, and alias files that are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from country import RENTS, WAGES, country, deliver, iin, people_csv, wages_csv
from test_intake import WAGE_ROWS, files_below, outcomes, rows, taken

from familycard.sources.intake import intake
from familycard.sources.store import Store


def test_an_alias_joins_two_numbers_into_one_person(tmp_path: Path) -> None:
    aliases = "kind,value,status,same_as,valid_from,valid_to,evidence\n"
    aliases += f"iin,{iin(5)},alias,{iin(1)},2025-01-01,,act 17\n"
    files = {"people_csv": people_csv(range(6)), "wages_csv": wages_csv(WAGE_ROWS)}
    taken(tmp_path, **files)
    deliver(tmp_path / "in", identity_aliases_csv=aliases)
    report = intake(country(WAGES, RENTS), tmp_path / "in", tmp_path / "store")
    assert outcomes(report)["wages"] == "loaded" and report.persons == 5
    load = Store(tmp_path / "store").state().loads["wages"]
    assert [row["person"] for row in rows(load.checked)] == [1, 2, 2, 3, 4, 5]


def test_an_alias_of_the_first_delivery_holds_at_once_and_again_changes_nothing(tmp_path: Path) -> None:
    aliases = "kind,value,status,same_as,valid_from,valid_to,evidence\n"
    aliases += f"iin,{iin(5)},former,{iin(1)},,2025-01-01,act 17\n"
    wages = wages_csv(WAGE_ROWS)
    store = taken(tmp_path, people_csv=people_csv(range(5)), wages_csv=wages, identity_aliases_csv=aliases)
    assert [row["person"] for row in rows(store.state().loads["wages"].checked)] == [1, 2, 2, 3, 4, 5]
    before = files_below(store.path)
    report = intake(country(WAGES, RENTS), tmp_path / "in", store.path)
    assert outcomes(report) == {"people": "unchanged", "wages": "unchanged", "rents": "absent"}
    assert files_below(store.path) == before


ALIAS_HEADER = "kind,value,status,same_as,valid_from,valid_to,evidence\n"


def test_an_alias_that_is_corrected_takes_its_rows_to_whom_it_means_now(tmp_path: Path) -> None:
    files = {"people_csv": people_csv(range(5)), "wages_csv": wages_csv(WAGE_ROWS)}
    wrong, right = (ALIAS_HEADER + f"iin,{iin(5)},alias,{iin(person)},,,act 17\n" for person in (1, 2))
    store = taken(tmp_path, **files, identity_aliases_csv=wrong)
    assert [row["person"] for row in rows(store.state().loads["wages"].checked)] == [1, 2, 2, 3, 4, 5]
    # The act is the same: only whom it was said to speak of was wrong.
    deliver(tmp_path / "in", identity_aliases_csv=right)
    report = intake(country(WAGES, RENTS), tmp_path / "in", store.path)
    assert outcomes(report)["wages"] == "loaded"
    assert [row["person"] for row in rows(store.state().loads["wages"].checked)] == [1, 2, 3, 3, 4, 5]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (
            f"iin,{iin(5)},former,{iin(77)},,2025-01-01,act 17\n",
            "1 line(s) name a `same_as` that no person has",
        ),
        (f"iin,{iin(5)},former,{iin(1)},,2025-01-01,\n", "1 line(s) cannot be used"),
        ("iin;7\n", "it cannot be read"),
    ],
)
def test_an_alias_file_that_cannot_be_used_is_refused_and_the_aliases_before_it_hold(
    lines: str, reason: str, tmp_path: Path
) -> None:
    wages = wages_csv(WAGE_ROWS)
    good = ALIAS_HEADER + f"iin,{iin(5)},alias,{iin(1)},,,act 17\n"
    files = {"people_csv": people_csv(range(5)), "wages_csv": wages}
    taken(tmp_path, **files, identity_aliases_csv=good)
    folder = deliver(
        tmp_path / "in", identity_aliases_csv=ALIAS_HEADER + lines, people_csv=people_csv(range(7))
    )
    report = intake(country(WAGES, RENTS), folder, tmp_path / "store")
    assert outcomes(report) | {"people": "", "rents": ""} == {
        "identity_aliases": "refused", "people": "", "wages": "unchanged", "rents": "",
    }  # fmt: skip
    assert reason in report.sources[0].reason and not report.is_clean
    state = Store(tmp_path / "store").state()
    assert [row["person"] for row in rows(state.loads["wages"].checked)] == [1, 2, 2, 3, 4, 5]
    assert len(rows(state.loads["people"].checked)) == 6


def test_a_bad_alias_file_of_the_first_delivery_stops_nothing_else(tmp_path: Path) -> None:
    aliases = ALIAS_HEADER + f"iin,{iin(5)},former,{iin(77)},,,act 17\niin,{iin(3)},alias,{iin(1)},,,act 18\n"
    store = taken(tmp_path, people_csv=people_csv(range(5)), identity_aliases_csv=aliases)
    assert [row["person"] for row in rows(store.state().loads["people"].checked)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("merged", [1, 4])
def test_of_a_person_listed_under_two_numbers_the_row_of_the_current_one_stays(
    merged: int, tmp_path: Path
) -> None:
    kept = 5 - merged
    aliases = ALIAS_HEADER + f"iin,{iin(merged)},alias,{iin(kept)},,,act 17\n"
    store = taken(tmp_path, people_csv=people_csv(range(6)), identity_aliases_csv=aliases)
    load = store.state().loads["people"]
    table = rows(load.checked)
    assert [row["_row"] for row in table] == [n + 1 for n in range(6) if n != merged]
    assert len({row["person"] for row in table}) == 5
    assert (load.rows_accepted, load.rows_doubled, load.rows_read) == (5, 1, 6)
    assert load.description["quality"]["rows_of_merged_numbers"] == 1


def test_a_merged_number_stays_while_the_row_of_the_current_one_is_refused(tmp_path: Path) -> None:
    people = people_csv(range(3)).replace(f"{iin(1)},1985", f"{iin(1)},X985")
    aliases = ALIAS_HEADER + f"iin,{iin(2)},alias,{iin(1)},,,act 17\n"
    store = taken(tmp_path, people_csv=people, identity_aliases_csv=aliases)
    assert [row["_row"] for row in rows(store.state().loads["people"].checked)] == [1, 3]
