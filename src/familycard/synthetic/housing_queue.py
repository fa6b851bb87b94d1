"""The housing queue, in which by design more than half do not meet the rules.

The vice-minister found 600,000 applicants, more than half of whom fail a condition, and 400,000
who could stand and do not (queues-and-juries.md 6.1). The made-up queue is drawn so that it is
so: a build that finds these numbers has found what was put there, and is scored person by person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from familycard.synthetic.block import Block
from familycard.synthetic.emit import Table, coded
from familycard.synthetic.housing_families import GROUPS, HousingFamilies, housing_families
from familycard.synthetic.people import birthday
from familycard.synthetic.property import Estate
from familycard.synthetic.tables import NEVER, NOBODY, Bools, Days, Ints

REASONS = (
    "own_now", "own_5_years", "not_citizen", "no_registration", "registered_less_than_3_years",
    "registered_elsewhere", "died", "emigrated", "duplicate",
)  # fmt: skip
_OTHERS = ("state_employee", "chronic_disease", "combat_veteran")
CATEGORIES = (*GROUPS, *_OTHERS, "general")
_STATUSES = ("waiting", "housed", "left")
_GENERAL_FROM = 221
"""Days before the end of 2025: since 24 May everyone without a dwelling may stand."""
_LONGEST = 4700


@dataclass(frozen=True)
class Queue:
    """Applicants by person number, and residents who could stand and do not."""

    person: Ints
    district: Ints
    entered: Days
    category: Ints
    why: Ints
    """What the applicant was drawn for: a place in `REASONS`, -1 for nothing."""
    past: Ints
    """Owners whose place in the queue has ended: they were housed, or left it."""
    could_stand: Ints
    families: HousingFamilies

    def is_for(self, reason: str) -> Bools:
        """Applicants drawn for one reason."""
        return np.asarray(self.why == REASONS.index(reason))


def make_queue(block: Block, estate: Estate, population: Table, dice: np.random.Generator) -> Queue:
    """Draw the applicants who meet the rules, those who do not, and leave the rest out."""
    families = housing_families(block, estate, population)
    rates = block.tables.life["housing_queue"]["per_1000_people"]
    leads = (block.people.age >= 18) & (families.root == np.arange(len(block)))
    pool = dice.permutation(np.flatnonzero(leads & families.may_stand & (families.group >= 0)))
    left_out = min(_wanted(block, rates["could_stand"]), len(pool))
    stands = pool[left_out:]
    failing = _failing(block, families, leads, stands, rates, dice)
    general = np.flatnonzero(leads & families.may_stand & (families.group < 0))
    missing = _wanted(block, rates["applicants"]) - len(stands) - sum(len(part) for part in failing.values())
    taken = np.concatenate(list(failing.values()))
    general = np.setdiff1d(general, taken)
    general = dice.permutation(general)[: max(missing, 0)]
    owners = np.setdiff1d(np.flatnonzero(leads & families.owns_now), taken)
    past = np.sort(dice.permutation(owners)[: _wanted(block, rates["past"])])
    person = np.concatenate([stands, general, *failing.values()])
    why = np.repeat(
        [NOBODY, *map(REASONS.index, failing)], [len(stands) + len(general), *map(len, failing.values())]
    )
    category = _categories(block, families, person, dice)
    entered = _entered(block, person, why, category, dice)
    district = _districts(block, person, why, dice)
    return Queue(person, district, entered, category, why, past, np.sort(pool[:left_out]), families)


def _wanted(block: Block, per_1000: float) -> int:
    return round(per_1000 * len(block) / 1000)


def _failing(
    block: Block,
    families: HousingFamilies,
    leads: Bools,
    stands: Ints,
    rates: Mapping[str, float],
    dice: np.random.Generator,
) -> dict[str, Ints]:
    """Applicants by the reason for which they are drawn; nobody for two."""
    persons, size, last = block.persons, len(block), block.tables.last_day
    grown = birthday(persons.born, 25)
    away = np.arange(len(persons)) >= size
    has_died = away & (persons.died > grown) & (persons.died > last - 9 * 365) & (persons.left == NEVER)
    has_left = away & (persons.left > grown) & (persons.left > last - 9 * 365) & (persons.died == NEVER)
    meets, no_group = families.may_stand, families.group < 0
    spouse = block.kin.spouse[stands]
    clean = leads & ~families.has_unsafe
    candidates = {
        "own_now": clean & families.owns_now & families.has_citizen,
        "own_5_years": clean & families.owned_in_5_years & ~families.owns_now & families.has_citizen,
        "not_citizen": leads & ~families.has_citizen & ~families.owns_now & families.is_registered,
        "no_registration": leads & ~families.is_registered & ~families.owns_now & families.has_citizen,
        "registered_less_than_3_years": clean
        & families.is_new_in_city
        & ~families.owns_now
        & families.has_citizen,
        "registered_elsewhere": leads & meets & no_group,
        "died": has_died,
        "emigrated": has_left,
        "duplicate": spouse[spouse >= 0],
    }
    chosen: dict[str, Ints] = {}
    is_taken = np.zeros(len(persons), bool)
    for reason in reversed(REASONS):
        found = candidates[reason]
        found = np.flatnonzero(found) if found.dtype == bool else found
        found = dice.permutation(found[~is_taken[found]])[: _wanted(block, rates[reason])]
        is_taken[found] = True
        chosen[reason] = np.sort(found)
    return chosen


def _categories(block: Block, families: HousingFamilies, person: Ints, dice: np.random.Generator) -> Ints:
    """The group that registers see; else one that they do not see, or general."""
    size = len(block)
    group = np.where(person < size, families.group[np.minimum(person, size - 1)], NOBODY)
    drawn = len(GROUPS) + dice.integers(0, len(_OTHERS) + 1, len(person))
    return np.where(group >= 0, group, drawn)


def _entered(block: Block, person: Ints, why: Ints, category: Ints, dice: np.random.Generator) -> Days:
    """After the eighteenth birthday, before a death or departure; the general ones since May 2025."""
    persons, last = block.persons, block.tables.last_day
    gone = np.isin(why, [REASONS.index("died"), REASONS.index("emigrated")])
    end = np.maximum(persons.died[person], persons.left[person])
    latest = np.where(gone, end, last) - 20
    longest = np.where((category == len(CATEGORIES) - 1) & ~gone, _GENERAL_FROM - 20, _LONGEST)
    earliest = np.maximum(latest - longest, birthday(persons.born[person], 18) + 1)
    # The second application of a couple comes last.
    earliest = np.where(why == REASONS.index("duplicate"), np.maximum(earliest, last - 60), earliest)
    span = np.maximum(latest - earliest, 1)
    entered: Days = np.minimum(earliest + (dice.random(len(person)) * span).astype(np.int64), latest)
    return entered


def _districts(block: Block, person: Ints, why: Ints, dice: np.random.Generator) -> Ints:
    """The district of registration; of another region where the reason says so or nothing is known."""
    regions, size = block.tables.regions, len(block)
    own = block.places.district[block.homes.home[np.minimum(person, size - 1)]]
    count = len(regions.codes)
    region = (regions.region_of_district[own] + dice.integers(1, count, len(person))) % count
    _, first = np.unique(regions.region_of_district, return_index=True)
    other = first[region]
    district: Ints = np.where((why == REASONS.index("registered_elsewhere")) | (person >= size), other, own)
    return district


def queue_table(block: Block, queue: Queue, dice: np.random.Generator) -> Table:
    """The register: those who wait, and some whose place has ended."""
    last, past = block.tables.last_day, queue.past
    person = np.r_[queue.person, past]
    district = np.r_[queue.district, block.places.district[block.homes.home[past]]]
    before = np.maximum(
        birthday(block.persons.born[past], 18) + 1, last - dice.integers(900, _LONGEST, len(past))
    )
    status = np.r_[np.zeros(len(queue.person), np.int64), 1 + (dice.random(len(past)) < 0.4)]
    consents = block.tables.life["housing_queue"]["has_consent"]
    category = np.r_[queue.category, dice.integers(0, len(CATEGORIES) - 1, len(past))]
    return {
        "person": person,
        "area": coded(district, block.tables.regions.districts),
        "entered_on": np.r_[queue.entered, np.minimum(before, last - 10)],
        "category": coded(category, CATEGORIES),
        "has_consent": dice.random(len(person)) < consents,
        "status": coded(status, _STATUSES),
    }


def queue_truth(block: Block, queue: Queue, faults: pa.Array, numbers: pa.Array) -> pa.Table:
    """Applicants with every reason against them, and residents who could stand and do not."""
    persons = np.r_[queue.person, queue.could_stand]
    applies = np.arange(len(persons)) < len(queue.person)
    known = pa.array(np.minimum(persons, len(block) - 1), mask=persons >= len(block))
    day = pa.array(
        np.where(applies, np.r_[queue.entered, np.zeros(len(queue.could_stand), np.int64)], 0), mask=~applies
    )
    return pa.table(
        {
            "person": numbers.take(pa.array(persons)),
            "in_queue": pa.array(applies),
            "entered_on": day.cast(pa.int32()).cast(pa.date32()),
            "reasons": _reasons(block, queue),
            "fault": faults.take(known),
        }
    )


def _reasons(block: Block, queue: Queue) -> pa.Array:
    """Reasons joined by commas, in the order of `REASONS`; empty where all conditions are met."""
    size, person, families = len(block), queue.person, queue.families
    resident, here = person < size, np.minimum(person, size - 1)
    by_plan = {
        "own_now": families.owns_now,
        "own_5_years": families.owned_in_5_years,
        "not_citizen": ~families.has_citizen,
        "no_registration": ~families.is_registered,
        "registered_less_than_3_years": families.is_new_in_city,
    }
    texts = []
    for reason in REASONS:
        holds = queue.is_for(reason)
        if reason in by_plan:
            holds = holds | (resident & by_plan[reason][here])
        holds = np.r_[holds, np.zeros(len(queue.could_stand), bool)]
        texts.append(pc.if_else(pa.array(holds), f"{reason},", ""))
    return pc.utf8_rtrim(pc.binary_join_element_wise(*texts, ""), ",")
