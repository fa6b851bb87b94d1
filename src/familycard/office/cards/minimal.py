"""What a desk sees of the one person before it: their name, and the state of their rights in a word each.

The desk's sight ends at the person: no amounts, no conditions, no values, and of a right that rests on others
no more than what each member of the family may know. A programme that rests on what the desk may not see is
not named at all. How many programmes those are is the same for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from familycard.office.access.middleware import Access
from familycard.office.cards.family import Family, ShownMember
from familycard.office.cards.files import is_unused, says_something
from familycard.office.cards.held import fact_about, registers_of
from familycard.office.cards.lists import names_of
from familycard.office.cards.rights import named_programmes, rights_of
from familycard.office.cards.sight import Sight
from familycard.pack.model import Programme
from familycard.snapshot.facts import Fact


@dataclass(frozen=True)
class RightInAWord:
    """A right: received, to be claimed (with what is still needed), or what else may be said of it."""

    programme: Programme
    status: str
    is_received: bool
    is_unused: bool
    """Neither of both where whether it is received rests on others."""


@dataclass(frozen=True)
class Minimal:
    """The person at the desk."""

    person: str
    name: str
    rights: tuple[RightInAWord, ...]
    others_count: int
    """How many programmes of the pack are not named here, whatever they say of the person."""
    disputable: tuple[Fact, ...]
    """What a claim may be about: pages write their labels, never their values."""


def minimal(access: Access) -> Minimal:
    """The person whom the page is about, and their rights."""
    name = names_of(access, [access.about.reference]).get(access.about.reference, "")
    if access.about.unit is None:
        return Minimal(access.about.reference, name, (), 0, ())
    family, subject = _alone(access)
    named = named_programmes(family)
    rights = [
        RightInAWord(right.programme, right.status, bool(right.received), is_unused(right))
        for right in rights_of(family)
        if right.programme.id in named and says_something(right)
    ]
    facts = [
        fact for register in registers_of(family, subject) for fact in (*register.facts, *register.nothing_of)
    ]
    return Minimal(
        access.about.reference,
        name,
        tuple(sorted(rights, key=lambda right: (not right.is_unused, not right.is_received))),
        len(access.reader.pack.programmes) - len(named),
        tuple(fact for fact in facts if fact.disputable),
    )


def disputed_fact(access: Access, name: str) -> Fact:
    """A fact about the person at the desk, for a claim; Http404 where there is none that may be disputed."""
    family, subject = _alone(access)
    fact = fact_about(family, subject, name)
    if not fact.disputable:
        raise Http404
    return fact


def _alone(access: Access) -> tuple[Family, ShownMember]:
    """The person as a family of one: nobody else is read, so nobody else is shown."""
    about = access.about
    if about.unit is None:
        raise Http404
    people = tuple(one for one in access.reader.members(about.unit) if one.person == about.person)
    sight = Sight(frozenset({about.person}), access.grant.sensitivity)
    family = Family(access, sight, about.unit, people)
    return family, family.members[0]
