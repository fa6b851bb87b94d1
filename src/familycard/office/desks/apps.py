"""The app of the pages of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class DesksConfig(AppConfig):
    name = "familycard.office.desks"
    label = "desks"
