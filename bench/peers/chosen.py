"""What is asked of each: 20 indicators of packs/kz and 10 rules, as the pack says them.

The rules are programmes of the pack with those of their conditions, or those parts of them, that
rest on the 20 indicators alone. `with_polars.py` and `with_pandas.py` say the same by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from familycard.pack.loader import load_pack
from familycard.pack.model import Amount, Condition, Expression, Pack, Programme

PACK = Path(__file__).parents[2] / "packs" / "kz"
AS_OF = date(2025, 12, 31)
UNIT = "family"

INDICATORS = (
    "wages_month",
    "self_employment_month",
    "rental_income_month",
    "alimony_month",
    "pensions_month",
    "disability_payments_month",
    "survivor_payments_month",
    "family_payments_month",
    "other_payments_month",
    "assistance_month",
    "counted_income_month",
    "counted_income_per_member",
    "has_earnings",
    "is_minor",
    "has_disability",
    "is_disabled_child",
    "disabled_children",
    "dwelling_share",
    "working_cars",
    "debts_to_lenders",
)
ATTRIBUTES = ("birth_date", "citizenship", "died_on", "left_on")
"""What the indicators and rules need of the people source."""


@dataclass(frozen=True)
class Chosen:
    """A rule: the conditions that all must hold, and the amount."""

    subject: str
    conditions: tuple[str, ...]
    amount: str | None = None


_CITIZEN = "citizenship in ('KZ', 'kandas')"
RULES: Mapping[str, Chosen] = {
    "asp_unconditional": Chosen(
        UNIT,
        (
            "counted_income_per_member < asp_line",
            "dwelling_share < 1 + smallest_counted_share",
            "working_cars <= 1 or disabled_children >= 1",
        ),
        "members * asp_line - counted_income_month",
    ),
    "fuel_and_utilities_aid": Chosen(
        UNIT, ("counted_income_per_member < local_aid_minimums * subsistence_minimum",)
    ),
    "disabled_child_allowance": Chosen(
        UNIT,
        ("disabled_children >= 1",),
        "disabled_children * 100 * money_div(1.61 * subsistence_minimum, 100, up)",
    ),
    "housing_assistance": Chosen(UNIT, ("dwelling_share < 1 + smallest_counted_share", "dwelling_share > 0")),
    "out_of_court_bankruptcy": Chosen(
        "person",
        (
            "debts_to_lenders > money '0 KZT'",
            "debts_to_lenders <= 1600 * mrp",
            "dwelling_share = 0 and working_cars = 0",
        ),
    ),
    "job_quota": Chosen("person", (_CITIZEN, "not is_minor", "not has_earnings", "has_disability")),
    "technical_aids": Chosen("person", (_CITIZEN, "has_disability")),
    "home_schooling_reimbursement": Chosen(
        "person", ("is_disabled_child",), "4 * home_schooling_quarter_mrp * mrp"
    ),
    "school_fund": Chosen(
        "person",
        (
            "is_minor",
            "family.assistance_month > money '0 KZT' or family.counted_income_per_member < subsistence_minimum",
        ),
        "1 * subsistence_minimum",
    ),
    "free_public_transport": Chosen("person", ("has_disability or family.disabled_children >= 1",)),
}
PARAMETERS = (
    "asp_line",
    "smallest_counted_share",
    "local_aid_minimums",
    "subsistence_minimum",
    "mrp",
    "home_schooling_quarter_mrp",
)


def chosen_pack() -> Pack:
    """packs/kz with nothing but the chosen indicators, their sources, and the chosen rules."""
    pack = load_pack(PACK)
    indicators = {id_: pack.indicators[id_] for id_ in INDICATORS}
    people = pack.sources[pack.people.source]
    wanted = {pack.people.source, *(i.source for i in indicators.values() if i.source)}
    sources = {id_: source for id_, source in pack.sources.items() if id_ in wanted}
    columns = tuple(c for c in people.columns if c.identifies or c.name in ATTRIBUTES)
    return replace(
        pack,
        sources=sources | {people.id: replace(people, columns=columns)},
        units={UNIT: pack.units[UNIT]},
        indicators=indicators,
        programmes={id_: _programme(pack.programmes[id_], rule) for id_, rule in RULES.items()},
        scorecards={},
        checks={},
        statistics={},
    )


def _programme(programme: Programme, rule: Chosen) -> Programme:
    return replace(
        programme,
        unit=rule.subject,
        conditions=tuple(
            Condition(f"condition_{number}", Expression(text), {}, programme.law)
            for number, text in enumerate(rule.conditions)
        ),
        amount=Amount(Expression(rule.amount), "monthly", "up_to_unit") if rule.amount else None,
        received=None,
        exclusive_with=(),
        excluded_by=(),
    )
