"""An emergency outside one's area: the question, and the supervisor's reviews."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from familycard.office.access.decide import serves
from familycard.office.access.middleware import access_of
from familycard.office.access.models import BrokenGlass
from familycard.office.accounts.signed_in import user_of
from familycard.office.cards.lists import names_of
from familycard.office.cards.subjects import subject_of_identifier
from familycard.office.emergency import services
from familycard.office.emergency.forms import EmergencyForm, ReviewForm


@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """Break the glass: a reason, half an hour. Who serves the person anyway needs none and is sent to the family."""
    access = access_of(request)
    user = user_of(request)
    form = EmergencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        subject = subject_of_identifier(access.reader, form.cleaned_data["identifier"])
        if subject is not None and (
            serves(access.viewer.areas, subject.area) or subject.reference in access.viewer.cases
        ):
            messages.info(request, _("This person is in your area; no emergency is needed."))
            return redirect("worker:family", person=subject.reference)
        try:
            glass = services.break_glass(user, subject, form.cleaned_data["reason"])
        except services.TooMany:
            form.add_error(
                None, _("You have no attempt left today. Call the supervisor of where the person lives.")
            )
        else:
            if glass is not None:
                access.reason = glass.reason
                access.look([glass.person])
                return redirect("worker:family", person=glass.person)
            form.add_error("identifier", _("Nobody has that IIN; check it digit by digit."))
    left = services.left_today(user)
    return render(request, "emergency/ask.html", {"form": form, "left": left})


@require_safe
@never_cache
def reviews(request: HttpRequest) -> HttpResponse:
    """Emergencies in the supervisor's areas that nobody has reviewed."""
    access = access_of(request)
    services.place(access.reader)
    found = list(services.to_review(access.viewer.areas)[:100])
    names = names_of(access, [glass.person for glass in found])
    return render(
        request,
        "emergency/reviews.html",
        {"found": [(glass, names.get(glass.person, "")) for glass in found]},
    )


@never_cache
def review(request: HttpRequest, emergency: int) -> HttpResponse:
    """Review one: what was looked at, whether it was right."""
    access = access_of(request)
    glass = get_object_or_404(BrokenGlass.objects.select_related("user"), pk=emergency)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.review(
                glass, user_of(request), form.cleaned_data["was_right"] == "yes", form.cleaned_data["finding"]
            )
        except services.OwnReview as error:
            raise Http404 from error
        messages.success(request, _("The review is written down, and the person can read it."))
        return redirect("emergency:reviews")
    name = names_of(access, [glass.person]).get(glass.person, "")
    return render(request, "emergency/review.html", {"form": form, "glass": glass, "name": name})
