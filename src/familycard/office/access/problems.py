"""Refusals that machines read: problem+json (RFC 9457). Each kind of problem is listed in `PROBLEMS`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from familycard.office.access.decide import Refusal

CONTENT_TYPE = "application/problem+json"
ADDRESSES = "/api/"
LISTED_AT = f"{ADDRESSES}v1/problems"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: the status with which it is answered, and what it means."""

    status: int
    title: str
    meaning: str


PROBLEMS: dict[str, Kind] = {
    "bad-request": Kind(
        400, "The request cannot be read", "The body is no JSON, or the address is malformed."
    ),
    "too-large": Kind(413, "The body is too large", "A question is a few hundred bytes; send no more."),
    "no-token": Kind(
        401,
        "A valid token is needed",
        "No token came, or it has expired. Ask for another at the token address.",
    ),
    "insufficient-scope": Kind(
        403, "The token does not allow this", "Ask for a token with the scope that the operation names."
    ),
    "not-for-this-role": Kind(
        403, "This is not for you", "The operation is for machines of registered partners."
    ),
    "not-registered": Kind(
        403,
        "You are not registered for this programme",
        "Your registration names the programmes that you may ask about; this is not one of them.",
    ),
    "no-consent": Kind(
        403,
        "There is no live consent",
        "The person, or another adult on whose data the programme rests, has not consented to this question of "
        "yours or has withdrawn the consent, or there is no such person: the answer is the same, so that nobody can test who exists.",
    ),
    "not-found": Kind(404, "There is no such thing", "It does not exist, or it is not yours."),
    "method-not-allowed": Kind(
        405, "There is no such method here", "The header Allow names those there are."
    ),
    "invalid": Kind(
        422, "The request makes no sense", "`errors` names each field and what is wrong with it."
    ),
    "too-many-requests": Kind(
        429, "Too many requests", "Wait as many seconds as the header Retry-After says."
    ),
    "failed": Kind(
        500, "Something broke on our side", "Nothing was disclosed without being logged. Try again later."
    ),
}


class Problem(Exception):
    """Something that is answered with a problem of a kind, instead of what was asked for."""

    def __init__(self, kind: str, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(kind)
        self.kind, self.headers, self.more = kind, headers or {}, more

    def response(self) -> HttpResponse:
        """The problem as it is sent."""
        kind = PROBLEMS[self.kind]
        said = {"type": f"{LISTED_AT}#{self.kind}", "title": kind.title, "status": kind.status}
        body = json.dumps({**said, "detail": kind.meaning, **self.more}, ensure_ascii=False)
        return HttpResponse(body, CONTENT_TYPE, kind.status, headers=dict(self.headers))


REFUSALS: dict[str, tuple[str, dict[str, str]]] = {
    "sign_in": ("no-token", {"WWW-Authenticate": 'Bearer realm="Family Card"'}),
    "role": ("not-for-this-role", {}),
    "oauth_scope": ("insufficient-scope", {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}),
    "object": ("no-consent", {}),
}


def problem_of(refusal: Refusal) -> Problem:
    """What a machine reads where a human would see a page."""
    return Problem(*REFUSALS[refusal.why])


def is_for_machines(request: HttpRequest) -> bool:
    """Whether an address belongs to the API, though perhaps to none of its operations."""
    return request.path.startswith(ADDRESSES)
