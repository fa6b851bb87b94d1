"""The app of cards."""

from __future__ import annotations

from django.apps import AppConfig


class CardsConfig(AppConfig):
    name = "familycard.office.cards"
    label = "cards"
