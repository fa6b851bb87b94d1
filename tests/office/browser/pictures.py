"""Ten pages that `docs/office.md` shows; `FAMILYCARD_SCREENSHOTS=docs/office` has the tests take them anew."""

from __future__ import annotations

from dataclasses import dataclass

PICTURE_BYTES_MAX = 200_000
PHONE, DESK = 320, 1280


@dataclass(frozen=True)
class Picture:
    """A page as a role sees it, in a language, on a phone or at a desk."""

    name: str
    role: str
    language: str
    width: int
    address: str

    @property
    def height(self) -> int:
        """A phone is held upright."""
        return 1100 if self.width == PHONE else 800


PICTURES = (
    Picture("start", "anonymous", "kk", DESK, "/"),
    Picture("citizen-overview", "citizen", "ru", PHONE, "/my/"),
    Picture("citizen-category", "citizen", "en", DESK, "/my/category/"),
    Picture("citizen-rights", "citizen", "kk", PHONE, "/my/rights/"),
    Picture("citizen-looks", "citizen", "ru", PHONE, "/my/looks/"),
    Picture("worker-list", "social_worker", "kk", DESK, "/worker/?list=unused"),
    Picture("worker-family", "social_worker", "ru", DESK, "/worker/family/{person}/"),
    Picture("desk-person", "front_desk", "kk", PHONE, "/desk/person/{person}/"),
    Picture("analyst-map", "analyst", "en", DESK, "/analyst/map/"),
    Picture("auditor-log", "auditor", "ru", DESK, "/audit/log/"),
)
