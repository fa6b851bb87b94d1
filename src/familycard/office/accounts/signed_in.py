"""Who has signed in, on pages that nobody else may open."""

from __future__ import annotations

from django.http import HttpRequest

from familycard.office.accounts.models import User


def user_of(request: HttpRequest) -> User:
    """The account of a request that the middleware let pass; nobody opens such a page without one."""
    assert isinstance(request.user, User)
    return request.user
