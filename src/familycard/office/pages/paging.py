"""Long lists in pages: which rows, and the links to the other pages, with the rest of the address kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

AROUND = 2
"""Pages shown to the left and the right of the one at hand."""


@dataclass(frozen=True)
class Paging:
    """One page of a list; `items`, `before` and `after` are for the component `pagination`."""

    page: int
    pages: int
    per_page: int
    _query: str

    @classmethod
    def of(cls, request: HttpRequest, rows: int, per_page: int) -> Paging:
        """The page that the address asks for with `page`; the first or last where it asks for one beyond."""
        pages = max((rows + per_page - 1) // per_page, 1)
        asked = request.GET.get("page", "1")
        page = int(asked) if asked.isdecimal() and len(asked) < 10 else 1
        query = request.GET.copy()
        query.pop("page", None)
        return cls(min(max(page, 1), pages), pages, per_page, query.urlencode())

    @property
    def offset(self) -> int:
        """How many rows come before."""
        return (self.page - 1) * self.per_page

    @property
    def items(self) -> list[dict[str, Any]]:
        """The pages to be shown as links."""
        near = range(max(self.page - AROUND, 1), min(self.page + AROUND, self.pages) + 1)
        found: list[dict[str, Any]] = []
        for number in sorted({1, *near, self.pages}):
            if found and number > found[-1]["number"] + 1:
                found.append({"ellipsis": True, "number": number - 1})
            found.append({"number": number, "href": self._href(number), "current": number == self.page})
        return found

    @property
    def before(self) -> dict[str, str] | None:
        """The link to the page before."""
        return {"href": self._href(self.page - 1)} if self.page > 1 else None

    @property
    def after(self) -> dict[str, str] | None:
        """The link to the next page."""
        return {"href": self._href(self.page + 1)} if self.page < self.pages else None

    def _href(self, page: int) -> str:
        return f"?{self._query}&page={page}" if self._query else f"?page={page}"
