"""The page that asks why a person is looked at."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from familycard.office.access.forms import PurposeForm
from familycard.office.access.middleware import access_of
from familycard.office.access.purposes import remember


def purpose(request: HttpRequest, person: str) -> HttpResponse:
    """Ask for the purpose, keep it for half an hour, and go on to the page that asked for it."""
    access = access_of(request)
    form = PurposeForm(access.viewer.role, request.POST or None)
    after = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(after, allowed_hosts=None):
        after = "/"
    if request.method == "POST" and form.is_valid():
        remember(request, access.about.reference, form.cleaned_data["purpose"], form.cleaned_data["reason"])
        return redirect(after)
    return render(request, "access/purpose.html", {"form": form})
