"""Reads ``pack.yaml``: country, languages, currency, identifiers, people, age rule, card."""

from __future__ import annotations

import re
from dataclasses import dataclass

from familycard.pack.model import IdentifierKind, Label, PeopleRule
from familycard.pack.reading.fields import Fields, Reading, entries_of, fault, items_of, text_of, valid_id
from familycard.pack.reading.values import Currency
from familycard.pack.reading.yaml_places import Entries, Node

CHECKSUMS = ("none", "kz_iin", "kz_bin", "iban", "mod97")
_KEYS = ("id", "title", "country", "languages", "currency", "identifiers", "people", "age", "card")
_PEOPLE_KEYS = ("source", "identifier", "resident", "confidential_address")


@dataclass(frozen=True)
class PackFile:
    """What ``pack.yaml`` says."""

    id: str
    title: Label
    country: str
    identifiers: dict[str, IdentifierKind]
    people: PeopleRule
    leap_day: str
    card_unit: str
    card_scorecard: str | None


def read_pack_file(node: Node, reading: Reading) -> PackFile:
    """The pack's frame; sets the languages and the currency of `reading` for all other files."""
    fields = Fields(node, "pack.yaml", _KEYS, reading)
    reading.languages = _languages(fields)
    reading.currency = _currency(fields)
    card = fields.fields("card", ("unit", "scorecard"))
    country = fields.text("country")
    if re.fullmatch("[A-Z]{2}", country) is None:
        raise fault(f"`country` is `{country}`; use two letters of ISO 3166, as KZ", fields.at("country"))
    age = fields.fields("age", ("leap_day",)) if "age" in fields else None
    return PackFile(
        id=fields.id(),
        title=fields.label("title"),
        country=country,
        identifiers=_identifiers(entries_of(fields.node("identifiers"), "identifiers"), reading),
        people=_people(fields.fields("people", _PEOPLE_KEYS)),
        leap_day=age.choice("leap_day", ("feb_28", "mar_01")) if age else "mar_01",
        card_unit=card.id("unit"),
        card_scorecard=card.optional_id("scorecard"),
    )


def _languages(fields: Fields) -> tuple[str, ...]:
    languages = tuple(text_of(node, "languages") for node in items_of(fields.node("languages"), "languages"))
    for language in languages:
        if re.fullmatch("[a-z]{2,3}", language) is None:
            raise fault(f"`{language}` is not a language code as `kk`", fields.at("languages"))
    if not languages or len(set(languages)) < len(languages):
        raise fault("`languages` must name each language once, the default first", fields.at("languages"))
    return languages


def _currency(fields: Fields) -> Currency:
    currency = fields.fields("currency", ("code", "minor_digits"))
    code, digits = currency.text("code"), currency.integer("minor_digits")
    if re.fullmatch("[A-Z]{3}", code) is None or not 0 <= digits <= 4:
        raise fault("`currency` needs a code of ISO 4217 and 0 to 4 minor digits", currency.place)
    return Currency(code, digits)


def _identifiers(entries: Entries, reading: Reading) -> dict[str, IdentifierKind]:
    kinds = {}
    for kind, node in entries.entries.items():
        with reading.going_on():
            fields = Fields(node, f"identifier {kind}", ("title", "pattern", "checksum"), reading)
            kinds[kind] = IdentifierKind(
                id=valid_id(kind, "identifier", node.place),
                title=fields.label("title"),
                pattern=_pattern(fields),
                checksum=fields.choice("checksum", CHECKSUMS, "none"),
            )
    return kinds


def _pattern(fields: Fields) -> str:
    pattern = fields.text("pattern")
    try:
        re.compile(pattern)
    except re.error as error:
        raise fault(f"`pattern` is not a regular expression: {error}", fields.at("pattern")) from error
    return pattern


def _people(fields: Fields) -> PeopleRule:
    return PeopleRule(
        fields.id("source"),
        fields.id("identifier"),
        fields.optional_expression("resident"),
        fields.optional_id("confidential_address"),
        fields.at("source"),
    )
