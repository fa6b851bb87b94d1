"""Who lives where, and which card family each person truly belongs to.

`core` is the truth: a person's family by the definition of ``kazakhstan.md`` 1.4, from the
plan and never from the registers. It points to another member; `settle` follows the
pointers. `home` is the address of registration, which is something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from familycard.synthetic.care import Care, draw_within
from familycard.synthetic.couples import DIVORCED, MARRIED
from familycard.synthetic.kin import Kin
from familycard.synthetic.people import People
from familycard.synthetic.tables import NOBODY, Bools, Ints, Tables, by_age

ORDINARY = "ordinary"
KINDS = (
    ORDINARY,
    "single_parent",
    "adult_child_at_home",
    "elders_with_married_child",
    "rubber_address",
    "step_family",
    "student_away",
    "child_elsewhere",
    "three_generations",
    "separated_spouses",
    "divorced_together",
    "cohabiting",
    "guarded",
    "adopted",
    "state_care",
)
"""Kinds of families; where several hold, the later one names the family."""


@dataclass
class Homes:
    """By person: the family's pointer, the home's number, student and care flags; by kind: whom it names."""

    core: Ints
    home: Ints
    is_student: Bools
    in_dormitory: Bools
    marks: dict[str, Ints]
    shared_from: int
    """Homes with this number or above are dormitories, crowded addresses and care homes."""
    home_count: int


def make_homes(kin: Kin, care: Care, people: People, tables: Tables, dice: np.random.Generator) -> Homes:
    """Place everyone: couples, lone adults, children, students, elders, crowded addresses."""
    everyone = np.arange(len(people))
    no = np.zeros(len(people), bool)
    homes = Homes(everyone.copy(), everyone.copy(), no, no.copy(), {}, len(people), len(people))
    shares = tables.life["families"]
    _couples(homes, kin, people, shares, dice)
    hosts = _grown_children(homes, kin, care, people, tables, dice)
    _elders(homes, kin, care, people, hosts, shares, dice)
    _minors(homes, kin, care, people, shares, dice)
    _crowded(homes, kin, people, tables, dice)
    _state_care(homes, care, tables)
    homes.core = settle(homes.core)
    return homes


def settle(pointer: Ints) -> Ints:
    """Follow pointers until nothing moves."""
    while True:
        further = pointer[pointer]
        if np.array_equal(further, pointer):
            return pointer
        pointer = further


def kind_of_person(homes: Homes) -> Ints:
    """Index into `KINDS` of each person's family."""
    kind = np.zeros(len(homes.core), np.int64)
    for number, name in enumerate(KINDS):
        marked = homes.marks.get(name)
        if marked is not None and marked.size:
            kind[homes.core[marked]] = np.maximum(kind[homes.core[marked]], number)
    return kind[homes.core]


def _couples(
    homes: Homes, kin: Kin, people: People, shares: Mapping[str, Any], dice: np.random.Generator
) -> None:
    wives = np.flatnonzero(people.is_female & (kin.spouse >= 0))
    is_separated = (dice.random(len(wives)) < shares["separated"]) & (people.age[wives] < 63)
    homes.core[kin.spouse[wives]] = wives
    together = wives[~is_separated]
    homes.home[kin.spouse[together]] = together
    homes.marks["separated_spouses"] = wives[is_separated]
    homes.marks["step_family"] = np.flatnonzero(kin.is_step)
    mothers = np.flatnonzero(people.is_female & (kin.partner >= 0))
    homes.core[kin.partner[mothers]] = homes.home[kin.partner[mothers]] = mothers
    homes.marks["cohabiting"] = mothers
    mother, father = _parent_at_hand(kin, people)
    shared = np.flatnonzero((people.age < 17) & (mother >= 0) & (father >= 0))
    women = np.unique(mother[shared])
    women = women[(kin.former[women] >= 0) & (kin.status[women] == DIVORCED)]
    women = women[dice.random(len(women)) < shares["divorced_together"]]
    homes.core[kin.former[women]] = homes.home[kin.former[women]] = women
    homes.marks["divorced_together"] = women


def _parent_at_hand(kin: Kin, people: People) -> tuple[Ints, Ints]:
    """Mother and father of each person where they are residents, else NOBODY."""
    size = len(people)
    return (
        np.where(kin.mother[:size] < size, kin.mother[:size], NOBODY),
        np.where(kin.father < size, kin.father, NOBODY),
    )


