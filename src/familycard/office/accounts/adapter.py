"""How people come in: accounts are given by an administrator or by proof of identity, never taken."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Nobody signs up by a form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: who has no account proves who they are, or is given one."""
        return False
