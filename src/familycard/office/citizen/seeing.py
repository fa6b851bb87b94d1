"""Pages that show: the family, its category, its rights, the data behind them, and who looked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from familycard.office.access.middleware import Access, access_of
from familycard.office.cards.family import Family, family_of
from familycard.office.cards.held import registers_of
from familycard.office.cards.limits import basis_of, sensitivity_of
from familycard.office.cards.looks import looks_at
from familycard.office.cards.rights import ShownRight, rights_by_programme, rights_of, worth_of
from familycard.office.citizen.frame import framed
from familycard.office.claims.services import disputed_of
from familycard.office.emergency.services import Notice, notices
from familycard.office.representation.services import to_know

FIRST = 5
"""Programmes on the overview; the rest is a page away."""


@dataclass(frozen=True)
class Groups:
    """Rights as a citizen asks about them: what I could have, what I have, what is open, and the rest."""

    unused: tuple[ShownRight, ...]
    received: tuple[ShownRight, ...]
    unclear: tuple[ShownRight, ...]
    others: tuple[ShownRight, ...]

    @property
    def unused_count(self) -> int:
        """How many programmes could be had, each once."""
        return len({right.programme.id for right in self.unused})

    @property
    def first_unused(self) -> tuple[ShownRight, ...]:
        """Those of the first few programmes."""
        first = list(dict.fromkeys(right.programme.id for right in self.unused))[:FIRST]
        return tuple(right for right in self.unused if right.programme.id in first)

    @classmethod
    def of(cls, rights: Iterable[ShownRight]) -> Groups:
        """Each right in one group."""
        rights = tuple(rights)
        received = tuple(r for r in rights if r.received)
        unused = tuple(r for r in rights if r.is_unused)
        unclear = tuple(r for r in rights if r.status == "cannot_tell" and not r.received)
        taken = {id(r) for r in (*received, *unused, *unclear)}
        return cls(unused, received, unclear, tuple(r for r in rights if id(r) not in taken))


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Where a citizen starts: the category, what could be theirs, what to do next."""
    access = access_of(request)
    if access.about.unit is None:
        return render(request, "citizen/no_family.html")
    family = family_of(access)
    groups = Groups.of(rights_of(family))
    open_claims = sum(len(facts) for facts in _disputed(family).values())
    is_own = access.about.reference == access.viewer.person
    shown = {
        "groups": groups,
        "worth_minor": worth_of(family),
        "open_claims": open_claims,
        "representatives": to_know(access.about.reference) if is_own else 0,
    }
    return render(request, "citizen/overview.html", framed(family, **shown))


@require_GET
def family(request: HttpRequest) -> HttpResponse:
    """Who counts as the family, and why."""
    return render(request, "citizen/family.html", framed(family_of(access_of(request))))


@require_GET
def category(request: HttpRequest) -> HttpResponse:
    """The category and how its points add up."""
    shown = family_of(access_of(request))
    return render(request, "citizen/category.html", framed(shown, disputed_lines=_disputed_lines(shown)))


def _disputed(family: Family) -> dict[str, frozenset[str]]:
    """By member whose data may be shown, the disputed facts that may be shown themselves."""
    found = disputed_of(member.reference for member in family.seen)
    allows, reader = family.sight.allows, family.reader
    return {
        one: frozenset(fact for fact in facts if allows(sensitivity_of(reader, [fact])))
        for one, facts in found.items()
    }


def _disputed_lines(family: Family) -> frozenset[str]:
    """The lines of the bill that rest on a fact that is disputed."""
    if family.bill is None:
        return frozenset()
    disputed = frozenset[str]().union(*_disputed(family).values())
    return frozenset(
        line.term for line in family.bill.lines if disputed & basis_of(family.reader, line.names)
    )


@require_GET
def rights(request: HttpRequest) -> HttpResponse:
    """All programmes: what could be had, what is received, what cannot be told, and the rest."""
    family = family_of(access_of(request))
    return render(request, "citizen/rights.html", framed(family, groups=Groups.of(rights_of(family))))


@require_GET
def right(request: HttpRequest, programme: str) -> HttpResponse:
    """One programme in plain language, for the family or for each member whose data may be shown."""
    family = family_of(access_of(request))
    found = rights_by_programme(family, programme)
    disputed = _disputed(family)
    shown = {
        "programme": found[0].programme,
        "rights": [(one, _rests_on(one, disputed)) for one in found],
        "closed": next((one for one in found if not one.is_open), None),
    }
    return render(request, "citizen/right.html", framed(family, **shown))


def _rests_on(right: ShownRight, disputed: dict[str, frozenset[str]]) -> bool:
    """Whether a right rests on a fact that somebody says is wrong."""
    of = [right.member.reference] if right.member else list(disputed)
    facts = frozenset[str]().union(*(disputed.get(one, frozenset()) for one in of))
    return bool(facts & basis_of(right.family.reader, right.names))


@require_GET
def data(request: HttpRequest) -> HttpResponse:
    """The data held about the person, about their children, and about who agreed to it."""
    family = family_of(access_of(request))
    chosen = family.member(request.GET.get("of") or family.seen[0].reference)
    disputed = _disputed(family).get(chosen.reference, frozenset())
    registers = registers_of(family, chosen)
    return render(
        request,
        "citizen/data.html",
        framed(family, chosen=chosen, registers=registers, disputed=disputed),
    )


@require_GET
def looks(request: HttpRequest) -> HttpResponse:
    """Who looked at the person's data and why."""
    access = access_of(request)
    number = request.GET.get("page", "1")
    shown, page = looks_at(access, int(number) if number.isdecimal() else 1)
    around = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    pages = [
        {"number": n, "href": f"?page={n}", "current": n == page.number}
        if isinstance(n, int)
        else {"ellipsis": True}
        for n in around
    ]
    return render(
        request,
        "citizen/looks.html",
        {"looks": shown, "page": page, "pages": pages, "emergencies": _emergencies(access)},
    )


def _emergencies(access: Access) -> list[Notice]:
    """Looks at the person in an emergency, for the person alone: the words of whoever looked can tell much."""
    reference = access.about.reference
    return notices([reference]) if reference == access.viewer.person else []
