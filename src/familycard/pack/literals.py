"""Values written out in an expression: numbers, texts, dates and money, each as SQL."""

from __future__ import annotations

import re
from datetime import date

from sqlglot import exp

from familycard.pack.arithmetic import whole_number
from familycard.pack.scope import Compiled, Misuse
from familycard.pack.types import DATE, INTEGER, MONEY, TEXT, Kind, Type

_NUMBER = re.compile(r"[0-9]*(\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONEY = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))? ([A-Z]{3})")


def number_or_text(node: exp.Literal) -> Compiled:
    """``4`` is an integer, ``0.35`` a number(2) stored as 35, ``'flat'`` a text."""
    text = str(node.this)
    if node.is_string:
        return Compiled("'" + text.replace("'", "''") + "'", TEXT, nullable=False)
    if not _NUMBER.fullmatch(text):
        raise Misuse(f"`{text}` is not a plain decimal number")
    whole, _, decimals = text.partition(".")
    type_ = Type(Kind.NUMBER, len(decimals)) if decimals else INTEGER
    return Compiled(whole_number(int(whole + decimals)), type_, nullable=False)


def day(node: exp.Cast) -> Compiled:
    """``date '2025-01-31'``."""
    text = str(node.this.this) if isinstance(node.this, exp.Literal) and node.this.is_string else None
    if text is None or not node.to.is_type("date"):
        raise Misuse("casts are not allowed; a date is written date '2025-01-31'")
    try:
        value = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        value = None
    if value is None:
        raise Misuse(f"`{text}` is not a date; write YYYY-MM-DD")
    return Compiled(f"date '{value.isoformat()}'", DATE, nullable=False)


def money(node: exp.Expr, currency: str, minor_digits: int) -> Compiled:
    """``money '100 KZT'`` in minor units."""
    match = _MONEY.fullmatch(str(node.this)) if isinstance(node, exp.Literal) and node.is_string else None
    if match is None or match[4] != currency:
        raise Misuse(f"money is written with its currency: money '100 {currency}'")
    decimals = (match[3] or "").rstrip("0")
    if len(decimals) > minor_digits:
        raise Misuse(f"`{match[0]}` has more digits than {currency} has")
    minor = int(match[2] + decimals.ljust(minor_digits, "0"))
    return Compiled(whole_number(-minor if match[1] else minor), MONEY, nullable=False)
