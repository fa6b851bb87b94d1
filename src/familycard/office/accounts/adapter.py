"""How people come in: accounts are given by an administrator or by proof of identity, never taken."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import perform_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from familycard.office.access.came_from import address_of
from familycard.office.access.roles import CITIZEN
from familycard.office.accounts.models import User
from familycard.office.accounts.state_service import NotBelieved
from familycard.office.cards.current import current
from familycard.office.cards.subjects import subject_of_identifier

log = logging.getLogger(__name__)


class Adapter(DefaultAccountAdapter):
    """Nobody signs up by a form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: who has no account proves who they are, or is given one."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The same address as for everything else that counts attempts."""
        return address_of(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords are counted for a name and an address together: by the name alone a stranger could
        keep its owner out from everywhere."""
        name: str = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{name} from {address_of(request)}"


class SecondStep(DefaultMFAAdapter):
    """The picture with the key stands in the page itself: the content policy allows no other place."""

    def build_totp_svg(self, url: str) -> str:
        """The picture without the line by which a file of its own would begin."""
        drawn: str = super().build_totp_svg(url)
        return drawn.partition("?>")[2]


class ThroughTheState(DefaultSocialAccountAdapter):
    """A citizen proves who they are at the state's own service (OpenID Connect).

    Of all that it says, the number of the person is used, once, to find them in the registers;
    nothing of it is kept. The account knows the person by a keyed reference, as all of the office does.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: who is found in the registers is signed in before allauth would ask."""
        return False

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """Tell who runs the office why the service is not believed; the citizen reads that it is no mistake of theirs.

        Other errors may hold what the service said of somebody, so they are not written down.
        """
        if isinstance(exception, NotBelieved):
            log.error("The state's service for signing in is not believed: %s.", exception)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Sign in whom the registers know; a kind word for whom they do not."""
        claims = {**sociallogin.account.extra_data.get("id_token", {})}
        claims |= sociallogin.account.extra_data.get("userinfo", {})
        sociallogin.account.extra_data = {}
        service = settings.DEPLOYMENT.oidc
        assert service is not None, "nobody comes from a service that there is none of"
        answer = signed_in(
            request,
            str(claims.get(service.claim, "")),
            sociallogin.get_redirect_url(request),
        )
        raise ImmediateHttpResponse(answer)


def signed_in(request: HttpRequest, identifier: str, then: str | None) -> HttpResponse:
    """The answer to somebody who proved to be the person with this number."""
    subject = subject_of_identifier(current().reader(), identifier) if identifier else None
    if subject is None:
        return render(request, "accounts/unknown.html", status=403)
    user, is_new = User.objects.get_or_create(
        person=subject.reference, role=CITIZEN, defaults={"username": subject.reference}
    )
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    answer: HttpResponse = perform_login(request, user, redirect_url=then)
    return answer
