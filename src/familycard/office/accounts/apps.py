"""The app of users."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "familycard.office.accounts"
    label = "accounts"
