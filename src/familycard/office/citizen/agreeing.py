"""Pages of consents, and of whom one acts for."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from familycard.office.access.middleware import ACTING_FOR, access_of, acting_for
from familycard.office.cards.family import Family, family_of
from familycard.office.cards.represented import represented_by
from familycard.office.citizen.forms import ConsentForm
from familycard.office.citizen.frame import framed
from familycard.office.consents.models import Consent
from familycard.office.consents.services import give, withdraw


def consents(request: HttpRequest) -> HttpResponse:
    """Consents given, with a way to give one and to take one back; and those given to the person."""
    family = family_of(access_of(request))
    adults = _other_adults(family)
    is_own = family.access.about.reference == family.access.viewer.person
    if request.method == "POST" and not is_own:
        # Else a proxy could agree, in the person's name, to see what a proxy may not see.
        raise Http404
    form = ConsentForm(adults, request.POST or None)
    if request.method == "POST" and form.is_valid():
        give(family.access.about.reference, form.cleaned_data["receiver"])
        messages.success(request, _("Your consent is recorded. You can withdraw it at any time."))
        return redirect("citizen:consents")
    mine, names = family.access.about.reference, dict(adults)
    now = timezone.now()
    shown = {
        "form": form,
        "adults": adults if is_own else [],
        "given": [(one, names.get(one.receiver, "")) for one in Consent.objects.filter(person=mine)],
        "to_me": [
            names[one.person]
            for one in Consent.objects.live(now).filter(receiver=mine, purpose=Consent.FAMILY)
            if one.person in names
        ],
    }
    return render(request, "citizen/consents.html", framed(family, **shown))


def _other_adults(family: Family) -> list[tuple[str, str]]:
    """References and names of the adults whom the viewer may know to be of the family."""
    return [
        (member.reference, member.name)
        for member in family.members
        if member.name and not member.is_subject and not member.is_minor
    ]


@require_POST
def withdraw_consent(request: HttpRequest, consent: int) -> HttpResponse:
    """Take a consent back."""
    access = access_of(request)
    withdraw(get_object_or_404(Consent, pk=consent, person=access.about.reference))
    messages.success(request, _("Your consent is withdrawn. From now on nobody sees anything by it."))
    return redirect("citizen:consents")


def acting(request: HttpRequest) -> HttpResponse:
    """Choose for whom one acts: oneself, or somebody whom one represents today."""
    access = access_of(request)
    if request.method == "POST":
        chosen = request.POST.get("person", "")
        if chosen and chosen not in access.viewer.represents:
            raise Http404
        request.session[ACTING_FOR] = chosen
        return redirect("citizen:overview")
    shown = {"represented": represented_by(access), "now": acting_for(request, access.viewer)}
    return render(request, "citizen/acting.html", shown)
