"""Inside a family nobody learns what another keeps: not by a fact, a point, an amount, a total, or what is missing.

The rows of the snapshot that tell of the one are twisted: every value of that person, and every value, amount,
mask and point of each unit to which they belong, except what all members may know (who counts, the category, the
status of each right of the family). Whatever the twist, the other's pages stay the same to the byte.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from citizens_pages import CitizenIs, Couple, all_addresses, said

from familycard.office.accounts.models import Representation
from familycard.office.cards.limits import names_behind, sensitivity_of
from familycard.office.cards.references import reference
from familycard.office.consents.services import give
from familycard.snapshot.evidence import read_load
from familycard.snapshot.reader import Reader
from familycard.snapshot.rows import Rows, of_scores

OPEN_OF_PERSONS = {
    "person",
    "surname",
    "given_name",
    "patronymic",
    "birth_date",
    "sex",
    "is_known",
    "is_resident",
    "area",
}
OPEN_OF_UNITS = {"unit", "members", "composition_known", "area", "why_unknown"}
OPEN_OF_SCORES = {"unit", "category", "category_lowest", "category_highest", "adjustment"}
SEEDS = (1,)


@dataclass(frozen=True)
class Secret:
    """Whose data are twisted, by which seed; `only` says which of the person's columns (all, if not said)."""

    person: int
    seed: int
    only: Callable[[str], bool] = lambda name: True


def another(value: Any, luck: random.Random) -> Any:
    """Another value of the same type, or that it is not known."""
    if value is None or luck.random() < 0.1:
        return None
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + luck.randint(1, 10**6)
    if isinstance(value, date):
        return value + timedelta(days=luck.randint(1, 900))
    return f"{value}x" if isinstance(value, str) else value


def twist_of(column: str, value: Any, luck: random.Random) -> Any:
    """Another value of a column; which conditions failed is a number that is there whenever there is a status."""
    if column.endswith(("__failed", "__unknown")):
        return None if value is None else luck.randrange(8)
    return another(value, luck)


