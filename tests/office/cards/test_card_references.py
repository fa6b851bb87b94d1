"""A reference stands for one person and can be made by nobody else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from familycard.office.cards.references import person_of, reference


@given(st.integers(0, 2**63 - 1))
def test_a_reference_is_read_back(person: int) -> None:
    assert person_of(reference(person)) == person


@given(st.text(max_size=40))
def test_nothing_else_is_a_reference(text: str) -> None:
    assert person_of(text) is None


def test_a_changed_letter_is_noticed() -> None:
    made = reference(7)
    other = "A" if made[5] != "A" else "B"
    assert person_of(made[:5] + other + made[6:]) is None
