"""Made-up numbers are valid, unique and impossible in life."""

from __future__ import annotations

import numpy as np
import pytest

from familycard.errors import UsageError
from familycard.sources.identifiers import has_valid_checksum
from familycard.synthetic.identifiers import control_digit, made_up_numbers, rank_within


@pytest.mark.parametrize(
    "number", ["850101300005", "850101300015", "991231400129", "900101300811", "120229600039"]
)
def test_the_control_digit_of_known_numbers_is_found(number: str) -> None:
    assert control_digit(np.array([int(number[:11])])).tolist() == [int(number[11])]


@pytest.mark.parametrize("prefix", ["90010130080", "90010130161"])
def test_a_serial_without_a_valid_digit_is_told(prefix: str) -> None:
    assert control_digit(np.array([int(prefix)])).tolist() == [10]


def test_two_thousand_people_of_one_birth_date_have_different_valid_numbers() -> None:
    born, is_female = np.full(2_000, 7_300), np.arange(2_000) % 2 == 0
    numbers = [f"{n:012d}" for n in made_up_numbers(born, is_female, (7, 8), 0, 1)]
    assert len(set(numbers)) == 2_000
    assert all(has_valid_checksum(number, "kz_iin") for number in numbers)
    assert {number[:6] for number in numbers} == {"891227"}
    assert {number[6] for number in numbers} == {"7", "8"}


def test_blocks_never_give_the_same_number() -> None:
    born, men = np.full(40, 7_300), np.zeros(40, bool)
    first, second = (set(made_up_numbers(born, men, (7, 8), block, 100).tolist()) for block in (0, 1))
    assert not first & second


def test_more_people_than_numbers_is_an_error_and_not_a_collision() -> None:
    born, men = np.full(60, 7_300), np.zeros(60, bool)
    with pytest.raises(UsageError, match="numbers set aside"):
        made_up_numbers(born, men, (7, 8), 0, 100)


def test_ranks_count_within_each_group_in_the_order_of_rows() -> None:
    assert rank_within(np.array([5, 3, 5, 5, 3])).tolist() == [0, 0, 1, 2, 1]
