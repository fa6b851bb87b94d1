"""The app of claims."""

from __future__ import annotations

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "familycard.office.claims"
    label = "claims"

    def ready(self) -> None:
        """Claims and requests may stand in addresses: they are about a person."""
        from familycard.office.access.objects import register
        from familycard.office.claims.models import Claim, HumanRequest

        register("claim", Claim)
        register("human_request", HumanRequest)
