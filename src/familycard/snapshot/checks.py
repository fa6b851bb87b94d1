"""Contradictions that an official must see: the pack's checks, as rows of `faults`.

A check opens a question for a human and changes no result.
"""

from __future__ import annotations

from datetime import date

from familycard.engine.interface import Engine
from familycard.indicators.tables import FAULTS, subject_key
from familycard.pack.expression import compile_condition
from familycard.pack.model import Check, Pack
from familycard.pack.once import once
from familycard.pack.scopes import check_scope, column
from familycard.programmes.evaluate import subject_rows
from familycard.snapshot.reach import names_of_check


def find_contradictions(engine: Engine, pack: Pack, as_of: date) -> None:
    """Add a row to `FAULTS` for each unit or person for which a check is true."""
    for check in pack.checks.values():
        engine.add(FAULTS, _query(pack, check, as_of))


@once
def _query(pack: Pack, check: Check, as_of: date) -> str:
    condition = compile_condition(check.when, check_scope(pack, check.unit, as_of))
    names = names_of_check(check)
    # Columns that nobody asks for take long to plan.
    without = None if any(name.startswith("programme.") for name in names) else check.unit
    rows = subject_rows(pack, check.unit, names, without=without)
    key = subject_key(check.unit)
    unit = "null" if key == "person" else key
    shown = ", ".join(f"'{name}', {column(name)}" for name in check.shows)
    return (
        f"select '{check.id}', {key}, null, {unit}, '{check.unit}', null, json_object({shown})"
        f" from ({rows}) where {condition.sql} order by {key}"
    )
