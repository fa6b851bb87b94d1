"""Values that nobody may read, shown by their length and the kind of their characters alone.

Whoever mends a register must see what is wrong with a value, not whose it is: that a number has eleven
digits, that a Latin letter stands in a Cyrillic name, that a date has its year first.
"""

from __future__ import annotations

import unicodedata

LONGEST = 24
"""Characters shown; of a longer value only its length is told beside."""
KEPT = frozenset(".,;:-/'\"()+ ")
"""Signs that part a value and say nothing by themselves; a blank is shown as an open box."""
DIGIT, OTHER = "9", "?"


def masked(value: str | None) -> str:
    """The mask of a value: a digit is 9, a Cyrillic letter Я or я, another letter A or a, a strange sign ?.

    >>> masked("85010130001"), masked("2025.13.01"), masked("Cерiк"), masked(None)
    ('99999999999', '9999.99.99', 'Aяяaя', '')
    >>> masked("x" * 30)
    'aaaaaaaaaaaaaaaaaaaaaaaa…(30)'
    """
    if value is None:
        return ""
    shown = "".join(_kind(character) for character in value[:LONGEST])
    return shown if len(value) <= LONGEST else f"{shown}…({len(value)})"


def _kind(character: str) -> str:
    if character.isdigit():
        return DIGIT
    if character.isalpha():
        upper, lower = ("Я", "я") if "CYRILLIC" in unicodedata.name(character, "") else ("A", "a")
        return upper if character.isupper() else lower
    if character == " ":
        return "␣"
    return character if character in KEPT else OTHER
