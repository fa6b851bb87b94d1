"""A family as those who serve it see it, beyond what `family.py` and `rights.py` say: its facts, and what is to be asked.

The whole family is shown to its worker (Social Code art. 24), up to the page's sensitivity; what is sealed never is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext

from familycard.office.access.middleware import Access
from familycard.office.cards.family import Family, ShownMember, family_of
from familycard.office.cards.limits import sensitivity_of
from familycard.office.cards.lists import area_title
from familycard.office.cards.rights import (
    ELIGIBLE,
    NOT_ELIGIBLE,
    ShownRight,
    named_programmes,
    rights_of,
    worth_of,
)
from familycard.pack.model import Label
from familycard.snapshot.facts import Fact
from familycard.snapshot.reader import Card


@dataclass(frozen=True)
class FamilyFile:
    """A family's file; `family` has the members, the category and the bill."""

    family: Family

    @property
    def area(self) -> Label:
        """Where the person whom the page is about lives."""
        return area_title(self.family.reader, self.family.access.about.area)

    @property
    def head(self) -> ShownMember:
        """Who heads the family."""
        return next(member for member in self.family.members if member.is_head)

    @cached_property
    def rights(self) -> tuple[ShownRight, ...]:
        """What programmes say: what is not used first, then what is received, then what cannot be told."""
        named = named_programmes(self.family)
        found = (r for r in rights_of(self.family) if r.programme.id in named and says_something(r))
        return tuple(sorted(found, key=_order))

    @property
    def unnamed_count(self) -> int:
        """How many programmes of the pack the page does not name, whatever they say of the family."""
        return len(self.family.reader.pack.programmes) - len(named_programmes(self.family))

    @property
    def unused(self) -> int:
        """How many rights are not used."""
        return sum(is_unused(right) for right in self.rights)

    @property
    def worth(self) -> int | None:
        """What these are worth a month."""
        return worth_of(self.family)

    @cached_property
    def facts(self) -> Mapping[str, tuple[Fact, ...]]:
        """By sphere, what the registers say of the family; a no and a nothing are left out."""
        reader, found = self.family.reader, dict[str, list[Fact]]()
        for fact in self._card.facts:
            may_see = self.family.sight.allows(sensitivity_of(reader, [fact.name]))
            if may_see and (fact.value or fact.value is None):
                found.setdefault(reader.pack.indicators[fact.name].sphere, []).append(fact)
        return {sphere: tuple(facts) for sphere, facts in found.items()}

    @cached_property
    def questions(self) -> tuple[Label, ...]:
        """What registers contradict each other about, once each; nothing that rests on what is sealed."""
        return tuple(_question(self.family, id_) for id_ in self._questions)

    @property
    def _questions(self) -> list[str]:
        names = dict.fromkeys(str(fault["fault"]) for fault in self._card.faults)
        return [name for name in names if _may_ask(self.family, name)]

    @cached_property
    def _card(self) -> Card:
        return self.family.reader.card(self.family.unit)


def file_of(access: Access) -> FamilyFile | None:
    """The file of the page's person's family; None, and a look at the person, where they belong to none."""
    if access.about.unit is None:
        access.look([access.about.reference])
        return None
    return FamilyFile(family_of(access))


def is_unused(right: ShownRight) -> bool:
    """Whether a right is there and known not to be used; who cannot tell does not send a worker to the door."""
    return right.status == ELIGIBLE and right.received is False


def says_something(right: ShownRight) -> bool:
    """Whether a right is there, is received or cannot be told; a plain no of fifty programmes buries the others."""
    return right.status not in (NOT_ELIGIBLE, "not_in_force") or bool(right.received)


def _order(right: ShownRight) -> int:
    if is_unused(right):
        return 0
    return 1 if right.received else 2


def _may_ask(family: Family, fault: str) -> bool:
    check = family.reader.pack.checks.get(fault)
    return check is None or family.sight.allows(sensitivity_of(family.reader, check.shows))


def _question(family: Family, fault: str) -> Label:
    check = family.reader.pack.checks.get(fault)
    words = gettext("The registers contradict each other about who belongs to the family.")
    return check.title if check else {"": words}
