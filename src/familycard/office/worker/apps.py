"""The app of the pages of this folder."""

from __future__ import annotations

from django.apps import AppConfig


class WorkerConfig(AppConfig):
    name = "familycard.office.worker"
    label = "worker"

    def ready(self) -> None:
        """A snapshot that is taken up has the families by area before workers ask for their lists."""
        from familycard.office.cards.current import register_preparation
        from familycard.office.cards.lists import prepare

        register_preparation(prepare)
