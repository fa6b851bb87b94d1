"""Money is written as people of the page's language write it."""

from __future__ import annotations

import pytest
from django.utils import translation

from familycard.office.pages.templatetags.shown import amount


@pytest.mark.parametrize(
    ("language", "whole", "with_minor"),
    [
        ("kk", "273 382 ₸", "1 000,50 ₸"),
        ("ru", "273 382 ₸", "1 000,50 ₸"),
        ("en", "273,382 KZT", "1,000.50 KZT"),
    ],
)
def test_an_amount_has_the_form_of_its_language(language: str, whole: str, with_minor: str) -> None:
    with translation.override(language):
        assert amount(27338200, "KZT", 2).replace("\u00a0", " ") == whole
        assert amount(100050, "KZT", 2).replace("\u00a0", " ") == with_minor
