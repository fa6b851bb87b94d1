"""Registers of wages, payments, property, debts and spending."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from familycard.synthetic import belongings
from familycard.synthetic.assistance import pay_assistance
from familycard.synthetic.benefits import make_payments
from familycard.synthetic.block import Block
from familycard.synthetic.emit import Table, coded, labelled
from familycard.synthetic.months import MONTHS
from familycard.synthetic.payments import BENEFITS
from familycard.synthetic.property import ESTATE_KINDS, make_estate
from familycard.synthetic.tables import NEVER, Days, Ints, stage_dice

_MINOR = 100
_EMPLOYERS = 990_000_000_000


def money_tables(block: Block, seed: int) -> dict[str, Table]:
    """All registers of money and things of a block."""

    def dice(stage: str) -> np.random.Generator:
        return stage_dice(seed, block.number, stage)

    tables, people = block.tables, block.people
    estate, sales = make_estate(
        people, block.persons, block.kin, block.homes, block.places, tables, dice("estate")
    )
    vehicles = belongings.make_vehicles(block.families, people, tables, dice("vehicles"))
    plots = belongings.make_land(block.families, people, tables, dice("land"))
    rights = make_payments(block, dice("payments"))
    pay_assistance(rights.payments, block, estate, vehicles, plots, dice("assistance"))
    last = tables.last_day
    result = _work_tables(block)
    result["social_payments"] = _paid(block, *rights.payments.summed())
    result["real_estate"] = {
        "person": estate.person,
        "object_id": labelled(f"OBJ-{block.number:03d}", estate.thing),
        "kind": coded(estate.kind, ESTATE_KINDS),
        "area_m2": estate.area_tenths,
        "share_numerator": estate.share_top,
        "share_denominator": estate.share_bottom,
        "acquired_on": estate.acquired,
        "ended_on": estate.ended,
        "is_emergency": estate.is_unsafe,
    }
    result["property_transactions"] = {
        "object_id": labelled(f"OBJ-{block.number:03d}", sales.thing),
        "seller": sales.seller,
        "buyer": sales.buyer,
        "sold_on": sales.sold,
        "registered_on": np.minimum(sales.sold + 3, last),
    }
    result["vehicles"] = {
        "person": vehicles["person"],
        "vehicle_id": labelled(f"VEH-{block.number:03d}", np.arange(len(vehicles["person"]))),
        "kind": coded(vehicles["kind"], belongings.VEHICLE_KINDS),
        "made_year": vehicles["made_year"],
        "is_working": vehicles["is_working"],
        "registered_on": vehicles["registered_on"],
        "ended_on": np.full(len(vehicles["person"]), NEVER, np.int64),
    }
    result["land"] = {
        "person": plots["person"],
        "plot_id": labelled(f"LAND-{block.number:03d}", np.arange(len(plots["person"]))),
        "purpose": coded(plots["purpose"], belongings.PURPOSES),
        "area_ares": plots["area_hundredths"],
        "acquired_on": plots["acquired_on"],
        "ended_on": np.full(len(plots["person"]), NEVER, np.int64),
    }
    animals = belongings.make_animals(block.families, tables, dice("animals"))
    result["livestock"] = {
        "person": animals["person"],
        "kind": coded(animals["kind"], belongings.ANIMALS),
        "heads": animals["heads"],
        "counted_on": np.full(len(animals["person"]), last - 183),
    }
    loans = belongings.make_loans(people, tables, dice("loans"))
    result["overdue_loans"] = {
        "person": loans["person"],
        "lender": labelled("LENDER", loans["lender"], 2),
        "overdue_days": loans["overdue_days"],
        "amount": loans["amount"] * _MINOR,
        "reported_on": np.full(len(loans["person"]), last),
    }
    result["mothers_awards"] = {
        "person": rights.awarded,
        "award": coded(rights.is_golden.astype(np.int64), ("kumis_alqa", "altyn_alqa")),
        "awarded_on": last - dice("awards").integers(400, 3000, len(rights.awarded)),
    }
    result["individual_assistants"] = {
        "person": rights.assisted,
        "started_on": np.full(len(rights.assisted), last - 300),
        "ended_on": np.full(len(rights.assisted), NEVER, np.int64),
    }
    payer, spent = belongings.make_spending(block.families, block.homes, block.work, tables, dice("spending"))
    row, month = np.nonzero(spent > 0)
    result["utilities_spending"] = {
        "person": payer[row],
        "spent_month": month_days(block, month),
        "amount": spent[row, month] * _MINOR,
    }
    return result


def month_days(block: Block, month: Ints) -> Days:
    """First day of each month of the year."""
    january = 12 * (block.tables.life["as_of_year"] - 1970)
    day: Days = (january + month).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return day


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


def _work_tables(block: Block) -> dict[str, Table]:
    work, rates = block.work, block.tables.life["work"]
    person, month = np.nonzero(work.wage > 0)
    gross = work.wage[person, month]
    employers = max(1, len(block) // rates["people_per_employer"])
    employer = _EMPLOYERS + block.number * 1_000_000 + (person * 7919) % employers
    days = month_days(block, month)
    self_employed = np.flatnonzero(work.self_employed_quarter > 0)
    quarters = np.tile(np.arange(0, MONTHS, 3), len(self_employed))
    payer = np.repeat(self_employed, 4)
    idle = np.flatnonzero(work.unemployed_since != NEVER)
    contribution = (gross * _MINOR * round(rates["social_contribution"] * 1000)) // 1000
    return {
        "pension_contributions": {
            "person": person,
            "employer": _texts(employer),
            "paid_month": days,
            "gross": gross * _MINOR,
        },
        "social_contributions": {"person": person, "paid_month": days, "amount": contribution},
        "self_employment_income": {
            "person": payer,
            "quarter_start": month_days(block, quarters),
            "income": work.self_employed_quarter[payer] * _MINOR,
        },
        "unemployed": {
            "person": idle,
            "registered_on": work.unemployed_since[idle],
            "ended_on": np.full(len(idle), NEVER, np.int64),
        },
    }


def _texts(numbers: Ints) -> pa.Array:
    return pa.array(numbers).cast(pa.string())
