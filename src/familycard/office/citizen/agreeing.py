"""Pages of consents, and of whom one acts for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from familycard.office.access.middleware import ACTING_FOR, Access, access_of, acting_for
from familycard.office.access.purposes import purposes
from familycard.office.api.models import Partner
from familycard.office.api.partners import partners_asking
from familycard.office.cards.current import current
from familycard.office.cards.family import Family, family_of
from familycard.office.cards.represented import represented_by
from familycard.office.citizen.forms import ConsentForm, PartnerConsentForm
from familycard.office.citizen.frame import framed
from familycard.office.consents.models import Consent
from familycard.office.consents.services import give, withdraw
from familycard.office.pages.templatetags.shown import label
from familycard.pack.model import Label
from familycard.snapshot.reader import Reader


def consents(request: HttpRequest) -> HttpResponse:
    """Consents given, with a way to give one and to take one back; and those given to the person."""
    family = family_of(access_of(request))
    adults = _other_adults(family)
    if request.method == "POST":
        _refuse_representatives(family.access)
    form = ConsentForm(adults, request.POST or None)
    if request.method == "POST" and form.is_valid():
        give(family.access.about.reference, form.cleaned_data["receiver"])
        messages.success(request, _("Your consent is recorded. You can withdraw it at any time."))
        return redirect("citizen:consents")
    mine, names = family.access.about.reference, dict(adults)
    now = timezone.now()
    shown = {
        "form": form,
        "adults": adults if _is_own(family.access) else [],
        "partners": partners_asking(family.reader) if _is_own(family.access) else {},
        "is_own": _is_own(family.access),
        "given": _given(family.reader, mine, names),
        "to_me": [
            names[one.person]
            for one in Consent.objects.live(now).filter(receiver=mine, purpose=Consent.FAMILY)
            if one.person in names
        ],
    }
    return render(request, "citizen/consents.html", framed(family, **shown))


def _is_own(access: Access) -> bool:
    return access.about.reference == access.viewer.person


def _refuse_representatives(access: Access) -> None:
    """Http404 for who acts for another: a consent is one's own, to give and to take back.

    Else a proxy could agree, in the person's name, to see what a proxy may not, or stop what a bank was asked.
    """
    if not _is_own(access):
        raise Http404


@dataclass(frozen=True)
class GivenConsent:
    """A consent of the person: to whom, about which programme (a partner's alone), whether it can be withdrawn."""

    consent: Consent
    to: str
    programme: Label | str
    is_live: bool


def _given(reader: Reader, person: str, adults: Mapping[str, str]) -> list[GivenConsent]:
    """All consents that a person gave, the latest first."""
    live = set(Consent.objects.live(timezone.now()).filter(person=person).values_list("pk", flat=True))
    partners = dict(Partner.objects.values_list("code", "name"))
    known = reader.pack.programmes
    return [
        GivenConsent(
            consent=one,
            to=adults.get(one.receiver, "")
            if one.is_for_family
            else partners.get(one.receiver, one.receiver),
            programme=known[one.programme].title if one.programme in known else one.programme,
            is_live=one.pk in live,
        )
        for one in Consent.objects.filter(person=person)
    ]


def partner(request: HttpRequest, partner: str) -> HttpResponse:
    """Agree that a partner is told about one programme: yes, no or cannot tell, and nothing else."""
    access = access_of(request)
    _refuse_representatives(access)
    mine = access.about.reference
    access.look([mine])
    asking, programmes = partners_asking(access.reader).get(partner, (None, []))
    if asking is None:
        raise Http404
    agreed = Consent.objects.live(timezone.now()).filter(person=mine, receiver=partner)
    told = set(agreed.values_list("programme", flat=True))
    choices = [(one.id, label(one.title)) for one in programmes if one.id not in told]
    form = PartnerConsentForm(choices, request.POST or None)
    if request.method == "POST" and form.is_valid():
        over = form.cleaned_data["last_day"] + timedelta(days=1)
        until = timezone.make_aware(datetime.combine(over, time.min))
        give(mine, partner, programme=form.cleaned_data["programme"], until=until)
        messages.success(request, _("Your consent is recorded. You can withdraw it at any time."))
        return redirect("citizen:consents")
    shown = {
        "form": form,
        "partner": asking,
        "purpose": purposes()[asking.basis],
        "basis": current().rules().purposes.get(asking.basis, ""),
        "is_left": bool(choices),
    }
    return render(request, "citizen/partner.html", shown)


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
    _refuse_representatives(access)
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
