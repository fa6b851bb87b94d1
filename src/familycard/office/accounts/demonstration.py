"""One account a role for a made-up country, so that everybody can look around.

Refused where the data are real: an account whose password is printed opens nobody's true data.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from familycard.errors import UsageError
from familycard.office.access.roles import (
    CITIZEN,
    CONTACT_CENTRE,
    FRONT_DESK,
    ROLES,
    SOCIAL_WORKER,
    SUPERVISOR,
)
from familycard.office.accounts.models import User
from familycard.office.cards.references import reference
from familycard.snapshot.examples import examples
from familycard.snapshot.reader import Reader
from familycard.snapshot.rows import of_members

REGION_DIGITS = 2
"""What of a district's code names its region."""


@dataclass(frozen=True)
class Account:
    """A demonstration account; the password is known only to who made it."""

    role: str
    name: str
    password: str


def demonstration_accounts(reader: Reader, *, is_made_up: bool, password: str = "") -> list[Account]:
    """Make the accounts, or give those that are there a new password; UsageError for real data.

    The citizen is an adult of a family with unused rights; the worker serves that family's district,
    the supervisor and the desks its region.
    """
    if not is_made_up:
        raise UsageError(
            "Demonstration accounts are for made-up data; set FAMILYCARD_MADE_UP=yes if they are."
        )
    password = password or secrets.token_urlsafe(12)
    person, area = _example(reader)
    areas = {SOCIAL_WORKER: area, SUPERVISOR: area[:REGION_DIGITS]}
    areas |= {role: area[:REGION_DIGITS] for role in (FRONT_DESK, CONTACT_CENTRE)}
    for role in ROLES:
        user, _ = User.objects.get_or_create(username=role, defaults={"role": role})
        user.set_password(password)
        user.person = reference(person) if role == CITIZEN else ""
        user.save()
        if role in areas:
            user.areas.all().delete()
            user.areas.create(area=areas[role])
    return [Account(role, role, password) for role in ROLES]


def _example(reader: Reader) -> tuple[int, str]:
    """An adult of a family that shows much, and the district where they live."""
    for example in examples(reader):
        rows = reader.snapshot.rows
        members = rows[of_members(reader.pack.card_unit)].find([example.unit])
        head = next(member["person"] for member in members if member["role"] == "head")
        area = rows["person"].find([head])[0].get("area")
        if area:
            return int(head), str(area)
    raise UsageError("No family of this snapshot has an area; make a larger country.")
