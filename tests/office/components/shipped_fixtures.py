"""The fixtures that GOV.UK Frontend ships, in the parameters of our components."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.safestring import mark_safe

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = ROOT / "node_modules/govuk-frontend/dist/govuk/components"
RENAMED = {"titleText": "title", "summaryText": "summary", "logoText": "logo", "ariaLabel": "label"}
MARKUP = {
    "html": "text",
    "titleHtml": "title",
    "summaryHtml": "summary",
    "descriptionHtml": "description_text",
    "logoHtml": "logo",
}
"""Names of markup → ours: text that is marked as safe."""
DEFAULTS: dict[str, dict[str, Any]] = {"exit_this_page": {"redirect_url": "https://www.bbc.co.uk/weather"}}
"""What the package assumes and ours has to be told, because the weather of another country is of no use."""


def shipped_components() -> set[str]:
    """The names of the package's components, in our spelling."""
    return {folder.parent.name.replace("-", "_") for folder in SHIPPED.glob("*/fixtures.json")}


def fixtures(component: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    """(name, our parameters, expected HTML) of each fixture of a component."""
    file = SHIPPED / component.replace("_", "-") / "fixtures.json"
    for fixture in json.loads(file.read_text(encoding="utf-8"))["fixtures"]:
        yield fixture["name"], DEFAULTS.get(component, {}) | parameters(fixture["options"]), fixture["html"]


def parameters(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options of the package as parameters of ours: snake case, and markup as safe text."""
    ours: dict[str, Any] = {}
    for name, value in options.items():
        if name in PARTS:
            ours |= PARTS[name](value)
        elif name not in MARKUP:
            ours[RENAMED.get(name) or snake(name)] = converted(value)
    return ours | {
        ours_name: mark_safe(options[name]) for name, ours_name in MARKUP.items() if options.get(name)
    }


def actions(value: Mapping[str, Any]) -> dict[str, Any]:
    """`actions: {items, classes}` of the package is `actions`, `actions_classes` with us."""
    ours = parameters(value)
    return {"actions": ours.pop("items", []), **{f"actions_{name}": part for name, part in ours.items()}}


def slots(value: Mapping[str, Any]) -> dict[str, Any]:
    """`slots: {start, end}` of the package, which are markup, are `start` and `end` with us."""
    end = value.get("end")
    if isinstance(end, Mapping):
        value = {**value, "end": end["html"], "end_is_inline": end.get("align") == "inline"}
    return {snake(name): mark_safe(part) if isinstance(part, str) else part for name, part in value.items()}


def attributes(values: Any) -> dict[str, Any]:
    """The package writes every attribute unless it is optional; ours leaves out None and False."""
    return {"attributes": {name: attribute(value) for name, value in values.items()}}


def attribute(value: Any) -> Any:
    if isinstance(value, Mapping):
        return value["value"] if value.get("optional") else attribute(value["value"])
    return "" if value is None else as_script(value)


def as_script(value: Any) -> Any:
    """True and False in the letters of JavaScript."""
    return str(value).lower() if isinstance(value, bool) else value


PARTS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "actions": actions,
    "slots": slots,
    "attributes": attributes,
    "value": lambda value: {"value": as_script(converted(value))},
    "visuallyHiddenText": lambda text: {"visually_hidden_text": text or False},
}


def converted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return parameters(value)
    if isinstance(value, list):
        return [converted(item) for item in value]
    return value


def snake(name: str) -> str:
    """
    >>> snake("errorMessage")
    'error_message'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
