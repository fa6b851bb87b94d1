"""`docs/office.md` tells how guessing is hindered, in the numbers that hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from allauth.account import app_settings
from django.conf import settings

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "office.md").read_text(encoding="utf-8")
NUMBERS = {5: "five", 10: "ten", 0.25: "a quarter of an hour", 12: "12"}


@pytest.mark.parametrize(
    "told",
    [
        f"{NUMBERS[settings.AXES_FAILURE_LIMIT]} wrong passwords for one name from one address",
        f"close that pair for {NUMBERS[settings.AXES_COOLOFF_TIME]}",
        f"can be tried {settings.NINJA_DEFAULT_THROTTLE_RATES['token'].partition('/')[0]} times a minute",
        f"({settings.AUTH_PASSWORD_VALIDATORS[0]['OPTIONS']['min_length']} characters or more",
    ],
)
def test_a_limit_is_told_as_it_is(told: str) -> None:
    assert told in DOCUMENT or told[0].upper() + told[1:] in DOCUMENT


def test_the_librarys_limits_are_told_as_they_are() -> None:
    assert "10/m/ip" in app_settings.RATE_LIMITS["login_failed"]
    assert "Ten wrong passwords a minute from one address, whatever the names" in DOCUMENT
    assert "5/300s/key" in app_settings.RATE_LIMITS["login_failed"]
    assert "limited to five in five minutes for an account" in DOCUMENT
