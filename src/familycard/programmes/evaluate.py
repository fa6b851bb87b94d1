"""Every programme for everybody: one wide table a kind of unit, and one for persons.

Units come first and persons after them, because a person's programme may ask what the
person's family receives, never the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from familycard.engine.interface import Engine
from familycard.indicators.tables import PERSONS, entitlements, members, subject_key, unit_values
from familycard.pack.dependencies import programme_levels
from familycard.pack.model import Pack, Programme
from familycard.pack.scopes import column, programme_scope
from familycard.programmes.rule import Rule, rule_of

PARTS = ("status", "failed", "unknown", "amount", "received")


def make_entitlements(engine: Engine, pack: Pack, subject: str, as_of: date) -> None:
    """Make `entitlements(subject)`: the key and five columns a programme, by key."""
    rules = rules_of(pack, subject, as_of)
    key = subject_key(subject)
    names = frozenset[str]().union(*(rule.names for rule in rules))
    rows = f"({subject_rows(pack, subject, names, without=subject)})"
    facts = [f"{sql} as {column(name)}" for rule in rules for name, sql in rule.facts]
    received = [f for f in facts if f.endswith('__received"')]
    # Whether each is received comes first: exclusions look both ways.
    rows = f"(select *, {', '.join(received)} from {rows})"
    by_id = {rule.programme.id: rule for rule in rules}
    for level in programme_levels(pack):
        of_level = [by_id[p.id] for p in level if p.id in by_id]
        if of_level:
            rows = _with_verdicts(of_level, rows)
    columns = ", ".join(column(f"{r.programme.id}__{part}") for r in rules for part in PARTS)
    engine.make(entitlements(subject), f"select {key}, {columns} from {rows} order by {key}")


def _with_verdicts(rules: list[Rule], rows: str) -> str:
    facts = [
        f"{sql} as {column(name)}"
        for rule in rules
        for name, sql in rule.facts
        if not name.endswith("__received")
    ]
    verdicts = [f"{sql} as {column(name)}" for rule in rules for name, sql in rule.verdict]
    return f"(select *, {', '.join(verdicts)} from (select *, {', '.join(facts)} from {rows}))"


def rules_of(pack: Pack, subject: str, as_of: date) -> list[Rule]:
    """The rules of a subject's programmes on a date, in the pack's order."""
    scope = programme_scope(pack, subject, as_of)
    return [rule_of(pack, programme, scope, as_of) for programme in programmes_of(pack, subject)]


def programmes_of(pack: Pack, subject: str) -> list[Programme]:
    """The programmes for a kind of unit, or for ``person``."""
    return [p for p in pack.programmes.values() if p.unit == subject]


def subjects_of(pack: Pack) -> list[str]:
    """Subjects that have programmes: kinds of units in the pack's order, persons last."""
    named = {programme.unit for programme in pack.programmes.values()}
    return [kind for kind in (*pack.units, "person") if kind in named]


def subject_rows(pack: Pack, subject: str, names: Iterable[str], *, without: str | None = None) -> str:
    """A query of one row a subject with all that conditions may name: its own values and, for a
    person, those of the units that `names` mention, under ``<kind>__<name>`` and ``<programme>__<part>``.

    `without` leaves out the results of that subject's own programmes, where they are only being made.
    """
    own = [] if without == subject else [p.id for p in programmes_of(pack, subject)]
    results = ", ".join(f"_e.{column(f'{id_}__{part}')}" for id_ in own for part in PARTS)
    if subject != "person":
        base = f"select v.*{', ' + results if own else ''} from {unit_values(subject)} v"
        return base + (f" join {entitlements(subject)} _e on _e.unit = v.unit" if own else "")
    columns, joins = ["p.*"], []
    if own:
        columns.append(results)
        joins.append(f"join {entitlements('person')} _e on _e.person = p.person")
    for kind, values, parts in _of_units(pack, names):
        joins.append(f'left join {members(kind)} "m_{kind}" on "m_{kind}".person = p.person')
        if values:
            joins.append(f'left join {unit_values(kind)} "v_{kind}" on "v_{kind}".unit = "m_{kind}".unit')
            columns += [f'"v_{kind}"."{value}" as {column(f"{kind}.{value}")}' for value in values]
        if parts:
            joins.append(f'left join {entitlements(kind)} "e_{kind}" on "e_{kind}".unit = "m_{kind}".unit')
            columns += [f'"e_{kind}".{column(part)}' for part in parts]
    return f"select {', '.join(columns)} from {PERSONS} p {' '.join(joins)}"


def _of_units(pack: Pack, names: Iterable[str]) -> list[tuple[str, list[str], list[str]]]:
    """By kind of unit: the values and the programme results that `names` mention."""
    values: dict[str, set[str]] = {}
    parts: dict[str, set[str]] = {}
    for name in names:
        first, _, rest = name.partition(".")
        if first in pack.units and rest:
            values.setdefault(first, set()).add(rest)
        elif first == "programme" and pack.programmes[rest.split(".")[0]].unit in pack.units:
            parts.setdefault(pack.programmes[rest.split(".")[0]].unit, set()).add(rest.replace(".", "__"))
    # A verdict may also look at what another programme of a unit receives.
    return [
        (k, sorted(values.get(k, ())), sorted(parts.get(k, ())))
        for k in pack.units
        if k in values or k in parts
    ]
