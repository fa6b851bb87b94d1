"""Passwords that are refused because many people have them (OWASP ASVS 5.0.0, V6.2.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.contrib.auth.password_validation import CommonPasswordValidator

from familycard.office.accounts.models import User

REPEATED = re.compile(r"(.+?)\1+", re.DOTALL)
NO_LETTERS_AT_THE_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def _hearts(password: str) -> Iterator[str]:
    """What a password is made of: itself, what it repeats, and both without digits and signs around them.

    >>> list(_hearts("Dragon2024!!"))
    ['dragon2024!!', 'dragon']
    >>> list(_hearts("monkeymonkey"))
    ['monkeymonkey', 'monkey']
    """
    known = password.strip().casefold()
    bare = NO_LETTERS_AT_THE_ENDS.sub("", known)
    repeated = (found[1] for text in (known, bare) if (found := REPEATED.fullmatch(text)))
    yield from (text for text in dict.fromkeys([known, bare, *repeated]) if text)


class CommonPasswordMadeLonger(CommonPasswordValidator):
    """Refuses Django's 20,000 common passwords, and each of them made longer in a common way.

    Only 190 of the list have the 12 characters that we ask for: whoever is fond of a shorter one
    writes it twice or puts a year and a sign to it, which is what is tried first.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """ValidationError for a common password, plain or made longer."""
        for heart in _hearts(password):
            super().validate(heart, user)
