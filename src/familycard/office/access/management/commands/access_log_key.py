"""``python -m familycard.office access_log_key FILE``: the key with which an auditor verifies the log, and no other."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Writes the key of the access log into a new file that its owner alone can read."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it; FileExistsError rather than over something."""
        descriptor = os.open(options["file"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(settings.ACCESS_LOG_KEY.hex() + "\n")
