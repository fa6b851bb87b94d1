"""My list and the search. The state of a list is its address; what was searched for never stands in one."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from familycard.desk.worklist import Waiting
from familycard.errors import UsageError
from familycard.office.access.middleware import Access, access_of
from familycard.office.cards.lists import (
    ListPage,
    area_title,
    areas_within,
    find_persons,
    list_page,
    names_of,
    totals,
)
from familycard.office.casework.alerts import endangered
from familycard.office.casework.lists import CasePage, cases_page, open_cases
from familycard.office.pages.templatetags.shown import label
from familycard.office.worker.forms import SearchForm
from familycard.office.worker.waiting import reviews

MINE, ANSWERS = "mine", "answers"


@dataclass(frozen=True)
class Choice:
    """A list, or an area of it, as a plain link with how many wait there."""

    title: str
    address: str
    count: int | None
    is_here: bool


@require_safe
@never_cache
def my_list(request: HttpRequest) -> HttpResponse:
    """The families of the worker's area who may need help, in the order of need; the worker's cases by due date."""
    access = access_of(request)
    tab = request.GET.get("list", MINE)
    areas, area = _areas(access, request.GET.get("area", ""))
    context: dict[str, object] = {
        "tab": tab,
        "tabs": _tabs(access, tab, area, areas),
        "areas": _area_choices(access, tab, area) if tab in _WAITING else [],
    }
    if tab in _WAITING:
        page = _families(access, Waiting(tab), areas, request.GET.get("after", ""))
        known = open_cases().filter(person__in=[family.person for family in page.families])
        workers = dict(known.values_list("person", "assigned_to__username"))
        context |= {"families": [(family, workers.get(family.person, "")) for family in page.families]}
        context |= {"total": page.total, "next": _address(list=tab, area=area, after=page.next_after)}
        context |= {"is_more": bool(page.next_after)}
        return render(request, "worker/list.html", context)
    if tab == ANSWERS:
        context["answers"], context["paging"] = reviews(request)
        return render(request, "worker/list.html", context)
    after = request.GET.get("after", "")
    return render(
        request, "worker/list.html", context | _own(access, int(after) if after.isdecimal() else None)
    )


@never_cache
def search(request: HttpRequest) -> HttpResponse:
    """Find a person of the worker's areas; who lives elsewhere is not found, in the same words as nobody."""
    access = access_of(request)
    form = SearchForm(request.POST or None)
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        context["found"] = find_persons(access, access.viewer.areas, text, confidential=endangered())
    return render(request, "worker/search.html", context)


_WAITING = {waiting.value for waiting in Waiting}


def _areas(access: Access, area: str) -> tuple[tuple[str, ...], str]:
    """The areas of a list: the one chosen, if it is the worker's, else all of theirs."""
    own = access.viewer.areas
    if area and area.startswith(tuple(own) or ("?",)):
        return (area,), area
    return own, ""


def _tabs(access: Access, tab: str, area: str, areas: tuple[str, ...]) -> list[Choice]:
    titles = {
        MINE: _("My cases"),
        ANSWERS: _("Claims and reviews"),
        Waiting.UNUSED.value: _("Rights not used"),
        Waiting.NOTHING.value: _("Receives nothing"),
        Waiting.FELL.value: _("Fell into D or E"),
        Waiting.QUESTIONS.value: _("Registers disagree"),
    }
    how_many = {waiting.value: count for waiting, count in totals(access.reader, areas).items()}
    how_many[MINE] = open_cases().filter(assigned_to=access.viewer.user).count()
    return [
        Choice(title, _address(list=id_, area=area if id_ in _WAITING else ""), how_many.get(id_), id_ == tab)
        for id_, title in titles.items()
    ]


def _area_choices(access: Access, tab: str, area: str) -> list[Choice]:
    """The areas that one may choose from, where there is more than one."""
    reader, waiting = access.reader, Waiting(tab)
    codes = areas_within(reader, access.viewer.areas)
    if len(codes) < 2:
        return []
    found = [Choice(_("All my areas"), _address(list=tab), None, not area)]
    for code in codes:
        count = totals(reader, (code,))[waiting]
        if count:
            found.append(
                Choice(label(area_title(reader, code)), _address(list=tab, area=code), count, code == area)
            )
    return found


def _families(access: Access, waiting: Waiting, areas: tuple[str, ...], after: str) -> ListPage:
    """A page of families; the first one where the address names nobody to go on from."""
    try:
        return list_page(access, waiting, areas, after)
    except UsageError:
        return list_page(access, waiting, areas)


def _own(access: Access, after: int | None) -> dict[str, object]:
    """The worker's cases."""
    page: CasePage = cases_page(access.viewer.user, after)
    names = names_of(access, [case.person for case in page.cases])
    return {
        "cases": [(case, names.get(case.person, "")) for case in page.cases],
        "next": _address(list=MINE, after=str(page.next_after or "")),
        "is_more": page.next_after is not None,
    }


def _address(**parameters: str) -> str:
    kept = {name: value for name, value in parameters.items() if value}
    return f"{reverse('worker:list')}?{urlencode(kept)}"
