"""An explanation says what the decision says, contests facts and never gives advice on how to live."""

from __future__ import annotations

import json
import operator
import re

import pytest
from made_up import MadeUp

from familycard.cli.card_json import card_json
from familycard.cli.card_text import card_lines
from familycard.cli.words import Words
from familycard.pack.dependencies import expression_names
from familycard.programmes.explain import CANNOT_TELL, NO, YES, ConditionResult
from familycard.snapshot.reader import Card, Reader

FAMILIES = 6
SIGNS = {
    "<": operator.lt, "<=": operator.le, "≤": operator.le, ">": operator.gt, ">=": operator.ge, "≥": operator.ge,
    "=": operator.eq, "<>": operator.ne, "≠": operator.ne,
}  # fmt: skip
ADVICE = {
    "en": ("divorc", "separate", "another child", "have a child", "have children", "sell", "work less", "quit", "resign",
           "give up", "move out"),
    "ru": ("развод", "развест", "разойти", "родить", "завести ребён", "ещё одного ребён", "продать", "продайте",
           "меньше работ", "уволить", "увольт", "уйти с работы", "съехать"),
    "kk": ("ажырас", "тағы бала", "бала туу", "бала туып", "сатыңыз", "сату", "аз жұмыс", "жұмыстан шығ", "көшіп кет"),
}  # fmt: skip


@pytest.fixture(scope="module")
def reader(country: MadeUp) -> Reader:
    return Reader.open(country.snapshot)


@pytest.fixture(scope="module")
def cards(reader: Reader) -> list[Card]:
    """Families spread over the whole country, large and small, and some of unknown composition."""
    units = reader.snapshot.engine.rows(
        "(select unit from values_family where not composition_known order by unit limit 1) union all"
        f" (select unit from values_family where composition_known order by hash(unit) limit {FAMILIES})"
    )
    return [reader.card(unit) for (unit,) in units]


@pytest.fixture(scope="module")
def conditions(reader: Reader, cards: list[Card]) -> list[ConditionResult]:
    """Every condition of every programme of these families and their members."""
    rights = [right for card in cards for right in card.rights if right.status != "not_in_force"]
    return [one for right in rights for one in reader.explain(right).conditions]


def test_each_comparison_is_answered_as_its_value_and_threshold_say(
    conditions: list[ConditionResult],
) -> None:
    looked_at = 0
    for condition in conditions:
        for one in condition.compared:
            holds = SIGNS.get(one.comparison.sign)
            if holds is None or one.threshold is None or one.threshold_type is None:
                continue
            scale, other = one.type.scale, one.threshold_type.scale
            if one.value is None:
                assert one.answer == CANNOT_TELL
                continue
            if isinstance(one.value, int) and not isinstance(one.value, bool):
                value, threshold = one.value * 10**other, one.threshold * 10**scale
            else:
                value, threshold = one.value, one.threshold
            assert one.answer == (YES if holds(value, threshold) else NO), one
            looked_at += 1
    assert looked_at > 100


def test_each_condition_is_answered_as_its_comparisons_say(conditions: list[ConditionResult]) -> None:
    looked_at = {YES: 0, NO: 0, CANNOT_TELL: 0}
    for condition in conditions:
        answers = {one.answer for one in condition.compared}
        text = condition.condition.when.text
        if condition.is_withheld or not answers or re.search(r"\b(not|case)\b", text):
            continue
        if not re.search(r"\bor\b", text):
            expected = NO if NO in answers else CANNOT_TELL if CANNOT_TELL in answers else YES
        elif not re.search(r"\b(and|between)\b", text):
            expected = YES if YES in answers else CANNOT_TELL if CANNOT_TELL in answers else NO
        else:
            continue
        assert condition.answer == expected, condition
        looked_at[expected] += 1
    assert min(looked_at.values()) >= 3


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_what_would_change_an_answer_is_never_advice_on_how_to_live(
    reader: Reader, cards: list[Card], language: str
) -> None:
    words = Words(reader.pack, language)
    lines = [line for card in cards[:3] for line in card_lines(reader, card, words, explain=True)]
    arrows = [line.lower() for line in lines if "→" in line]
    assert len(arrows) > 8
    assert [line for line in arrows if any(word in line for word in ADVICE[language])] == []


def test_a_card_for_machines_has_nobodys_number(reader: Reader, cards: list[Card], country: MadeUp) -> None:
    engine = reader.snapshot.engine
    identifiers = {row[0] for row in engine.rows("select value from serve.identifiers")}
    for card in cards[:3]:
        shown = card_json(reader, card, explain=True)
        text = json.dumps(shown, ensure_ascii=False, default=str)
        assert not identifiers & set(re.findall(r"\d{12}", text))
        assert not {"person", "unit", "iin", "key"} & set(_keys(shown))
        assert len(shown["members"]) == len(card.members)


def _keys(value: object) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(key for one in value.values() for key in _keys(one))]
    return [key for one in value for key in _keys(one)] if isinstance(value, list | tuple) else []


def test_no_explanation_names_what_is_sealed_and_one_that_rests_on_it_says_so_to_everybody(
    conditions: list[ConditionResult], country: MadeUp
) -> None:
    sealed = {id_ for id_, one in country.pack.indicators.items() if one.sensitivity == "sealed"}
    assert {"is_registered_pregnant", "is_held"} <= sealed
    for condition in conditions:
        shown = {name.rpartition(".")[2] for c in condition.compared for name in c.comparison.names}
        assert (shown | condition.names) & sealed == set()
        rests_on = {name.rpartition(".")[2] for name in expression_names(condition.condition.when)}
        assert condition.is_withheld == bool(rests_on & sealed)
    assert any(condition.is_withheld for condition in conditions)
