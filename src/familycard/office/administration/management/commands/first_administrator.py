"""``python -m familycard.office first_administrator NAME``: an administrator before there are two to make each other."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from familycard.office.administration.services import create_first_administrator


class Command(BaseCommand):
    help = "Makes one of the first two administrators and shows the path where they set their password, once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose account."""
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account; UsageError where two administrators are there to do it, or the name is taken."""
        self.stdout.write(create_first_administrator(options["name"]))
