"""The app of the pages of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class RepresentationConfig(AppConfig):
    name = "familycard.office.representation"
    label = "representation"

    def ready(self) -> None:
        """Addresses may name a record."""
        from familycard.office.access.objects import register
        from familycard.office.representation.models import Recorded

        register("representation", Recorded)
