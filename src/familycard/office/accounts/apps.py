"""The app of users."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "familycard.office.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen for who proves anew who they are."""
        from familycard.office.accounts import renewing  # noqa: F401
