"""The team: how much each worker has, whose cases are overdue, how long things wait. Cases are given to others one by one."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from familycard.office.access.middleware import access_of
from familycard.office.cards.lists import names_of
from familycard.office.casework.lists import ages, cases_page, loads, unassigned, workers_of
from familycard.office.emergency.services import to_review
from familycard.office.pages.charts import bars, svg_answer

NOBODY = 0
"""In the address of a list: the cases that are nobody's."""


@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """The workers of the supervisor's areas: how many cases, how many of them overdue, the oldest one."""
    areas = access_of(request).viewer.areas
    context = {
        "loads": loads(workers_of(areas)),
        "unassigned": unassigned(areas).count(),
        "to_review": to_review(areas).count(),
    }
    return render(request, "supervisor/team.html", context)


@require_safe
@never_cache
def worker(request: HttpRequest, worker: int) -> HttpResponse:
    """One worker's open cases, those due first at the top; 0 means the cases that nobody has."""
    access = access_of(request)
    found = next((one for one in workers_of(access.viewer.areas) if one.pk == worker), None)
    if found is None and worker != NOBODY:
        raise Http404
    after = request.GET.get("after", "")
    page = cases_page(
        found.pk if found else None, int(after) if after.isdecimal() else None, areas=access.viewer.areas
    )
    names = names_of(access, [case.person for case in page.cases])
    context = {
        "worker": found,
        "cases": [(case, names.get(case.person, "")) for case in page.cases],
        "next_after": page.next_after,
    }
    return render(request, "supervisor/worker.html", context)


@require_safe
def ageing(request: HttpRequest) -> HttpResponse:
    """How long open cases and questions to owners of registers wait."""
    return render(request, "supervisor/ageing.html", {"ages": ages(access_of(request).viewer.areas)})


@require_safe
@never_cache
def ageing_chart(request: HttpRequest) -> HttpResponse:
    """The same as bars, of cases and questions together."""
    found = ages(access_of(request).viewer.areas)
    rows = tuple((age.title, age.cases + age.answers) for age in found)
    return svg_answer(bars(rows, _("things that wait, by days")))
