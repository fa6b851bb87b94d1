"""What waits for an answer in the worker's area: claims, requests for a human, questions to owners of registers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from familycard.office.access.middleware import Access, access_of
from familycard.office.access.roles import SUPERVISOR
from familycard.office.accounts.signed_in import user_of
from familycard.office.cards.attributes import attribute_words
from familycard.office.cards.limits import sensitivity_of
from familycard.office.cards.lists import names_of, served
from familycard.office.cards.sight import sight_of
from familycard.office.casework.lists import waiting_answers
from familycard.office.claims.models import Claim, HumanRequest
from familycard.office.claims.services import NotAllowed, answer_request, move
from familycard.office.claims.states import ANSWERED, CONFIRMED, CORRECTED, OPEN, WITH_OWNER, may_move
from familycard.office.components.fields import offer

SCANNED, SHOWN = 2_000, 100
"""Of all that is open in the country, those due first are asked for their area, and the first of these are shown."""
STATES = {
    WITH_OWNER: gettext_lazy("The owner of the register was asked"),
    CORRECTED: gettext_lazy("The owner corrected the register"),
    CONFIRMED: gettext_lazy("The owner found the register right"),
}


@dataclass(frozen=True)
class Review:
    """One thing that waits: about whom, what, until when, and where it is answered."""

    person: str
    name: str
    what: str
    due_on: date
    address: str

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been answered already."""
        return self.due_on < timezone.localdate()


def reviews(access: Access) -> list[Review]:
    """All that waits for an answer, those due first at the top."""
    claims = Claim.objects.filter(state__in=OPEN).order_by("due_on", "pk")[:SCANNED]
    requests = HumanRequest.objects.filter(answered_at=None).order_by("due_on", "pk")[:SCANNED]
    found: list[tuple[str, str, date, str]] = [
        *((c.person, _("A claim that a fact is wrong"), c.due_on, _at("claim", claim=c.pk)) for c in claims),
        *(
            (r.person, _("A human is asked to look"), r.due_on, _at("human_request", human_request=r.pk))
            for r in requests
        ),
    ]
    own = served(access, {person for person, *_rest in found})
    found = [one for one in found if one[0] in own]
    for asked in waiting_answers(access.viewer):
        what = _("The owner of a register: %(about)s") % {"about": asked.get_about_display()}
        found.append((asked.case.person, what, asked.due_on, _at("verification", verification=asked.pk)))
    found = sorted(found, key=lambda one: (one[2], one[3]))[:SHOWN]
    names = names_of(access, {person for person, *_rest in found})
    return [Review(person, names.get(person, ""), what, due_on, at) for person, what, due_on, at in found]


def _at(page: str, **key: int) -> str:
    return reverse(f"worker:{page}", kwargs=key)


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
