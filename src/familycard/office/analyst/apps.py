"""The app of analysts and of those who approve their exports."""

from __future__ import annotations

from django.apps import AppConfig


class AnalystConfig(AppConfig):
    name = "familycard.office.analyst"
    label = "analyst"

    def ready(self) -> None:
        """A snapshot that is taken up has the take-up of all programmes before analysts ask."""
        from familycard.office.analyst.answers import prepare
        from familycard.office.cards.current import register_preparation

        register_preparation(prepare)
