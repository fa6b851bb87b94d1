"""What drawn registers may ask of a resident: the traits of a block, on the world's last day.

Each trait is made once and only when a register names it. The table of names, types and
meanings in ``docs/made-up-registers.md`` is checked against `TRAITS` by a test.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from familycard.pack.scope import Name, Scope
from familycard.pack.types import BOOLEAN, DATE, INTEGER, MONEY, TEXT, Kind, Type
from familycard.synthetic import traits_of_life as life
from familycard.synthetic import traits_of_persons as persons
from familycard.synthetic.made import Made

Making = Callable[[Made], Any]


@dataclass(frozen=True)
class Trait:
    """A trait's type and how it is made: an array by resident, money in minor units, dates as days."""

    type: Type
    make: Making


def _of(type_: Type, *makings: Making) -> dict[str, Trait]:
    """Traits named as the functions that make them."""
    return {making.__name__: Trait(type_, making) for making in makings}


TRAITS: Mapping[str, Trait] = {
    **_of(INTEGER, persons.age, persons.children, persons.family_children, persons.family_members),
    **_of(INTEGER, persons.youngest_age, persons.births_this_year, life.disability_group, life.grade),
    **_of(TEXT, persons.sex, persons.area, persons.region, persons.address),
    **_of(TEXT, persons.surname, persons.given_name, persons.patronymic),
    **_of(DATE, persons.birth_date),
    **_of(MONEY, life.wage, life.family_income_member),
    **_of(BOOLEAN, persons.is_urban, persons.is_citizen, persons.is_kandas, persons.is_foreign),
    **_of(BOOLEAN, persons.is_married, persons.is_lone_parent, persons.is_raiser, persons.is_head),
    **_of(BOOLEAN, persons.is_many_children, persons.has_mother, persons.has_father),
    **_of(BOOLEAN, persons.is_ward, persons.in_state_care, persons.is_orphan),
    **_of(BOOLEAN, life.is_disabled, life.is_disabled_child, life.family_has_disabled_child),
    **_of(BOOLEAN, life.is_under_observation, life.is_pensioner, life.is_working, life.is_self_employed),
    **_of(BOOLEAN, life.is_unemployed, life.is_without_work, life.is_pupil, life.is_student),
    **_of(BOOLEAN, life.is_in_kindergarten, life.lives_in_dormitory, life.is_conscript, life.is_in_prison),
    **_of(BOOLEAN, life.is_poor, life.receives_asp, life.owns_dwelling, life.has_car, life.has_land),
    **_of(BOOLEAN, life.has_livestock, life.is_awarded_mother),
}


def trait_scope(currency: str, minor_digits: int, leap_day: str) -> Scope:
    """The names at hand in `who`; a trait that a resident lacks (no address) may be asked by `is null`."""
    return Scope(
        _name,
        allow_is_null=True,
        leap_day=leap_day,
        minor_digits=minor_digits,
        currency=currency,
        known_names=lambda: list(TRAITS),
    )


def _name(text: str) -> Name | None:
    trait = TRAITS.get(text)
    return None if trait is None else Name(f'"{text}"', trait.type, trait.type == TEXT)


@dataclass
class Traits:
    """The traits of one block, made on demand."""

    made: Made
    _values: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        """A numpy array, or an Arrow array of text, by resident."""
        if name not in self._values:
            self._values[name] = TRAITS[name].make(self.made)
        return self._values[name]

    def table(self, names: Collection[str]) -> pa.Table:
        """The traits named, as DuckDB reads them; never without a column, so that rows can be counted."""
        arrays = {name: _arrow(self[name], TRAITS[name].type) for name in sorted(names)}
        return pa.table({"row": pa.array(np.arange(len(self.made.block))), **arrays})


def _arrow(values: Any, type_: Type) -> pa.Array:
    if isinstance(values, pa.Array):
        return values
    if type_.kind is Kind.DATE:
        return pa.array(values.astype(np.int32), pa.int32()).cast(pa.date32())
    return pa.array(values)
