"""The start page, licences and errors."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from familycard.office.access.middleware import access_of
from familycard.office.access.problems import Problem, is_for_machines
from familycard.office.access.table import table


def home(request: HttpRequest) -> HttpResponse:
    """Where one starts: a visitor reads what this is, everyone else goes to the first page of their role."""
    start = table().start.get(access_of(request).viewer.role, "pages:home")
    return render(request, "pages/home.html") if start == "pages:home" else redirect(start)


def licences(request: HttpRequest) -> HttpResponse:
    """Whose work this service uses, and on which terms."""
    return render(request, "pages/licences.html")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page of another role."""
    return render(request, "pages/forbidden.html", status=403)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token against forgery is missing, or of another session."""
    return render(request, "pages/stale_form.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What does not exist, or not for this viewer: the same words for both."""
    if is_for_machines(request):
        return Problem("not-found").response()
    return render(request, "pages/not_found.html", status=404)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Somebody tries passwords or codes faster than people type them."""
    return render(request, "pages/too_many.html", status=429)


def failed(request: HttpRequest) -> HttpResponse:
    """Something broke; nothing was lost. Perhaps it is the database, so the page asks nothing of it: no session, no menu."""
    if is_for_machines(request):
        return Problem("failed").response()
    said = render_to_string("pages/failed.html", {"is_made_up": settings.DEPLOYMENT.is_made_up})
    return HttpResponse(said, status=500)
