"""Registers of wages, contributions, payments and spending."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from familycard.synthetic.belongings import make_spending
from familycard.synthetic.benefits import Rights
from familycard.synthetic.block import Block
from familycard.synthetic.emit import Table, coded
from familycard.synthetic.months import MONTHS
from familycard.synthetic.payments import BENEFITS
from familycard.synthetic.tables import NEVER, Days, Ints

_MINOR = 100
_EMPLOYERS = 990_000_000_000


def money_tables(block: Block, rights: Rights, dice: np.random.Generator) -> dict[str, Table]:
    """Wages, contributions, income of the self-employed, payments, spending and the unemployed of a block."""
    return {
        **_wage_tables(block),
        "self_employment_income": _self_employment(block),
        "unemployed": _unemployed(block),
        "social_payments": _paid(block, *rights.payments.summed()),
        "utilities_spending": _spending(block, dice),
    }


def month_days(block: Block, month: Ints) -> Days:
    """First day of each month of the year."""
    january = 12 * (block.tables.life["as_of_year"] - 1970)
    day: Days = (january + month).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return day


def _wage_tables(block: Block) -> dict[str, Table]:
    work, rates = block.work, block.tables.life["work"]
    person, month = np.nonzero(work.wage > 0)
    gross = work.wage[person, month]
    employers = max(1, len(block) // rates["people_per_employer"])
    employer = _EMPLOYERS + block.number * 1_000_000 + (person * 7919) % employers
    days = month_days(block, month)
    contribution = (gross * _MINOR * round(rates["social_contribution"] * 1000)) // 1000
    return {
        "pension_contributions": {
            "person": person,
            "employer": pa.array(employer).cast(pa.string()),
            "paid_month": days,
            "gross": gross * _MINOR,
        },
        "social_contributions": {"person": person, "paid_month": days, "amount": contribution},
    }


def _self_employment(block: Block) -> Table:
    earner = np.flatnonzero(block.work.self_employed_quarter > 0)
    person = np.repeat(earner, 4)
    return {
        "person": person,
        "quarter_start": month_days(block, np.tile(np.arange(0, MONTHS, 3), len(earner))),
        "income": block.work.self_employed_quarter[person] * _MINOR,
    }


def _unemployed(block: Block) -> Table:
    person = np.flatnonzero(block.work.unemployed_since != NEVER)
    return {
        "person": person,
        "registered_on": block.work.unemployed_since[person],
        "ended_on": np.full(len(person), NEVER, np.int64),
    }


def _paid(block: Block, person: Ints, benefit: Ints, month: Ints, amount: Ints) -> Table:
    """Payments as registered; foreigners have no right to them."""
    is_foreign = np.asarray(block.persons.citizenship.to_numpy(zero_copy_only=False) == "foreign")
    kept = ~is_foreign[person]
    return {
        "person": person[kept],
        "benefit": coded(benefit[kept], BENEFITS),
        "paid_month": month_days(block, month[kept]),
        "amount": amount[kept] * _MINOR,
    }


def _spending(block: Block, dice: np.random.Generator) -> Table:
    payer, spent = make_spending(block.families, block.homes, block.work, block.tables, dice)
    row, month = np.nonzero(spent > 0)
    return {
        "person": payer[row],
        "spent_month": month_days(block, month),
        "amount": spent[row, month] * _MINOR,
    }
