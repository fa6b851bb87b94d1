"""The coefficient of participation in social insurance is the one of the law's table, at each of its steps."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from packs_read import pack_of

from familycard.engine.duck import DuckEngine
from familycard.pack.expression import compile_expression
from familycard.pack.model import Pack
from familycard.pack.scopes import person_scope

# Social Code art. 118: steps by months, then 0.02 for each further 12 months, 1.3 at most.
TABLE = [
    (0, "0.10"),
    (5, "0.10"),
    (6, "0.70"),
    (11, "0.70"),
    (12, "0.75"),
    (23, "0.75"),
    (24, "0.85"),
    (35, "0.85"),
    (36, "0.90"),
    (47, "0.90"),
    (48, "0.95"),
    (59, "0.95"),
    (60, "1.00"),
    (71, "1.00"),
    (72, "1.02"),
    (84, "1.04"),
    (239, "1.28"),
    (240, "1.30"),
    (399, "1.30"),
]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_of("kz")


@pytest.mark.parametrize(("months", "coefficient"), TABLE)
def test_the_coefficient_follows_the_table(pack: Pack, months: int, coefficient: str) -> None:
    indicator = pack.indicators["tenure_coefficient"]
    assert indicator.formula is not None
    compiled = compile_expression(indicator.formula, person_scope(pack, date(2025, 12, 31)))
    query = f"select {compiled.sql} from (select cast({months} as bigint) as osi_tenure_months)"
    ((value,),) = DuckEngine(threads=1).rows(query)
    assert Decimal(value).scaleb(-compiled.type.scale) == Decimal(coefficient)


def test_nobody_has_the_allowance_of_the_uninsured_and_the_insured_payment_at_once(pack: Pack) -> None:
    """#2 and #3 of the catalogue shut each other out by their own conditions, whatever the facts are."""
    scope = person_scope(pack, date(2025, 12, 31))
    sides = {}
    for programme, condition in (
        ("child_care_allowance", "not_insured"),
        ("insured_care_payment", "insured"),
    ):
        (found,) = [c for c in pack.programmes[programme].conditions if c.id == condition]
        sides[condition] = compile_expression(found.when, scope).sql
    facts = "(values (0), (1), (12), (null)) m(osi_months), (values (0), (1), (null)) b(benefit_child_care_insured)"
    query = f"select count(*), count(*) filter (({sides['not_insured']}) = ({sides['insured']})) from {facts}"
    assert DuckEngine(threads=1).rows(query) == [(12, 0)]
