"""The decision: may this viewer open this page about this person? A function of values, nothing else.

What the answer rests on is gathered by `middleware.py`; what follows from it (404, 403, a question for
the purpose) is done there too. So the whole matrix of roles, pages and scopes can be tested here.
"""

from __future__ import annotations

from dataclasses import dataclass

from familycard.office.access.roles import ANONYMOUS, PARTNER
from familycard.office.access.table import Grant


@dataclass(frozen=True)
class Subject:
    """The person whom a page is about."""

    person: int
    """The core's number; it stays in this process."""
    reference: str
    """What stands for the person in addresses, in the log and in the database."""
    unit: int | None
    """The person's family; None for who belongs to none (not resident)."""
    area: str


@dataclass(frozen=True)
class Viewer:
    """Who asks, and what they have to do with anybody."""

    role: str
    user: int | None = None
    name: str = ""
    person: str = ""
    """A citizen's own reference."""
    represents: frozenset[str] = frozenset()
    """References of persons for whom a citizen may act today."""
    areas: tuple[str, ...] = ()
    cases: frozenset[str] = frozenset()
    """References of persons whose open case is the worker's, wherever they live."""
    broken_glass: frozenset[str] = frozenset()
    """References of persons whom the worker looks at in an emergency, for half an hour."""
    admitted: str = ""
    """The reference of the one person who stands at the front desk, or who consents to a partner's question."""
    oauth_scopes: frozenset[str] = frozenset()
    """What a partner's token allows."""
    basis: str = ""
    """The legal basis with which a partner is registered: one of the purposes."""


@dataclass(frozen=True)
class Refusal:
    """Why not: `sign_in`, `role` (not their page), `oauth_scope` or `object` (no such person, for this viewer)."""

    why: str


def decide(
    grants: dict[str, Grant], viewer: Viewer, subject: Subject | None, *, about: bool, oauth_scope: str = ""
) -> Grant | Refusal:
    """The grant by which the viewer may open a page with these grants, or why they may not.

    `about` says that the page is about a person; `subject` is None where there is no such person. That
    answer is the same as for a person outside the viewer's scope, so that nobody learns who exists.
    """
    grant = grants.get(viewer.role)
    if grant is None:
        return Refusal("sign_in" if viewer.role == ANONYMOUS else "role")
    if viewer.role == PARTNER and oauth_scope and oauth_scope not in viewer.oauth_scopes:
        return Refusal("oauth_scope")
    if about and (subject is None or not is_within(grant, viewer, subject)):
        return Refusal("object")
    return grant


def is_within(grant: Grant, viewer: Viewer, subject: Subject) -> bool:
    """Whether a person is within the scope of a grant."""
    reference = subject.reference
    if grant.scope == "self":
        return reference == viewer.person or reference in viewer.represents
    if grant.scope == "area":
        return serves(viewer.areas, subject.area) or reference in viewer.cases | viewer.broken_glass
    if grant.scope == "served":
        return serves(viewer.areas, subject.area) or reference in viewer.cases
    if grant.scope == "one":
        return bool(viewer.admitted) and reference == viewer.admitted
    return grant.scope == "all"


def serves(areas: tuple[str, ...], area: str) -> bool:
    """Whether an area lies within one of those served; who has no area is served by the whole country's worker."""
    return any(area.startswith(code) for code in areas)


def is_by_broken_glass(grant: Grant, viewer: Viewer, subject: Subject) -> bool:
    """Whether nothing but an emergency lets the viewer see the person."""
    ordinary = serves(viewer.areas, subject.area) or subject.reference in viewer.cases
    return grant.scope == "area" and not ordinary and subject.reference in viewer.broken_glass
