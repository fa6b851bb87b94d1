"""A partner's machine, as tests play it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.test import Client

from familycard.office.api.partners import Registered

PROGRAMME = "multi_child_allowance"
OTHER = "birth_allowance"


@dataclass
class Machine:
    """A partner's machine with a token."""

    client: Client
    token: str

    def ask(self, identifier: str, programme: str = PROGRAMME) -> Any:
        """Ask the default question."""
        body = {"identifier": identifier, "programme": programme}
        return self.client.post("/api/v1/questions", body, "application/json", headers=self.headers)

    def get(self, address: str) -> Any:
        """Read an address of the API."""
        return self.client.get(f"/api/v1/{address}", headers=self.headers)

    @property
    def headers(self) -> dict[str, str]:
        """What goes with every request."""
        return {"Authorization": f"Bearer {self.token}"}


def token_of(registered: Registered, scope: str = "questions catalogue") -> Any:
    """Ask for a token."""
    body = {
        "grant_type": "client_credentials",
        "scope": scope,
        "client_id": registered.client_id,
        "client_secret": registered.secret,
    }
    return Client().post("/api/v1/token", body)


def problem(answer: Any) -> tuple[int, str]:
    """Status and kind of a problem."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].partition("#")[2]
