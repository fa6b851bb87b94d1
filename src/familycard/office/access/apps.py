"""The app of access."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    name = "familycard.office.access"
    label = "access"

    def ready(self) -> None:
        """Guard the log's tables after every migration."""
        from familycard.office.access.guard import after_migrations

        post_migrate.connect(after_migrations, sender=self)
