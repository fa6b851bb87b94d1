"""The authorization matrix, whole: every role × every address × whom it is about, looked at and posted to.

What is expected is computed here from the text of the table alone, not by the code that decides. An
object of each kind (a claim, a case …) is made about each person by `objects_of_the_office.MAKERS`.
A page that names nobody in its address is asked for once a role (whom else could it be about?), and so is
one that the role may not open at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from objects_of_the_office import MAKERS, VALUES

from familycard.office.access import objects
from familycard.office.access.roles import ANONYMOUS, COMMISSIONER, ROLES
from familycard.office.access.table import table
from familycard.office.accounts.models import User
from familycard.office.api.partners import register
from familycard.snapshot.reader import Reader

SignedIn = Callable[[str], Client]
NOBODY = "A" * 32
"""Looks like a reference and stands for nobody."""
ABOUT = {"person", "member"}
"""Parameters that are a person's reference."""
SERVED = {200, 302, 400, 405, 422}
"""Served, sent on (to give a purpose, after a form), a form without its fields, or another method asked for."""
OF_SIGNING_IN = ("account_", "mfa_", "socialaccount_", "openid_connect_")
"""Pages about nobody but who asks; what they refuse (a second step that there is not) is the library's to say."""
ENDS_THE_SESSION = {"account_logout"}


@dataclass(frozen=True)
class Asked:
    """A person whom an address may be about, and what the demonstration's accounts have to do with them."""

    name: str
    person: str
    is_citizens_own: bool = False
    is_in_the_area: bool = False


@pytest.fixture
def persons(reader: Reader, accounts: dict[str, User], elsewhere: str, neighbour: str) -> tuple[Asked, ...]:
    """One person of each kind, and of each one object of each kind; a partner to whom one may consent."""
    register(reader, str(VALUES["partner"]), "A bank", "bank", "bank_application", ["age_pension"])
    asked = (
        Asked("own", accounts["citizen"].person, is_citizens_own=True, is_in_the_area=True),
        Asked("other family", neighbour, is_in_the_area=True),
        Asked("other area", elsewhere),
        Asked("gone", NOBODY),
    )
    assert len({one.person for one in asked}) == len(asked)
    return asked


def parameters(
    resolver: URLResolver, space: str = "", above: frozenset[str] = frozenset()
) -> Iterator[tuple[str, frozenset[str]]]:
    """What each address names, by the address's name."""
    for pattern in resolver.url_patterns:
        names = above | frozenset(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            yield from parameters(
                pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space, names
            )
        else:
            yield f"{space}{pattern.name}", names


NAMED = dict(parameters(get_resolver()))


def address(name: str, asked: Asked) -> str:
    """A page's address about a person."""
    values: dict[str, object] = {}
    for parameter in NAMED[name]:
        if parameter in ABOUT:
            values[parameter] = asked.person
        elif parameter in MAKERS:
            values[parameter] = MAKERS[parameter](asked.person).pk
        else:
            values[parameter] = VALUES[parameter]
    return reverse(name, kwargs=values)


def granted(role: str, name: str) -> str:
    """What the text of the table grants a role; empty for nothing."""
    who = table().pages[name].who
    groups = [role, "everyone"] if role == ANONYMOUS else [role, "everyone", "signed_in"]
    return next((who[group] for group in groups if group in who), "")


def expected(role: str, name: str, asked: Asked) -> set[int]:
    """The statuses that the table allows for a role that asks for a page about a person."""
    page, grant = table().pages[name], granted(role, name).partition("/")[0]
    if not grant:
        is_for_machines = "partner" in page.who
        return {401 if is_for_machines else 302} if role == ANONYMOUS else {403}
    if name.startswith(OF_SIGNING_IN):
        return SERVED | {401, 403, 404}
    if page.subject == "nobody":
        # What is not the viewer's own, such as another's export, or is not there, is not found.
        return SERVED | ({404} if NAMED[name] else set())
    if page.subject == "viewer":
        return SERVED if asked.is_citizens_own or not NAMED[name] else SERVED - {200} | {404}
    within = {
        "all": asked.person != NOBODY,
        "self": asked.is_citizens_own,
        # The commissioner serves persons who asked for it, and none of these did.
        "area": asked.is_in_the_area and role != COMMISSIONER,
        "served": asked.is_in_the_area,
        "one": False,
    }
    # An address may name more than the person, such as a row of a file that is not there.
    return (SERVED | ({404} if NAMED[name] - ABOUT - set(MAKERS) else set())) if within[grant] else {404}


def asked_for(role: str, persons: tuple[Asked, ...]) -> Iterator[tuple[str, Asked]]:
    """Every page, about everybody whom its address can be about; where the role has no grant, about one."""
    for name in table().pages:
        is_about_many = granted(role, name) and NAMED[name] & (ABOUT | set(MAKERS))
        everybody = persons if is_about_many else persons[:1]
        yield from ((name, asked) for asked in everybody if name not in ENDS_THE_SESSION)


@pytest.mark.parametrize("role", [ANONYMOUS, *ROLES])
def test_each_role_gets_what_the_table_says(
    role: str, signed_in: SignedIn, persons: tuple[Asked, ...]
) -> None:
    browser, wrong = signed_in(role), []
    browser.raise_request_exception = False
    for name, asked in asked_for(role, persons):
        place, allowed = address(name, asked), expected(role, name, asked)
        for method in (browser.get, browser.post):
            with transaction.atomic():
                status = method(place).status_code
                transaction.set_rollback(True)
            if status not in allowed:
                wrong.append(f"{method.__name__} {name} about {asked.name}: {status}, not {sorted(allowed)}")
    assert wrong == []


def test_an_object_of_each_kind_is_asked_for() -> None:
    assert objects.registered() <= set(MAKERS)


def test_every_parameter_has_an_example() -> None:
    named = frozenset[str]().union(*(NAMED[name] for name in table().pages))
    assert named - ABOUT - set(MAKERS) - set(VALUES) == set()
