"""Components that are made of parts, written on a page one under the other between the tag and its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Part = dict[str, Any]
"""`title`, the first argument of the part's tag; `text`, what stands between it and its end; the other arguments."""


@dataclass(frozen=True)
class Parts:
    """How the parts of a component become one of its parameters."""

    tag: str
    parameter: str
    part: Callable[[Part], Part]


def accordion_section(part: Part) -> Part:
    return {**part, "heading": part["title"], "content": part["text"]}


def tab(part: Part) -> Part:
    return {**part, "label": part["title"], "panel": part["text"]}


def summary_row(part: Part) -> Part:
    """With `href` and `action`, a row has a link to change it; its name is read with the key of the row."""
    row = {"key": part["title"], "value": part["text"], "classes": part.get("classes")}
    if part.get("href"):
        link = {
            "href": part["href"],
            "text": part["action"],
            "visually_hidden_text": str(part["title"]).lower(),
        }
        row["actions"] = [link]
    return row


def as_written(part: Part) -> Part:
    return part


PARTS = {
    "accordion": Parts("section", "items", accordion_section),
    "bill": Parts("line", "lines", as_written),
    "summary_list": Parts("row", "rows", summary_row),
    "tabs": Parts("section", "items", tab),
    "timeline": Parts("event", "events", as_written),
}
"""Component → its parts."""
