"""Every address stands in the permission table, and the table names nothing that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLResolver, get_resolver

from familycard.office.access import objects
from familycard.office.access.purposes import ASKED, REGISTERED, purposes
from familycard.office.access.roles import PARTNER, ROLES
from familycard.office.access.table import NAMED, table

BY_THEIR_NATURE = {"nobody", "viewer", "person", NAMED}


def names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """The names of all addresses, with their namespaces."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name}"


def test_every_address_stands_in_the_table_or_is_closed() -> None:
    assert sorted(names(get_resolver())) == sorted({*table().pages, *table().closed})


def test_every_purpose_and_subject_is_known() -> None:
    for name, page in table().pages.items():
        assert page.purpose in {"", ASKED, REGISTERED, *purposes()}, name
        assert page.subject in BY_THEIR_NATURE | objects.registered(), name


def test_a_purpose_is_chosen_by_roles_that_exist() -> None:
    assert {role for purpose in purposes().values() for role in purpose.roles} <= {*ROLES, PARTNER}
