"""The app of the pages of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class EmergencyConfig(AppConfig):
    name = "familycard.office.emergency"
    label = "emergency"

    def ready(self) -> None:
        """Addresses may name an emergency."""
        from familycard.office.access.models import BrokenGlass
        from familycard.office.access.objects import register

        register("emergency", BrokenGlass)
