"""The app of administration."""

from __future__ import annotations

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "familycard.office.administration"
    label = "administration"
