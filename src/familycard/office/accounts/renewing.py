"""A session gets another token when its owner proves anew who they are (OWASP ASVS 5.0.0, V7.2.4)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def renew_session(request: HttpRequest, reauthenticated: bool = False, **_: Any) -> None:
    """Signing in renews the token by itself (`django.contrib.auth.login`); proving it again would not."""
    if reauthenticated:
        request.session.cycle_key()
