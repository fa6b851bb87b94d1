"""The app of rules."""

from __future__ import annotations

from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "familycard.office.rules"
    label = "rules"
