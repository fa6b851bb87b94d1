"""One component from its parameters: the template of its name, with what it says of itself worked out.

Parameters are those of the package's fixtures in snake case, with two simplifications. There is no `html` beside
`text`: Django escapes a text unless it is marked as safe, so one name serves both. Where a part has only a text, the
text itself may stand for it: `hint="As in your passport"`.
"""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from familycard.office.components.preparing import PREPARED, Parameters


def render_component(name: str, parameters: Parameters) -> SafeString:
    """The HTML of a component, say `render_component("tag", {"text": "New"})`."""
    context = {**parameters, **_identity(parameters)}
    if name in PREPARED:
        context |= PREPARED[name](context)
    return render_to_string(f"components/{name}.html", context)


def _identity(parameters: Parameters) -> dict[str, Any]:
    """The id of a form control and the ids of what describes it: the texts before, its hint and its error.

    A screen reader reads what `aria-describedby` names, in this order.
    """
    own = parameters.get("id") or parameters.get("id_prefix") or parameters.get("name") or ""
    before = (parameters.get("fieldset") or {}).get("described_by") or parameters.get("described_by")
    hint = f"{own}-hint" if parameters.get("hint") else ""
    error = f"{own}-error" if parameters.get("error_message") else ""
    return {"own_id": own, "description": " ".join(filter(None, (before, hint, error)))}
