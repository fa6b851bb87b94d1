"""How often one may ask: counted for each partner, and for each address where nobody has said who they are."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.throttling import SimpleRateThrottle

from familycard.office.access.came_from import address_of
from familycard.office.access.middleware import access_of


class ByClient(SimpleRateThrottle):
    """So many requests a minute of one partner, over all processes of the office (their cache is the database)."""

    scope = "client"

    def get_ident(self, request: HttpRequest) -> str:
        """The address from which the request comes, as for everything that counts attempts."""
        return address_of(request)

    def get_cache_key(self, request: HttpRequest) -> str:
        """The partner's name, else the address from which the request comes."""
        who = access_of(request).viewer.name or self.get_ident(request)
        return f"requests of {self.scope} {who}".replace(" ", "_")


class ByAddress(ByClient):
    """Fewer where a secret can be tried."""

    scope = "token"

    def get_cache_key(self, request: HttpRequest) -> str:
        """The address from which the request comes."""
        return f"requests_of_{self.scope}_{self.get_ident(request)}"


class OfMessages(ByAddress):
    """Codes of messages that anybody may ask about, on a page."""

    scope = "message"
