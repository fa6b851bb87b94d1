"""All strings stand in Kazakh and Russian, with the placeholders of the English ones."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog

from familycard.office.languages.words import LANGUAGES, apps, read, words_of

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")


def catalogues() -> list[tuple[str, str]]:
    return [(app.name, language) for app in apps() if words_of(app) for language in LANGUAGES]


@pytest.mark.parametrize(("app", "language"), catalogues())
def test_every_string_is_translated_with_its_placeholders(app: str, language: str) -> None:
    folder = next(one for one in apps() if one.name == app)
    file = folder / "locale" / language / "LC_MESSAGES" / "django.po"
    known = read(file, language) if file.exists() else Catalog(locale=language)
    for message in words_of(folder):
        if not message.id:
            continue
        found = known.get(message.id, message.context)
        forms = (
            [found.string] if found and isinstance(found.string, str) else list(found.string if found else [])
        )
        assert forms and all(forms), f"{file}: `{message.id}` has no translation; run `make words`"
        asked = message.id if isinstance(message.id, str) else message.id[-1]
        for form in forms:
            assert set(PLACEHOLDER.findall(form)) <= set(PLACEHOLDER.findall(asked)), form
            if isinstance(message.id, str):
                assert sorted(PLACEHOLDER.findall(form)) == sorted(PLACEHOLDER.findall(asked)), form
