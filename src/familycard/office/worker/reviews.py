"""Answering what waits in the worker's area: claims, and requests for a human."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from familycard.office.access.middleware import access_of
from familycard.office.access.roles import SUPERVISOR
from familycard.office.accounts.signed_in import user_of
from familycard.office.cards.attributes import attribute_words
from familycard.office.cards.limits import sensitivity_of
from familycard.office.cards.lists import names_of
from familycard.office.cards.sight import sight_of
from familycard.office.claims.models import Claim, HumanRequest
from familycard.office.claims.services import NotAllowed, answer_request, move
from familycard.office.claims.states import ANSWERED, CONFIRMED, CORRECTED, WITH_OWNER, may_move
from familycard.office.components.fields import offer

STATES = {
    WITH_OWNER: gettext_lazy("The owner of the register was asked"),
    CORRECTED: gettext_lazy("The owner corrected the register"),
    CONFIRMED: gettext_lazy("The owner found the register right"),
}


class ClaimForm(forms.Form):
    """Where a claim goes: to the owner of the register, or back with the owner's answer."""

    to = forms.ChoiceField(label=gettext_lazy("What happened"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("In words to the person"),
        help_text=gettext_lazy(
            "An answer must be understood by who gets it: say what was checked and how to appeal."
        ),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, claim: Claim, role: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(
            self,
            "to",
            [
                (state, words)
                for state, words in STATES.items()
                if may_move(claim.state, state) and (state not in ANSWERED or role == SUPERVISOR)
            ],
        )

    def clean(self) -> dict[str, Any]:
        """An answer needs words."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("to") in ANSWERED and not given.get("words", "").strip():
            self.add_error("words", gettext_lazy("An answer needs words."))
        return given


class AnswerForm(forms.Form):
    """What a human found."""

    words = forms.CharField(
        label=gettext_lazy("Your answer to the person"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


@never_cache
def claim(request: HttpRequest, claim: int) -> HttpResponse:
    """A claim: what is said to be wrong, to whom it went, and (for a supervisor) the owner's answer."""
    found, access = get_object_or_404(Claim, pk=claim), access_of(request)
    if not sight_of(access, ()).allows(sensitivity_of(access.reader, [found.fact])):
        raise Http404
    form = ClaimForm(found, access.viewer.role, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            move(
                found,
                form.cleaned_data["to"],
                by=user_of(request),
                role=access.viewer.role,
                words=form.cleaned_data["words"],
            )
        except NotAllowed as error:
            raise Http404 from error
        messages.success(request, _("The claim has moved on."))
        return redirect("worker:claim", claim=claim)
    name = names_of(access, [found.person]).get(found.person, "")
    label = attribute_words(found.fact).label or access.reader.fact_of(found.fact, None).label
    return render(request, "worker/claim.html", {"form": form, "claim": found, "name": name, "label_": label})


@never_cache
def human_request(request: HttpRequest, human_request: int) -> HttpResponse:
    """Somebody asks that a human looks: the worker looks, and answers."""
    found, access = get_object_or_404(HumanRequest, pk=human_request), access_of(request)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_request(found, by=user_of(request), words=form.cleaned_data["words"])
        except NotAllowed as error:
            raise Http404 from error
        messages.success(request, _("The answer is written down."))
        return redirect("worker:family", person=found.person)
    name = names_of(access, [found.person]).get(found.person, "")
    return render(request, "worker/human_request.html", {"form": form, "asked": found, "name": name})
