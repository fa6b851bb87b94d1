"""Whom of a family a viewer may see, and how much of them.

Staff see a family whole, up to the sensitivity of their grant. Inside a family (Code on Marriage and
Family art. 60 and 67, Personal Data Law No 94-V art. 7 and 24) an adult sees
themselves, the minors over whom they have a parent's rights, and other adults by their recorded consent.
Who acts for somebody sees that person alone: a guardian as much as the person would, a proxy nothing that
is restricted (health, disability), because a power of attorney does not speak of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from familycard.office.access.middleware import Access
from familycard.office.access.table import Sensitivity
from familycard.office.accounts.models import Representation
from familycard.office.cards.references import reference
from familycard.snapshot.parents import MAJORITY_YEARS
from familycard.snapshot.reader import Reader

AgreedTo = Callable[[str, Iterable[str]], frozenset[str]]
"""Of a person's reference and others', those of the others who agreed that the person sees their data."""
_agreed: list[AgreedTo] = []


def register_agreed(agreed: AgreedTo) -> None:
    """Say who knows consents: called by the app of consents when it is ready."""
    _agreed.append(agreed)


@dataclass(frozen=True)
class Sight:
    """Whose data may be shown (`persons` None: everybody's), and up to which sensitivity."""

    persons: frozenset[int] | None
    sensitivity: Sensitivity

    def sees(self, person: int) -> bool:
        """Whether a person's own data may be shown."""
        return self.persons is None or person in self.persons

    def sees_all(self, persons: Iterable[int]) -> bool:
        """Whether what rests on all of these may be shown: a total tells of each of them."""
        return all(self.sees(person) for person in persons)

    def allows(self, sensitivity: str) -> bool:
        """Whether a value of that sensitivity may be shown; what is sealed never."""
        return self.sensitivity.allows(sensitivity)

    def may_name(self, sensitivity: str) -> bool:
        """Whether a programme that rests on what is so sensitive may be named with its status; more is `allows`'s to say.

        Who may see what is restricted sees how every programme stands, as the family itself does.
        """
        return self.sensitivity >= Sensitivity.restricted or self.allows(sensitivity)


def sight_of(access: Access, members: Iterable[int]) -> Sight:
    """The viewer's sight of the page's person and of the other members of the family."""
    grant, about = access.grant, access.about
    if grant.scope != "self":
        return Sight(None, grant.sensitivity)
    if about.reference != access.viewer.person:
        return Sight(frozenset({about.person}), min(grant.sensitivity, _as_representative(access)))
    others = frozenset(members) - {about.person}
    children = _children(access.reader, about.person, others)
    consenting = _consenting(about.reference, others - children)
    return Sight(children | consenting | {about.person}, grant.sensitivity)


def _as_representative(access: Access) -> Sensitivity:
    rows = Representation.objects.on(timezone.localdate())
    guards = rows.filter(
        representative=access.viewer.person, person=access.about.reference, kind=Representation.GUARDIAN
    )
    return Sensitivity.restricted if guards.exists() else Sensitivity.own


def _children(reader: Reader, parent: int, others: Iterable[int]) -> frozenset[int]:
    """The minors among others over whom a person has a parent's rights, by the registers and by today's age."""
    rows = reader.snapshot.rows["person"].find(others, ("person", "birth_date"))
    minors = [row["person"] for row in rows if is_minor(row.get("birth_date"), timezone.localdate())]
    found = reader.brought_up_by(minors) if minors else {}
    return frozenset(child for child, parents in found.items() if parent in parents)


def _consenting(viewer: str, others: Iterable[int]) -> frozenset[int]:
    by_reference = {reference(person): person for person in others}
    if not by_reference:
        return frozenset()
    agreed = frozenset[str]().union(*(of(viewer, by_reference) for of in _agreed))
    return frozenset(by_reference[one] for one in agreed)


def is_minor(born: date | None, today: date) -> bool:
    """Whether somebody is under age on a day; who was born on an unknown day is taken as of age."""
    if born is None:
        return False
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day)) < MAJORITY_YEARS
