"""Why a person is looked at: `purposes.yaml`, and the purpose that a viewer gave a while ago."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, TypeAdapter
from ruamel.yaml import YAML

from familycard.office.access.table import Title

FILE = Path(__file__).with_name("purposes.yaml")
ASKED = "asked"
REGISTERED = "registered"
"""The legal basis with which the partner who asks is registered."""
_SESSION = "purposes"


class Purpose(BaseModel):
    """A reason for which the law lets a role look at a person; `roles` may choose it when asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title
    roles: tuple[str, ...] = ()


@cache
def purposes() -> dict[str, Purpose]:
    """All purposes by their id."""
    read: Any = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
    return TypeAdapter(dict[str, Purpose]).validate_python(read)


def choices(role: str) -> dict[str, Purpose]:
    """The purposes that a role may name."""
    return {id_: purpose for id_, purpose in purposes().items() if role in purpose.roles}


def remember(request: HttpRequest, reference: str, purpose: str, reason: str) -> None:
    """Keep the purpose of looking at one person for a while."""
    until = timezone.now().timestamp() + 60 * settings.PURPOSE_MINUTES
    kept = {r: p for r, p in request.session.get(_SESSION, {}).items() if p[2] > timezone.now().timestamp()}
    request.session[_SESSION] = {**kept, reference: (purpose, reason, until)}


def given(request: HttpRequest, reference: str) -> tuple[str, str] | None:
    """The purpose and reason that the viewer gave for this person, None where they gave none lately."""
    found = request.session.get(_SESSION, {}).get(reference)
    if found is None or found[2] <= timezone.now().timestamp():
        return None
    return found[0], found[1]
