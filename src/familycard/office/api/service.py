"""The API itself: how it answers when something is wrong, and how its OpenAPI document is made.

What each operation needs (token, scope) is written down once, in ``access/table.yaml``; the document
is made from there, and `AccessMiddleware` enforces it before an operation runs.
"""

from __future__ import annotations

import json
import logging
import math
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError
from ninja.openapi.schema import OpenAPISchema

from familycard.office.access.problems import CONTENT_TYPE, PROBLEMS, Problem
from familycard.office.access.table import table
from familycard.office.api.limits import ByClient

_log = logging.getLogger(__name__)
SPACE = "api"
TOKEN_ADDRESS = "/api/v1/token"
BY_STATUS = {400: "bad-request", 404: "not-found", 429: "too-many-requests"}
NEEDS_TOKEN = ("no-token", "insufficient-scope", "not-for-this-role")
PROBLEM_SCHEMA = {
    "type": "object",
    "title": "Problem",
    "description": "A problem (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"at": {"type": "string"}, "why": {"type": "string"}}},
        },
    },
}


class Api(NinjaAPI):
    """The API of one version. An operation lists its own problems as ``openapi_extra={"x-problems": [...]}``."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """The document: with the scope that each operation needs, and all problems that it answers with."""
        document = super().get_openapi_schema(**kwargs)
        document["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
        flow = {"clientCredentials": {"tokenUrl": TOKEN_ADDRESS, "scopes": settings.API_SCOPES}}
        document["components"]["securitySchemes"] = {"partner": {"type": "oauth2", "flows": flow}}
        for methods in document["paths"].values():
            for operation in methods.values():
                _complete(operation)
        return document


def _complete(operation: dict[str, Any]) -> None:
    """Add to an operation of the document what the permission table says of it, and its problems."""
    scope = table().pages[f"{SPACE}:{operation['operationId']}"].oauth_scope
    own = operation.pop("x-problems", [])
    kinds = [*own, "too-large", "too-many-requests", *(NEEDS_TOKEN if scope else [])]
    if scope:
        operation["security"] = [{"partner": [scope]}]
    for status in sorted({PROBLEMS[kind].status for kind in kinds}):
        shown = [kind for kind in kinds if PROBLEMS[kind].status == status]
        examples = {kind: {"value": json.loads(Problem(kind).response().content)} for kind in shown}
        operation["responses"][status] = {
            "description": "; ".join(PROBLEMS[kind].title for kind in shown),
            "content": {
                CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}
            },
        }


api = Api(
    title="Family Card",
    version="1.0.0",
    description=(
        "One question about one person and one programme, with a legal basis and the live consent of every adult "
        "on whose data the answer rests; "
        "the answer is yes, no or cannot tell. Each question is a look at the person, who can read of it."
    ),
    urls_namespace=SPACE,
    docs_url=None,
    throttle=ByClient(),
)


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem.response()


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Where and what is wrong, without what was sent: an identifier belongs in no answer and no log."""
    errors = [{"at": "/".join(str(part) for part in one["loc"]), "why": one["msg"]} for one in error.errors]
    return Problem("invalid", errors=errors).response()


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return Problem("too-large").response()


@api.exception_handler(Throttled)
def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    return Problem("too-many-requests", {"Retry-After": str(math.ceil(error.wait or 1))}).response()


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return Problem(BY_STATUS[error.status_code]).response()


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return Problem("not-found").response()


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    _log.error("An operation of the API failed.", exc_info=error)
    return Problem("failed").response()
