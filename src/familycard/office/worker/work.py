"""What a worker does in a case: each page is a form, its answer a row, and the way back leads to the family."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from familycard.office.access.middleware import Access, access_of
from familycard.office.accounts.signed_in import user_of
from familycard.office.cards.family import Family
from familycard.office.cards.files import file_of
from familycard.office.cards.references import reference
from familycard.office.cards.registers import owners
from familycard.office.casework import alerts, services
from familycard.office.casework.closing import is_blocked
from familycard.office.casework.free_text import FreeText
from familycard.office.casework.lists import workers_for
from familycard.office.casework.measures import suited
from familycard.office.casework.models import Case, Step, Verification
from familycard.office.worker.family import planned
from familycard.office.worker.forms import (
    AlertForm,
    AnswerForm,
    DecideForm,
    HandOverForm,
    NoteForm,
    OpenCaseForm,
    StepDoneForm,
    StepForm,
    VisitForm,
)
from familycard.snapshot.reader import Reader


def _page(
    request: HttpRequest,
    form: forms.Form,
    person: str,
    do: Callable[[dict[str, Any]], str],
    template: str = "worker/form.html",
    **context: Any,
) -> HttpResponse:
    """Show a form; do what it asks when it is right, say so, and go back to the family."""
    if request.method == "POST" and form.is_valid():
        said = do(form.cleaned_data)
        messages.success(request, said)
        return redirect("worker:family", person=person)
    access_of(request).look([person])
    return render(request, template, {"form": form, "subject": person, **context})


@never_cache
def open_case(request: HttpRequest, person: str) -> HttpResponse:
    """Open a case about the person and take it."""
    access = access_of(request)
    form = OpenCaseForm(request.POST or None, initial={"due_on": services.first_contact_by()})

    def do(given: dict[str, Any]) -> str:
        services.open_case(person, access.about.area, given["why"], user_of(request), given["due_on"])
        return _("The case is open and yours.")

    return _page(request, form, person, do)


@never_cache
def note(request: HttpRequest, case: int) -> HttpResponse:
    """Write a note."""
    found = get_object_or_404(Case, pk=case)

    def do(given: dict[str, Any]) -> str:
        services.note(found, user_of(request), given["words"], is_closed=given["is_closed"])
        return _("The note is written down.")

    return _page(request, NoteForm(request.POST or None), found.person, do)


@never_cache
def visit(request: HttpRequest, case: int) -> HttpResponse:
    """Write down a visit; an alert in it is sealed on its own."""
    found, access = get_object_or_404(Case, pk=case), access_of(request)

    def do(given: dict[str, Any]) -> str:
        alert = given.pop("alert")
        services.record_visit(found, user_of(request), services.Seen(**given), owners(access.reader))
        if alert:
            alerts.raise_alert(found, user_of(request), alert)
        if given["composition"] or given["address"]:
            return _("The visit is written down, and the owner of the register is asked.")
        return _("The visit is written down.")

    return _page(request, VisitForm(request.POST or None), found.person, do)


@never_cache
def plan(request: HttpRequest, case: int) -> HttpResponse:
    """The plan: its steps, and a form for one more, with the measures that suit the family."""
    found, access = get_object_or_404(Case, pk=case), access_of(request)
    file = file_of(access)
    offered = suited(_letter(file.family), needs_of(file.family)) if file else suited(None)
    first = next(iter(offered.values()))
    soon = timezone.localdate() + timedelta(days=first.within_days)
    form = StepForm(offered, request.POST or None, initial={"due_on": soon})

    def do(given: dict[str, Any]) -> str:
        services.plan_step(found, user_of(request), given["measure"], given["due_on"], given["words"])
        return _("The step is in the plan.")

    work = {"steps": planned(found.steps.all(), FreeText(access))}
    return _page(request, form, found.person, do, "worker/plan.html", work=work, file=file)


def _letter(family: Family) -> str | None:
    return family.placing.category if family.placing else None


def needs_of(family: Family) -> list[str]:
    """The spheres whose lines lower the score, and rights always: they cost nothing to look at."""
    spheres = {term.id: term.sphere for card in family.reader.pack.scorecards.values() for term in card.terms}
    lines = family.bill.lines if family.bill else ()
    lowered = (line.term for line in lines if line.points is not None and line.points < 0)
    return ["rights", *(sphere for term in lowered if (sphere := spheres[term]))]


@never_cache
def step(request: HttpRequest, step: int) -> HttpResponse:
    """Say that a step is done."""
    found = get_object_or_404(Step.objects.select_related("case"), pk=step, done_on=None)

    def do(given: dict[str, Any]) -> str:
        services.finish_step(found, user_of(request), given["outcome"])
        return _("The step is done.")

    return _page(request, StepDoneForm(request.POST or None), found.case.person, do)


@never_cache
def hand_over(request: HttpRequest, case: int) -> HttpResponse:
    """Give the case to a colleague who serves the area where the person lives now."""
    found, access = get_object_or_404(Case, pk=case), access_of(request)
    workers = [one for one in workers_for(access.about.area) if one.pk != found.assigned_to_id]
    form = HandOverForm(workers, request.POST or None)

    def do(given: dict[str, Any]) -> str:
        after = next(one for one in workers if str(one.pk) == given["worker"])
        services.hand_over(found, after, user_of(request), given["words"])
        return _("The case is handed over to %(worker)s.") % {"worker": after.username}

    text = FreeText(access)
    history = [
        (one, text.read(found, one.words)) for one in found.handovers.select_related("before", "after", "by")
    ]
    try:
        return _page(request, form, found.person, do, history=history)
    except services.NotTheirs as error:
        raise Http404 from error


@never_cache
def decide(request: HttpRequest, case: int) -> HttpResponse:
    """Move the case into another state, with the reason; it is not closed against what the family disputes."""
    found, access = get_object_or_404(Case, pk=case), access_of(request)
    form = DecideForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid() and form.ends_help and is_blocked(*_family(access)):
        form.add_error(
            "family_agrees",
            _(
                "Somebody of the family disputes a fact, or a row about them is not confirmed yet. Until that is "
                "answered the case is closed only if the family agrees."
            ),
        )

    def do(given: dict[str, Any]) -> str:
        agrees = given["family_agrees"]
        services.decide(found, given["after"], user_of(request), given["words"], family_agrees=agrees)
        return _("The decision is written down.")

    return _page(request, form, found.person, do)


def _family(access: Access) -> tuple[Reader, dict[str, int]]:
    """The snapshot, and the persons of the page's person's family by reference."""
    about = access.about
    members = access.reader.members(about.unit) if about.unit is not None else ()
    family = {reference(member.person): member.person for member in members}
    return access.reader, {about.reference: about.person} | family


@never_cache
def alert(request: HttpRequest, case: int) -> HttpResponse:
    """Seal an alert, by who may read it."""
    found, access = get_object_or_404(Case, pk=case), access_of(request)
    if not alerts.may_read_alerts(access.viewer, found):
        raise Http404
    if request.POST.get("end"):
        alerts.end_alerts(found, user_of(request))
        messages.success(request, _("The alert is ended."))
        return redirect("worker:family", person=found.person)

    def do(given: dict[str, Any]) -> str:
        alerts.raise_alert(found, user_of(request), given["words"])
        return _("The alert is sealed.")

    known = alerts.alerts_for(access.viewer, found)
    return _page(
        request, AlertForm(request.POST or None), found.person, do, "worker/alert.html", alerts=known
    )


@never_cache
def verification(request: HttpRequest, verification: int) -> HttpResponse:
    """Write down what the owner of a register answered; what was asked is read by who may read it (`free_text.py`)."""
    found = get_object_or_404(Verification.objects.select_related("case"), pk=verification, answered_at=None)
    text = FreeText(access_of(request))
    seen = text.read(found.case, found.seen, is_closed=found.is_of_address)

    def do(given: dict[str, Any]) -> str:
        services.answer_verification(found, given["answer"])
        return _("The answer is written down.")

    return _page(request, AnswerForm(request.POST or None), found.case.person, do, asked=found, seen=seen)
