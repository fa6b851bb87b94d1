"""One person at a time: admit, see the little that is needed, finish. There is no list and no search."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from familycard.office.access.middleware import Access, access_of
from familycard.office.access.roles import CONTACT_CENTRE
from familycard.office.accounts.signed_in import user_of
from familycard.office.cards.minimal import disputed_fact, minimal
from familycard.office.cards.subjects import subject_of_identifier
from familycard.office.claims.models import Claim, HumanRequest
from familycard.office.claims.services import Made, TooLong, ask_for_a_human, make_claim
from familycard.office.desks import services
from familycard.office.desks.forms import (
    AssistedClaimForm,
    AssistedRequestForm,
    CodeForm,
    DocumentForm,
    IdentifierForm,
)
from familycard.office.desks.models import Outgoing
from familycard.office.desks.sending import NotSent
from familycard.office.worker.words import NEEDS

OUTBOX_SHOWN = 10


@never_cache
def admit(request: HttpRequest) -> HttpResponse:
    """Who is next: by document at the front desk, by a code to their phone at the contact centre."""
    access = access_of(request)
    by_code = access.viewer.role == CONTACT_CENTRE
    form = (IdentifierForm if by_code else DocumentForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        subject = subject_of_identifier(access.reader, form.cleaned_data["identifier"])
        person = subject.reference if subject else ""
        try:
            answer = (
                _by_code(request, person)
                if by_code
                else _by_document(request, access, person, form.cleaned_data)
            )
        except services.TooMany:
            form.add_error(None, _("Too many attempts failed today. Ask your supervisor."))
        except NotSent:
            form.add_error(
                None, _("Messages cannot be sent from here. Ask the person to come with a document.")
            )
        else:
            if answer is not None:
                return answer
            form.add_error("identifier", _("Nobody has that IIN; check it digit by digit."))
    return render(
        request, "desks/admit.html", {"form": form, "by_code": by_code, "here": access.viewer.admitted}
    )


def _by_document(
    request: HttpRequest, access: Access, person: str, given: dict[str, Any]
) -> HttpResponse | None:
    document = services.Document(given["kind"], given["number"])
    services.admit_by_document(request.session, user_of(request), person, document)
    if not person:
        return None
    access.look([person])
    return redirect("desks:person", person=person)


def _by_code(request: HttpRequest, person: str) -> HttpResponse:
    return redirect("desks:code", code=services.send_code(user_of(request), person).pk)


@never_cache
def code(request: HttpRequest, code: int) -> HttpResponse:
    """The code that the person reads aloud."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        admission = services.admit_by_code(
            request.session, user_of(request), code, form.cleaned_data["digits"]
        )
        if admission is not None:
            access_of(request).look([admission.person])
            return redirect("desks:person", person=admission.person)
        form.add_error(
            "digits", _("This code does not fit. After five attempts or ten minutes send a new one.")
        )
    return render(request, "desks/code.html", {"form": form, "minutes": settings.CODE_MINUTES})


@require_safe
@never_cache
def outbox(request: HttpRequest) -> HttpResponse:
    """What was sent, where data are made up; it does not exist where they are real."""
    if not settings.DEPLOYMENT.is_made_up:
        raise Http404
    return render(request, "desks/outbox.html", {"sent": Outgoing.objects.order_by("-at")[:OUTBOX_SHOWN]})


@require_safe
@never_cache
def person(request: HttpRequest, person: str) -> HttpResponse:
    """The person's rights in a word each, what they said and when it is answered; nothing about anybody else."""
    access = access_of(request)
    shown = minimal(access)
    labels = {fact.name: fact.label for fact in shown.disputable}
    claims = Claim.objects.filter(person=access.about.reference)
    context = {
        "shown": shown,
        "needs": NEEDS,
        "claims": [(claim, labels[claim.fact]) for claim in claims if claim.fact in labels],
        "requests": HumanRequest.objects.filter(person=access.about.reference),
        "by_document": access.viewer.role != CONTACT_CENTRE,
    }
    return render(request, "desks/person.html", context)


@never_cache
def claim(request: HttpRequest, person: str) -> HttpResponse:
    """A claim that the person makes through the official, who is named in it."""
    access = access_of(request)
    form = AssistedClaimForm(minimal(access).disputable, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        fact, reference = disputed_fact(access, given.pop("fact")), access.about.reference
        make_claim(Made(reference, reference, fact, said="", assisted_by=user_of(request), **given))
        messages.success(
            request, _("The claim is written down. Until it is answered, what they say is presumed true.")
        )
        return redirect("desks:person", person=person)
    return render(request, "desks/write.html", {"form": form, "subject": person})


@never_cache
def human(request: HttpRequest, person: str) -> HttpResponse:
    """The person asks through the official that a human looks."""
    access = access_of(request)
    form = AssistedRequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reference = access.about.reference
        access.look([reference])
        words, user = form.cleaned_data["words"], user_of(request)
        try:
            ask_for_a_human(reference, reference, "", words, assisted_by=user)
        except TooLong:
            form.add_error("words", _("They have asked already, and no more fits. The answer is on its way."))
        else:
            messages.success(request, _("A human will look and answer the person."))
            return redirect("desks:person", person=person)
    return render(request, "desks/write.html", {"form": form, "subject": person})


@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    """Finish with the person who was here."""
    services.finish(request.session)
    messages.success(request, _("You have finished with this person."))
    return redirect("desks:admit")
