"""Formulas and programmes come after what they name, and a circle is named as such."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from familycard.errors import PackError
from familycard.pack.dependencies import person_levels, programme_levels, programmes_named, unit_levels
from familycard.pack.loader import load_pack

Break = Callable[[str, str, str], Path]


def test_a_formula_comes_after_the_formulas_it_names(small_pack: Path) -> None:
    pack = load_pack(small_pack)
    assert [[i.id for i in level] for level in unit_levels(pack)] == [["wages_per_member"], ["wages_to_line"]]
    assert [[i.id for i in level] for level in person_levels(pack)] == [["is_child"], ["children"]]


def test_receiving_another_programme_is_no_dependency(broken: Break) -> None:
    folder = broken(
        "programmes/other_aid.yaml", "when: children >= 1", "when: not programme.many_children.received"
    )
    pack = load_pack(folder)
    assert len(programme_levels(pack)) == 1
    assert programmes_named(pack.programmes["other_aid"]) == frozenset()


def test_a_programme_comes_after_the_one_whose_amount_it_uses(broken: Break) -> None:
    folder = broken(
        "programmes/many_children.yaml",
        "when: children >= 4",
        "when: programme.other_aid.amount > money '0 KZT'",
    )
    levels = programme_levels(load_pack(folder))
    assert [[p.id for p in level] for level in levels] == [["other_aid"], ["many_children"]]


def test_a_circle_names_who_is_in_it(broken: Break) -> None:
    broken(
        "programmes/many_children.yaml",
        "when: children >= 4",
        "when: programme.other_aid.status = 'eligible'",
    )
    folder = broken(
        "programmes/other_aid.yaml",
        "when: children >= 1",
        "when: programme.many_children.status = 'eligible'",
    )
    with pytest.raises(PackError, match="many_children → other_aid → many_children") as raised:
        programme_levels(load_pack(folder))
    assert raised.value.file is not None and raised.value.line is not None
