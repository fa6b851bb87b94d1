"""What every page knows: its title and the way to it, the navigation, whether the data are made up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from familycard.office.access.decide import Viewer
from familycard.office.access.middleware import Access
from familycard.office.access.roles import ANONYMOUS
from familycard.office.access.table import grants, table


@dataclass(frozen=True)
class Link:
    """A page's title in the visitor's language, and its address."""

    title: str
    address: str


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """The context of every template."""
    access: Access | None = getattr(request, "access", None)
    name = access.name if access else ""
    return {
        "access": access,
        "page_title": title_of(name) if access else "",
        "menu": _menu(access.viewer if access else Viewer(ANONYMOUS), name),
        "above": _above(name),
        "is_made_up": settings.DEPLOYMENT.is_made_up,
        "languages": settings.LANGUAGES,
    }


def title_of(name: str) -> str:
    """A page's title in the language of the request."""
    return table().pages[name].title[(get_language() or "kk")[:2]]


def _menu(viewer: Viewer, here: str) -> list[dict[str, Any]]:
    """What may be opened from everywhere, as the component `service_navigation` takes it."""
    pages = table().pages.items()
    names = [name for name, page in pages if page.menu and viewer.role in grants(name)]
    return [{"text": title_of(name), "href": reverse(name), "current": name == here} for name in names]


def _above(name: str) -> list[Link]:
    """The pages above this one, from the top; those whose address needs more than their name are left out."""
    found: list[Link] = []
    page = table().pages.get(name)
    while page is not None and page.parent:
        try:
            found.insert(0, Link(title_of(page.parent), reverse(page.parent)))
        except NoReverseMatch:
            pass
        page = table().pages[page.parent]
    return found
