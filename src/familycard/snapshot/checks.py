"""Contradictions that an official must see: the pack's checks, as rows of `faults`.

A check opens a question for a human and changes no result.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from familycard.engine.interface import Engine
from familycard.indicators.tables import FAULTS, PERSONS, subject_key, unit_values
from familycard.pack.expression import compile_condition
from familycard.pack.model import Check, Pack
from familycard.pack.once import once
from familycard.pack.scopes import check_scope, column
from familycard.programmes.evaluate import subject_rows
from familycard.snapshot.reach import names_of_check


def find_contradictions(engine: Engine, pack: Pack, as_of: date) -> None:
    """Add a row to `FAULTS` for each unit or person for which a check is true."""
    # Checks of rows as they are go together; those that join units are fewer and dearer.
    joined = {id_ for id_, check in pack.checks.items() if _asks_of_others(names_of_check(check))}
    for chosen in (pack.checks.keys() - joined, joined):
        queries = [_query(pack, check, as_of) for id_, check in pack.checks.items() if id_ in chosen]
        if queries:
            engine.add(FAULTS, " union all ".join(queries))


@once
def _query(pack: Pack, check: Check, as_of: date) -> str:
    condition = compile_condition(check.when, check_scope(pack, check.unit, as_of))
    names = names_of_check(check)
    rows = _rows(pack, check, names)
    key = subject_key(check.unit)
    unit = "null" if key == "person" else key
    shown = ", ".join(f"'{name}', {column(name)}" for name in check.shows)
    return (
        f"select '{check.id}', {key}, null, {unit}, '{check.unit}', null, json_object({shown})"
        f" from {rows} where {condition.sql}"
    )


def _rows(pack: Pack, check: Check, names: Collection[str]) -> str:
    """The rows that a check looks at, without columns that nobody asks for: they take long to plan."""
    if not _asks_of_others(names):
        return PERSONS if check.unit == "person" else unit_values(check.unit)
    without = None if any(name.startswith("programme.") for name in names) else check.unit
    return f"({subject_rows(pack, check.unit, names, without=without)})"


def _asks_of_others(names: Collection[str]) -> bool:
    """Whether names are of a person's units or of programmes."""
    return any("." in name for name in names)
