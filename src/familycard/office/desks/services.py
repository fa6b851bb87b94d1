"""Admitting one person at a time: by a document seen with one's own eyes, or by a code that only the person can read.

The front desk may be told that nobody has a number: somebody stands before it and has mistyped. The contact centre
is not: a voice on the phone may be anybody's, so a number that nobody has looks like one whose code is never typed right.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from familycard.office.access.grounds import ADMITTED
from familycard.office.accounts.models import User
from familycard.office.desks.models import Admission, Code
from familycard.office.desks.sending import send

CODE_DIGITS = 6
DOCUMENT_END = 4
_ADMISSION = "admission"
"""In the session: the number of the admission that lasts."""


class TooMany(Exception):
    """The desk was refused too often today; a supervisor must look why."""


@dataclass(frozen=True)
class Document:
    """A document that the official compared with the person's face."""

    kind: str
    number: str


def admit_by_document(session: SessionBase, user: User, person: str, document: Document) -> Admission:
    """Admit the person whose document the official has seen; whoever was admitted before is not any more.

    `person` is blank where nobody has the identifier: that is recorded and counts, and admits nobody.
    """
    may_try(user)
    finish(session)
    admission = _admission(user, person, "document", document.kind, document.number[-DOCUMENT_END:])
    if person:
        _let_in(session, admission)
    return admission


def send_code(user: User, person: str) -> Code:
    """Send a code to the person's phone; for nobody (a blank reference) a code is made that no one ever receives."""
    may_try(user)
    digits = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    now = timezone.now()
    with transaction.atomic():
        code = Code.objects.create(
            user=user, person=person, hash="", at=now, until=now + timedelta(minutes=settings.CODE_MINUTES)
        )
        code.hash = _hash(code.pk, digits)
        code.save(update_fields=["hash"])
    if person:
        send(person, digits)
    return code


def admit_by_code(session: SessionBase, user: User, code: int, digits: str) -> Admission | None:
    """Admit the person who read the code aloud; None for a wrong, used, old or worn-out code, all alike.

    Each try counts before it is compared, so that tries side by side are not more than tries one by one.
    """
    tried = Code.objects.filter(
        pk=code, user=user, used_at=None, until__gt=timezone.now(), attempts__lt=settings.CODE_ATTEMPTS
    ).update(attempts=F("attempts") + 1)
    found = Code.objects.filter(pk=code).first()
    if not tried or found is None or not hmac.compare_digest(found.hash, _hash(found.pk, digits)):
        return None
    if not found.person or not Code.objects.filter(pk=code, used_at=None).update(used_at=timezone.now()):
        return None
    finish(session)
    admission = _admission(user, found.person, "code")
    _let_in(session, admission)
    return admission


def finish(session: SessionBase) -> None:
    """Finish with whoever is admitted; nothing where nobody is."""
    session.pop(ADMITTED, None)
    number = session.pop(_ADMISSION, None)
    if number is not None:
        Admission.objects.filter(pk=number, ended_at=None).update(ended_at=timezone.now())


def may_try(user: User) -> None:
    """TooMany where the desk was refused too often today."""
    since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    refused = Admission.objects.filter(user=user, person="", at__gte=since).count()
    refused += Code.objects.filter(user=user, used_at=None, at__gte=since).count()
    if refused >= settings.ADMISSIONS_REFUSED_A_DAY:
        raise TooMany


def missed(user: User) -> None:
    """An identifier of somebody who is not here, which nobody has: it counts like an admission that was refused."""
    _admission(user, "", "document")


def _admission(user: User, person: str, how: str, kind: str = "", end: str = "") -> Admission:
    until = timezone.now() + timedelta(minutes=settings.ADMITTED_MINUTES)
    return Admission.objects.create(
        user=user, person=person, how=how, document_kind=kind, document_end=end, until=until
    )


def _let_in(session: SessionBase, admission: Admission) -> None:
    session[ADMITTED] = (admission.person, admission.until.timestamp())
    session[_ADMISSION] = admission.pk


def _hash(number: int, digits: str) -> str:
    """A keyed hash: a million codes are few, and the key is not in the database."""
    key = settings.DEPLOYMENT.key("one-time codes")
    return hmac.new(key, f"{number} {digits}".encode(), hashlib.sha256).hexdigest()
