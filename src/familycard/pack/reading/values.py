"""What a text in a pack means: exact decimals, money with its currency, dates, ids.

Numbers are read digit by digit into scaled integers; a float never occurs, because
``0.1 + 0.2`` must be ``0.3`` on a citizen's letter too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from familycard.pack.types import BOOLEAN, DATE, INTEGER, MONEY, TEXT, Kind, Type

IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
"""lower_snake_case without doubled underscores, which separate the parts of published column names."""
_DECIMAL = re.compile(r"(-?)(\d+)(?:\.(\d+))?")
_MONEY = re.compile(r"(-?\d+(?:\.\d+)?) ([A-Z]{3})")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Currency:
    """A pack's currency: its ISO 4217 code and the digits of its minor unit."""

    code: str
    minor_digits: int


NO_CURRENCY = Currency("XXX", 2)
"""ISO 4217's code for none: until the pack's own was read."""


def scaled(text: str, scale: int) -> int:
    """A decimal text as an integer × 10^scale; ValueError when it has more digits.

    >>> scaled("16.03", 4)
    160300
    """
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise ValueError(f"`{text}` is not a decimal number; write it as 12 or 12.5")
    sign, whole, fraction = match.group(1), match.group(2), match.group(3) or ""
    if len(fraction.rstrip("0")) > scale:
        raise ValueError(f"`{text}` has more than {scale} decimal digits")
    number = int(whole + fraction.ljust(scale, "0")[:scale])
    return -number if sign else number


def money(text: str, currency: Currency) -> int:
    """``3932 KZT`` as minor units; ValueError without the pack's currency.

    >>> money("16.5 EUR", Currency("EUR", 2))
    1650
    """
    match = _MONEY.fullmatch(text)
    if match is None:
        raise ValueError(f"`{text}` is not money; write it as `3932 {currency.code}`")
    if match.group(2) != currency.code:
        raise ValueError(f"`{text}` is not in the pack's currency; write it in {currency.code}")
    return scaled(match.group(1), currency.minor_digits)


def iso_date(text: str) -> date:
    """``2025-01-31`` as a date; ValueError otherwise."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f"`{text}` is not a date; write it as 2025-01-31")


def boolean(text: str) -> bool:
    """``true`` or ``false``; ValueError otherwise."""
    if text not in ("true", "false"):
        raise ValueError(f"`{text}` is neither true nor false")
    return text == "true"


def typed(text: str, type: Type, currency: Currency) -> int | bool | str:
    """A text as a value of a type: scaled integers, booleans, texts, dates as ISO text.

    A bare ``0`` is money too: nothing of any currency. ValueError when the text does not fit.
    """
    match type.kind:
        case Kind.BOOLEAN:
            return boolean(text)
        case Kind.MONEY:
            return 0 if text == "0" else money(text, currency)
        case Kind.INTEGER | Kind.NUMBER | Kind.RATIO:
            return scaled(text, type.scale)
        case Kind.DATE:
            return iso_date(text).isoformat()
    return text


def guessed_type(text: str, is_quoted: bool) -> Type:
    """The type that a parameter's value shows by its form; a number has the digits it is written with.

    >>> str(guessed_type("0.35", False))
    'number(2)'
    """
    if is_quoted:
        return TEXT
    if text in ("true", "false"):
        return BOOLEAN
    if _MONEY.fullmatch(text):
        return MONEY
    if _DATE.fullmatch(text):
        return DATE
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise ValueError(f"`{text}` is no value; write 12, 0.35, `3932 KZT`, true, 2025-01-31 or a 'text'")
    return Type(Kind.NUMBER, len(match.group(3))) if match.group(3) else INTEGER
