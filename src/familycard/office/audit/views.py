"""The log: search, one entry, export, check of the chain; and a person's log for who asked."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from familycard.office.access.middleware import access_of
from familycard.office.access.models import Look
from familycard.office.access.purposes import purposes
from familycard.office.access.table import table
from familycard.office.accounts.models import User
from familycard.office.administration.models import Change
from familycard.office.administration.record import first_broken
from familycard.office.audit import chain, export
from familycard.office.audit.forms import LogRequestForm, SearchForm
from familycard.office.audit.models import LogRequest
from familycard.office.audit.requests import record
from familycard.office.cards.logged import entry, looks_found, of_person
from familycard.office.pages.paging import Paging
from familycard.office.pages.surroundings import title_of
from familycard.pack.model import Label

PER_PAGE = 50
PERSON_MOST = 500
"""Looks shown of a search for a person, which has no further pages: its answer has no address."""


def search(request: HttpRequest) -> HttpResponse:
    """Search the log. What is asked stands in the address, except a person, who never does."""
    if request.method == "POST":
        form = SearchForm(request.POST)
        if form.is_valid() and not form.cleaned_data["person"]:
            return redirect(f"{request.path}?{_asked(request.POST).urlencode()}")
    else:
        form = SearchForm(request.GET if request.GET else None)
    is_asked = form.is_bound and form.is_valid()
    found = looks_found(access_of(request), form.search()) if is_asked else Look.objects.order_by("-sequence")
    if form.is_bound and not is_asked:
        found = Look.objects.none()
    count = found.count()
    is_of_person = request.method == "POST"
    paging = Paging.of(request, count, PERSON_MOST if is_of_person else PER_PAGE)
    rows = found[paging.offset : paging.offset + paging.per_page]
    return render(
        request,
        "audit/search.html",
        {
            "form": form,
            "rows": [shown(look) for look in rows],
            "count": count,
            "paging": None if is_of_person else paging,
            "kept": list((request.POST if is_of_person else request.GET).items()) if is_asked else [],
        },
    )


def _asked(data: QueryDict) -> QueryDict:
    kept = data.copy()
    for name in ("csrfmiddlewaretoken", "person", "page_number"):
        kept.pop(name, None)
    for name in [name for name, value in kept.items() if not value]:
        kept.pop(name)
    return kept


def shown(look: Look) -> tuple[Look, str, Label]:
    """A look with its page and purpose in words."""
    purpose = purposes().get(look.purpose)
    title = title_of(look.page) if look.page in table().pages else look.page
    return look, title, purpose.title if purpose else {"en": look.purpose}


def look(request: HttpRequest, sequence: int) -> HttpResponse:
    """One entry whole, with the references of whom it saw."""
    found = entry(access_of(request), sequence)
    if found is None:
        raise Http404
    return render(request, "audit/look.html", {"row": shown(found)})


@require_POST
def export_log(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """What a search finds, as CSV with references of this export alone; that it was taken is logged first."""
    form, access = SearchForm(request.POST), access_of(request)
    if not form.is_valid():
        messages.error(request, _("Search first; then export what was found."))
        return redirect("audit:search")
    found, number = looks_found(access, form.search()), secrets.token_hex(8)
    found = found.filter(
        sequence__lte=Look.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    )
    access.write(f"export {number}: {found.count()} looks")
    response = StreamingHttpResponse(export.lines(found, number), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="access-log-{number}.csv"'
    return response


def check(request: HttpRequest) -> HttpResponse:
    """Check the whole chain now; a large log takes a while, so it is begun by a button."""
    checked = chain.check() if request.method == "POST" else None
    return render(request, "audit/check.html", {"checked": checked})


def administrators(request: HttpRequest) -> HttpResponse:
    """What administrators changed, and whether the record is whole."""
    changes = Change.objects.order_by("-sequence")
    paging = Paging.of(request, changes.count(), PER_PAGE)
    return render(
        request,
        "audit/administrators.html",
        {
            "changes": changes[paging.offset : paging.offset + PER_PAGE],
            "paging": paging,
            "broken": first_broken(),
        },
    )


def requests(request: HttpRequest) -> HttpResponse:
    """Requests of persons to look at their log with them; a new one is recorded here."""
    form = LogRequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and isinstance(request.user, User):
        said = form.cleaned_data
        access_of(request).look([said["person"]])
        record(said["person"], said["document"], said["asked_on"], request.user)
        messages.success(request, _("The request is recorded; the person's log can be opened."))
        return redirect("audit:requests")
    rows = LogRequest.objects.filter(person__in=access_of(request).viewer.cases).order_by("-recorded_at")
    return render(request, "audit/requests.html", {"form": form, "rows": rows})


def person(request: HttpRequest, person: str) -> HttpResponse:
    """Who looked at a person who asked."""
    found = of_person(access_of(request))
    paging = Paging.of(request, found.count(), PER_PAGE)
    rows = found[paging.offset : paging.offset + PER_PAGE]
    return render(request, "audit/person.html", {"rows": [shown(one.look) for one in rows], "paging": paging})
