"""Safety alerts: violence or danger. Encrypted in the database, read by the case's worker and its supervisor alone.

They stand on no list, in no timeline, on no printed page and in no log; whoever else sees the family sees
nothing that says whether there is one. A search by name or address does not find who is in danger, as it does
not find others whose address is confidential, or who live elsewhere: it does not tell which. The words are sealed with AES-SIV (RFC 5297) under a key of their own,
bound to their case: a row copied to another case does not open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.utils import timezone

from familycard.office.access.decide import Viewer, serves
from familycard.office.access.roles import SOCIAL_WORKER, SUPERVISOR
from familycard.office.accounts.models import User
from familycard.office.casework.models import Case, SafetyAlert


@dataclass(frozen=True)
class Alert:
    """An alert as who may read it sees it."""

    at: datetime
    by: str
    words: str


def may_read_alerts(viewer: Viewer, case: Case) -> bool:
    """Whether the viewer is the case's worker, or the supervisor of the area that answers for it."""
    if viewer.role == SOCIAL_WORKER:
        return case.assigned_to_id == viewer.user
    return viewer.role == SUPERVISOR and serves(viewer.areas, case.area)


def raise_alert(case: Case, by: User, words: str) -> None:
    """Seal an alert. Who raises it need not be able to read it later."""
    sealed = _cipher().encrypt(words.encode(), [_bound_to(case)])
    SafetyAlert.objects.create(case=case, by=by, sealed=sealed)


def alerts_for(viewer: Viewer, case: Case) -> tuple[Alert, ...]:
    """The alerts in force of a case, nothing for whom they are not meant."""
    if not may_read_alerts(viewer, case):
        return ()
    rows = SafetyAlert.objects.filter(case=case, ended_at=None).select_related("by")
    return tuple(Alert(row.at, row.by.username, _opened(row)) for row in rows)


def endangered() -> frozenset[str]:
    """Of whom a case has an alert in force: a search finds them and who lives with them by identifier alone.

    A closed case too: the work has ended, which does not say that the danger has.
    """
    return frozenset(SafetyAlert.objects.filter(ended_at=None).values_list("case__person", flat=True))


def end_alerts(case: Case, by: User) -> None:
    """Somebody says that the danger is over: the alerts stay on record, sealed, with who said so, and are shown no more."""
    SafetyAlert.objects.filter(case=case, ended_at=None).update(ended_at=timezone.now(), ended_by=by)


def _opened(row: SafetyAlert) -> str:
    return _cipher().decrypt(bytes(row.sealed), [_bound_to(row.case)]).decode()


def _bound_to(case: Case) -> bytes:
    return f"case {case.pk}".encode()


@cache
def _cipher() -> AESSIV:
    return AESSIV(settings.DEPLOYMENT.key("safety alerts"))
