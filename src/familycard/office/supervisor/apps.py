"""The app of the pages of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class SupervisorConfig(AppConfig):
    name = "familycard.office.supervisor"
    label = "supervisor"
