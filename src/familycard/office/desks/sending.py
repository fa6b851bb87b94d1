"""Sending a code to a person's phone. The registers say whether there is a phone, never which: the mobile base sends.

No connection to it exists yet. Where data are made up the message is kept for the page of sent messages;
where they are real sending fails, and the desk says so, rather than letting anybody in.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from familycard.office.desks.models import Outgoing


class NotSent(Exception):
    """No connection carries messages from here."""


def send(person: str, digits: str) -> None:
    """Send a code; NotSent where nothing carries it."""
    if not settings.DEPLOYMENT.is_made_up:
        raise NotSent
    text = _("Your code: %(code)s. Read it only to the official whom you called.") % {"code": digits}
    Outgoing.objects.create(person=person, text=text)
