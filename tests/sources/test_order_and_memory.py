"""In which order checked tables stand, and that little memory changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from country import WAGES, country, deliver, iin, people_csv, wages_csv
from test_intake import rows, taken

from familycard.errors import UsageError
from familycard.sources.intake import intake
from familycard.sources.store import Store


def test_rows_of_a_person_stand_together_in_the_order_of_the_file_and_those_of_nobody_known_last(
    tmp_path: Path,
) -> None:
    amounts = [(3, "9"), (1, "2"), (77, "5"), (3, "1"), (1, "4")]
    wages = wages_csv([(iin(n), "2025-03", amount) for n, amount in amounts])
    people = people_csv([3, 2, 1])
    state = taken(tmp_path, people_csv=people, wages_csv=wages).state()
    found = [(row["person"], row["_row"], row["gross"]) for row in rows(state.loads["wages"].checked)]
    assert found == [(1, 2, 200), (1, 5, 400), (3, 1, 900), (3, 4, 100), (None, 3, 500)]
    assert [(row["person"], row["_row"]) for row in rows(state.loads["people"].checked)] == [
        (1, 3),
        (2, 2),
        (3, 1),
    ]


@pytest.mark.parametrize("memory", ["much", "-4GB", "0GB", "8", "4GB; DROP TABLE x"])
def test_an_amount_of_memory_that_is_none_is_refused(memory: str, tmp_path: Path) -> None:
    folder = deliver(tmp_path / "in", people_csv=people_csv(range(2)))
    with pytest.raises(UsageError, match="no amount of memory"):
        intake(country(), folder, tmp_path / "store", memory=memory)
    assert not (tmp_path / "store").exists()


def test_with_little_memory_the_same_is_taken_in(tmp_path: Path) -> None:
    people = people_csv(range(30_000))
    wages = wages_csv([(iin(n % 29_000), f"2025-{n % 12 + 1:02d}", str(n)) for n in range(200_000)])
    folder = deliver(tmp_path / "in", people_csv=people, wages_csv=wages)
    states = []
    for name, memory in (("much", "2GB"), ("little", "150MB")):
        intake(country(WAGES), folder, tmp_path / name, memory=memory)
        states.append(Store(tmp_path / name).state())
    much, little = states
    assert little.version == much.version
    for source in much.loads:
        assert little.loads[source].checked.read_bytes() == much.loads[source].checked.read_bytes()
