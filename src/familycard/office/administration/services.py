"""What administrators may do with accounts, and what none may do alone.

A role belongs to an account for good: who takes on another one is given another account. Nobody changes their
own account, and an administrator's, approver's, auditor's or commissioner's needs two administrators: else one
could make the people who are to watch them, or be both of the two whom an export of rows needs.
"""

from __future__ import annotations

from datetime import date

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from familycard.errors import UsageError
from familycard.office.access.roles import ADMINISTRATOR, APPROVER, AUDITOR, CITIZEN, COMMISSIONER, ROLES
from familycard.office.accounts.models import AreaOfUser, User
from familycard.office.administration import record
from familycard.office.administration.models import Change, Proposal

NEEDS_TWO = frozenset({ADMINISTRATOR, APPROVER, AUDITOR, COMMISSIONER})
ADMINISTRATORS_LEAST = 2
BY_THE_SERVER = "(the server)"
"""Who made a first administrator, in the record; no account has this name."""
GIVEN = tuple(role for role in ROLES if role != CITIZEN)
"""Roles of accounts that administrators make; a citizen proves who they are."""


class NotAllowed(Exception):
    """A change that this administrator may not make; `why` is own, waits or ended."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def officials() -> list[User]:
    """All accounts but citizens', which are nobody's to browse."""
    return list(User.objects.exclude(role=CITIZEN).prefetch_related("areas").order_by("role", "username"))


def official(account: int) -> User | None:
    """One of them; None for anybody else."""
    return User.objects.exclude(role=CITIZEN).filter(pk=account).first()


def areas_of(user: User) -> list[AreaOfUser]:
    """All areas that a user ever had or will have, in the order of their beginning."""
    areas = (one for one in user.areas.all() if isinstance(one, AreaOfUser))
    return sorted(areas, key=lambda one: (one.start, one.area))


@transaction.atomic
def create(by: User, name: str, role: str) -> User:
    """An account without a password, which its owner sets through a link."""
    user = User(username=name, role=role, is_active=role not in NEEDS_TWO)
    user.set_unusable_password()
    user.save()
    record.add(by.username, name, Change.CREATED, role)
    if role in NEEDS_TWO:
        _propose(by, user)
    return user


@transaction.atomic
def end(by: User, user: User) -> None:
    """Close an account at once: its sessions end, its password and link no longer open it."""
    _not_oneself(by, user)
    user.set_unusable_password()
    user.is_active = False
    user.save()
    Proposal.objects.filter(account=user, decided_at=None).update(
        decided_by=by, decided_at=timezone.now(), is_approved=False
    )
    record.add(by.username, user.username, Change.ENDED)


@transaction.atomic
def give_area(by: User, user: User, area: str, start: date, until: date | None) -> None:
    """An area from a day on, until a day (exclusive) or until further notice."""
    _not_oneself(by, user)
    AreaOfUser.objects.update_or_create(user=user, area=area, start=start, defaults={"end": until})
    record.add(by.username, user.username, Change.AREA_GIVEN, f"{area} {start} {until or ''}".strip())


@transaction.atomic
def end_area(by: User, area: AreaOfUser, on: date) -> None:
    """Take an area away from a day on."""
    _not_oneself(by, area.user)
    area.end = max(on, area.start)
    area.save()
    record.add(by.username, area.user.username, Change.AREA_ENDED, f"{area.area} {area.end}")


@transaction.atomic
def make_link(by: User, user: User) -> str | None:
    """The path by which the owner sets a password, once, within Django's `PASSWORD_RESET_TIMEOUT`.

    The password of before no longer opens the account. Of a role that needs two administrators, a new password
    needs them as well: then it is proposed, the account is closed until the other one agrees, and None is given.
    """
    _not_oneself(by, user)
    if Proposal.objects.filter(account=user, decided_at=None).exists():
        raise NotAllowed("waits")
    if not user.is_active:
        raise NotAllowed("ended")
    if user.role in NEEDS_TWO and user.has_usable_password():
        user.set_unusable_password()
        user.is_active = False
        user.save()
        _propose(by, user)
        record.add(by.username, user.username, Change.LINK_MADE, "proposed")
        return None
    return _new_link(by.username, user)


def _new_link(by: str, user: User) -> str:
    """A link of 128 bits that nobody without the office's secret can make; every link and password of before is void.

    Its token is a keyed hash of the account, its password (here a random word that opens nothing) and the moment.
    """
    user.set_unusable_password()
    user.save()
    record.add(by, user.username, Change.LINK_MADE)
    who = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return reverse("administration:first_password", kwargs={"who": who, "token": token})


@transaction.atomic
def create_first_administrator(name: str) -> str:
    """An administrator made on the server, and the path by which they set a password; UsageError where it is not needed.

    Once two administrators are there, only they make another one, by each other's agreement.
    """
    if User.objects.filter(role=ADMINISTRATOR, is_active=True).count() >= ADMINISTRATORS_LEAST:
        raise UsageError(
            "There are two administrators already; they make accounts on the administration's pages."
        )
    if User.objects.filter(username=name).exists():
        raise UsageError(f"There is an account `{name}` already; choose another name.")
    user = User(username=name, role=ADMINISTRATOR)
    record.add(BY_THE_SERVER, name, Change.CREATED, ADMINISTRATOR)
    return _new_link(BY_THE_SERVER, user)


def owner_of_link(who: str, token: str) -> User | None:
    """Whose link it is; None where it was used, is too old, or was never made."""
    try:
        user = User.objects.filter(pk=int(urlsafe_base64_decode(who)), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return user if user and default_token_generator.check_token(user, token) else None


@transaction.atomic
def set_first_password(user: User, password: str) -> None:
    """The owner's own password; the link is used up."""
    user.set_password(password)
    user.save()
    record.add(user.username, user.username, Change.PASSWORD_SET)


def _propose(by: User, user: User) -> None:
    Proposal.objects.create(account=user, proposed_by=by, proposed_at=timezone.now())


@transaction.atomic
def settle(by: User, proposal: Proposal, *, approve: bool) -> None:
    """The second administrator's word on a proposal of another; never on one's own account."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    user = proposal.account
    if proposal.decided_at is not None:
        raise NotAllowed("ended")
    if by.pk in (proposal.proposed_by_id, user.pk):
        raise NotAllowed("own")
    proposal.decided_by, proposal.decided_at, proposal.is_approved = by, timezone.now(), approve
    proposal.save()
    user.is_active = approve
    user.save()
    record.add(by.username, user.username, Change.APPROVED if approve else Change.REFUSED)


def _not_oneself(by: User, user: User) -> None:
    if by.pk == user.pk:
        raise NotAllowed("own")
