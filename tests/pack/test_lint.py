"""The lint finds every fault it can in one go, each by its rule."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from familycard.pack.lint import RULES, lint_pack

Break = Callable[[str, str, str], Path]

ALL_USES = "[score, programmes, family, check, statistics, display]"
USES = f"{{property: familycard.uses, value: {ALL_USES}}}, "
GROSS = f"name: gross, logicalType: number, required: true, customProperties: [{USES}"
GROSS_USES = GROSS.replace(ALL_USES, "[programmes, display]")
GROSS_SEALED = GROSS + "{property: familycard.sensitivity, value: sealed}, "
RELIGION = f"name: died_on, logicalType: date, customProperties: [{USES[:-2]}]}}\n      - {{name: religion"

BINS = "bins: wages_to_line, points: [{below: 0.5, points: -160}, {below: 1, points: -90}, {points: 60}]"
UNSEEN = """  unit: count
  card: false
- id: pupils
  label: {en: P, kk: P}
  sphere: education
  type: boolean
  formula: is_child
  card: false"""

NAMELESS = "      - name: person\n        physicalName: iin\n        logicalType: string\n"
NAMED = f"      - {{name: surname, logicalType: string, customProperties: [{USES[:-2]}]}}\n{NAMELESS}"

BREACHES = [
    # file, what stands there, what is put instead, rule, severity, what is said
    ("pack.yaml", 'is null"}', 'is null", confidential_address: is_child}', "use-is-permitted", "error",
     "what keeps an address confidential rests on population.birth_date"),
    ("parameters.yaml", ", law: Budget law 2026", "", "value-has-a-law", "error", "mrp from 2026-01-01"),
    ("programmes/other_aid.yaml", "law: Social Code art. 95\n", "", "programme-has-a-law", "error", "other_aid"),
    ("programmes/other_aid.yaml", ", law: art. 95(1)", "", "programme-has-a-law", "error", "condition `a_child`"),
    ("programmes/other_aid.yaml", "expect: {status: not_eligible}", "expect: {status: eligible}",
     "programme-has-cases", "error", "expects not_eligible"),
    ("programmes/other_aid.yaml", "name: No child", "name: One child", "cases-have-names", "error", "One child"),
    ("programmes/other_aid.yaml", "received: benefit_month\n", "", "exclusion-needs-receipt", "error", "no `received`"),
    ("programmes/other_aid.yaml", "unit: family\n", "unit: family\nkind: service\n", "money-has-an-amount", "error",
     "a service with an `amount`"),
    ("programmes/other_aid.yaml", "when: children >= 1", "when: need.category = 'E'", "category-is-no-law", "error",
     "no ground in law"),
    ("programmes/other_aid.yaml", "when: children >= 1", "when: childrn >= 1", "expressions-compile", "error",
     "Did you mean `children`?"),
    ("programmes/other_aid.yaml", "when: children >= 1", "when: children", "expressions-compile", "error", "integer"),
    ("programmes/other_aid.yaml", "round_money(factor * mrp, half_up)", "children", "expressions-compile", "error",
     "must be money"),
    ("programmes/other_aid.yaml", "round_money(factor * mrp, half_up)", "mrp / 2", "expressions-compile", "error", "/"),
    ("programmes/other_aid.yaml", "when: children >= 1", "when: programme.many_children.status = 'eligible'",
     None, None, ""),
    ("indicators/economic.yaml", "formula: money_div(wages_month, members, down)", "formula: wages_to_line",
     "expressions-compile", "error", "ratio"),
    ("indicators/economic.yaml", "formula: ratio(wages_per_member, line)",
     "formula: ratio(wages_to_line, wages_to_line)", "nothing-needs-itself", "error", "wages_to_line → wages_to_line"),
    ("indicators/economic.yaml", "  measured_in: times the line\n", "", "indicator-is-measured", "error", ""),
    ("indicators/family.yaml", "formula: age_years", "formula: died_on is null and age_years", "expressions-compile",
     "error", "died_on"),
    ("scorecards/need.yaml", "{below: 0.5,", "{below: 1.5,", "cuts-ascend", "error", "must ascend"),
    ("scorecards/need.yaml", "{below: 0.5,", "{below: 500 KZT,", "cuts-ascend", "error", "not a decimal number"),
    ("scorecards/need.yaml", "points: -20", "points: 0", "points-matter", "warning", "term many"),
    ("scorecards/need.yaml", "E: {below: 350}", "E: {below: 100}", "categories-can-be-reached", "warning",
     "category E is empty"),
    ("scorecards/need.yaml", BINS, "values: children, points: {1: 5, 2: 6}", "values-are-complete", "error", "no `otherwise`"),
    ("scorecards/need.yaml", "when: children >= 4", "when: area = '10'", "expressions-compile", "error", "area"),
    ("sources/wages.yaml", GROSS, GROSS_USES, "use-is-permitted", "error", "scorecard need rests on wages.gross"),
    ("sources/population.yaml", f"name: address, logicalType: string, customProperties: [{USES[:-2]}]",
     "name: address, logicalType: string, customProperties: [{property: familycard.uses, value: [display]}]",
     "use-is-permitted", "error", "unit family rests on population.address"),
    ("sources/wages.yaml", GROSS, GROSS_SEALED, "sealed-is-not-scored", "error", "wages.gross, which is sealed"),
    ("sources/wages.yaml", GROSS, GROSS_SEALED, "sealed-stays-sealed", "error", "indicator wages_month rests"),
    ("sources/population.yaml", "name: died_on", RELIGION, "column-is-used", "error", "population.religion"),
    ("sources/wages.yaml", NAMELESS + "        required: true\n", NAMED, "named-row-needs-its-person", "error",
     "wages.person may be blank"),
    ("sources/wages.yaml", NAMELESS, NAMED, "use-is-permitted", "error", "linking rows of wages rests on wages.surname"),
    ("sources/wages.yaml", GROSS, GROSS.replace(USES, ""), "column-says-its-uses", "error", "wages.gross lists no uses"),
    ("sources/wages.yaml", "  - {property: familycard.contact, value: wages@registers.example}\n", "",
     "contract-is-answered-for", "error", "whom to write to"),
    ("sources/wages.yaml", "description: {purpose: Tests}\n", "", "contract-is-answered-for", "error", "why it is needed"),
    ("sources/wages.yaml", "  - {property: frequency, value: 1, unit: m}\n", "", "contract-is-answered-for", "error",
     "how often it is sent"),
    ("indicators/family.yaml", "  unit: count", UNSEEN, "indicator-is-reached", "warning",
     "pupils"),
    ("units.yaml", "when: same_address and", "when: same_adress and", "expressions-compile", "error", "same_address"),
    ("checks.yaml", "when: is_child and", "when: is_child is null and", "expressions-compile", "error", "is_child"),
    ("statistics.yaml", "statistic.median_line", "statistic.poor_pct", "expressions-compile", "error", "poor_pct"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "rule", "severity", "said"), BREACHES)
def test_a_breach_is_found_by_its_rule(
    broken: Break, file: str, old: str, new: str, rule: str | None, severity: str | None, said: str
) -> None:
    findings = lint_pack(broken(file, old, new))
    if rule is None:
        assert [f for f in findings if f.severity == "error"] == []
        return
    found = [finding for finding in findings if finding.rule == rule and said in finding.message]
    assert found, [str(finding) for finding in findings]
    assert {finding.severity for finding in found} == {severity}
    assert all(finding.file and finding.line for finding in found)


def test_the_small_pack_has_only_the_warning_it_was_given(small_pack: Path) -> None:
    assert [finding.rule for finding in lint_pack(small_pack)] == ["value-is-verified"]


def test_one_run_finds_faults_of_the_format_and_of_the_rules(broken: Break) -> None:
    broken("parameters.yaml", "value: 4325 KZT", "value: 4325 EUR")
    broken("indicators/family.yaml", "type: boolean", "type: yes_or_no")
    broken("sources/births.yaml", "name: births", "nam: births")
    findings = lint_pack(broken("programmes/other_aid.yaml", ", law: art. 95(1)", ""))
    assert {Path(finding.file).name for finding in findings if finding.severity == "error"} >= {
        "parameters.yaml",
        "family.yaml",
        "births.yaml",
        "other_aid.yaml",
    }


def test_a_column_permitted_to_one_programme_serves_only_that_one(broken: Break) -> None:
    only = GROSS.replace(ALL_USES, "['programme:many_children', score, check, statistics, family, display]")
    broken("sources/wages.yaml", GROSS, only)
    assert not [f for f in lint_pack(broken("pack.yaml", "id: small", "id: small")) if f.severity == "error"]
    findings = lint_pack(
        broken("programmes/other_aid.yaml", "when: children >= 1", "when: wages_month > money '0 KZT'")
    )
    assert [f.rule for f in findings if f.severity == "error"] == ["use-is-permitted"]


def test_every_rule_says_what_it_asks() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.summary.endswith((".", "(`familycard.uses`).")) for rule in RULES)


DERIVED = """
      - name: paid_year
        logicalType: integer
        transformLogic: year_of(paid_month)
        customProperties: [{property: familycard.uses, value: []}]
    quality:
      - {type: custom, engine: familycard, name: recent, implementation: "RULE"}
"""


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("paid_month >= date '2000-01-01'", []),
        (
            "paid_year >= 2000",
            ["In `paid_year >= 2000`: `paid_year` is not known here."],
        ),
    ],
)
def test_a_row_rule_may_name_the_files_columns_and_no_derived_one(
    broken: Break, rule: str, said: list[str]
) -> None:
    benefit = "[{property: familycard.uses, value: [programmes, display]}, {property: familycard.type, value: money}]}"
    last = f"      - {{name: benefit, logicalType: number, required: true, customProperties: {benefit}"
    pack = broken("sources/wages.yaml", last, last + DERIVED.replace("RULE", rule))
    errors = [finding.message for finding in lint_pack(pack) if finding.rule == "expressions-compile"]
    assert [message.split(" Did you")[0] for message in errors] == said