def _own_family(kin: Kin, care: Care, people: People) -> Bools:
    """Adults with a spouse, a partner, a minor child of their own or a ward."""
    minor = people.age < 18
    minor[care.child] = False
    has_child = np.zeros(len(people), bool)
    has_child[care.carer[care.carer >= 0]] = True
    for parent in _parent_at_hand(kin, people):
        has_child[parent[minor & (parent >= 0)]] = True
    return has_child | (kin.spouse >= 0) | (kin.partner >= 0)


def _is_parent(kin: Kin, people: People) -> Bools:
    """Residents with a child of any age: they keep a home of their own, whoever shares it."""
    is_parent = np.zeros(len(people), bool)
    for parent in _parent_at_hand(kin, people):
        is_parent[parent[parent >= 0]] = True
    return is_parent


def _grown_children(
    homes: Homes, kin: Kin, care: Care, people: People, tables: Tables, dice: np.random.Generator
) -> Ints:
    """Students and unmarried adults; gives those who have an adult child of this sort at home."""
    mother, father = _parent_at_hand(kin, people)
    parent = np.where(mother >= 0, mother, father)
    is_free = (people.age >= 18) & ~_own_family(kin, care, people)
    school, family = tables.life["education"], tables.life["families"]
    homes.is_student |= is_free & (dice.random(len(people)) < by_age(school["full_time"], people.age))
    homes.is_student &= people.age < 24
    away = dice.random(len(people))
    may_leave = homes.is_student & (people.age < 23)
    homes.in_dormitory |= may_leave & (away < school["dormitory"])
    rents = may_leave & ~homes.in_dormitory & (away < school["dormitory"] + school["renting"])
    has_parent = is_free & (parent >= 0) & ~_is_parent(kin, people)
    stays = dice.random(len(people)) < by_age(family["adult_at_home"], people.age)
    stays &= (mother >= 0) | (dice.random(len(people)) < family["adult_with_father"])
    stays &= people.age < 63
    at_home = has_parent & ((stays & ~homes.is_student) | (homes.is_student & ~homes.in_dormitory & ~rents))
    kept = has_parent & (at_home | homes.is_student)
    homes.core[kept] = parent[kept]
    homes.home[at_home] = homes.home[parent[at_home]]
    homes.marks["student_away"] = np.flatnonzero(kept & ~at_home)
    homes.marks["adult_child_at_home"] = np.flatnonzero(at_home & ~homes.is_student)
    return np.unique(parent[at_home])


def _elders(
    homes: Homes,
    kin: Kin,
    care: Care,
    people: People,
    hosts: Ints,
    shares: Mapping[str, Any],
    dice: np.random.Generator,
) -> None:
    """Lone elders join an adult child; elder couples only share its address."""
    mother, father = _parent_at_hand(kin, people)
    everyone = np.arange(len(people))
    has_home_child = np.zeros(len(people), bool)
    has_home_child[hosts] = True
    settled = np.flatnonzero(_own_family(kin, care, people) & (kin.status == MARRIED) & (people.age < 58))
    settled = settled[homes.home[settled] == homes.core[settled]]
    settled = dice.permutation(settled)
    child_of = np.full(len(people), NOBODY, np.int64)
    for parent in (father, mother):
        known = settled[parent[settled] >= 0]
        child_of[parent[known]] = known
    # Whose student lives away is not alone: the two are a family.
    has_student = np.zeros(len(people), bool)
    has_student[homes.core[homes.core != everyone]] = True
    is_lone = (people.age >= 63) & ~_own_family(kin, care, people) & (homes.core == everyone)
    is_lone &= ~has_home_child & ~has_student
    wish = dice.random(len(people))
    elder = np.flatnonzero(is_lone & (child_of >= 0) & (wish < shares["lone_elder_with_child"]))
    child_core = homes.core[child_of[elder]]
    elder, child_core = _one_each(elder, child_core)
    homes.core[elder], homes.home[elder] = child_core, homes.home[child_core]
    homes.marks["three_generations"] = elder
    is_taken = np.zeros(len(people), bool)
    is_taken[child_core] = True
    wife = np.flatnonzero(
        people.is_female
        & (kin.spouse >= 0)
        & (people.age >= 58)
        & ~has_home_child
        & (child_of >= 0)
        & (wish < shares["parents_with_married_child"])
    )
    wife = wife[~is_taken[wife]]
    wife = wife[~has_home_child[kin.spouse[wife]] & (homes.home[kin.spouse[wife]] == homes.home[wife])]
    child_core = homes.core[child_of[wife]]
    free = ~is_taken[child_core]
    wife, child_core = _one_each(wife[free], child_core[free])
    homes.home[wife] = homes.home[kin.spouse[wife]] = homes.home[child_core]
    homes.marks["elders_with_married_child"] = np.r_[wife, child_core]


