"""The app of the pages' frame."""

from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "familycard.office.pages"
    label = "pages"
