"""What `bench/peers` measures is what a build makes, and sides that differ are told apart."""

from __future__ import annotations

import shutil
from pathlib import Path

import chosen
import compare
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import run
import with_familycard
from made_up import MadeUp

from familycard.snapshot.write import parts_of


@pytest.fixture(scope="module")
def results(country: MadeUp, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Family Card's results of the chosen indicators and rules."""
    work = tmp_path_factory.mktemp("peers")
    pack = chosen.chosen_pack()
    with_familycard.compute(pack, run.given_from(country.store.parent, work, pack), work / "ours")
    return work / "ours"


def test_twenty_indicators_and_ten_rules_are_compared() -> None:
    assert (len(chosen.INDICATORS), len(chosen.RULES)) == (20, 10)
    compared = {
        column for _, columns in compare.expected(chosen.chosen_pack()).values() for column in columns
    }
    assert compared >= {*chosen.INDICATORS, *(f"{rule}__status" for rule in chosen.RULES)}


@pytest.mark.parametrize(("result", "table"), [("persons", "persons"), ("units", "units/family")])
def test_the_chosen_indicators_have_the_values_of_a_whole_build(
    country: MadeUp, results: Path, result: str, table: str
) -> None:
    key, columns = compare.expected(chosen.chosen_pack())[result]
    ours, whole = (
        pq.read_table(parts_of(folder / name), columns=[key, *columns])
        for folder, name in ((results, result), (country.snapshot, table))
    )
    assert ours.num_rows > 0
    assert ours.sort_by(key).equals(whole.sort_by(key))


def test_every_rule_has_answers(results: Path) -> None:
    """Of a rule that nobody passes, or nobody fails, little could differ."""
    for rule, chosen_rule in chosen.RULES.items():
        table = "person_rules" if chosen_rule.subject == "person" else "unit_rules"
        statuses = pq.read_table(results / table, columns=[f"{rule}__status"]).column(0).unique().to_pylist()
        assert {"eligible", "not_eligible"} <= set(statuses), rule


@pytest.mark.parametrize("changed", ["another value", "unknown"])
def test_one_changed_value_is_a_difference(results: Path, tmp_path: Path, changed: str) -> None:
    shutil.copytree(results, tmp_path / "theirs")
    [part] = (tmp_path / "theirs" / "units").glob("*.parquet")
    table = pq.read_table(part)
    values = table["working_cars"].to_pylist()
    values[5] = None if changed == "unknown" else values[5] + 1
    place = table.column_names.index("working_cars")
    pq.write_table(table.set_column(place, "working_cars", pa.array(values, pa.int64())), part)
    assert compare.first_difference(results, results) is None
    found = compare.first_difference(results, tmp_path / "theirs")
    assert found is not None
    assert found.startswith(f"units, working_cars of unit {table['unit'][5]}: ")
