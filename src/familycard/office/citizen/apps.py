"""The app of the citizen's pages."""

from __future__ import annotations

from django.apps import AppConfig


class CitizenConfig(AppConfig):
    name = "familycard.office.citizen"
    label = "citizen"
