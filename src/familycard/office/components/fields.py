"""Fields of Django's forms as components: the widget says which one, the field says its label, hint and errors.

A form is plain Django: labels, help texts and validation are where they always are. What a browser should know of a
control (`autocomplete`, `inputmode`, `spellcheck`) is written as attributes of its widget.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _


class ThreePartDate(forms.Widget):
    """A date as three boxes: people know their birthday as day, month and year, and pickers make them scroll.

    Use with `forms.DateField(widget=ThreePartDate())`; give `autocomplete="bday"` where the date is the reader's own
    birthday. What was typed comes back as it was typed when it is no date.
    """

    parts = ("day", "month", "year")
    birthday_parts = ("bday-day", "bday-month", "bday-year")

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> str:
        """Year-month-day for the field to read; empty if nothing was typed."""
        day, month, year = ((data.get(f"{name}-{part}") or "").strip() for part in self.parts)
        return f"{year}-{month}-{day}" if day or month or year else ""

    def value_omitted_from_data(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> bool:
        return all(f"{name}-{part}" not in data for part in self.parts)


def offer(form: forms.Form, name: str, choices: Iterable[tuple[str, str | Promise]]) -> None:
    """Let a field of a form be chosen from what is known only when the form is made."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def field_component(bound: forms.BoundField) -> tuple[str, dict[str, Any]]:
    """(component, its parameters) of a field."""
    widget = bound.field.widget
    if isinstance(widget, ThreePartDate):
        return "date_input", {**_of_group(bound), **_of_date(bound, widget)}
    if isinstance(widget, forms.CheckboxInput):
        return "checkboxes", _of_one_box(bound)
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes", {**_of_group(bound), "items": _choices(bound), "values": bound.value() or []}
    if isinstance(widget, forms.RadioSelect):
        return "radios", {**_of_group(bound), "items": _choices(bound), "value": bound.value()}
    return _of_one_control(bound, widget)


def _of_one_control(bound: forms.BoundField, widget: forms.Widget) -> tuple[str, dict[str, Any]]:
    """Boxes to type or choose in, one a field."""
    own = {**_common(bound), "label": str(bound.label)}
    if isinstance(widget, forms.Select):
        return "select", {**own, "items": _choices(bound), "value": bound.value()}
    if isinstance(widget, forms.FileInput):
        return "file_upload", own
    if isinstance(widget, forms.PasswordInput):
        return "password_input", own
    own["value"] = bound.value()
    if isinstance(widget, forms.Textarea):
        name = "character_count" if getattr(bound.field, "max_length", None) else "textarea"
        return name, {**own, "maxlength": getattr(bound.field, "max_length", None)}
    return "input", {**own, "type": _type_of(widget)}


def _type_of(widget: forms.Widget) -> str:
    """Numbers are typed in a box of text: a box of type `number` loses what is no number and changes on scrolling."""
    kind = getattr(widget, "input_type", "text")
    return "text" if kind == "number" else kind


ATTRIBUTES_WITH_A_PARAMETER = ("autocomplete", "autocapitalize", "inputmode", "pattern", "rows", "classes")
SHOWN_OTHERWISE = ("required", "cols", "maxlength", "minlength", "min", "max", "step", "class", "spellcheck")
"""Attributes of Django's widgets that the office does without: it checks on the server and says what is wrong."""


def _common(bound: forms.BoundField) -> dict[str, Any]:
    attributes = dict(bound.field.widget.attrs)
    own = {name: attributes.pop(name) for name in ATTRIBUTES_WITH_A_PARAMETER if name in attributes}
    if "spellcheck" in attributes:
        own["spellcheck"] = attributes["spellcheck"] in (True, "true")
    return {
        **own,
        "id": bound.auto_id or bound.html_name,
        "name": bound.html_name,
        "hint": bound.help_text or None,
        "error_message": ({"text": " ".join(str(error) for error in bound.errors)} if bound.errors else None),
        "disabled": bound.field.disabled,
        "attributes": {name: value for name, value in attributes.items() if name not in SHOWN_OTHERWISE},
    }


def _of_group(bound: forms.BoundField) -> dict[str, Any]:
    """Several controls under one question, which is the legend of their fieldset."""
    common = _common(bound)
    return {
        **common,
        "id_prefix": common["id"],
        "fieldset": {"legend": {"text": bound.label, "classes": "govuk-fieldset__legend--s"}},
    }


def _of_one_box(bound: forms.BoundField) -> dict[str, Any]:
    """A statement to agree to: its label stands beside the box."""
    common = _common(bound)
    box = {"value": "on", "text": bound.label, "checked": bool(bound.value())}
    return {**common, "id_prefix": common["id"], "items": [box]}


def _choices(bound: forms.BoundField) -> list[dict[str, Any]]:
    """The choices of a field in their order; groups of choices are laid flat."""
    return [{"value": value, "text": text} for value, text in _flat(getattr(bound.field, "choices", ()))]


def _flat(choices: Any) -> Iterator[tuple[str, Any]]:
    for value, text in choices:
        if isinstance(text, list | tuple):
            yield from _flat(text)
        else:
            yield str(value), text


def _of_date(bound: forms.BoundField, widget: ThreePartDate) -> dict[str, Any]:
    year, month, day = _typed_parts(bound.value())
    is_birthday = widget.attrs.get("autocomplete") == "bday"
    boxes = zip(
        widget.parts,
        (_("Day"), _("Month"), _("Year")),
        (day, month, year),
        widget.birthday_parts,
        strict=True,
    )
    return {
        "name_prefix": bound.html_name,
        "items": [
            {
                "name": part,
                "label": label,
                "value": value,
                "autocomplete": autocomplete if is_birthday else None,
            }
            for part, label, value, autocomplete in boxes
        ],
    }


def _typed_parts(value: Any) -> tuple[str, str, str]:
    """(year, month, day) as they stand in the boxes.

    >>> _typed_parts(date(2026, 3, 1)), _typed_parts("2026-13-"), _typed_parts(None)
    (('2026', '3', '1'), ('2026', '13', ''), ('', '', ''))
    """
    if isinstance(value, date):
        return str(value.year), str(value.month), str(value.day)
    year, month, day = (str(value or "").split("-", 2) + ["", "", ""])[:3]
    return year, month, day


def error_summary_parameters(form: forms.BaseForm) -> dict[str, Any]:
    """What is wrong, in the order of the form: each a link to its control, the form's own errors as they are."""
    own = [{"text": str(error)} for error in form.non_field_errors()]
    fields = [
        {"text": str(error), "href": f"#{_first_control(bound)}"} for bound in form for error in bound.errors
    ]
    return {"title": _("There is a problem"), "error_list": own + fields}


def _first_control(bound: forms.BoundField) -> str:
    own = bound.auto_id or bound.html_name
    return f"{own}-day" if isinstance(bound.field.widget, ThreePartDate) else own
