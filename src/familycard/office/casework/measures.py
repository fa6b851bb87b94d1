"""Measures of an individual plan: those of the country pack, chosen by the category and the needs of the family."""

from __future__ import annotations

from collections.abc import Iterable

from familycard.office.cards.current import current
from familycard.office.pages.templatetags.shown import label
from familycard.pack.office import PlanMeasure


def suited(category: str | None, needs: Iterable[str] = ()) -> dict[str, PlanMeasure]:
    """The measures for a category, those for the named needs first; all of them where the category is not known."""
    wanted = frozenset(needs)
    fitting = {
        i: m for i, m in current().rules().measures.items() if not category or category in m.categories
    }
    return dict(sorted(fitting.items(), key=lambda item: item[1].need not in wanted))


def measure_title(id_: str) -> str:
    """A measure's title in the page's language; its id where the pack no longer has it."""
    found = current().rules().measures.get(id_)
    return label(found.title) if found else id_
