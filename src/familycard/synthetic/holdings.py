"""Registers of what people hold: homes, sales, vehicles, land, animals, debts, awards, assistants."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from familycard.synthetic import belongings
from familycard.synthetic.assistance import pay_assistance
from familycard.synthetic.belongings import Belongings
from familycard.synthetic.benefits import Rights, make_payments
from familycard.synthetic.block import Block
from familycard.synthetic.emit import Table, coded, labelled
from familycard.synthetic.property import ESTATE_KINDS, Estate, Sales, make_estate
from familycard.synthetic.tables import NEVER, Days, Ints, stage_dice

_MINOR = 100


@dataclass(frozen=True)
class Holdings:
    """What people hold and what they are paid: assistance looks at the one to decide the other."""

    estate: Estate
    sales: Sales
    vehicles: Belongings
    plots: Belongings
    rights: Rights


def make_holdings(block: Block, seed: int) -> Holdings:
    """Property first, then rights, then the means-tested ones."""

    def dice(stage: str) -> np.random.Generator:
        return stage_dice(seed, block.number, stage)

    estate, sales = make_estate(block, dice("estate"))
    vehicles = belongings.make_vehicles(block.families, block.people, block.tables, dice("vehicles"))
    plots = belongings.make_land(block.families, block.people, block.tables, dice("land"))
    rights = make_payments(block, dice("payments"))
    pay_assistance(rights.payments, block, estate, vehicles, plots, dice("assistance"))
    return Holdings(estate, sales, vehicles, plots, rights)


def holding_tables(block: Block, held: Holdings, dice: np.random.Generator) -> dict[str, Table]:
    """All registers of things, and those that rights rest on."""
    return {
        "real_estate": _estate(block, held.estate),
        "property_transactions": _sales(block, held.sales),
        "vehicles": _vehicles(block, held.vehicles),
        "land": _land(block, held.plots),
        "livestock": _animals(block, dice),
        "overdue_loans": _loans(block, dice),
        "mothers_awards": _awards(block, held.rights, dice),
        "individual_assistants": _assistants(block, held.rights.assisted),
    }


def _never(count: int) -> Days:
    return np.full(count, NEVER, np.int64)


def _objects(block: Block, thing: Ints) -> object:
    return labelled(f"OBJ-{block.number:03d}", thing)


def _estate(block: Block, estate: Estate) -> Table:
    return {
        "person": estate.person,
        "object_id": _objects(block, estate.thing),
        "kind": coded(estate.kind, ESTATE_KINDS),
        "area_m2": estate.area_tenths,
        "share_numerator": estate.share_top,
        "share_denominator": estate.share_bottom,
        "acquired_on": estate.acquired,
        "ended_on": estate.ended,
        "is_emergency": estate.is_unsafe,
    }


def _sales(block: Block, sales: Sales) -> Table:
    return {
        "object_id": _objects(block, sales.thing),
        "seller": sales.seller,
        "buyer": sales.buyer,
        "sold_on": sales.sold,
        "registered_on": np.minimum(sales.sold + 3, block.tables.last_day),
    }


def _vehicles(block: Block, vehicles: Belongings) -> Table:
    count = len(vehicles["person"])
    return {
        "person": vehicles["person"],
        "vehicle_id": labelled(f"VEH-{block.number:03d}", np.arange(count)),
        "kind": coded(vehicles["kind"], belongings.VEHICLE_KINDS),
        "made_year": vehicles["made_year"],
        "is_working": vehicles["is_working"],
        "registered_on": vehicles["registered_on"],
        "ended_on": _never(count),
    }


def _land(block: Block, plots: Belongings) -> Table:
    count = len(plots["person"])
    return {
        "person": plots["person"],
        "plot_id": labelled(f"LAND-{block.number:03d}", np.arange(count)),
        "purpose": coded(plots["purpose"], belongings.PURPOSES),
        "area_ares": plots["area_hundredths"],
        "acquired_on": plots["acquired_on"],
        "ended_on": _never(count),
    }


def _animals(block: Block, dice: np.random.Generator) -> Table:
    animals = belongings.make_animals(block.families, block.tables, dice)
    return {
        "person": animals["person"],
        "kind": coded(animals["kind"], belongings.ANIMALS),
        "heads": animals["heads"],
        "counted_on": np.full(len(animals["person"]), block.tables.last_day - 183),
    }


def _loans(block: Block, dice: np.random.Generator) -> Table:
    loans = belongings.make_loans(block.people, block.tables, dice)
    return {
        "person": loans["person"],
        "lender": labelled("LENDER", loans["lender"], 2),
        "overdue_days": loans["overdue_days"],
        "amount": loans["amount"] * _MINOR,
        "reported_on": np.full(len(loans["person"]), block.tables.last_day),
    }


def _awards(block: Block, rights: Rights, dice: np.random.Generator) -> Table:
    return {
        "person": rights.awarded,
        "award": coded(rights.is_golden.astype(np.int64), ("kumis_alqa", "altyn_alqa")),
        "awarded_on": block.tables.last_day - dice.integers(400, 3000, len(rights.awarded)),
    }


def _assistants(block: Block, assisted: Ints) -> Table:
    return {
        "person": assisted,
        "started_on": np.full(len(assisted), block.tables.last_day - 25),
        "ended_on": _never(len(assisted)),
    }
