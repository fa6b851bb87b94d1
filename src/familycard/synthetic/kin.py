"""Ties of a block: parents, spouses, former spouses, partners, guardians and adopters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from familycard.synthetic import couples
from familycard.synthetic.couples import DIVORCED, MARRIED, NEVER_MARRIED, WIDOWED, Marriages, Others
from familycard.synthetic.mothers import match_children
from familycard.synthetic.people import People
from familycard.synthetic.tables import NEVER, NOBODY, Bools, Days, Ints, Tables

_YEAR = 365
_FATHER_FROM = 17
_FIRST_YEAR = 400
"""Days that a marriage which has ended was registered before today at least."""
_LONGEST_WIDOWHOOD = 25 * _YEAR
_LONGEST_DIVORCE = 20 * _YEAR


@dataclass
class Kin:
    """Ties by person; arrays of residents, but `mother` and `father` may name others (numbers from N on)."""

    mother: Ints
    father: Ints
    spouse: Ints
    former: Ints
    """The divorced spouse who is a resident."""
    partner: Ints
    """Cohabits with, and has a common minor child with."""
    status: Ints
    is_step: Bools
    """Wives whose eldest child is not the husband's."""
    others: Others
    marriages: list[Marriages]
    needs_parents: Ints
    """Minors whose parents are still to be decided (`care`)."""


