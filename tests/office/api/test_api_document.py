"""The OpenAPI document is whole: each operation with its scope, its problems and examples, and the API keeps to it."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from machines import Machine
from schemathesis import GenerationMode

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


@pytest.fixture
def served(machine: Machine, consent: Consent, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The API under its document; nobody is told that they ask too often."""
    monkeypatch.setattr(ByClient, "allow_request", lambda self, request: True)
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


QUICKLY = settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("has_token", [True, False])
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_nothing_that_is_sent_breaks_it_or_is_answered_as_not_documented(
    served: Any, machine: Machine, mode: GenerationMode, has_token: bool
) -> None:
    headers = machine.headers if has_token else {}
    asked = []
    for made in served.get_all_operations():
        operation = made.ok()

        @QUICKLY
        @given(operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            case.call_and_validate(headers=headers)

        try:
            ask()
            asked.append(operation.label)
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, "only what takes nothing cannot be asked wrongly"
    assert len(asked) == (6 if mode is GenerationMode.POSITIVE else 3)
