"""Filters for the templates of components alone; pages use the tags of `components`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def words(part: Any) -> Any:
    """The text of a part, which is a text itself or a mapping with `text`.

    >>> words("Name"), words({"text": "Name", "classes": "x"}), words(None)
    ('Name', 'Name', '')
    """
    if isinstance(part, Mapping):
        part = part.get("text")
    return "" if part is None else part


@register.filter
def is_markup(text: object) -> bool:
    """Whether a text was made as HTML: then it stands as it is, where plain text would get a paragraph."""
    return isinstance(text, SafeString)


@register.filter
def spaced(classes: str | None) -> str:
    """Further classes after the first one.

    >>> spaced("govuk-tag--red"), spaced(None)
    (' govuk-tag--red', '')
    """
    return f" {classes}" if classes else ""


@register.filter
def attributes(values: Mapping[str, Any] | None) -> SafeString:
    """HTML attributes; those that are None or False are left out, True stands without a value.

    >>> attributes({"data-step": 1, "hidden": True, "lang": None})
    ' data-step="1" hidden'
    """
    given = [
        (name, value) for name, value in (values or {}).items() if value is not None and value is not False
    ]
    return format_html_join("", "{}", ((_attribute(name, value),) for name, value in given))


def _attribute(name: str, value: Any) -> SafeString:
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)


@register.filter
def spoken_by_scripts(message: Any, key: str) -> SafeString:
    """A text that the browser's script will show, or one for each plural form, as data attributes.

    >>> spoken_by_scripts({"one": "One left", "other": "%{count} left"}, "under-limit")
    ' data-i18n.under-limit.one="One left" data-i18n.under-limit.other="%{count} left"'
    """
    if not message:
        return SafeString("")
    if not isinstance(message, Mapping):
        return format_html(' data-i18n.{}="{}"', key, conditional_escape(message))
    return format_html_join(
        "", ' data-i18n.{}.{}="{}"', ((key, form, text) for form, text in message.items())
    )
