"""The family's page, and its file on paper."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from familycard.office.access.middleware import BREAK_GLASS, Access, access_of
from familycard.office.access.purposes import purposes
from familycard.office.cards.files import FamilyFile, file_of
from familycard.office.casework.alerts import alerts_for, may_read_alerts
from familycard.office.casework.free_text import FreeText
from familycard.office.casework.models import Case, Step, Verification
from familycard.office.casework.timeline import timeline
from familycard.office.claims.models import Claim
from familycard.office.claims.states import OPEN
from familycard.office.worker.words import NEEDS, SPHERES


@dataclass(frozen=True)
class Planned:
    """A step of the plan, with as much of what was written to it as the viewer reads."""

    step: Step
    words: str
    outcome: str


@dataclass(frozen=True)
class Questioned:
    """What the owner of a register was asked, with as much of it and of the answer as the viewer reads."""

    asked: Verification
    seen: str
    answer: str


@dataclass(frozen=True)
class Work:
    """What is done about a family: its cases, the open one first, the plan, what registers were asked, open claims."""

    cases: tuple[Case, ...]
    steps: tuple[Planned, ...]
    asked: tuple[Questioned, ...]
    claims: tuple[Claim, ...]

    @property
    def open_case(self) -> Case | None:
        """The case on which work goes on."""
        return next((case for case in self.cases if case.is_open), None)


@require_safe
@never_cache
def family(request: HttpRequest, person: str) -> HttpResponse:
    """The whole file: category and how it came about, members, rights, facts, and what is done."""
    access = access_of(request)
    file, text = file_of(access), FreeText(access)
    work = work_of(access, file, text)
    case = work.open_case
    context = {
        "file": file,
        "subject": access.about.reference,
        "work": work,
        "case": case,
        "alerts": alerts_for(access.viewer, case) if case else (),
        "may_raise_alert": case is not None and may_read_alerts(access.viewer, case),
        "events": timeline(access, _persons(access, file), work.cases, text),
        "is_emergency": access.purpose == BREAK_GLASS,
        **WORDS,
    }
    return render(request, "worker/family.html", context)


@require_safe
@never_cache
def paper(request: HttpRequest, person: str) -> HttpResponse:
    """The file for printing: every page says who printed it, when and for what. No sealed alert, no notes, no free text
    of whose address is confidential."""
    access = access_of(request)
    file = file_of(access)
    context = {
        "file": file,
        "subject": access.about.reference,
        "work": work_of(access, file, FreeText(access, on_paper=True)),
        "printed_by": access.viewer.name,
        "printed_at": timezone.now(),
        "printed_for": purposes()[access.purpose].title,
        **WORDS,
    }
    return render(request, "worker/paper.html", context)


WORDS = {"spheres": SPHERES, "needs": NEEDS}


def work_of(access: Access, file: FamilyFile | None, text: FreeText) -> Work:
    """The cases of the family's members, and what was planned and asked in them."""
    cases = tuple(
        Case.objects.filter(person__in=_persons(access, file))
        .select_related("assigned_to", "opened_by")
        .order_by("-opened_at")
    )
    return Work(
        cases=tuple(sorted(cases, key=lambda case: not case.is_open)),
        steps=planned(Step.objects.filter(case__in=cases), text),
        asked=tuple(
            Questioned(one, text.read(one.case, one.seen), text.read(one.case, one.answer))
            for one in Verification.objects.filter(case__in=cases).select_related("case")
        ),
        claims=tuple(Claim.objects.filter(person__in=_persons(access, file), state__in=OPEN)),
    )


def planned(steps: QuerySet[Step], text: FreeText) -> tuple[Planned, ...]:
    """Steps of a plan for a viewer."""
    return tuple(
        Planned(one, text.read(one.case, one.words), text.read(one.case, one.outcome))
        for one in steps.select_related("case")
    )


def _persons(access: Access, file: FamilyFile | None) -> list[str]:
    """The references of the family, or of the person alone who belongs to none."""
    return [member.reference for member in file.family.members] if file else [access.about.reference]
