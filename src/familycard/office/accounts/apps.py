"""The app of users."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "familycard.office.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen for who proves anew who they are."""
        # Both need the apps to be there.
        from allauth.account.signals import authentication_step_completed

        from familycard.office.accounts.renewing import renew_session

        authentication_step_completed.connect(renew_session)
