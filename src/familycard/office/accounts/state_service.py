"""The state's service at which citizens sign in: its word is taken only with its signature on it.

OpenID Connect Core 3.1.3.7 allows a client that fetched the ID token itself, over TLS, to leave the
signature unread, and django-allauth does. ASVS 5.0.0 (V9.1.1, V9.1.2) allows neither that nor an algorithm that is
not on a list, so here both are asked for. Who is meant is for the ID token to say: a service that sends none is
refused, where django-allauth would go by userinfo alone, and userinfo counts only if it speaks of the same
person (OpenID Connect Core 5.3.2), or an answer put in the place of another would sign in somebody else.
"""

from __future__ import annotations

from typing import Any

import jwt
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse

ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""Signatures with the service's own key; one by a shared secret, or none, is no signature of the service."""


class NotBelieved(OAuth2Error):
    """What the service said cannot be taken for its word; the message says why, names nobody, and may be logged."""


class StateService(OpenIDConnectOAuth2Adapter):
    """The service as django-allauth speaks to it, with signatures read."""

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Whom the ID token names, with what userinfo says of the same person; NotBelieved for anything else."""
        signed = kwargs["response"].get("id_token")
        if not signed:
            raise NotBelieved(
                "it sent no ID token; it must answer as OpenID Connect Core 3.1.3.3 says, to the scope `openid`"
            )
        claims = self._decode_id_token(app, signed)
        userinfo = self._fetch_user_info(token.token)
        if not claims.get("sub") or userinfo.get("sub") != claims["sub"]:
            raise NotBelieved(
                "its userinfo is not about the person whom its ID token names (`sub`, OpenID Connect Core 5.3.2)"
            )
        said = {"userinfo": userinfo, "id_token": claims}
        return self.get_provider().sociallogin_from_response(request, said)

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """The claims of an ID token that the service signed; OAuth2Error for any other."""
        try:
            header = jwt.get_unverified_header(id_token)
        except jwt.PyJWTError as error:
            raise NotBelieved("its ID token cannot be read") from error
        if header.get("alg") not in ALGORITHMS or "kid" not in header:
            raise NotBelieved("its ID token is not signed with a key of the service")
        self.did_fetch_access_token = False
        claims: dict[str, Any] = super()._decode_id_token(app, id_token)
        return claims


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the service sends a citizen back to."""
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(StateService(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    return answer
