"""More income never raises an income-tested aid, nor gives a right to it.

Facts are made up below the formulas (incomes of a unit, members, area), so that what the pack
derives from income moves with it; then every income is raised and nothing else.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest
from packs_read import pack_of
from random_facts import day_of, random_facts, rule_and_columns, verdicts

from familycard.engine.duck import DuckEngine
from familycard.indicators.formulas import with_formulas
from familycard.indicators.of_units import closure
from familycard.pack.model import Pack, Programme
from familycard.pack.scopes import unit_scope
from familycard.pack.types import INTEGER, TEXT, Kind, Type

ROWS = 60_000
INCOME = re.compile(r"(^|_)(income|wages|earnings)(_|$)")
REPLACED = {"insured_income_month", "maternity_income_month", "insured_breadwinner_income"}
"""What insurance replaces: the law pays a share of it, so more of it is a larger payment and no test of means."""
LOADED = {id_: pack_of(id_) for id_ in ("kz", "es")}


def looks_at_income(pack: Pack, programme: Programme) -> bool:
    _, columns = rule_and_columns(pack, programme)
    return programme.income_tested or bool(_incomes(columns))


def _incomes(columns: dict[str, Type]) -> list[str]:
    kinds = (Kind.MONEY, Kind.RATIO)
    return [
        name
        for name, type_ in columns.items()
        if type_.kind in kinds and INCOME.search(name) and name not in REPLACED
    ]


TESTED = [(p, id_) for p in LOADED.values() for id_, one in p.programmes.items() if looks_at_income(p, one)]


def test_every_programme_that_is_income_tested_is_looked_at() -> None:
    assert len(TESTED) >= 8
    declared = {id_ for pack in LOADED.values() for id_, p in pack.programmes.items() if p.income_tested}
    assert declared <= {id_ for _, id_ in TESTED}


@pytest.mark.parametrize(("pack", "id_"), TESTED, ids=lambda v: v if isinstance(v, str) else v.id)
def test_more_income_never_raises_the_amount_nor_gives_the_right(pack: Pack, id_: str) -> None:
    programme, engine = pack.programmes[id_], DuckEngine(threads=2)
    rule, columns = rule_and_columns(pack, programme)
    formulas = []
    if programme.unit != "person":
        needed = closure(pack, columns)
        formulas = [i for i in needed if i.level == "unit" and i.formula is not None]
        derived = {i.id for i in formulas}
        columns = {name: type_ for name, type_ in columns.items() if name not in derived}
        columns |= {i.id: i.type for i in needed if i.level != "unit"}
        columns |= {"members": INTEGER, "area": TEXT}
    facts = random_facts(pack, columns, ROWS, seed=4)
    richer = _richer(facts, columns)
    engine.register("poorer_facts", facts)
    engine.register("richer_facts", richer)
    poorer, rich = (
        verdicts(engine, rule, f"({with_formulas(formulas, name, unit_scope(pack, day_of(programme)), lambda i: i.type, facts.column_names)})")
        for name in ("poorer_facts", "richer_facts")
    )  # fmt: skip
    ((eligible, newly, more),) = engine.rows(
        "select count_if(r.status = 'eligible'), count_if(r.status = 'eligible' and p.status <> 'eligible'),"
        f" coalesce(count_if(r.amount > p.amount), 0) from ({poorer}) p join ({rich}) r using (_row)"
    )
    assert (newly, more) == (0, 0)
    assert eligible > 0


def _richer(facts: pa.Table, columns: dict[str, Type]) -> pa.Table:
    """The same facts with every income raised by the same sum, from a cent to many months' wages."""
    chance = np.random.default_rng(9)
    top = chance.choice([2, 100_000, 20_000_000], facts.num_rows)
    raised = chance.integers(0, top)
    incomes = _incomes(columns)
    assert incomes
    for name in incomes:
        place = facts.column_names.index(name)
        more = facts[name].to_numpy() + (raised if columns[name].kind is Kind.MONEY else raised // 1000)
        facts = facts.set_column(place, name, pa.array(more, pa.int64()))
    return facts
