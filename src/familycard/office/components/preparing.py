"""What a component's template needs and its parameters only imply: parts of a date, limits of a text, columns.

Templates stay free of arithmetic: each function here takes the parameters of one component and gives what to add.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext

Parameters = Mapping[str, Any]


def summary_list(parameters: Parameters) -> dict[str, Any]:
    """Whether there is a column of actions: rows without any then keep its place empty."""
    return {"any_row_has_actions": any(row.get("actions") for row in parameters.get("rows", ()) if row)}


def service_navigation(parameters: Parameters) -> dict[str, Any]:
    """The places to go to; more than one of them fold behind a menu button on a phone."""
    places = [place for place in parameters.get("navigation") or () if place]
    return {
        "places": places,
        "is_collapsible": parameters.get("collapse_navigation_on_mobile", len(places) > 1),
        "is_section": any(parameters.get(part) for part in ("service_name", "start", "end")),
    }


def choices(parameters: Parameters) -> dict[str, Any]:
    """The items to choose from with their ids, and whether each is chosen: by `value`, `values` or its own word.

    The first id has no number, so that an error can link to the group by its name.
    """
    values = {str(value) for value in (parameters.get("value"), *(parameters.get("values") or ())) if value}
    own_id = parameters["own_id"]
    numbered = [
        (f"{own_id}-{n}" if n > 1 else own_id, item)
        for n, item in enumerate(parameters.get("items") or (), 1)
        if item
    ]
    return {"choices": [{"id": id, "is_chosen": _is_chosen(item, values), **item} for id, item in numbered]}


def _is_chosen(item: Parameters, values: set[str]) -> bool:
    said = item.get("checked", item.get("selected"))
    return bool(said) or (said is not False and str(item.get("value", item.get("text"))) in values)


def checkboxes(parameters: Parameters) -> dict[str, Any]:
    """A fieldset speaks for all its boxes; without one each box names the description itself."""
    return {**choices(parameters), "alone": "" if parameters.get("fieldset") else parameters["description"]}


def character_count(parameters: Parameters) -> dict[str, Any]:
    """The limit, what to say about it before any script runs, and the id of that message as a description."""
    words, characters = parameters.get("maxwords"), parameters.get("maxlength")
    unit = parameters.get("count_type") or ("words" if words else None)
    limit = words or characters
    described = " ".join(filter(None, (f"{parameters['own_id']}-info", *parameters["description"].split())))
    return {
        "limit": limit,
        "limits": {
            "data-maxlength": characters,
            "data-maxwords": words,
            "data-threshold": parameters.get("threshold"),
            "data-count-type": unit,
        },
        "message": _limit_message(parameters.get("textarea_description_text"), limit, unit == "words"),
        "described": described,
    }


def _limit_message(given: str | None, limit: int | None, counts_words: bool) -> str:
    """`%{count}` stands for the limit, as in the texts that the browser's script fills in."""
    if limit is None:
        return ""
    if given:
        return str(given).replace("%{count}", str(limit))
    if counts_words:
        return gettext("You can enter up to %(count)s words") % {"count": limit}
    return gettext("You can enter up to %(count)s characters") % {"count": limit}


WIDTHS = {"day": 2, "month": 2, "year": 4}
"""Digits of each part of a date, which are the width of its box."""


def date_input(parameters: Parameters) -> dict[str, Any]:
    """The boxes of a date; an error marks those that are said to be wrong, or all of them."""
    values = parameters.get("values") or {}
    own = {kind: parameters.get(kind, {"name": kind, "value": values.get(kind)}) for kind in WIDTHS}
    boxes = [box for box in parameters.get("items") or own.values() if box]
    all_are_wrong = bool(parameters.get("error_message")) and not any(_is_wrong(box) for box in boxes)
    return {"parts": [_date_part(parameters, box, own, all_are_wrong) for box in boxes]}


def _is_wrong(box: Parameters) -> bool:
    return bool(box.get("error")) or "govuk-input--error" in box.get("classes", "")


def _date_part(
    parameters: Parameters, box: Parameters, own: Parameters, all_are_wrong: bool
) -> dict[str, Any]:
    kind = _kind_of_part(box, own)
    name = box.get("name", kind or "")
    full_name = f"{parameters['name_prefix']}-{name}" if parameters.get("name_prefix") else name
    value = box.get("value", own[kind].get("value") if kind else None)
    return {
        **box,
        "name": full_name,
        "id": box.get("id") or f"{parameters.get('id')}-{name}",
        "label": box.get("label") or name.capitalize(),
        "value": (parameters.get("values") or {}).get(full_name) if value is None else value,
        "classes": " ".join(_classes_of_part(box, kind, all_are_wrong and box.get("error") is not False)),
    }


def _kind_of_part(box: Parameters, own: Parameters) -> str | None:
    """Day, month or year: the box itself, or one of the same name."""
    for kind in WIDTHS:
        if box is own[kind] or (box.get("name") and box["name"] in (kind, (own[kind] or {}).get("name"))):
            return kind
    return None


def _classes_of_part(box: Parameters, kind: str | None, is_wrong: bool) -> Iterator[str]:
    given = box.get("classes", "")
    if "govuk-input--error" not in given and (box.get("error") or is_wrong):
        yield "govuk-input--error"
    if "govuk-input--width-" not in given:
        yield f"govuk-input--width-{WIDTHS.get(kind or '', 2)}"
    if given:
        yield given


def panel(parameters: Parameters) -> dict[str, Any]:
    """Whether the panel interrupts with a question instead of confirming; then it has buttons and links."""
    is_interruption = "govuk-panel--interruption" in (parameters.get("classes") or "")
    actions = parameters.get("actions")
    return {
        "is_interruption": is_interruption,
        "actions_given": is_interruption and actions is not None,
        "choices": [_panel_action(action) for action in actions or ()],
    }


def _panel_action(action: Parameters) -> dict[str, Any]:
    if action.get("href") and action.get("type") != "button":
        return {**action, "is_link": True}
    classes = " ".join(filter(None, ("govuk-button--inverse", action.get("classes"))))
    return {"type": "button", **action, "classes": classes}


PREPARED: dict[str, Callable[[Parameters], dict[str, Any]]] = {
    "character_count": character_count,
    "checkboxes": checkboxes,
    "date_input": date_input,
    "panel": panel,
    "radios": choices,
    "select": choices,
    "service_navigation": service_navigation,
    "summary_list": summary_list,
}
"""Component → what to add to its parameters."""
