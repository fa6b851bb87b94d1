"""A pack whose law stands still: what is in force on one day is in force on any.

Between two days a parameter gets its value of the new year and a condition or a programme comes
into force, all without a new pack. That is a change of law and not of life, so the life between
two days is seen under the law of the first. A date that is written in a formula itself is a
part of the formula and moves on.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date

from familycard.pack.model import Pack, Parameter, Programme


def frozen_law(pack: Pack, on: date, at: date) -> Pack:
    """The pack as it stands on the day `on`, to be built at the day `at`; the pack itself where both say the same."""
    parameters = {id_: _parameter(one, on) for id_, one in pack.parameters.items()}
    programmes = {id_: _programme(one, on) for id_, one in pack.programmes.items()}
    stands = all(one.on(on) == one.on(at) for one in pack.parameters.values())
    if stands and all(_in_force(one, on) == _in_force(one, at) for one in pack.programmes.values()):
        return pack
    digest = hashlib.sha256(f"{pack.digest} as in force on {on.isoformat()}".encode()).hexdigest()
    return replace(pack, parameters=parameters, programmes=programmes, digest=digest)


def _in_force(programme: Programme, day: date) -> tuple[bool, list[str]]:
    conditions = [condition.id for condition in programme.conditions if condition.is_in_force(day)]
    return programme.is_in_force(day), conditions


def _parameter(parameter: Parameter, on: date) -> Parameter:
    return replace(
        parameter, values=tuple(replace(value, from_=date.min, to=None) for value in parameter.on(on))
    )


def _programme(programme: Programme, on: date) -> Programme:
    conditions = tuple(
        replace(condition, from_=None, to=None)
        for condition in programme.conditions
        if condition.is_in_force(on)
    )
    ended = None if programme.is_in_force(on) else date.min
    return replace(programme, conditions=conditions, in_force_from=None, in_force_to=ended)
