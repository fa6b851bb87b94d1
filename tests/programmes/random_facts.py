"""Thousands of made-up subjects at once: random facts of the right types, whole or with gaps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from familycard.engine.duck import DuckEngine
from familycard.pack.model import Pack, Programme
from familycard.pack.scope import Scope
from familycard.pack.scopes import column, programme_scope
from familycard.pack.types import Kind, Type
from familycard.programmes.cases import is_of_column
from familycard.programmes.rule import Rule, rule_of, shut_out_by

STATUSES = ["eligible", "not_eligible", "excluded", "not_in_force"]
Columns = Mapping[str, Type]


def day_of(programme: Programme) -> date:
    """A day on which the programme is in force: that of a case which is eligible."""
    return next(case.as_of for case in programme.cases if case.expect["status"] == "eligible")


def rule_and_columns(pack: Pack, programme: Programme) -> tuple[Rule, dict[str, Type]]:
    """A programme's rule and the columns that it reads, by their names in SQL without quotes."""
    scope = programme_scope(pack, programme.unit, day_of(programme))
    rule = rule_of(pack, programme, scope, day_of(programme))
    names = rule.names | rule.received.names | {f"programme.{p}.received" for p in shut_out_by(programme)}
    return rule, columns_of(scope, names | ({"area"} if scope.resolve("area") else set()))


def columns_of(scope: Scope, names: Sequence[str] | frozenset[str] | set[str]) -> dict[str, Type]:
    """Those of the names that stand for columns, not for parameters or dates."""
    resolved = {name: scope.resolve(name) for name in sorted(names)}
    return {
        column(name).strip('"'): meaning.type
        for name, meaning in resolved.items()
        if meaning is not None and is_of_column(name, meaning)
    }


def random_facts(pack: Pack, columns: Columns, rows: int, seed: int) -> pa.Table:
    """A table of whole facts; values are small and round, so that limits are often met exactly."""
    chance = np.random.default_rng(seed)
    texts = sorted(set(re.findall(r"'([^']+)'", " ".join(_texts(pack)))))
    made = {name: _values(name, type_, texts, rows, chance) for name, type_ in columns.items()}
    return pa.table({"_row": pa.array(range(rows), pa.int64())} | made)


def with_gaps(facts: pa.Table, share: float, seed: int) -> pa.Table:
    """The same facts, a share of them unknown."""
    chance = np.random.default_rng(seed)
    for name in facts.column_names[1:]:
        gone = pa.array(chance.random(facts.num_rows) < share)
        nothing = pa.scalar(None, facts[name].type)
        place = facts.column_names.index(name)
        facts = facts.set_column(place, name, pc.if_else(gone, nothing, facts[name]))
    return facts


def verdicts(engine: DuckEngine, rule: Rule, rows: str) -> str:
    """A query: `_row`, status and amount of a rule over a relation."""
    first = ", ".join(f'{sql} as "{name}"' for name, sql in rule.facts())
    second = ", ".join(f'{sql} as "{name}"' for name, sql in rule.verdict())
    id_ = rule.programme.id
    return (
        f'select _row, "{id_}__status" as status, "{id_}__amount" as amount, "{id_}__received" as received'
        f" from (select *, {second} from (select *, {first} from {rows}))"
    )


def _texts(pack: Pack) -> list[str]:
    programmes = [c.when.text for p in pack.programmes.values() for c in p.conditions]
    formulas = [i.formula.text for i in pack.indicators.values() if i.formula]
    return [text for text in programmes + formulas if "money '" not in text and "date '" not in text]


def _values(name: str, type_: Type, texts: Sequence[str], rows: int, chance: np.random.Generator) -> pa.Array:
    if name.split("__")[-1] == "area":
        return pa.array(chance.choice(["10", "7510", "71", "3110"], rows))
    match type_.kind:
        case Kind.BOOLEAN:
            return pa.array(chance.random(rows) < 0.7)
        case Kind.TEXT:
            return pa.array(chance.choice(STATUSES if name.endswith("__status") else [*texts, "other"], rows))
        case Kind.DATE:
            days = chance.integers(0, 80 * 365, rows)
            return pa.array([date(1945, 1, 1) + timedelta(int(day)) for day in days], pa.date32())
        case Kind.MONEY:
            top = chance.choice([1, 1_000_000, 30_000_000], rows)
            return pa.array(chance.integers(0, top) // 1000 * 1000, pa.int64())
        case Kind.RATIO:
            return pa.array(chance.integers(0, 9, rows) * 2500, pa.int64())
    small = chance.choice([0, 0, 0, 0, 1, 1, 2, 3, 4, 5, 10, 18, 54, 70], rows)
    return pa.array(small * 10 ** (type_.scale or 0), pa.int64())
