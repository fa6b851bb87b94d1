"""What waits for an answer in the worker's area: claims, requests for a human, questions to owners of registers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from familycard.office.access.middleware import access_of
from familycard.office.accounts.signed_in import user_of
from familycard.office.cards.lists import names_of
from familycard.office.casework.lists import unanswered
from familycard.office.casework.models import Verification
from familycard.office.casework.services import their_cases, within
from familycard.office.claims.places import open_claims, open_requests, place
from familycard.office.pages.paging import Paging

PAGE_SIZE = 50
CLAIM, REQUEST, VERIFICATION = "claim", "human_request", "verification"


@dataclass(frozen=True)
class Review:
    """One thing that waits: about whom, what, until when, and where it is answered."""

    person: str
    name: str
    what: str
    due_on: date
    address: str

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been answered already."""
        return self.due_on < timezone.localdate()


def reviews(request: HttpRequest) -> tuple[list[Review], Paging]:
    """A page of what waits for an answer in the viewer's areas and cases, those due first at the top."""
    access = access_of(request)
    place(access.reader)
    rows = _waiting(request)
    paging = Paging.of(request, rows.count(), PAGE_SIZE)
    found = list(rows[paging.offset : paging.offset + PAGE_SIZE])
    names = names_of(access, {row["who"] for row in found})
    return [
        Review(
            person=row["who"],
            name=names.get(row["who"], ""),
            what=_what(row["what"], row["asked_about"]),
            due_on=row["due_on"],
            address=reverse(f"worker:{row['what']}", kwargs={row["what"]: row["key"]}),
        )
        for row in found
    ], paging


def _waiting(request: HttpRequest) -> QuerySet[Any, dict[str, Any]]:
    """Rows of three tables as one, so that the database filters, counts, orders and cuts them."""
    viewer = access_of(request).viewer
    theirs = within(viewer.areas) | Q(person__in=their_cases(user_of(request)).values("person"))
    claims = _rows(open_claims().filter(theirs), CLAIM, "person")
    requests = _rows(open_requests().filter(theirs), REQUEST, "person")
    asked = _rows(unanswered(viewer), VERIFICATION, "case__person", about=F("about"))
    return claims.union(requests, asked, all=True).order_by("due_on", "what", "key")


def _rows(
    rows: QuerySet[Any], what: str, person: str, about: F | Value | None = None
) -> QuerySet[Any, dict[str, Any]]:
    columns = {"who": F(person), "what": Value(what), "key": F("pk"), "asked_about": about or Value("")}
    return rows.order_by().values("due_on", **columns)


def _what(what: str, about: str) -> str:
    if what == CLAIM:
        return _("A claim that a fact is wrong")
    if what == REQUEST:
        return _("A human is asked to look")
    return _("The owner of a register: %(about)s") % {"about": Verification(about=about).get_about_display()}
