"""From which network address a request comes: the one answer for everything that counts attempts.

Each proxy before the office (`FAMILYCARD_PROXIES` says how many) appends to ``X-Forwarded-For`` whom it heard.
What stands before these is the visitor's own word, and believed by nobody: else who guesses passwords
would write another address each time, or a colleague's.
"""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The address whom the outermost of our proxies heard; of the connection itself where there is none."""
    proxies = settings.DEPLOYMENT.proxies
    heard = request.headers.get("X-Forwarded-For", "").split(",") if proxies else []
    if len(heard) >= proxies > 0:
        known = _known(heard[-proxies])
        if known:
            return known
    return str(request.META.get("REMOTE_ADDR", ""))


def _known(text: str) -> str:
    """An address without the port that some proxies add; empty for what is none.

    >>> _known(" 203.0.113.7:4711"), _known("[2001:db8::1]:80"), _known("2001:db8::1"), _known("me")
    ('203.0.113.7', '2001:db8::1', '2001:db8::1', '')
    """
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return ""
