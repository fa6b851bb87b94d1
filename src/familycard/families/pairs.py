"""What the two ends of a row say together: one address, ages that can be a parent's and a child's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from familycard.families.asked import mapped_ties, names_of
from familycard.families.residents import ADDRESS
from familycard.families.shared import end, same
from familycard.pack.expression import compile_condition
from familycard.pack.model import Expression, Tie, TieMapping, UnitKind
from familycard.pack.once import once
from familycard.pack.scope import Name, scope_of
from familycard.pack.types import DATE

MIN_YEARS = 12
"""Fewest years between a parent's birth and the child's (docs/pack-format.md, units.yaml)."""


@once
def pair_columns(kinds: tuple[UnitKind, ...], source: str, leap_day: str) -> tuple[str, ...]:
    """The columns of a source's rows that look at two ends, as SQL over the columns of each end."""
    return tuple(dict.fromkeys(_pair_columns(kinds, source, leap_day)))


def is_checked(tie: Tie, mapping: TieMapping) -> bool:
    """Whether one end is the other's parent by birth or adoption, so that their ages can refute the tie."""
    return tie.parentage and mapping.parentage


def same_address(one: str, two: str) -> str:
    """The column that says whether the persons in two columns have one address.

    >>> same_address("mother", "child") == same_address("child", "mother")
    True
    """
    return f'"_same_address__{"__".join(sorted((one, two)))}"'


def age_gap(child: str, parent: str) -> str:
    """The column that says whether the child was born long enough after the parent."""
    return f'"_gap__{child}__{parent}"'


def _pair_columns(kinds: Iterable[UnitKind], source: str, leap_day: str) -> Iterator[str]:
    for tie, mapping in mapped_ties(kinds):
        if mapping.source != source:
            continue
        one, two = (mapping.columns[role] for role in tie.between)
        if "same_address" in names_of(tie):
            # Unknown where either address is missing: two unknown addresses may be one.
            a, b = (end(of_column, same(ADDRESS)) for of_column in sorted((one, two)))
            yield f"{a} = {b} as {same_address(one, two)}"
        if is_checked(tie, mapping):
            born, parent_born = end(one, "birth_date"), end(two, "birth_date")
            yield f"{_gap_condition(leap_day, born, parent_born)} as {age_gap(one, two)}"


def _gap_condition(leap_day: str, child: str, parent: str) -> str:
    """SQL that is true where the child is born at least `MIN_YEARS` after the parent."""
    names = {"child": Name(child, DATE), "parent": Name(parent, DATE)}
    text = f"child >= add_months(parent, {12 * MIN_YEARS})"
    return compile_condition(Expression(text), scope_of(names, leap_day=leap_day)).sql
