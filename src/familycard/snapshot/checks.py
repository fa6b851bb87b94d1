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
    plain = [check for id_, check in pack.checks.items() if id_ not in joined]
    subjects = sorted({check.unit for check in plain})
    for subject in subjects:
        asked = tuple(check for check in plain if check.unit == subject)
        engine.derive(_answers(subject), _of_subject(pack, asked, as_of))
    for queries in (
        [_found(check, _answers(check.unit)) for check in plain],
        [
            _found(check, f"({_of_subject(pack, (check,), as_of)})")
            for check in pack.checks.values()
            if check.id in joined
        ],
    ):
        if queries:
            engine.add(FAULTS, " union all ".join(queries))
    engine.drop(*map(_answers, subjects))


def _answers(subject: str) -> str:
    """The table of what checks say of subjects."""
    return f"answers_{subject}"


@once
def _of_subject(pack: Pack, checks: tuple[Check, ...], as_of: date) -> str:
    """One row for each row of one subject that checks look at: whether each is true, and what it shows."""
    names = frozenset[str]().union(*map(names_of_check, checks))
    columns = [subject_key(checks[0].unit)]
    for check in checks:
        condition = compile_condition(check.when, check_scope(pack, check.unit, as_of))
        shown = ", ".join(f"'{name}', {column(name)}" for name in check.shows)
        columns += [
            f'{condition.sql} as "{check.id}__is_true"',
            f'json_object({shown}) as "{check.id}__shown"',
        ]
    return f"select {', '.join(columns)} from {_rows(pack, checks[0], names)}"


def _found(check: Check, rows: str) -> str:
    key = subject_key(check.unit)
    unit = "null" if key == "person" else key
    return (
        f"select '{check.id}', {key}, null, {unit}, '{check.unit}', null, \"{check.id}__shown\""
        f' from {rows} where "{check.id}__is_true"'
    )


def _rows(pack: Pack, check: Check, names: Collection[str]) -> str:
    """The rows that a check looks at, without columns that nobody asks for: they take long to plan."""
    if not _asks_of_others(names):
        return PERSONS if check.unit == "person" else unit_values(check.unit)
    without = None if any(name.startswith("programme.") for name in names) else check.unit
    return f"({subject_rows(pack, check.unit, names, without=without, only_named=True)})"


def _asks_of_others(names: Collection[str]) -> bool:
    """Whether names are of a person's units or of programmes."""
    return any("." in name for name in names)