@contextmanager
def twisted(reader: Reader, secret: Secret, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """The snapshot as it would be if the secret were another one."""
    names = {id(rows): name for name, rows in reader.snapshot.rows.items()}
    own = reader.snapshot.rows["person"].find([secret.person])[0]
    units = {kind: own[f"{kind}__unit"] for kind in reader.pack.units}
    luck = random.Random(secret.seed)
    find, persons = Rows.find, Reader.persons

    def found(rows: Rows, keys: Iterable[int], columns: Iterable[str] | None = None) -> list[dict[str, Any]]:
        return [twist(names.get(id(rows), ""), dict(row)) for row in find(rows, keys, columns)]

    def of_persons(self: Reader, people: Iterable[int]) -> dict[int, dict[str, Any]]:
        return {person: twist("person", dict(row)) for person, row in persons(self, people).items()}

    def twist(name: str, row: dict[str, Any]) -> dict[str, Any]:
        if name == "person" and row["person"] == secret.person:
            kept = OPEN_OF_PERSONS | {column for column in row if column.endswith("__unit")}
            return change(row, lambda column: column not in kept and secret.only(column))
        if name in units and row["unit"] == units[name]:
            kept = OPEN_OF_UNITS | {column for column in row if column.endswith("__status")}
            return change(row, lambda column: column not in kept and secret.only(column))
        if name == of_scores("need") and row["unit"] == units["family"]:
            return change(row, lambda column: column not in OPEN_OF_SCORES)
        if name == "unused" and row["unit"] == units["family"]:
            return change(row, lambda column: column != "unit")
        return row

    def change(row: dict[str, Any], is_secret: Callable[[str], bool]) -> dict[str, Any]:
        return {c: twist_of(c, value, luck) if is_secret(c) else value for c, value in row.items()}

    with patch.context() as during:
        during.setattr(Rows, "find", found)
        during.setattr(Reader, "persons", of_persons)
        yield


@pytest.fixture
def same(reader: Reader, monkeypatch: pytest.MonkeyPatch, stopped_clock: object) -> Callable[..., list[str]]:
    """The pages that change with a secret, by seed of the twist."""

    def pages_that_differ(client: Any, secret: int, seen: list[int], **limits: Any) -> list[str]:
        addresses = all_addresses(reader, seen)
        before = said(client, addresses)
        found = set[str]()
        for seed in SEEDS:
            with twisted(reader, Secret(secret, seed, **limits), monkeypatch):
                after = said(client, addresses)
            found |= {address for address in addresses if before[address] != after[address]}
        return sorted(found)

    return pages_that_differ


def test_a_wife_learns_nothing_of_her_husband(couple: Couple, citizen_is: CitizenIs, same: Any) -> None:
    everyone = [couple.wife, couple.husband, couple.child]
    assert same(citizen_is(couple.wife), couple.husband, everyone) == []


def test_nor_a_husband_of_his_wife(couple: Couple, citizen_is: CitizenIs, same: Any) -> None:
    assert same(citizen_is(couple.husband), couple.wife, [couple.husband, couple.wife, couple.child]) == []


def test_with_consent_the_pages_do_say_it(couple: Couple, citizen_is: CitizenIs, same: Any) -> None:
    give(reference(couple.husband), reference(couple.wife))
    changed = same(citizen_is(couple.wife), couple.husband, [couple.wife, couple.husband])
    assert f"/my/data/?of={reference(couple.husband)}" in changed
    assert "/my/rights/" in changed


def test_one_s_own_data_and_one_s_childs_are_seen(couple: Couple, citizen_is: CitizenIs, same: Any) -> None:
    wife = citizen_is(couple.wife)
    assert "/my/data/" in same(wife, couple.wife, [couple.wife])
    child = f"/my/data/?of={reference(couple.child)}"
    assert child in same(wife, couple.child, [couple.child])


def test_a_former_partner_learns_nothing(reader: Reader, citizen_is: CitizenIs, same: Any) -> None:
    one, other = partners_apart(reader)
    assert same(citizen_is(one), other, [one, other]) == []
    assert same(citizen_is(other), one, [one, other]) == []


def partners_apart(reader: Reader) -> tuple[int, int]:
    """A mother and a father of a minor, alive and in different families."""
    children = reader.engine.rows(
        "select person from people where birth_date > date '2009-01-01' and is_resident"
    )
    parents = reader.brought_up_by(child for (child,) in children)
    for pair in sorted(map(sorted, (p for p in parents.values() if len(p) == 2))):
        rows = reader.snapshot.rows["person"].find(pair)
        units = {row["family__unit"] for row in rows}
        if len(units) == 2 and None not in units:
            return int(pair[0]), int(pair[1])
    raise AssertionError("the made-up country has no such parents")


def test_a_parent_without_rights_learns_nothing_of_the_child(
    reader: Reader, couple: Couple, citizen_is: CitizenIs, same: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    parents = Reader.brought_up_by

    def without_the_father(self: Reader, children: Iterable[int]) -> dict[int, frozenset[int]]:
        return {child: found - {couple.husband} for child, found in parents(self, children).items()}

    monkeypatch.setattr(Reader, "brought_up_by", without_the_father)
    assert same(citizen_is(couple.husband), couple.child, [couple.husband, couple.child]) == []


def test_registers_say_who_has_lost_the_rights_of_a_parent(reader: Reader) -> None:
    read_load(reader.snapshot, reader.pack.sources["births"], reader.snapshot.catalogue.loads["births"])
    rows = reader.engine.rows(
        "select person, mother_has_no_rights, father_has_no_rights from people"
        " where (mother_has_no_rights or father_has_no_rights) and birth_date > date '2009-01-01' and is_resident"
    )
    assert rows, "the made-up country has such children"
    for child, mother_lost, father_lost in rows:
        with_rights = reader.brought_up_by([child])[child]
        [(mother, father)] = reader.engine.rows(
            f"select mother, father from checked_births where child = {child}"
        )
        assert not (mother_lost and mother in with_rights)
        assert not (father_lost and father in with_rights)


def test_a_proxy_learns_nothing_that_is_restricted(
    reader: Reader, couple: Couple, elsewhere: str, citizen_is: CitizenIs, same: Any
) -> None:
    proxy = couple.husband
    principal = single(reader)
    Representation.objects.create(
        representative=reference(proxy),
        person=reference(principal),
        kind=Representation.PROXY,
        ground="power of attorney",
        start=date(2025, 1, 1),
    )

    def restricted(column: str) -> bool:
        programme, _, part = column.partition("__")
        if programme in reader.pack.programmes:
            behind = names_behind(reader, reader.pack.programmes[programme])
            return part != "status" and sensitivity_of(reader, behind) in ("restricted", "sealed")
        return sensitivity_of(reader, [column]) in ("restricted", "sealed")

    client = citizen_is(proxy, acting_for=principal)
    assert client.get("/my/data/").status_code == 200
    assert same(client, principal, [principal], only=restricted) == []


def single(reader: Reader) -> int:
    """Somebody who is a family alone and has a disability."""
    rows = reader.engine.rows(
        "select person from people join members_family using (person) group by person, has_disability, unit"
        " having has_disability and unit in (select unit from values_family where members = 1) order by person limit 1"
    )
    return int(rows[0][0])


def test_when_the_power_has_ended_nothing_is_seen(
    reader: Reader, couple: Couple, citizen_is: CitizenIs, same: Any
) -> None:
    principal = single(reader)
    Representation.objects.create(
        representative=reference(couple.husband),
        person=reference(principal),
        kind=Representation.PROXY,
        ground="power of attorney",
        start=date(2025, 1, 1),
        end=date(2025, 6, 1),
    )
    client = citizen_is(couple.husband, acting_for=principal)
    assert reference(principal) not in client.get("/my/acting/").content.decode()
    assert same(client, principal, [couple.husband, principal]) == []


def test_a_guardian_sees_the_ward(reader: Reader, couple: Couple, citizen_is: CitizenIs, same: Any) -> None:
    ward = single(reader)
    Representation.objects.create(
        representative=reference(couple.wife),
        person=reference(ward),
        kind=Representation.GUARDIAN,
        ground="court decision",
        start=date(2025, 1, 1),
    )
    client = citizen_is(couple.wife, acting_for=ward)
    assert "/my/data/" in same(client, ward, [ward])


def test_nothing_sealed_stands_on_any_page(reader: Reader, couple: Couple, citizen_is: CitizenIs) -> None:
    sealed = [i for i in reader.pack.indicators.values() if sensitivity_of(reader, [i.id]) == "sealed"]
    assert {"is_protected_from_violence", "is_on_probation", "is_ward"} <= {i.id for i in sealed}
    client = citizen_is(couple.wife)
    client.cookies["language"] = "en"
    pages = said(client, all_addresses(reader, [couple.wife, couple.child]))
    for indicator in sealed:
        for address, page in pages.items():
            assert indicator.label["en"] not in page, address
