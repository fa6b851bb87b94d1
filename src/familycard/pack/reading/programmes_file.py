"""Reads ``programmes/<id>.yaml``: a social benefit or service with its conditions, amount and cases."""

from __future__ import annotations

from typing import Any

from familycard.pack.model import Amount, Case, Condition, Programme
from familycard.pack.reading.fields import Fields, Reading, entries_of, fault, items_of, text_of
from familycard.pack.reading.values import money
from familycard.pack.reading.yaml_places import Node, Text

STATUSES = ("eligible", "not_eligible", "cannot_tell", "not_in_force", "excluded")
FREQUENCIES = ("monthly", "one_off", "yearly")
_ROUNDINGS = ("up_to_unit", "half_up_to_unit", "down_to_unit", "exact", "up_to_tenge")
_NEEDS = [
    "application",
    "inspection",
    "contract",
    "medical_commission",
    "queue_or_quota",
    "local_budget",
    "consent",
    "account",
]
_KEYS = [
    "id",
    "title",
    "summary",
    "law",
    "verified",
    "unit",
    "payee",
    "in_force",
    "conditions",
    "amount",
    "kind",
    "route",
    "needs",
    "discretion",
    "received",
    "exclusive_with",
    "excluded_by",
    "counts_as_income",
    "income_tested",
    "cases",
]


def read_programme_file(node: Node, reading: Reading) -> Programme:
    """The programme; what it refers to is checked by the caller."""
    fields = Fields(node, "programme", _KEYS, reading)
    id_ = fields.id()
    fields.what = f"programme {id_}"
    in_force = fields.fields("in_force", ("from", "to")) if "in_force" in fields else None
    amount = _amount(fields.fields("amount", (*FREQUENCIES, "rounding"))) if "amount" in fields else None
    conditions = items_of(fields.node("conditions"), "conditions")
    return Programme(
        id=id_,
        title=fields.label("title"),
        summary=fields.optional_label("summary"),
        law=fields.text("law", ""),
        unit=fields.id("unit"),
        conditions=reading.each(conditions, lambda item: _condition(item, id_, reading)),
        verified=fields.boolean("verified", True),
        payee=fields.optional_id("payee"),
        in_force_from=in_force.optional_day("from") if in_force else None,
        in_force_to=in_force.optional_day("to") if in_force else None,
        amount=amount,
        kind=fields.choice("kind", ("money", "service", "rationed"), "money" if amount else "service"),
        route=fields.choice("route", ("proactive", "application"), "application"),
        needs=fields.choices("needs", _NEEDS),
        discretion=fields.boolean("discretion", False),
        received=fields.optional_id("received"),
        exclusive_with=fields.texts("exclusive_with"),
        excluded_by=fields.texts("excluded_by"),
        counts_as_income=fields.boolean("counts_as_income", False),
        income_tested=fields.boolean("income_tested", False),
        cases=reading.each(fields.items("cases"), lambda item: _case(item, id_, reading)),
        place=fields.place,
    )


def _condition(node: Node, programme: str, reading: Reading) -> Condition:
    keys = ("id", "when", "law", "label", "from", "to")
    fields = Fields(node, f"condition of {programme}", keys, reading)
    return Condition(
        id=fields.id(),
        when=fields.expression("when"),
        label=fields.label("label"),
        law=fields.text("law", ""),
        from_=fields.optional_day("from"),
        to=fields.optional_day("to"),
    )


def _amount(fields: Fields) -> Amount:
    frequencies = [frequency for frequency in FREQUENCIES if frequency in fields]
    if len(frequencies) != 1:
        raise fault(f"{fields.what}: give one of {', '.join(FREQUENCIES)}", fields.place)
    rounding = fields.choice("rounding", _ROUNDINGS, "exact")
    return Amount(
        expression=fields.expression(frequencies[0]),
        frequency=frequencies[0],
        rounding="up_to_unit" if rounding == "up_to_tenge" else rounding,
    )


def _case(node: Node, programme: str, reading: Reading) -> Case:
    fields = Fields(node, f"case of {programme}", ("name", "as_of", "facts", "expect"), reading)
    facts = entries_of(fields.node("facts"), "facts").entries if "facts" in fields else {}
    return Case(
        name=fields.text("name"),
        as_of=fields.day("as_of"),
        facts={name: _fact(name, content) for name, content in facts.items()},
        expect=_expectation(fields.fields("expect", ("status", "amount", "failed", "unknown")), reading),
        place=fields.place,
    )


def _fact(name: str, node: Node) -> str | None:
    """A fact as text, typed where it is used; an empty one or `unknown` is unknown."""
    if isinstance(node, Text) and (node.is_empty or (node.text == "unknown" and not node.is_quoted)):
        return None
    return text_of(node, name)


def _expectation(fields: Fields, reading: Reading) -> dict[str, Any]:
    """status; amount in minor units; failed and unknown as ids: only those that are named."""
    expect: dict[str, Any] = {"status": fields.choice("status", STATUSES)}
    if "amount" in fields:
        try:
            expect["amount"] = money(fields.text("amount"), reading.currency)
        except ValueError as error:
            raise fault(f"{fields.what}: `amount`: {error}", fields.at("amount")) from error
    for key in ("failed", "unknown"):
        if key in fields:
            expect[key] = fields.texts(key)
    return expect