def _one_each(guest: Ints, host: Ints) -> tuple[Ints, Ints]:
    """At most one guest a host."""
    host, first = np.unique(host, return_index=True)
    return guest[first], host


def _minors(
    homes: Homes, kin: Kin, care: Care, people: People, shares: Mapping[str, Any], dice: np.random.Generator
) -> None:
    mother, father = _parent_at_hand(kin, people)
    is_minor = people.age < 18
    in_care = np.zeros(len(people), bool)
    in_care[care.child] = True
    with_father = is_minor & ~in_care & (father >= 0) & (mother < 0)
    together = np.zeros(len(people), bool)
    together[homes.marks["divorced_together"]] = True
    goes = dice.random(len(people)) < shares["children_with_father"]
    divorced = is_minor & ~in_care & (mother >= 0) & (father >= 0)
    divorced &= (kin.former[np.maximum(mother, 0)] == father) & ~together[np.maximum(mother, 0)]
    with_father |= divorced & goes[np.maximum(mother, 0)]
    with_mother = is_minor & ~in_care & (mother >= 0) & ~with_father
    for children, parent in ((with_father, father), (with_mother, mother)):
        homes.core[children] = parent[children]
        homes.home[children] = homes.home[parent[children]]
    cared = care.carer >= 0
    homes.core[care.child[cared]] = care.carer[cared]
    homes.home[care.child[cared]] = homes.home[care.carer[cared]]
    homes.marks["guarded"] = care.child[cared & ~care.is_adopted]
    homes.marks["adopted"] = care.child[care.is_adopted]
    homes.marks["state_care"] = care.in_state_care
    lone = with_mother & (kin.spouse[np.maximum(mother, 0)] < 0) & (kin.partner[np.maximum(mother, 0)] < 0)
    homes.marks["single_parent"] = np.flatnonzero(lone | with_father)
    pupil = with_mother & (people.age >= 7) & (people.age <= 15) & (kin.spouse[np.maximum(mother, 0)] >= 0)
    moves = np.flatnonzero(pupil & (dice.random(len(people)) < shares["child_elsewhere"]))
    hosts = np.flatnonzero(people.is_female & (people.age >= 40) & (homes.home == homes.core))
    host = draw_within(hosts, people.age, people.age[moves] + 30, people.age[moves] + 60, dice)
    moves, host = moves[host >= 0], host[host >= 0]
    homes.home[moves] = homes.home[host]
    homes.marks["child_elsewhere"] = moves


def _crowded(homes: Homes, kin: Kin, people: People, tables: Tables, dice: np.random.Generator) -> None:
    """Dormitories, and addresses where many unrelated people are registered."""
    students = np.flatnonzero(homes.in_dormitory)
    _fill(homes, dice.permutation(students), tables.life["education"]["dormitory_size"])
    size = np.bincount(homes.core, minlength=len(people))
    sharers = np.bincount(homes.home, minlength=homes.home_count)
    alone = (people.age >= 20) & (size == 1) & (homes.core == np.arange(len(people)))
    alone &= ~homes.is_student & (sharers[homes.home] == 1)
    alone &= ~_near_kin(kin, people, alone)
    share = tables.life["families"]["rubber_address"]
    crowd = np.flatnonzero(alone)[: max(8, round(share * int((people.age >= 18).sum())))]
    _fill(homes, dice.permutation(crowd), tables.life["families"]["rubber_size"])
    homes.marks["rubber_address"] = crowd


def _near_kin(kin: Kin, people: People, among: Bools) -> Bools:
    """Whose parent, or other parent of a common child, is among the same people: at one address they are no strangers."""
    mother, father = _parent_at_hand(kin, people)
    by_mother = (mother >= 0) & among[mother]
    by_father = (father >= 0) & among[father]
    near = by_mother | by_father
    near[father[by_mother & (father >= 0)]] = True
    return near


def _state_care(homes: Homes, care: Care, tables: Tables) -> None:
    _fill(homes, care.in_state_care, tables.life["without_parents"]["care_home_size"])


def _fill(homes: Homes, persons: Ints, size: int) -> None:
    """Register persons at new shared homes of `size` places."""
    homes.home[persons] = homes.home_count + np.arange(len(persons)) // size
    homes.home_count += -(-len(persons) // size)
