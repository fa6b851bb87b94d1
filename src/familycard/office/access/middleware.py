"""The one place where access is enforced: before every view, and after it for the log.

Before: the page must stand in the table, the viewer's role must be granted it, the person whom the
address names must be within the grant's scope, and a purpose must be known. After: whoever was seen
is written into the log, and only then does the answer leave. A look that cannot be logged is
not served.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from familycard.office.access import log, objects
from familycard.office.access.decide import Refusal, Subject, Viewer, decide, is_by_broken_glass
from familycard.office.access.grounds import reason_of_emergency, viewer_of
from familycard.office.access.models import Look
from familycard.office.access.problems import Problem, problem_of
from familycard.office.access.purposes import ASKED, REGISTERED, given, remember
from familycard.office.access.roles import ANONYMOUS
from familycard.office.access.table import NAMED, Grant, Page, grants, table
from familycard.office.cards.current import current
from familycard.office.cards.subjects import subject_of
from familycard.snapshot.reader import Reader

ACTING_FOR = "acting_for"
"""In a citizen's session: the reference of the person for whom they act."""
BREAK_GLASS, OWN_DATA, REPRESENTATION = "break_glass", "own_data", "representation"


@dataclass
class Access:
    """What the viewer of this request may see, and whom they have seen so far."""

    name: str
    page: Page
    viewer: Viewer
    grant: Grant
    subject: Subject | None = None
    purpose: str = ""
    reason: str = ""
    seen: set[str] = field(default_factory=set)

    @property
    def reader(self) -> Reader:
        """The published snapshot; the same one for the whole request (`AccessMiddleware`)."""
        return current().reader()

    @property
    def about(self) -> Subject:
        """The person whom the page is about; Http404 on a page about nobody."""
        if self.subject is None:
            raise Http404
        return self.subject

    def look(self, references: Iterable[str]) -> None:
        """Say that these persons are shown: every function that hands out a person's data calls this."""
        seen = set(references)
        if self.page.subject == NAMED and not seen <= {self.about.reference}:
            raise PermissionDenied("Only the person who was admitted may be shown here.")
        self.seen |= seen

    def admit(self, subject: Subject | None, *, has_consented: bool) -> Subject:
        """Decide about the person whom the request's body names; a Problem where they may not be seen.

        For a page whose subject is `named`: before the view nobody knew who it would be about. The
        decision is `decide`'s, as for every other page.
        """
        admitted = subject.reference if subject and has_consented else ""
        viewer = replace(self.viewer, admitted=admitted)
        decision = decide(grants(self.name), viewer, subject, about=True, oauth_scope=self.page.oauth_scope)
        if isinstance(decision, Refusal):
            raise problem_of(decision)
        self.viewer, self.subject = viewer, subject
        return self.about

    def record(self) -> Look | None:
        """Write into the log whom the viewer has seen since the last record; None if nobody."""
        return self.write(self.reason) if self.seen else None

    def write(self, reason: str) -> Look:
        """The same, also where nobody was seen by name: rows that leave as an export are one look."""
        look = log.append(
            self.seen,
            about=self.subject.reference if self.subject else "",
            user=self.viewer.user,
            name=self.viewer.name,
            role=self.viewer.role,
            page=self.name,
            purpose=self.purpose,
            reason=reason,
            snapshot=self.reader.snapshot.path.name,
        )
        self.seen = set()
        return look


class Admitted(HttpRequest):
    """A request that the middleware let pass: it carries its access."""

    access: Access


class AccessMiddleware:
    """Asks `decide` before every view, and logs what was seen after it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve by one snapshot, then log who was seen; an exception of the log becomes the answer instead of the page."""
        with current().one_reader():
            return self._serve(request)

    def _serve(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        access: Access | None = getattr(request, "access", None)
        if access is None:
            return response
        if access.page.is_operation and response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return Problem("method-not-allowed", {"Allow": response.headers["Allow"]}).response()
        if access.viewer.role != ANONYMOUS:
            response.headers.setdefault("Cache-Control", "no-store")
        if response.status_code < HTTPStatus.BAD_REQUEST:
            access.record()
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """None lets the view answer; Http404 for what does not exist for this viewer."""
        match = request.resolver_match
        name = match.view_name if match else ""
        page = table().pages.get(name)
        if page is None:
            raise Http404
        viewer = viewer_of(request)
        subject = _subject(request, page, viewer, kwargs)
        about = page.is_about_a_person and page.subject != NAMED
        decision = decide(grants(name), viewer, subject, about=about, oauth_scope=page.oauth_scope)
        if isinstance(decision, Refusal):
            return problem_of(decision).response() if page.is_operation else _refused(request, decision)
        access = Access(name, page, viewer, decision, subject)
        cast(Admitted, request).access = access
        return _purpose(request, access)


def access_of(request: HttpRequest) -> Access:
    """The access of a request that the middleware let pass."""
    return cast(Admitted, request).access


def _subject(request: HttpRequest, page: Page, viewer: Viewer, kwargs: dict[str, Any]) -> Subject | None:
    """The person whom the address is about; None where there is none."""
    if page.subject in ("nobody", NAMED):
        return None
    if page.subject == "viewer":
        return subject_of(acting_for(request, viewer) or viewer.person)
    if page.subject == "person":
        return subject_of(kwargs["person"])
    found = objects.find(page.subject, kwargs[page.subject])
    return subject_of(found.person) if found else None


def acting_for(request: HttpRequest, viewer: Viewer) -> str:
    """The reference of the person for whom a citizen acts; empty once they may no longer."""
    chosen = str(request.session.get(ACTING_FOR, ""))
    return chosen if chosen in viewer.represents else ""


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if refusal.why == "sign_in":
        return redirect_to_login(request.get_full_path())
    if refusal.why == "role":
        raise PermissionDenied
    raise Http404


def _purpose(request: HttpRequest, access: Access) -> HttpResponse | None:
    """Take the page's own purpose, or the one that the viewer gave; ask for it where there is none."""
    access.purpose = access.page.purpose
    if access.purpose == REGISTERED:
        access.purpose = access.viewer.basis
    if access.purpose == OWN_DATA and access.subject and access.subject.reference != access.viewer.person:
        access.purpose = REPRESENTATION
    if access.subject and is_by_broken_glass(access.grant, access.viewer, access.subject):
        # Whatever the page is for: nothing but the emergency lets the viewer see it, and the person reads why.
        access.purpose = BREAK_GLASS
        access.reason = reason_of_emergency(access.viewer, access.subject)
        return None
    if access.purpose != ASKED or access.subject is None:
        return None
    known = given(request, access.subject.reference)
    if known is None:
        address = reverse("access:purpose", kwargs={"person": access.subject.reference})
        return HttpResponseRedirect(f"{address}?{urlencode({'next': request.get_full_path()})}")
    access.purpose, access.reason = known
    remember(request, access.subject.reference, *known)
    return None
