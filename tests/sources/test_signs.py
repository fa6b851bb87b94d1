"""Signs of manual entry in the quality of a load."""

from __future__ import annotations

from pathlib import Path

from country import WAGES, country, deliver, iin, people_csv, wages_csv

from familycard.sources.intake import intake


def test_heaped_and_copied_values_are_signs_of_manual_entry(tmp_path: Path) -> None:
    amounts = ["1000", "2000.00", "2000", "2000.01", "0", "15"]
    wages = wages_csv([(iin(n), "2025-03", amount) for n, amount in enumerate(amounts)])
    folder = deliver(tmp_path / "in", people_csv=people_csv(range(6)), wages_csv=wages)
    report = intake(country(WAGES), folder, tmp_path / "store").sources[1]
    assert report.to_json()["quality"]["signs"] == (
        {"column": "gross", "ends_in_000": 5000, "most_frequent": 3333, "as_row_before": 1666, "longest_run": 2},
    )  # fmt: skip
