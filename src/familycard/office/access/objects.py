"""Objects that addresses name: each is about one person, and the viewer must be allowed to see that person.

An app registers its models once (in its ``AppConfig.ready``): ``register("claim", Claim)`` makes a page
whose table entry says ``subject: claim`` be about the person of the claim that its address names.
"""

from __future__ import annotations

from typing import Protocol, cast

from django.db import models


class AboutPerson(Protocol):
    """What such a model has: the reference of the person that it is about."""

    person: str


_MODELS: dict[str, type[models.Model]] = {}


def register(subject: str, model: type[models.Model]) -> None:
    """Say which model a subject of the table means."""
    _MODELS[subject] = model


def registered() -> frozenset[str]:
    """The subjects that are objects."""
    return frozenset(_MODELS)


def find(subject: str, key: object) -> AboutPerson | None:
    """The object with a primary key; None where there is none."""
    found = _MODELS[subject]._default_manager.filter(pk=key).first()
    return cast(AboutPerson | None, found)
