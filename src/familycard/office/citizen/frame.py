"""What every page of a citizen's family shows: whose it is, and how its category is made."""

from __future__ import annotations

from typing import Any

from familycard.office.cards.family import Family


def framed(family: Family, **shown: Any) -> dict[str, Any]:
    """The context of a page about a family."""
    about = next(member for member in family.members if member.is_subject)
    return {
        "family": family,
        "about": about,
        "is_for_another": family.access.about.reference != family.access.viewer.person,
        **shown,
    }
