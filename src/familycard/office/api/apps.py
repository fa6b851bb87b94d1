"""The app of the API."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "familycard.office.api"
    label = "api"

    def ready(self) -> None:
        """Say who knows the partners: the one place that decides asks there."""
        from familycard.office.access.grounds import register_partners
        from familycard.office.api.partners import viewer_of_token

        register_partners(viewer_of_token)
