"""Pages on which a citizen says that something is wrong, asks for a human, or asks about a message."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from familycard.office.access.middleware import access_of
from familycard.office.api.limits import OfMessages
from familycard.office.cards.current import current
from familycard.office.cards.family import Family, family_of
from familycard.office.cards.held import fact_about
from familycard.office.cards.limits import sensitivity_of
from familycard.office.cards.templatetags.cards_shown import value
from familycard.office.citizen.forms import ClaimForm, HumanForm, MessageForm
from familycard.office.citizen.frame import framed
from familycard.office.citizen.models import Message, normal_code
from familycard.office.claims.models import Claim, HumanRequest
from familycard.office.claims.services import (
    Made,
    NotAllowed,
    TooLong,
    ask_for_a_human,
    make_claim,
    withdraw,
)
from familycard.snapshot.facts import Fact


def wrong(request: HttpRequest, member: str, fact: str) -> HttpResponse:
    """This is wrong: a claim about one fact of a member whose data may be shown."""
    family = family_of(access_of(request))
    chosen = family.member(member)
    found = fact_about(family, chosen, fact)
    if not found.disputable:
        raise Http404
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        viewer = family.access.viewer.person
        made = Made(chosen.reference, viewer, found, said=value(found), **form.cleaned_data)
        claim = make_claim(made)
        messages.success(
            request,
            _("You have an open claim about this fact: what you wrote now stands in it.")
            if claim.added.exists()
            else _("We have your claim. Until it is answered, what you say is presumed true."),
        )
        return redirect("citizen:claim", claim=claim.pk)
    shown = {"chosen": chosen, "fact": found, "form": form, "terms": current().rules().terms}
    return render(request, "citizen/wrong.html", framed(family, **shown))


def claims(request: HttpRequest) -> HttpResponse:
    """All claims and requests, open ones first."""
    family = family_of(access_of(request))
    found = [(one, _fact_of(family, one)) for one in _claims(family) if _is_shown(family, one)]
    asked = _own(family, HumanRequest.objects.filter(person=family.access.about.reference))
    return render(request, "citizen/claims.html", framed(family, claims=found, requests=asked))


def claim(request: HttpRequest, claim: int) -> HttpResponse:
    """One claim: where it stands, when it must be answered, and the answer."""
    family = family_of(access_of(request))
    found = _claim(family, claim)
    rules = current().rules()
    shown = {
        "claim": found,
        "fact": _fact_of(family, found),
        "steps": found.steps.all(),
        "presumption": rules.purposes["claim"],
        "complaint": rules.complaint,
    }
    return render(request, "citizen/claim.html", framed(family, **shown))


@require_POST
def withdraw_claim(request: HttpRequest, claim: int) -> HttpResponse:
    """Take a claim back."""
    family = family_of(access_of(request))
    try:
        withdraw(_claim(family, claim))
    except NotAllowed:
        messages.info(request, _("This claim has been answered; it can no longer be withdrawn."))
    else:
        messages.success(request, _("Your claim is withdrawn."))
    return redirect("citizen:claims")


def _claims(family: Family) -> QuerySet[Claim]:
    """Claims about the page's person, and those that the person made about their children."""
    mine = family.access.about.reference
    seen = [member.reference for member in family.seen]
    return _own(family, Claim.objects.filter(Q(person=mine) | Q(person__in=seen, made_by=mine)))


def _own(family: Family, rows: QuerySet[Any]) -> QuerySet[Any]:
    """All of them for the person and a guardian; for a proxy those that the proxy wrote, as words can tell much."""
    return rows if family.sight.allows("restricted") else rows.filter(made_by=family.access.viewer.person)


def _claim(family: Family, key: int) -> Claim:
    found = get_object_or_404(_claims(family), pk=key)
    if not _is_shown(family, found):
        raise Http404
    return found


def _is_shown(family: Family, claim: Claim) -> bool:
    """Whether the viewer may see the fact that a claim is about."""
    return family.sight.allows(sensitivity_of(family.reader, [claim.fact]))


def _fact_of(family: Family, claim: Claim) -> Fact:
    """What a claim is about, without its value."""
    return family.reader.fact_of(claim.fact, None)


def human(request: HttpRequest) -> HttpResponse:
    """Ask that a human looks at what was made automatically."""
    family = family_of(access_of(request))
    form = HumanForm(request.POST or None, initial={"about": request.GET.get("about", "")[:100]})
    if request.method == "POST" and form.is_valid():
        access = family.access
        try:
            ask_for_a_human(access.about.reference, access.viewer.person, **form.cleaned_data)
        except TooLong:
            form.add_error(
                "words", _("You have asked already, and no more fits. Wait for the answer, then ask anew.")
            )
        else:
            messages.success(request, _("A human will look at this and answer you."))
            return redirect("citizen:claims")
    term = current().rules().terms["human"]
    return render(request, "citizen/human.html", framed(family, form=form, term=term))


def message(request: HttpRequest) -> HttpResponse:
    """Whether a message with a code was sent by this service; nothing about whom it was for.

    An address may try so many codes a minute: else a machine could try them until it meets somebody's.
    """
    form = MessageForm(request.POST or None)
    shown: dict[str, Any] = {"form": form}
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        if OfMessages().allow_request(request):
            code = normal_code(form.cleaned_data["code"])
            shown |= {"asked": True, "found": Message.objects.filter(code=code).first()}
        else:
            form.add_error("code", _("Too many codes were tried from here. Wait a minute, then try again."))
            status = HTTPStatus.TOO_MANY_REQUESTS
    return render(request, "citizen/message.html", shown, status=status)
