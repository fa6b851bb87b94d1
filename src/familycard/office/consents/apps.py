"""The app of consents."""

from __future__ import annotations

from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    name = "familycard.office.consents"
    label = "consents"
