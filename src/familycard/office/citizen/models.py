"""Messages that this service sent, so that anybody who got one can ask whether it is genuine."""

from __future__ import annotations

import secrets

from django.db import models

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without letters and digits that are taken for one another."""
CODE_LENGTH = 10


def new_code() -> str:
    """A code of a message: about 50 bits, so that nobody finds a valid one by trying."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def normal_code(text: str) -> str:
    """A code as it is kept, however it was typed."""
    return "".join(letter for letter in text.upper() if letter in ALPHABET)


class Message(models.Model):
    """One message to a person, with the code that stands in it."""

    CHANNELS = [("sms", "sms"), ("letter", "letter"), ("inbox", "inbox")]

    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code)
    person = models.CharField(max_length=40, db_index=True)
    channel = models.CharField(max_length=20, choices=CHANNELS)
    subject = models.CharField(max_length=100)
    """What it is about, a key of the letters; its words are not kept here."""
    sent_at = models.DateTimeField()
