"""The tags of pages: one a component, named after it. The README beside this folder has an example of each.

Three kinds. `{% tag … %}` stands alone; `{% details … %}…{% enddetails %}` holds prose; `{% tabs … %}` holds parts of
its own (`{% section … %}…{% endsection %}`). Parameters that begin with `data_`, `hx_` or `aria_` become attributes.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.safestring import SafeString

from familycard.office.components.fields import error_summary_parameters, field_component
from familycard.office.components.parts import PARTS
from familycard.office.components.rendering import render_component
from familycard.office.components.spoken import SPOKEN

register = template.Library()

ALONE = {
    "back_link": "href",
    "breadcrumbs": "items",
    "button": "text",
    "category": "letter",
    "character_count": "",
    "checkboxes": "",
    "date_input": "",
    "error_message": "text",
    "error_summary": "error_list",
    "exit_this_page": "redirect_url",
    "file_upload": "",
    "generic_header": "logo",
    "hint": "text",
    "input": "",
    "label": "text",
    "language_navigation": "items",
    "pagination": "items",
    "password_input": "",
    "radios": "",
    "select": "",
    "service_navigation": "navigation",
    "skip_link": "text",
    "stat": "value",
    "table": "rows",
    "tag": "text",
    "task_list": "items",
    "textarea": "",
}
"""Component that stands alone → what its first argument without a name is."""

AROUND_PROSE = (
    "data_table",
    "details",
    "feedback",
    "fieldset",
    "figure",
    "inset_text",
    "made_up_data",
    "notification_banner",
    "page_footer",
    "panel",
    "phase_banner",
    "stats",
    "warning_text",
)
"""Components around what stands between the tag and its end."""

BECOME_ATTRIBUTES = ("data_", "hx_", "aria_")


def component(name: str, parameters: dict[str, Any]) -> SafeString:
    """A component as pages use it: with its script's texts, and attributes written as parameters."""
    spoken = SPOKEN[name]() if name in SPOKEN else {}
    return render_component(name, spoken | with_attributes(parameters))


def with_attributes(parameters: dict[str, Any]) -> dict[str, Any]:
    """
    >>> with_attributes({"text": "Send", "hx_post": "/claims"})
    {'text': 'Send', 'attributes': {'hx-post': '/claims'}}
    """
    own = {name: value for name, value in parameters.items() if name.startswith(BECOME_ATTRIBUTES)}
    if not own:
        return parameters
    given = {name: value for name, value in parameters.items() if name not in own}
    named = {name.replace("_", "-"): value for name, value in own.items()}
    return {**given, "attributes": {**parameters.get("attributes", {}), **named}}


def tag_alone(name: str, first: str) -> None:
    def alone(*given: Any, **parameters: Any) -> SafeString:
        return component(name, {**dict(zip((first,), given, strict=False)), **parameters})

    register.simple_tag(alone, name=name)


def tag_around_prose(name: str) -> None:
    def around(content: SafeString, **parameters: Any) -> SafeString:
        return component(name, {"text": SafeString(content.strip()), **parameters})

    register.simple_block_tag(around, name=name)


def tag_of_part(name: str) -> None:
    def part(context: Context, content: SafeString, title: Any = "", **parameters: Any) -> str:
        context["component_parts"].append({"title": title, "text": SafeString(content.strip()), **parameters})
        return ""

    register.simple_block_tag(part, takes_context=True, name=name)


class PartsNode(Node):
    """A component made of parts: they gather in the context while what stands between the tags is rendered."""

    def __init__(self, name: str, parameters: dict[str, FilterExpression], between: NodeList) -> None:
        self.name, self.parameters, self.between = name, parameters, between

    def render(self, context: Context) -> SafeString:
        """The parts, then the component around them."""
        gather = PARTS[self.name]
        parameters = {name: value.resolve(context) for name, value in self.parameters.items()}
        with context.push(component_parts=[]):
            self.between.render(context)
            parts = [gather.part(part) for part in context["component_parts"]]
        return component(self.name, {gather.parameter: parts, **parameters})


def tag_around_parts(name: str) -> None:
    def around(parser: Parser, token: Token) -> PartsNode:
        parameters = token_kwargs(token.split_contents()[1:], parser)
        between = parser.parse((f"end{name}",))
        parser.delete_first_token()
        return PartsNode(name, parameters, between)

    register.tag(name, around)


for _name, _first in ALONE.items():
    tag_alone(_name, _first)
for _name in AROUND_PROSE:
    tag_around_prose(_name)
for _name in PARTS:
    tag_around_parts(_name)
for _name in {gather.tag for gather in PARTS.values()}:
    tag_of_part(_name)


@register.simple_tag
def field(bound: BoundField, **parameters: Any) -> SafeString:
    """The control of a form's field, chosen by its widget: `{% field form.birth_date %}`."""
    name, own = field_component(bound)
    return component(name, own | parameters)


@register.simple_tag
def errors_of(form: BaseForm, **parameters: Any) -> SafeString:
    """What is wrong with a form, at the top of its page, each line a link to its control; nothing if all is well."""
    return (
        component("error_summary", error_summary_parameters(form) | parameters)
        if form.errors
        else SafeString()
    )
