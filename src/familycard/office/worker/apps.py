"""The app of the pages of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class WorkerConfig(AppConfig):
    name = "familycard.office.worker"
    label = "worker"
