"""The app of consents."""

from __future__ import annotations

from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    name = "familycard.office.consents"
    label = "consents"

    def ready(self) -> None:
        """Cards ask here who agreed to be seen by whom."""
        from familycard.office.cards.sight import register_agreed
        from familycard.office.consents.services import agreed_to_be_seen_by

        register_agreed(agreed_to_be_seen_by)
