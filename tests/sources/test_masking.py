"""A mask says how long a value is and of which kinds its characters are, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from familycard.sources.masking import KEPT, LONGEST, masked

LETTERS = "ҚаzŞ7٣ "


@given(st.text(min_size=1, max_size=60))
def test_no_letter_or_digit_of_a_value_shows_through(value: str) -> None:
    shown = masked(value).partition("…")[0]
    assert set(shown) <= {"9", "A", "a", "Я", "я", "␣", "?"} | KEPT


@given(st.text(alphabet=LETTERS, min_size=1, max_size=LONGEST))
def test_values_of_one_kind_have_one_mask(value: str) -> None:
    swapped = value.replace("7", "3").replace("а", "б").replace("Қ", "Ә").replace("z", "q").replace("Ş", "B")
    assert masked(value) == masked(swapped)


def test_the_length_is_told_even_where_it_is_not_shown() -> None:
    assert masked("1" * 40).endswith("…(40)")
