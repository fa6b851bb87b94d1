"""The operations of the API, version 1. Each stands in ``access/table.yaml`` and in ``docs/api.md``."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path
from oauth2_provider.views import TokenView

from familycard.office.access.decide import Subject
from familycard.office.access.middleware import Access, access_of
from familycard.office.access.problems import LISTED_AT, PROBLEMS, Problem
from familycard.office.api import shapes
from familycard.office.api.limits import ByAddress
from familycard.office.api.models import Partner, Receipt
from familycard.office.api.service import api
from familycard.office.cards.answers import adults_behind, answer_of, is_answerable
from familycard.office.cards.subjects import subject_of, subject_of_identifier
from familycard.office.consents.services import have_all_agreed

ANSWERED = {200: shapes.Answer}
TOKEN_REQUEST = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": ["client_credentials"]},
                        "scope": {"type": "string", "examples": ["questions"]},
                        "client_id": {"type": "string"},
                        "client_secret": {"type": "string", "format": "password"},
                    },
                }
            }
        },
    }
}


@api.post(
    "/token",
    operation_id="token",
    summary="Get an access token",
    response={200: shapes.Token, 400: shapes.TokenRefused, 401: shapes.TokenRefused},
    throttle=ByAddress(),
    openapi_extra=TOKEN_REQUEST,
)
def token(request: HttpRequest) -> HttpResponse:
    """OAuth 2.0 client credentials (RFC 6749 section 4.4). The secret comes by HTTP Basic or in the body."""
    answer: HttpResponse = TokenView.as_view()(request)
    return answer


@api.get(
    "/problems", operation_id="problems", summary="All kinds of problems", response=list[shapes.ProblemKind]
)
def problems(request: HttpRequest) -> list[dict[str, Any]]:
    """What the `type` of a problem (RFC 9457) points to."""
    return [
        {"type": f"{LISTED_AT}#{id_}", "status": kind.status, "title": kind.title, "meaning": kind.meaning}
        for id_, kind in PROBLEMS.items()
    ]


@api.get("/status", operation_id="status", summary="The published snapshot", response=shapes.Status)
def status(request: HttpRequest) -> dict[str, Any]:
    """Which snapshot answers rest on, and of which day it speaks."""
    reader = access_of(request).reader
    return {"snapshot": reader.snapshot.path.name, "as_of": reader.as_of}


@api.get("/programmes", operation_id="programmes", summary="The catalogue", response=list[shapes.Programme])
def programmes(request: HttpRequest) -> list[dict[str, Any]]:
    """The programmes of the published snapshot's pack."""
    return [
        {"id": one.id, "title": one.title, "law": one.law, "verified": one.verified}
        for one in access_of(request).reader.pack.programmes.values()
    ]


@api.post(
    "/questions",
    operation_id="questions",
    summary="Does this person probably have a right to this programme?",
    response=ANSWERED,
    openapi_extra={"x-problems": ["bad-request", "not-registered", "no-consent", "invalid"]},
)
def questions(request: HttpRequest, question: shapes.Question) -> dict[str, Any]:
    """One person, one programme. Needs the registration for the programme, and live consents.

    The person's own, and for a programme that rests on a family's data that of every adult in it.
    """
    access = access_of(request)
    partner = _partner(access)
    if question.programme not in partner.programmes or not is_answerable(access.reader, question.programme):
        raise Problem("not-registered")
    subject = subject_of_identifier(access.reader, question.identifier)
    _admit(access, subject, question.programme, partner)
    answer = answer_of(access, question.programme)
    look = access.record()
    assert look is not None, "an answer is a look"
    receipt = Receipt.objects.create(
        number=look.sequence,
        partner=partner,
        person=access.about.reference,
        programme=question.programme,
        answer=answer,
        as_of=access.reader.as_of,
        snapshot=look.snapshot,
        at=look.at,
    )
    return _shown(receipt)


@api.get(
    "/questions/{receipt}",
    operation_id="question",
    summary="What you were answered",
    response=ANSWERED,
    openapi_extra={"x-problems": ["no-consent", "not-found", "invalid"]},
)
def question(request: HttpRequest, receipt: Path[shapes.Number]) -> dict[str, Any]:
    """A receipt of one's own, while the consents live. Reading it is a look, too."""
    access = access_of(request)
    found = Receipt.objects.select_related("partner").filter(pk=receipt, partner=_partner(access)).first()
    if found is None:
        raise Http404
    _admit(access, subject_of(found.person), found.programme, found.partner)
    access.look([found.person])
    return _shown(found)


def _admit(access: Access, subject: Subject | None, programme: str, partner: Partner) -> None:
    """A Problem unless everybody whom the answer would tell of has agreed to it, and the person exists."""
    known = access.reader.pack.programmes
    asked = adults_behind(access.reader, subject.person, programme) if subject and programme in known else ()
    access.admit(subject, has_consented=have_all_agreed(asked, programme, partner.code))


def _partner(access: Access) -> Partner:
    return Partner.objects.get(application__client_id=access.viewer.name)


def _shown(receipt: Receipt) -> dict[str, Any]:
    return {
        "receipt": receipt.number,
        "programme": receipt.programme,
        "answer": receipt.answer,
        "as_of": receipt.as_of,
        "snapshot": receipt.snapshot,
        "asked_at": receipt.at,
        "basis": receipt.partner.basis,
    }
