"""Pages of representations: the front desk records, the supervisor agrees, the person reads and ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from familycard.office.access.decide import Subject
from familycard.office.access.middleware import Access, access_of
from familycard.office.accounts.models import Representation, User
from familycard.office.accounts.signed_in import user_of
from familycard.office.cards.current import current
from familycard.office.cards.lists import names_of
from familycard.office.cards.subjects import birth_date_of, subject_of_identifier
from familycard.office.desks import services as desks
from familycard.office.pages.templatetags.shown import day
from familycard.office.representation import services
from familycard.office.representation.forms import DecisionForm, DocumentForm
from familycard.office.representation.models import Recorded
from familycard.office.representation.terms import IsOver, TooLong, last_day
from familycard.pack.office import DocumentTerm

SHOWN_MAX = 100


@dataclass(frozen=True)
class Named:
    """A record with the names of both persons."""

    recorded: Recorded
    person: str
    representative: str


@never_cache
def record(request: HttpRequest, person: str) -> HttpResponse:
    """Write down for whom the person at the desk acts; what others may do in their name stands below, without names."""
    access, user = access_of(request), user_of(request)
    here = access.about.reference
    form = DocumentForm(request.POST or None)
    access.look([here])
    if request.method == "POST" and form.is_valid():
        principal = _principal(access, form, user)
        document = _document(access, form, principal) if principal else None
        if principal and document:
            services.record(here, principal, document, user)
            access.look([principal.reference])
            messages.success(request, _written(document))
            return redirect("desks:person", person=here)
    own = [one for one in services.about(here) if one.can_be_ended]
    return render(request, "representation/record.html", {"form": form, "subject": here, "own": own})


def _principal(access: Access, form: DocumentForm, user: User) -> Subject | None:
    """Whom the person at the desk acts for; None, and the form says why, where it can be nobody."""
    try:
        desks.may_try(user)
        principal = subject_of_identifier(access.reader, form.cleaned_data["identifier"])
        if principal is None:
            desks.missed(user)
    except desks.TooMany:
        form.add_error(None, _("Too many attempts failed today. Ask your supervisor."))
        return None
    if principal is None:
        form.add_error("identifier", _("Nobody has that IIN; check it digit by digit."))
    elif principal.reference == access.about.reference:
        form.add_error("identifier", _("This is the IIN of the person before you."))
        return None
    return principal


def _document(access: Access, form: DocumentForm, principal: Subject) -> services.Document | None:
    """The document with its last day; None, and the form says why, where it holds no longer, or not so long as it says."""
    given = form.cleaned_data
    term = current().rules().documents.get(given["kind"], DocumentTerm())
    born = birth_date_of(access.reader, principal.person)
    try:
        last = last_day(term, given["start"], given["until"], born, timezone.localdate())
    except TooLong as error:
        form.add_error("until", _too_long(given["kind"], term, error.latest))
        return None
    except IsOver as error:
        form.add_error("until", _("It is over: its last day was %(day)s.") % {"day": day(error.last)})
        return None
    if last is None and given["kind"] == Representation.PROXY:
        form.add_error("until", _("Write the last day of the power of attorney."))
        return None
    over = last + timedelta(days=1) if last else None
    return services.Document(given["kind"], given["number"], given["issued_by"], given["start"], over)


def _too_long(kind: str, term: DocumentTerm, latest: date) -> str:
    if kind == Representation.GUARDIAN:
        words = _("The ward comes of age on the day after %(day)s: write that day, or leave it empty.")
        return words % {"day": day(latest)}
    years = term.longest_years or 0
    words = ngettext(
        "A power of attorney holds %(years)s year at most, even if it says more: write %(day)s.",
        "A power of attorney holds %(years)s years at most, even if it says more: write %(day)s.",
        years,
    )
    return words % {"years": years, "day": day(latest)}


def _written(document: services.Document) -> str:
    words = _("It is written down. It counts once a supervisor has checked it; the person is told.")
    if document.end is None:
        return words
    last = _("Its last day is %(day)s.") % {"day": day(document.end - timedelta(days=1))}
    return f"{words} {last}"


@require_POST
def end_at_desk(request: HttpRequest, person: str, recorded: int) -> HttpResponse:
    """The person at the desk takes back a power that they gave."""
    access = access_of(request)
    access.look([access.about.reference])
    _end(request, services.about(access.about.reference), recorded, guardianship=False)
    return redirect("representation:record", person=access.about.reference)


@require_safe
@never_cache
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for the supervisor's word, and what holds in their areas."""
    access = access_of(request)
    areas = access.viewer.areas
    services.place(access.reader)
    context = {
        "to_decide": _named(access, list(services.to_decide(areas)[:SHOWN_MAX])),
        "in_force": _named(access, list(services.in_force(areas)[:SHOWN_MAX])),
    }
    return render(request, "representation/waiting.html", context)


