"""The OpenAPI document is whole: each operation with its scope, its problems and examples, and the API keeps to it."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, settings
from machines import Machine

from familycard.office.access.table import table
from familycard.office.api.limits import ByClient
from familycard.office.consents.models import Consent

STATUSES = {"200", "429"}
WITH_TOKEN = {"401", "403"}


@pytest.fixture
def document(db: None) -> Any:
    """The document as it is served to anybody."""
    return Client().get("/api/v1/openapi.json").json()


def operations(document: Any) -> list[Any]:
    return [operation for methods in document["paths"].values() for operation in methods.values()]


def test_every_operation_says_what_it_needs_and_how_it_may_end(document: Any) -> None:
    pages = {f"api:{operation['operationId']}" for operation in operations(document)} | {"api:openapi-json"}
    assert pages == {name for name in table().pages if name.startswith("api:")}
    for operation in operations(document):
        scope = table().pages[f"api:{operation['operationId']}"].oauth_scope
        assert operation.get("security", []) == ([{"partner": [scope]}] if scope else [])
        assert set(operation["responses"]) >= STATUSES | (WITH_TOKEN if scope else set())
        assert operation["summary"] and operation["description"]
        for status, response in operation["responses"].items():
            if int(status) >= 400 and operation["operationId"] != "token":
                assert response["content"]["application/problem+json"]["examples"], operation["operationId"]


def test_every_field_has_an_example_or_says_what_it_is(document: Any) -> None:
    for name, shape in document["components"]["schemas"].items():
        for field, said in shape["properties"].items():
            told = {"examples", "description", "$ref", "enum", "default", "items", "format"} & set(said)
            assert told or name in {"Problem", "Token"}, f"{name}.{field}"


@pytest.fixture(params=["with a token", "without one"])
def served(request: pytest.FixtureRequest, machine: Machine, consent: Consent) -> tuple[Any, dict[str, str]]:
    """The API under its document, and the headers with which it is called."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    return schema, machine.headers if request.param == "with a token" else {}


def test_nothing_that_is_sent_breaks_it_or_gets_an_answer_that_is_not_documented(
    served: tuple[Any, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    schema, headers = served
    monkeypatch.setattr(ByClient, "allow_request", lambda self, request: True)
    for made in schema.get_all_operations():
        operation = made.ok()

        @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def ask(case: Any) -> None:
            case.call_and_validate(headers=headers)

        _for_all(operation, ask)


def _for_all(operation: Any, ask: Any) -> None:
    from hypothesis import given
    from schemathesis import GenerationMode

    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        given(operation.as_strategy(generation_mode=mode))(ask)()