def make_kin(people: People, tables: Tables, dice: np.random.Generator) -> Kin:
    """Mothers first, then marital status, then spouses; fathers follow from both."""
    reserved, widowers_children = _reserved(people, tables, dice)
    mother = _mothers(people, np.flatnonzero(~reserved & (people.age <= 72)), tables, dice)
    children = np.bincount(mother[mother >= 0], minlength=len(people))
    last = couples.extreme_by(mother, people.born, len(people), largest=True)
    youngest = np.where(last == NEVER, -1, (tables.last_day - last) // _YEAR)
    marital = tables.life["marital"]
    status = couples.women_status(people, children, youngest, marital, dice)
    men = couples.men_status(people, int((status == MARRIED).sum()), marital, dice)
    nobody = np.full(len(people), NOBODY, np.int64)
    kin = Kin(
        mother=mother,
        father=nobody.copy(),
        spouse=nobody.copy(),
        former=nobody.copy(),
        partner=nobody.copy(),
        status=np.where(people.is_female, status, men),
        is_step=np.zeros(len(people), bool),
        others=Others(len(people)),
        marriages=[],
        needs_parents=np.empty(0, np.int64),
    )
    _marry(kin, people, tables, dice)
    _divorce(kin, people, tables, dice)
    _leave_widows(kin, people, tables, dice)
    _leave_widowers(kin, people, widowers_children, tables, dice)
    _cohabit(kin, people, tables, dice)
    kin.needs_parents = np.flatnonzero((kin.mother == NOBODY) & (people.age < 18))
    return kin


def _reserved(people: People, tables: Tables, dice: np.random.Generator) -> tuple[Bools, Ints]:
    """Minors kept without a living mother, and those of them who live with a widowed father."""
    shares = tables.life["without_parents"]
    rates = [shares[way] for way in ("father_only", "guarded", "adopted", "state_care")]
    minors = dice.permutation(np.flatnonzero((people.age >= 1) & (people.age < 18)))
    sizes = [max(2, round(rate * len(minors))) for rate in rates]
    reserved = np.zeros(len(people), bool)
    reserved[minors[: sum(sizes)]] = True
    return reserved, minors[: sizes[0]]


def _mothers(people: People, children: Ints, tables: Tables, dice: np.random.Generator) -> Ints:
    women = np.flatnonzero(people.is_female & (people.age >= 19))
    found = match_children(people.age[women], people.age[children], tables.life["fertility"], dice)
    mother = np.full(len(people), NOBODY, np.int64)
    mother[children] = np.where(found == NOBODY, NOBODY, women[found])
    return mother


def _fathered(kin: Kin, people: People, man_of: Ints) -> None:
    """Give each fatherless child the man of its mother, where he was old enough."""
    child = np.flatnonzero((kin.mother >= 0) & (kin.mother < len(people)) & (kin.father == NOBODY))
    man = man_of[kin.mother[child]]
    child, man = child[man >= 0], man[man >= 0]
    old_enough = people.age[man] - people.age[child] >= _FATHER_FROM
    kin.father[child[old_enough]] = man[old_enough]


def _marry(kin: Kin, people: People, tables: Tables, dice: np.random.Generator) -> None:
    noise = tables.life["marital"]["partner_age_noise_years"]
    wives = np.flatnonzero(people.is_female & (kin.status == MARRIED))
    husbands = np.flatnonzero(~people.is_female & (kin.status == MARRIED))
    wives, husbands = couples.pair_by_age(wives, husbands, people.age, noise, dice)
    kin.spouse[wives], kin.spouse[husbands] = husbands, wives
    _fathered(kin, people, np.where(people.is_female, kin.spouse, NOBODY))
    children = np.bincount(kin.mother[kin.mother >= 0], minlength=len(people))
    is_step = (children[wives] >= 2) & (dice.random(len(wives)) < tables.life["families"]["step"])
    kin.is_step[wives[is_step]] = True
    eldest = couples.extreme_by(kin.mother, people.born, len(people), largest=False)
    mothers = np.maximum(kin.mother, 0)
    kin.father[(kin.mother >= 0) & kin.is_step[mothers] & (people.born == eldest[mothers])] = NOBODY
    common = np.where(kin.father >= 0, kin.mother, NOBODY)
    first = couples.extreme_by(common, people.born, len(people), largest=False)[wives]
    registered = couples.wedding_days(people.born[wives], people.born[husbands], first, tables.last_day, dice)
    lasting = np.full(len(wives), NEVER, np.int64)
    kin.marriages.append(Marriages(wives, husbands, registered, lasting, np.zeros(len(wives), np.int64)))


def _divorce(kin: Kin, people: People, tables: Tables, dice: np.random.Generator) -> None:
    women = np.flatnonzero(people.is_female & (kin.status == DIVORCED))
    men = np.flatnonzero(~people.is_female & (kin.status == DIVORCED))
    noise = tables.life["marital"]["partner_age_noise_years"]
    wives, husbands = couples.pair_by_age(women, men, people.age, noise, dice)
    kin.former[wives], kin.former[husbands] = husbands, wives
    _fathered(kin, people, np.where(people.is_female, kin.former, NOBODY))
    _end_marriages(kin, people, wives, husbands, people.born[husbands], tables, dice)
    alone = np.setdiff1d(women, wives)
    _, born = couples.other_spouses(people.age[alone], True, tables.life["as_of_year"], dice)
    first = kin.others.first + kin.others.count
    ended = _end_marriages(kin, people, alone, first + np.arange(len(alone)), born, tables, dice)
    _gone_later(kin, np.zeros(len(alone), bool), born, ended, tables.last_day, dice)
    absent = np.full(len(people), NOBODY, np.int64)
    absent[alone] = first + np.arange(len(alone))
    child = np.flatnonzero((kin.mother >= 0) & (kin.father == NOBODY))
    kin.father[child] = absent[kin.mother[child]]
    single = np.setdiff1d(men, husbands)
    _, born = couples.other_spouses(people.age[single], False, tables.life["as_of_year"], dice)
    first = kin.others.first + kin.others.count
    none = np.full(len(single), NEVER, np.int64)
    registered = couples.wedding_days(born, people.born[single], none, tables.last_day - _FIRST_YEAR, dice)
    ended = couples.end_days(registered, none, tables.last_day, _LONGEST_DIVORCE, dice)
    _gone_later(kin, np.ones(len(single), bool), born, ended, tables.last_day, dice)
    reason = np.full(len(single), couples.BY_DIVORCE)
    kin.marriages.append(Marriages(first + np.arange(len(single)), single, registered, ended, reason))


def _end_marriages(
    kin: Kin,
    people: People,
    wives: Ints,
    husbands: Ints,
    husband_born: Days,
    tables: Tables,
    dice: np.random.Generator,
) -> Days:
    size = len(people)
    known = np.where(kin.mother < size, kin.mother, NOBODY)
    first = couples.extreme_by(known, people.born, size, largest=False)[wives]
    youngest = couples.extreme_by(known, people.born, size, largest=True)[wives]
    registered = couples.wedding_days(
        people.born[wives], husband_born, first, tables.last_day - _FIRST_YEAR, dice
    )
    ended = couples.end_days(registered, youngest, tables.last_day, _LONGEST_DIVORCE, dice)
    registered = np.minimum(registered, ended - 30)
    kin.marriages.append(
        Marriages(wives, husbands, registered, ended, np.full(len(wives), couples.BY_DIVORCE))
    )
    return ended


def _gone_later(
    kin: Kin, is_female: Bools, born: Days, after: Days, last_day: int, dice: np.random.Generator
) -> None:
    """Former spouses who died or left the country after the divorce."""
    day = after + (dice.random(len(born)) * np.maximum(last_day - after, 1)).astype(np.int64)
    has_died = dice.random(len(born)) < 0.35
    kin.others.add(is_female, born, np.where(has_died, day, NEVER), np.where(has_died, NEVER, day))


def _leave_widows(kin: Kin, people: People, tables: Tables, dice: np.random.Generator) -> None:
    widows = np.flatnonzero(people.is_female & (kin.status == WIDOWED))
    _, born = couples.other_spouses(people.age[widows], True, tables.life["as_of_year"], dice)
    size = len(people)
    first = couples.extreme_by(kin.mother, people.born, size, largest=False)[widows]
    youngest = couples.extreme_by(kin.mother, people.born, size, largest=True)[widows]
    registered = couples.wedding_days(people.born[widows], born, first, tables.last_day - _FIRST_YEAR, dice)
    died = couples.end_days(registered, youngest, tables.last_day, _LONGEST_WIDOWHOOD, dice)
    husbands = kin.others.add(np.zeros(len(widows), bool), born, died, np.full(len(widows), NEVER))
    husband_of = np.full(size, NOBODY, np.int64)
    husband_of[widows] = husbands
    child = np.flatnonzero((kin.mother >= 0) & (kin.father == NOBODY))
    kin.father[child] = husband_of[kin.mother[child]]
    reason = np.full(len(widows), couples.BY_DEATH)
    kin.marriages.append(Marriages(widows, husbands, np.minimum(registered, died - 30), died, reason))


def _leave_widowers(
    kin: Kin, people: People, minors: Ints, tables: Tables, dice: np.random.Generator
) -> None:
    men = np.flatnonzero(~people.is_female & (kin.status == WIDOWED))
    wife_age, born = couples.other_spouses(people.age[men], False, tables.life["as_of_year"], dice)
    adults = np.flatnonzero((kin.mother == NOBODY) & (people.age >= 18) & (people.age <= 60))
    supply = np.r_[minors, adults[dice.random(len(adults)) < 0.4]]
    found = match_children(wife_age, people.age[supply], tables.life["fertility"], dice)
    child, widower = supply[found >= 0], found[found >= 0]
    first = couples.extreme_by(widower, people.born[child], len(men), largest=False)
    youngest = couples.extreme_by(widower, people.born[child], len(men), largest=True)
    registered = couples.wedding_days(born, people.born[men], first, tables.last_day - _FIRST_YEAR, dice)
    died = couples.end_days(registered, youngest, tables.last_day, _LONGEST_WIDOWHOOD, dice)
    wives = kin.others.add(np.ones(len(men), bool), born, died, np.full(len(men), NEVER))
    kin.mother[child], kin.father[child] = wives[widower], men[widower]
    reason = np.full(len(men), couples.BY_DEATH)
    kin.marriages.append(Marriages(wives, men, np.minimum(registered, died - 30), died, reason))


def _cohabit(kin: Kin, people: People, tables: Tables, dice: np.random.Generator) -> None:
    """Never-married mothers of minors, some with a partner who is recorded as the father."""
    is_minor = (people.age < 18) & (kin.mother >= 0) & (kin.mother < len(people))
    minors = np.bincount(kin.mother[is_minor], minlength=len(people))
    mothers = np.flatnonzero(people.is_female & (kin.status == NEVER_MARRIED) & (minors > 0))
    mothers = mothers[dice.random(len(mothers)) < tables.life["families"]["cohabiting"]]
    men = np.flatnonzero(
        ~people.is_female & (kin.status == NEVER_MARRIED) & (people.age >= 25) & (people.age <= 62)
    )
    noise = tables.life["marital"]["partner_age_noise_years"]
    women, partners = couples.pair_by_age(mothers, men, people.age, noise, dice)
    partner_of = np.full(len(people), NOBODY, np.int64)
    partner_of[women] = partners
    child = np.flatnonzero(is_minor & (kin.father == NOBODY))
    man = partner_of[kin.mother[child]]
    common = (man >= 0) & (people.age[man] - people.age[child] >= _FATHER_FROM)
    kin.father[child[common]] = man[common]
    together = np.unique(kin.mother[child[common]])
    kin.partner[together], kin.partner[partner_of[together]] = partner_of[together], together
