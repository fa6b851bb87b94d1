"""A question has one form, which is its address; different questions are counted, the same one again is not."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from familycard.desk.counts import Counts, counts_of
from familycard.errors import UsageError
from familycard.office.accounts.models import User
from familycard.office.analyst.answers import TooManyQuestions, count_questions, rule
from familycard.office.analyst.models import AskedQuestion
from familycard.office.analyst.question import Question
from familycard.snapshot.reader import Reader


@pytest.fixture(scope="module")
def counts(reader: Reader) -> Counts:
    return counts_of(reader.snapshot, rule(), "family")


def canonical(counts: Counts, query: str) -> str:
    return Question.read(QueryDict(query), "family").canonical(counts).query()


def test_an_address_in_any_order_has_one_form_that_stays(counts: Counts) -> None:
    form = canonical(counts, "if=region:10&if=card.category:A&level=family&if=card.category:A")
    assert form == canonical(counts, "level=family&if=card.category:A&if=region:10")
    assert canonical(counts, form) == form


def test_ranges_that_touch_the_same_steps_are_the_same_question(counts: Counts) -> None:
    limits = [step.lowest for step in counts.vocabulary("income_month").steps if step.lowest]
    one, two = (canonical(counts, f"if=income_month:{limits[0] + more}..{limits[2]}") for more in (0, 1))
    assert one == two != canonical(counts, f"if=income_month:{limits[1]}..{limits[2]}")
    assert canonical(counts, one) == one


@pytest.mark.parametrize(
    "text", ["children", "children:", "children:none", "children:1..x", "nothing:1", "birth_date:1.."]
)
def test_what_is_no_condition_is_refused(counts: Counts, text: str) -> None:
    with pytest.raises(UsageError):
        canonical(counts, f"if={text}")


def test_ten_thousand_pairs_end_at_the_limit_of_questions(
    accounts: dict[str, User], settings: pytest.FixtureRequest
) -> None:
    settings.QUESTIONS_PER_DAY, settings.QUESTIONS_PER_SNAPSHOT = 40, 1_000
    analyst, asked = accounts["analyst"].pk, 0
    for pair in range(10_000):
        try:
            count_questions(analyst, "2025-12-31-a", [f"whole {pair}", f"less {pair}"])
        except TooManyQuestions as many:
            assert many.of == "day"
            break
        asked += 2
    assert asked == 40 == AskedQuestion.objects.filter(user_id=analyst).count()
    count_questions(analyst, "2025-12-31-a", ["whole 3"])
    count_questions(accounts["approver"].pk, "2025-12-31-a", ["whole 3"])


def test_days_do_not_add_up_beyond_the_limit_of_a_snapshot(
    accounts: dict[str, User], settings: pytest.FixtureRequest
) -> None:
    settings.QUESTIONS_PER_DAY, settings.QUESTIONS_PER_SNAPSHOT = 10, 15
    analyst = accounts["analyst"].pk
    count_questions(analyst, "one", [f"q{n}" for n in range(10)])
    AskedQuestion.objects.update(day="2025-01-01")
    with pytest.raises(TooManyQuestions, match="snapshot"):
        count_questions(analyst, "one", [f"r{n}" for n in range(6)])
    count_questions(analyst, "two", [f"r{n}" for n in range(6)])
