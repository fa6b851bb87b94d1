"""Who looked at a person: the access log as that person reads it.

The worker is named by their role: that is enough to ask why, and a citizen's anger is not to reach one
of them at home. The commissioner, who answers for the log, sees names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Q

from familycard.office.access.middleware import OWN_DATA, Access
from familycard.office.access.models import LookedAt
from familycard.office.access.purposes import purposes
from familycard.office.access.roles import CITIZEN
from familycard.office.access.table import table
from familycard.office.cards.current import current
from familycard.office.consents.models import Consent
from familycard.office.pages.surroundings import title_of
from familycard.pack.model import Label

LOOKS_A_PAGE = 20


@dataclass(frozen=True)
class ShownLook:
    """One look: when, who, at which page, and why."""

    at: datetime
    is_own: bool
    is_citizen: bool
    role: str
    page: str
    purpose: Label
    basis: str
    """By which law, as the country pack cites it."""
    reason: str
    """Words of whoever looked; for the person whom they are about alone, as they can tell much."""


def looks_at(access: Access, number: int) -> tuple[Sequence[ShownLook], Page[LookedAt]]:
    """One page of the looks at the page's person, the latest first."""
    access.look([access.about.reference])
    rows = LookedAt.objects.filter(_told(access)).select_related("look").order_by("-look")
    page = Paginator(rows, LOOKS_A_PAGE).get_page(number)
    return [_shown(access, row) for row in page], page


def _told(access: Access) -> Q:
    """The looks that the person is told of.

    Not those of relatives at pages of their own: there the person's name stands, which they know, and to tell
    of them would tell what a relative does. While the person's consent lets somebody see more, they are told.
    """
    person = access.about.reference
    of_relatives = Q(look__role=CITIZEN, look__purpose=OWN_DATA) & ~Q(look__user=access.viewer.user)
    consented = Q(pk__in=[])
    for given in Consent.objects.filter(person=person, purpose=Consent.FAMILY):
        ended = min(filter(None, (given.withdrawn_at, given.until)), default=None)
        held = Q(look__at__gte=given.given_at)
        consented |= held & Q(look__at__lt=ended) if ended else held
    return Q(person=person) & (~of_relatives | consented)


def _shown(access: Access, row: LookedAt) -> ShownLook:
    look = row.look
    purpose = purposes().get(look.purpose)
    return ShownLook(
        at=look.at,
        is_own=look.user is not None and look.user == access.viewer.user,
        is_citizen=look.role == CITIZEN,
        role=look.role,
        page=title_of(look.page) if look.page in table().pages else look.page,
        purpose=purpose.title if purpose else {"en": look.purpose},
        basis=current().rules().purposes.get(look.purpose, ""),
        reason=look.reason if row.is_about and access.about.reference == access.viewer.person else "",
    )
