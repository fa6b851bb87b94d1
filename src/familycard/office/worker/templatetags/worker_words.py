"""Words for ids in templates: `{{ words|of:id }}` and `{{ step.measure|measure }}`."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from familycard.office.cards.files import is_unused
from familycard.office.casework.measures import measure_title

register = template.Library()
register.filter("measure", measure_title)
register.filter("is_unused", is_unused)


@register.filter
def of(words: Mapping[str, str], id_: str) -> str:
    """The word for an id; the id itself where there is none, so that a new one of a pack is seen."""
    return str(words.get(id_, id_))
