"""The start page, licences and errors."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

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


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What does not exist, or not for this viewer: the same words for both."""
    if is_for_machines(request):
        return Problem("not-found").response()
    return render(request, "pages/not_found.html", status=404)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Somebody tries passwords or codes faster than people type them."""
    return render(request, "pages/too_many.html", status=429)


def failed(request: HttpRequest) -> HttpResponse:
    """Something broke; nothing was lost."""
    if is_for_machines(request):
        return Problem("failed").response()
    return render(request, "pages/failed.html", status=500)
