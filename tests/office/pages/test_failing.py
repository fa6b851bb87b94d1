"""When something breaks, whoever waits reads so in their language, whatever it is that broke."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection
from django.test import Client
from django.utils.translation import gettext, override


def away(*_: Any) -> None:
    """What every question to a database that is not there comes to."""
    raise OperationalError("the database is away")


@pytest.mark.django_db
@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_a_database_that_is_away_is_told_in_words(language: str) -> None:
    client = Client(raise_request_exception=False)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.force_login(get_user_model().objects.create(username="anybody", role="analyst"))
    with connection.execute_wrapper(away):
        answer = client.get("/analyst/segments/")
    said = answer.content.decode()
    with override(language):
        words = (
            gettext("Something broke on our side"),
            gettext("All data here are made up. Nobody on these pages exists."),
        )
    assert answer.status_code == 500
    assert f'<html lang="{language}"' in said and all(sentence in said for sentence in words)
    assert "the database is away" not in said
