"""Signs of manual entry in the quality of a load."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from country import WAGES, country, deliver, iin, people_csv, wages_csv

from familycard.cli.quality_text import COLUMNS, quality_table
from familycard.sources import signs
from familycard.sources.intake import intake


def test_heaped_and_copied_values_are_signs_of_manual_entry(tmp_path: Path) -> None:
    amounts = ["1000", "2000.00", "2000", "2000.01", "0", "15"]
    wages = wages_csv([(iin(n), "2025-03", amount) for n, amount in enumerate(amounts)])
    folder = deliver(tmp_path / "in", people_csv=people_csv(range(6)), wages_csv=wages)
    whole = intake(country(WAGES), folder, tmp_path / "store")
    report = whole.sources[1]
    shown = list(quality_table(whole).columns[COLUMNS.index("signs of typing")].cells)
    assert shown == ["–", "gross 50 % …000, 17 % as above"]
    assert report.to_json()["quality"]["signs"] == (
        {"column": "gross", "ends_in_000": 5000, "most_frequent": 3333, "as_row_before": 1666, "longest_run": 2},
    )  # fmt: skip


@pytest.mark.parametrize("batch_rows", [1, 2, 2048, 1 << 20])
def test_signs_are_the_same_however_many_rows_are_read_at_a_time(
    batch_rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signs, "BATCH_ROWS", batch_rows)
    # In the file one person's rows are apart, so the order of the file is not that of the persons.
    amounts = [7, 7, 7, 3, 3, 9, 7, 3, 3, 3, 3, 5000] * 300
    wages = wages_csv(
        [(iin(n % 5), f"{2000 + n % 25}-{n % 12 + 1:02d}", str(a)) for n, a in enumerate(amounts)]
    )
    folder = deliver(tmp_path / "in", people_csv=people_csv(range(6)), wages_csv=wages)
    found = intake(country(WAGES), folder, tmp_path / "store").sources[1]
    assert found.quality is not None
    kept = [amount for n, amount in enumerate(amounts) if n < 300]
    assert found.quality.rows_accepted == len(kept) == 300
    (sign,) = found.quality.signs
    assert sign.ends_in_000 == 10_000 * kept.count(5000) // 300
    assert sign.most_frequent == 10_000 * max(map(kept.count, set(kept))) // 300
    assert sign.as_row_before == 10_000 * sum(a == b for a, b in pairwise(kept)) // 300
    assert sign.longest_run == 4
