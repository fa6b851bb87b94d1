"""Pages of results: by group, and what became of claims."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from familycard.office.access.middleware import access_of
from familycard.office.access.table import Sensitivity
from familycard.office.audit.claimed import claims_by_source, human_requests
from familycard.office.audit.groups import comparisons, needy_letters, take_up_by_group, take_up_of_all


def groups(request: HttpRequest) -> HttpResponse:
    """Families in need, mean scores and take-up, by group."""
    snapshot, allow = access_of(request).reader.snapshot, _may_see_restricted(request)
    return render(
        request,
        "audit/groups.html",
        {
            "comparisons": comparisons(snapshot, allow_restricted=allow),
            "taken": take_up_of_all(snapshot, allow_restricted=allow),
            "letters": needy_letters(snapshot.pack),
            "as_of": snapshot.catalogue.as_of,
        },
    )


def programme(request: HttpRequest, programme: str) -> HttpResponse:
    """Who takes one programme up, by group."""
    snapshot = access_of(request).reader.snapshot
    found = snapshot.pack.programmes.get(programme)
    if found is None:
        raise Http404
    return render(
        request,
        "audit/take_up.html",
        {
            "programme": found,
            "comparisons": take_up_by_group(
                snapshot, programme, allow_restricted=_may_see_restricted(request)
            ),
            "as_of": snapshot.catalogue.as_of,
        },
    )


def _may_see_restricted(request: HttpRequest) -> bool:
    """Whether the page's grant in the table of access reaches to what is restricted."""
    return access_of(request).grant.sensitivity >= Sensitivity.restricted


def claims(request: HttpRequest) -> HttpResponse:
    """Claims by register with their terms and outcomes, and requests for a human."""
    sources = access_of(request).reader.pack.sources
    rows = [
        (one, sources[one.source].titles if one.source in sources else one.source)
        for one in claims_by_source()
    ]
    return render(request, "audit/claims.html", {"rows": rows, "asked": human_requests()})
