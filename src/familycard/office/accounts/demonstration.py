"""Accounts for a made-up country, one a role and a second one where two people are needed.

Refused where the data are real: an account whose password is printed opens nobody's true data.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from familycard.desk.worklist import Waiting
from familycard.errors import UsageError
from familycard.office.access.roles import (
    ADMINISTRATOR,
    CITIZEN,
    CONTACT_CENTRE,
    FRONT_DESK,
    ROLES,
    SOCIAL_WORKER,
    SUPERVISOR,
)
from familycard.office.accounts.models import User
from familycard.office.cards.lists import areas_within, totals
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
        _account(role, role, password, areas.get(role, ""), reference(person) if role == CITIZEN else "")
    return [Account(role, role, password) for role in ROLES]


def second_accounts(reader: Reader, password: str) -> list[Account]:
    """A second worker, of another district of the region, and a second administrator.

    With them whatever needs two people can be tried: a hand-over, an emergency in another's district, an
    administrator's or auditor's account. Rows for an analyst need an approver, which is a role of its own.
    """
    _person, own = _example(reader)
    _account("second_administrator", ADMINISTRATOR, password)
    made = [Account(ADMINISTRATOR, "second_administrator", password)]
    if area := _another_district(reader, own):
        _account("second_social_worker", SOCIAL_WORKER, password, area)
        made.append(Account(SOCIAL_WORKER, "second_social_worker", password))
    return made


def _account(name: str, role: str, password: str, area: str = "", person: str = "") -> None:
    """Make an account, or give the one of this name its password, person and area anew."""
    user, _ = User.objects.get_or_create(username=name, defaults={"role": role})
    user.set_password(password)
    user.person = person
    user.save()
    user.areas.all().delete()
    if area:
        user.areas.create(area=area)


def _another_district(reader: Reader, own: str) -> str:
    """Where in the region most families fell into need, of these most have unused rights; empty where there is no other.

    Few fall in a month: in the first worker's district there may be none.
    """
    region = areas_within(reader, [own[:REGION_DIGITS]])
    others = [code for code in region if not own.startswith(code) and totals(reader, [code])[Waiting.UNUSED]]

    def filled(code: str) -> tuple[int, int]:
        found = totals(reader, [code])
        return found[Waiting.FELL], found[Waiting.UNUSED]

    return max(others, key=filled, default="")


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
