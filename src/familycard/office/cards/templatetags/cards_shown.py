"""How facts, rights and registers of a card are written on a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django import template
from django.utils.translation import gettext

from familycard.office.cards.attributes import attribute_words
from familycard.office.cards.current import current
from familycard.office.cards.family import Bill, BillLine
from familycard.office.cards.rights import ShownComparison, ShownRight
from familycard.office.pages.templatetags.shown import day, label, language, money
from familycard.pack.types import Kind, Type
from familycard.snapshot.changes import Change
from familycard.snapshot.facts import Fact, Origin, origin
from familycard.snapshot.reader import Reader
from familycard.sources.linkage.links import Link

register = template.Library()


@register.filter
def value(fact: Fact) -> str:
    """A fact's value in the page's language; coded texts by their labels, what is unknown in words."""
    labels = (
        fact.value_labels
        or attribute_words(fact.name).values
        or current().rules().attributes.get(fact.name, {})
    )
    words = labels.get(str(fact.value)) if fact.is_known else None
    return label(words) if words else typed(fact.value, fact.type)


@register.filter
def named(fact: Fact) -> str:
    """What a fact is called: by the pack, or, of an attribute of people, by this office."""
    return label(attribute_words(fact.name.rpartition(".")[2]).label or fact.label)


def typed(content: Any, type_: Type) -> str:
    """A value of a type as people read it."""
    if content is None:
        return gettext("not known")
    match type_.kind:
        case Kind.BOOLEAN:
            return gettext("yes") if content else gettext("no")
        case Kind.MONEY:
            return money(round(Decimal(content).scaleb(-type_.scale)))
        case Kind.NUMBER | Kind.RATIO:
            return format_decimal(Decimal(content).scaleb(-type_.scale), locale=language())
        case Kind.INTEGER:
            return format_decimal(content, locale=language())
        case Kind.DATE:
            return day(content) if isinstance(content, date) else str(content)
    return _status(str(content))


def _status(text: str) -> str:
    """A programme's status in words, and that a register has nothing of somebody; any other text as it stands."""
    known = {
        "none": gettext("none"),
        "eligible": gettext("the conditions that can be checked are met"),
        "not_eligible": gettext("not met"),
        "cannot_tell": gettext("cannot tell"),
        "not_in_force": gettext("not in force on this date"),
        "excluded": gettext("another payment that is received excludes it"),
    }
    return known.get(text, text)


@register.filter
def status(text: str) -> str:
    """A programme's status in words."""
    return _status(text)


@register.filter
def often(frequency: str) -> str:
    """How often an amount is paid."""
    known = {"monthly": gettext("a month"), "yearly": gettext("a year"), "one_off": gettext("once")}
    return known.get(frequency, "")


@register.filter
def whose(rights: list[ShownRight]) -> str:
    """Whose rights these are, on one line."""
    return ", ".join(_whose(right) for right in rights)


def _whose(right: ShownRight) -> str:
    if right.member is None:
        return gettext("the family")
    is_own = right.family.access.viewer.person == right.member.reference
    return gettext("you") if is_own else right.member.name


@register.filter
def step(change: Change) -> str:
    """A step of one's own in words: what a programme asks for, or what the pack says."""
    return need(change.step) if isinstance(change.step, str) else label(change.step)


@register.filter
def need(id_: str) -> str:
    """What a programme still asks for."""
    known = {
        "consent": gettext("your consent"),
        "account": gettext("a bank account"),
        "application": gettext("an application"),
        "inspection": gettext("a visit to the home"),
        "contract": gettext("a social contract"),
        "medical_commission": gettext("a decision of the medical commission"),
        "queue_or_quota": gettext("a free place"),
        "local_budget": gettext("money in the local budget"),
    }
    return known.get(id_, id_)


@register.filter
def owner(text: str) -> str:
    """The owner of a register in the page's language."""
    return label(current().rules().owners.get(text, text))


@register.filter
def linked(links: Iterable[Link], reader: Reader) -> list[str]:
    """Of each row behind a value that does not name its person: that it was linked, which, and how sure that is."""
    return [_linked(reader, link) for link in links]


def _linked(reader: Reader, link: Link) -> str:
    known = origin(reader.snapshot.catalogue, link.source)
    shown = {
        "register": register_title(known),
        "day": day(link.extracted_on) if link.extracted_on else gettext("not known"),
        "percent": format_decimal(Decimal(link.percent), locale=language()),
    }
    if link.is_by_model:
        return (
            gettext(
                "Rests on a row that was linked by name and birth date, not by its identifier: %(register)s, %(day)s, "
                "%(percent)s %% sure. Nobody has confirmed it."
            )
            % shown
        )
    return (
        gettext(
            "Rests on a row that was linked by name and birth date, not by its identifier: %(register)s, %(day)s, "
            "%(percent)s %% sure. A person has confirmed it."
        )
        % shown
    )


@register.filter
def register_title(origin: Origin) -> str:
    """A register's name in the page's language."""
    return origin.titles.get(language()) or origin.title


@register.filter
def compared(shown: ShownComparison) -> str:
    """A comparison on one line, such as `Income a member: 46 228 ₸ (at most 50 000 ₸)`; empty for an involved one."""
    one = shown.compared
    of = [fact for fact in shown.facts if fact.name == one.comparison.value.text.strip()]
    if len(of) != 1:
        return ""
    text = f"{named(of[0])}: {value(replace(of[0], value=one.value))}"
    if one.comparison.threshold is not None and one.threshold_type is not None:
        sign = _sign(one.comparison.sign)
        threshold = value(replace(of[0], value=one.threshold, type=one.threshold_type))
        text += f" ({sign.format(threshold=threshold)})"
    return text


def _sign(sign: str) -> str:
    known = {
        "<": gettext("must be below {threshold}"),
        "≤": gettext("must be at most {threshold}"),
        ">": gettext("must be above {threshold}"),
        "≥": gettext("must be at least {threshold}"),
        "=": gettext("must be {threshold}"),
        "≠": gettext("must not be {threshold}"),
    }
    return known.get(sign, sign + " {threshold}")


@register.filter
def points(line: BillLine) -> str:
    """The points of a line, with their sign; from lowest to highest where they are not known."""
    if line.points is not None:
        return signed(line.points)
    return f"{signed(line.lowest)} … {signed(line.highest)}"


@register.filter
def total(bill: Bill) -> str:
    """The sum of a bill; from lowest to highest where something is not known."""
    if not bill.is_whole:
        return ""
    return str(bill.score) if bill.score is not None else f"{bill.lowest} … {bill.highest}"


@register.filter
def signed(number: int) -> str:
    """A number with its sign, as on a bill."""
    return f"+{number}" if number >= 0 else f"−{-number}"


@register.filter
def role(id_: str) -> str:
    """A role of the office in words."""
    known = {
        "social_worker": gettext("A social worker"),
        "supervisor": gettext("A supervisor of social workers"),
        "front_desk": gettext("A worker at the front desk"),
        "contact_centre": gettext("A worker of the contact centre"),
        "steward": gettext("A data steward"),
        "auditor": gettext("An auditor"),
        "commissioner": gettext("The digital commissioner"),
        "partner": gettext("A partner’s system"),
    }
    return known.get(id_, gettext("Staff of the office"))
