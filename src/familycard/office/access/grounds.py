"""What a signed-in user has to do with anybody: gathered once a request, for `decide`."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from familycard.office.access.decide import Subject, Viewer
from familycard.office.access.models import BrokenGlass
from familycard.office.access.roles import (
    ANONYMOUS,
    CITIZEN,
    COMMISSIONER,
    CONTACT_CENTRE,
    FRONT_DESK,
    SOCIAL_WORKER,
    SUPERVISOR,
)
from familycard.office.accounts.models import Representation, User

ADMITTED = "admitted"
"""In the session of the front desk: the reference of the person admitted, and until when (seconds of the epoch)."""

BEARER = "bearer "

_cases: list[Callable[[User], frozenset[str]]] = []
_partners: list[Callable[[HttpRequest], Viewer]] = []


def register_cases(of: Callable[[User], frozenset[str]]) -> None:
    """Say who knows the persons of a user's open cases, or who asked the commissioner: called by apps when ready."""
    _cases.append(of)


def register_partners(of: Callable[[HttpRequest], Viewer]) -> None:
    """Say who knows the partner whose token a request carries: called by the app of the API when it is ready."""
    _partners.append(of)


def viewer_of(request: HttpRequest) -> Viewer:
    """Who asks; a few indexed queries. A token counts before a session: a machine has no session."""
    if request.headers.get("Authorization", "")[:7].lower() == BEARER:
        return next((of(request) for of in _partners), Viewer(ANONYMOUS))
    if not request.user.is_authenticated:
        return Viewer(ANONYMOUS)
    user = request.user
    known = Viewer(user.role, user.pk, user.username)
    if user.role == CITIZEN:
        return Viewer(user.role, user.pk, user.username, user.person, _represented(user.person))
    if user.role == COMMISSIONER:
        return Viewer(user.role, user.pk, user.username, cases=_persons_of_cases(user))
    if user.role in (SOCIAL_WORKER, SUPERVISOR):
        return Viewer(
            user.role,
            user.pk,
            user.username,
            areas=user.area_codes(),
            cases=_persons_of_cases(user),
            broken_glass=_broken(user),
        )
    if user.role in (FRONT_DESK, CONTACT_CENTRE):
        return Viewer(user.role, user.pk, user.username, areas=user.area_codes(), admitted=_admitted(request))
    return known


def _persons_of_cases(user: User) -> frozenset[str]:
    return frozenset[str]().union(*(of(user) for of in _cases))


def _represented(person: str) -> frozenset[str]:
    if not person:
        return frozenset()
    rows = Representation.objects.on(timezone.localdate()).filter(representative=person)
    return frozenset(rows.values_list("person", flat=True))


def _broken(user: User) -> frozenset[str]:
    return frozenset(_emergencies(user.pk).values_list("person", flat=True))


def reason_of_emergency(viewer: Viewer, subject: Subject) -> str:
    """Why the viewer looks at a person in an emergency that lasts: the words of the latest one."""
    known = _emergencies(viewer.user).filter(person=subject.reference).order_by("-at").first()
    return known.reason if known else ""


def _emergencies(user: int | None) -> QuerySet[BrokenGlass]:
    return BrokenGlass.objects.filter(user=user, until__gt=timezone.now())


def _admitted(request: HttpRequest) -> str:
    reference, until = request.session.get(ADMITTED, ("", 0))
    return str(reference) if timezone.now().timestamp() < until else ""
