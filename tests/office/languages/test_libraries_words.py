"""What Django says of a form that is filled in wrongly is said in the page's language, where Django has no words as well."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django import forms
from django.contrib.auth.password_validation import get_default_password_validators
from django.core.exceptions import ValidationError
from django.utils import translation

from familycard.office.languages.words import apps

SHOWN = {"limit_value": 7, "show_value": 9, "value": "x", "max": 7, "length": 9}
"""What a message may have places for."""


def fields() -> Iterator[tuple[str, forms.Field]]:
    """The fields of all our forms, by the form's and the field's name."""
    for app in apps():
        if not (app / "forms.py").exists():
            continue
        module = import_module(f"familycard.office.{app.name}.forms")
        for form in vars(module).values():
            if isinstance(form, type) and issubclass(form, forms.BaseForm):
                yield from ((f"{form.__name__}.{name}", one) for name, one in form.base_fields.items())


def messages(field: forms.Field) -> Iterator[Any]:
    """What Django may say of a field."""
    yield from field.error_messages.values()
    yield from (validator.message for validator in field.validators if hasattr(validator, "message"))


def said(message: Any, language: str) -> str:
    """A message in a language; one that counts says its number's form."""
    with translation.override(language):
        try:
            return str(message % SHOWN)
        except (KeyError, TypeError, ValueError):
            return str(message)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_error_of_a_field_is_in_english(language: str) -> None:
    found = {name: [said(one, "en") for one in messages(field)] for name, field in fields()}
    assert len(found) > 40
    english = [
        (name, said(one, "en"))
        for name, field in fields()
        for one in messages(field)
        if said(one, "en") and said(one, language) == said(one, "en")
    ]
    assert english == []


def refusal(rule: Any) -> str:
    """What a rule says of a password that most of them refuse."""
    try:
        rule.validate("123")
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_rule_of_passwords_is_in_english(language: str) -> None:
    for rule in get_default_password_validators():
        with translation.override("en"):
            english = rule.get_help_text(), refusal(rule)
        with translation.override(language):
            ours = rule.get_help_text(), refusal(rule)
        assert all(one != other or not one for one, other in zip(english, ours, strict=True)), english
