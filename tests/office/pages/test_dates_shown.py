"""Days, moments and numbers are written as people of the page's language write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from familycard.office.pages.templatetags.shown import day, moment, number


@pytest.mark.parametrize(
    ("language", "on", "at", "many"),
    [
        ("kk", "2026 ж. 5 наурыз", "2026 ж. 5 наурыз, 14:30", "1 234 567"),
        ("ru", "5 марта 2026 г.", "5 марта 2026 г., 14:30", "1 234 567"),
        ("en", "5 March 2026", "5 March 2026, 14:30", "1,234,567"),
    ],
)
def test_a_day_a_moment_and_a_number_have_the_form_of_their_language(
    language: str, on: str, at: str, many: str
) -> None:
    def plain(text: str) -> str:
        return text.replace("\u00a0", " ").replace("\u202f", " ")

    with translation.override(language):
        assert plain(day(date(2026, 3, 5))) == on
        assert plain(moment(datetime(2026, 3, 5, 9, 30, tzinfo=UTC))) == at
        assert plain(number(1234567)) == many
