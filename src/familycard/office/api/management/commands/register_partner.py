"""``python -m familycard.office register_partner CODE NAME KIND BASIS PROGRAMME…``: a partner may ask from now on."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from familycard.office.api.partners import register
from familycard.office.cards.current import current


class Command(BaseCommand):
    help = "Registers a partner and shows the name and the secret of its machine, once."

    def add_arguments(self, parser: CommandParser) -> None:
        """What a registration says."""
        for name in ("code", "name", "kind", "basis"):
            parser.add_argument(name)
        parser.add_argument("programmes", nargs="+")

    def handle(self, *args: Any, **options: Any) -> None:
        """Register; UsageError for what cannot be registered."""
        said = (options[name] for name in ("code", "name", "kind", "basis", "programmes"))
        made = register(current().reader(), *said)
        self.stdout.write(f"client_id {made.client_id}\nclient_secret {made.secret}")
