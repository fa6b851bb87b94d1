"""Reads ``office.yaml``: by which law the office looks at people, its terms, its working days and its words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from familycard.pack.office import (
    Calendar,
    Complaint,
    DayOff,
    DocumentTerm,
    Holiday,
    LegalTerm,
    OfficeRules,
    PlanMeasure,
)
from familycard.pack.place import Label
from familycard.pack.reading.fields import Fields, Reading, entries_of, fault, text_of, valid_id, whole_number
from familycard.pack.reading.yaml_places import Node

_KEYS = (
    *("purposes", "terms", "complaint", "known_years", "holidays", "days_off"),
    *("measures", "owners", "attributes", "documents"),
)
NEEDS = ("economic", "housing", "health", "education", "social", "family", "rights")
"""What a measure of a plan can be for: a sphere of need, the family's life together, or rights not used."""
DOCUMENTS = ("guardian", "proxy")
"""By what somebody can act for another."""
LEAP_YEAR = 2024


def read_office_file(node: Node, reading: Reading) -> OfficeRules:
    """What the pack says for its office."""
    fields = Fields(node, "office.yaml", _KEYS, reading)
    calendar = Calendar(
        known=tuple(_year(one) for one in fields.items("known_years")),
        holidays=reading.each(fields.items("holidays"), lambda item: _holiday(item, reading)),
        days_off=reading.each(fields.items("days_off"), lambda item: _day_off(item, reading)),
    )
    return OfficeRules(
        purposes={id_: text_of(law, id_) for id_, law in _entries(fields, "purposes")},
        terms={id_: _term(id_, one, reading) for id_, one in _entries(fields, "terms")},
        calendar=calendar,
        complaint=_complaint(fields),
        measures={id_: _measure(id_, one, reading) for id_, one in _entries(fields, "measures")},
        owners={name: _words(name, one, reading) for name, one in _entries(fields, "owners")},
        attributes={
            name: {
                value: _words(value, words, reading) for value, words in entries_of(one, name).entries.items()
            }
            for name, one in _entries(fields, "attributes")
        },
        documents=_documents(fields),
    )


def _entries(fields: Fields, key: str) -> Iterator[tuple[str, Node]]:
    if key in fields:
        yield from entries_of(fields.node(key), key).entries.items()


def _year(node: Node) -> int:
    text = text_of(node, "known_years")
    try:
        return whole_number(text)
    except ValueError as error:
        raise fault(f"`known_years`: {error}", node.place) from error


def _holiday(node: Node, reading: Reading) -> Holiday:
    fields = Fields(node, "holiday", ("month", "day", "name", "law", "moves", "verified"), reading)
    month, day = fields.integer("month"), fields.integer("day")
    try:
        date(LEAP_YEAR, month, day)
    except ValueError as error:
        raise fault(f"holiday: there is no day {day} of month {month}; mend it", fields.place) from error
    return Holiday(
        month=month,
        day=day,
        name=fields.text("name"),
        law=fields.text("law"),
        moves=fields.boolean("moves", False),
        verified=fields.boolean("verified", True),
    )


def _day_off(node: Node, reading: Reading) -> DayOff:
    fields = Fields(node, "day off", ("on", "name", "law", "verified"), reading)
    return DayOff(fields.day("on"), fields.text("name"), fields.text("law"), fields.boolean("verified", True))


def _term(id_: str, node: Node, reading: Reading) -> LegalTerm:
    fields = Fields(node, f"term {id_}", ("working_days", "law"), reading)
    days = fields.integer("working_days")
    if days < 1:
        raise fault(f"term {id_}: give it one working day or more, not {days}", fields.at("working_days"))
    return LegalTerm(days, fields.text("law"))


def _complaint(fields: Fields) -> Complaint:
    complaint = fields.fields("complaint", ("words", "law"))
    return Complaint(complaint.label("words"), complaint.text("law"))


def _measure(id_: str, node: Node, reading: Reading) -> PlanMeasure:
    keys = ("title", "need", "categories", "within_days", "law")
    fields = Fields(node, f"measure {valid_id(id_, 'measure', node.place)}", keys, reading)
    return PlanMeasure(
        title=fields.label("title"),
        need=fields.choice("need", NEEDS),
        categories=fields.text("categories"),
        within_days=fields.integer("within_days"),
        law=fields.text("law", ""),
    )


def _documents(fields: Fields) -> dict[str, DocumentTerm]:
    if "documents" not in fields:
        return {}
    documents = fields.fields("documents", DOCUMENTS)
    keys = ("longest_years", "unsaid_years", "until_majority", "law", "verified")
    return {one: _document(one, documents.fields(one, keys)) for one in DOCUMENTS if one in documents}


def _document(id_: str, fields: Fields) -> DocumentTerm:
    longest, unsaid = (_years(id_, fields, key) for key in ("longest_years", "unsaid_years"))
    if longest and unsaid and unsaid > longest:
        message = f"document {id_}: one that says no term would hold longer than one that does; mend it"
        raise fault(message, fields.at("unsaid_years"))
    return DocumentTerm(
        longest_years=longest,
        unsaid_years=unsaid,
        until_majority=fields.boolean("until_majority", False),
        law=fields.text("law"),
        verified=fields.boolean("verified", True),
    )


def _years(id_: str, fields: Fields, key: str) -> int | None:
    years = fields.optional_integer(key)
    if years is not None and years < 1:
        raise fault(f"document {id_}: give it one year or more, not {years}", fields.at(key))
    return years


def _words(name: str, node: Node, reading: Reading) -> Label:
    """Words by language; a name that is not given in a language stands as it is written."""
    fields = Fields(node, f"`{name}`", reading.languages, reading)
    return {language: fields.text(language, name) for language in reading.languages}
