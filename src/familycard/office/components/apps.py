"""The Django app that brings the templates, the tags and the static files."""

from __future__ import annotations

from django.apps import AppConfig


class ComponentsConfig(AppConfig):
    """Installed as `familycard.office.components`."""

    name = "familycard.office.components"
    label = "components"