@never_cache
def decide(request: HttpRequest, representation: int) -> HttpResponse:
    """Agree to what an official recorded, or refuse it; end what holds."""
    access = access_of(request)
    found = get_object_or_404(
        Recorded.objects.select_related("recorded_by", "decided_by", "representation"), pk=representation
    )
    if request.POST.get("end"):
        _end(request, services.about(found.person), found.pk, guardianship=True)
        return redirect("representation:waiting")
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            agrees = form.cleaned_data["agrees"] == "yes"
            services.decide(found, user_of(request), agrees=agrees, words=form.cleaned_data["words"])
        except services.NotAllowed as error:
            raise Http404 from error
        messages.success(request, _("Your word is written down, and both are told."))
        return redirect("representation:waiting")
    [named] = _named(access, [found])
    return render(request, "representation/decide.html", {"form": form, "one": named})


@require_safe
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """Who may act for the person, by what, who checked it; and who wants to."""
    access = access_of(request)
    rows = services.about(_own(access))
    return render(request, "representation/mine.html", {"rows": _named(access, list(rows[:SHOWN_MAX]))})


@require_POST
def end(request: HttpRequest, recorded: int) -> HttpResponse:
    """The person takes back a power that they gave, or says that they never gave it."""
    access = access_of(request)
    _end(request, services.about(_own(access)), recorded, guardianship=False)
    return redirect("representation:mine")


@never_cache
def step_back(request: HttpRequest, representation: int) -> HttpResponse:
    """Who acts by a power of attorney says that they no longer will; who gave it ends it on their own page."""
    access = access_of(request)
    found = get_object_or_404(Recorded.objects.select_related("representation"), pk=representation)
    if access.about.reference == access.viewer.person:
        return redirect("representation:mine")
    if found.is_guardianship or not found.is_in_force or found.representative != access.viewer.person:
        raise Http404
    if request.method == "POST":
        try:
            services.step_back(found, user_of(request))
        except services.NotAllowed as error:
            raise Http404 from error
        messages.success(request, _("You no longer act by it. The person is told."))
        return redirect("citizen:acting")
    [named] = _named(access, [found])
    return render(request, "representation/step_back.html", {"one": named})


def _own(access: Access) -> str:
    """The viewer's own reference; Http404 for who acts for another: nobody ends it in the other's name."""
    if access.about.reference != access.viewer.person:
        raise Http404
    access.look([access.about.reference])
    return access.about.reference


def _end(request: HttpRequest, among: QuerySet[Recorded], recorded: int, *, guardianship: bool) -> None:
    """End one of these; a guardianship only where it is said. Http404 where there is no such, or nothing to end."""
    found = get_object_or_404(among, pk=recorded)
    if found.is_guardianship and not guardianship:
        raise Http404
    try:
        services.end(found, user_of(request))
    except services.NotAllowed as error:
        raise Http404 from error
    messages.success(request, _("It is ended: from now on nobody acts by it. Both are told."))


def _named(access: Access, rows: Sequence[Recorded]) -> list[Named]:
    names = names_of(access, {text for row in rows for text in (row.person, row.representative)})
    return [Named(row, names.get(row.person, ""), names.get(row.representative, "")) for row in rows]
