"""How values are written: money, numbers and dates in the form of the page's language, labels of the pack.

Forms are those of Unicode's CLDR, through Babel. Money comes as an integer of minor units.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent, get_currency_symbol
from django import template
from django.utils import timezone
from django.utils.translation import get_language, gettext

from familycard.office.access.role_titles import role_titles
from familycard.office.cards.current import current

register = template.Library()


def language() -> str:
    """The page's language: kk, ru or en."""
    return (get_language() or "kk")[:2]


def _conventions() -> str:
    """Whose forms of dates and numbers are used: the page's language; English as it is written in Britain."""
    return "en_GB" if language() == "en" else language()


@register.filter
def label(words: Mapping[str, str] | str | None) -> str:
    """The words of a label in the page's language, else in the first language that it has."""
    if not words:
        return ""
    if isinstance(words, str):
        return words
    return words.get(language()) or next(iter(words.values()))


@register.filter
def law(citation: str) -> str:
    """A citation of law in the page's language, in the words of the pack of the published snapshot."""
    return current().reader().pack.cite(citation, language())


@register.filter
def role_title(role: str) -> str:
    """What a role is called; one of another version of the office stands as it is."""
    return label(role_titles().get(role)) or role


@register.simple_tag
def money(minor: int | None) -> str:
    """An amount of minor units in the country's money; one that is not known says so."""
    pack = current().reader().pack
    return gettext("not known") if minor is None else amount(minor, pack.currency, pack.minor_digits)


def amount(minor: int, currency: str, minor_digits: int) -> str:
    """An amount of minor units of a currency; whole amounts without decimals."""
    whole = Decimal(minor).scaleb(-minor_digits)
    digits = 0 if whole == whole.to_integral_value() else minor_digits
    pattern = "#,##0" + (".00" if digits else "")
    # CLDR has the tenge's sign in Kazakh alone, but in Russian it is written as well.
    sign = get_currency_symbol(currency, "kk" if language() == "ru" else language())
    return f"{format_decimal(whole, pattern, locale=_conventions())}\u00a0{sign}"


@register.filter
def number(value: int | Decimal | None) -> str:
    """A number with the language's separators."""
    return gettext("not known") if value is None else format_decimal(value, locale=_conventions())


@register.filter
def per_cent(per_myriad: int | None) -> str:
    """A share in ten-thousandths, as per cent with one digit at most."""
    if per_myriad is None:
        return gettext("not known")
    return format_percent(Decimal(per_myriad) / 10_000, "#,##0.#\u00a0%", locale=_conventions())


@register.filter
def day(value: date | None) -> str:
    """A date written out, such as 5 March 2026."""
    return gettext("not known") if value is None else format_date(value, "long", locale=_conventions())


@register.filter
def moment(value: datetime | None) -> str:
    """A date with its time, in the country's time."""
    if value is None:
        return gettext("not known")
    local = timezone.localtime(value)
    return f"{format_date(local, 'long', locale=_conventions())}, {format_datetime(local, 'HH:mm', locale=_conventions())}"
