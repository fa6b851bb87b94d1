"""The app of steward."""

from __future__ import annotations

from django.apps import AppConfig


class StewardConfig(AppConfig):
    name = "familycard.office.steward"
    label = "steward"
