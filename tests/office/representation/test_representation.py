"""Who may act for whom: one official records, another agrees, the person is told and can end it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from familycard.office.access.models import Look
from familycard.office.accounts.models import Representation, User
from familycard.office.cards.references import person_of, reference
from familycard.office.citizen.models import Message
from familycard.office.representation.models import Recorded
from familycard.office.representation.terms import majority_of
from familycard.snapshot.reader import Reader

pytestmark = pytest.mark.database
SignedIn = Callable[[str], Client]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def number_of(reader: Reader) -> Callable[[str], str]:
    """The identifier of a person."""

    def find(person: str) -> str:
        asked = f"select value from serve.identifiers where person = {person_of(person)}"
        return str(reader.engine.rows(asked)[0][0])

    return find


@pytest.fixture
def desk(signed_in: SignedIn, accounts: dict[str, User], number_of: Callable[[str], str]) -> Client:
    """The front desk, before which the demonstration's citizen stands: the one who acts."""
    client = signed_in("front_desk")
    client.cookies["language"] = "en"
    document = {"kind": "passport", "number": "N12345678", "is_compared": "on"}
    client.post("/desk/", {"identifier": number_of(accounts["citizen"].person), **document})
    return client


def said(identifier: str, kind: str = "proxy", **more: str) -> dict[str, str]:
    """What the desk writes about a document that holds for a year."""
    today = timezone.localdate()
    last = today + timedelta(days=365)
    return {
        "identifier": identifier,
        "kind": kind,
        "number": "1-2345",
        "issued_by": "Notary Serikova",
        "start-day": str(today.day),
        "start-month": str(today.month),
        "start-year": str(today.year),
        "until-day": str(last.day),
        "until-month": str(last.month),
        "until-year": str(last.year),
        "is_seen": "on",
        **more,
    }


@pytest.fixture
def minor(reader: Reader) -> str:
    """Somebody of at most ten years."""
    asked = (
        "select min(person) from people where is_resident and birth_date > current_date - interval 10 year"
    )
    return reference(int(reader.engine.rows(asked)[0][0]))


def agreed(supervisor: Client, kept: Recorded, answer: str = "yes") -> int:
    words = {"agrees": answer, "words": "Compared with the notaries' register."}
    return supervisor.post(f"/representation/{kept.pk}/", words).status_code


def principal(accounts: dict[str, User], person: str) -> Client:
    """A browser in which another citizen is signed in."""
    user = User.objects.create(username=person, role="citizen", person=person)
    client = Client()
    client.force_login(user, backend=BACKEND)
    client.cookies["language"] = "en"
    return client


@pytest.fixture
def recorded(
    desk: Client, accounts: dict[str, User], neighbour: str, number_of: Callable[[str], str]
) -> Callable[[str], Recorded]:
    """Records at the desk that the citizen acts for a neighbour."""

    def record(kind: str) -> Recorded:
        desk.post(f"/representation/desk/{accounts['citizen'].person}/", said(number_of(neighbour), kind))
        return Recorded.objects.get()

    return record


@pytest.mark.parametrize("kind", ["proxy", "guardian"])
def test_what_the_desk_records_gives_nothing_until_a_supervisor_agrees(
    signed_in: SignedIn,
    accounts: dict[str, User],
    neighbour: str,
    recorded: Callable[[str], Recorded],
    kind: str,
) -> None:
    kept, citizen = recorded(kind), signed_in("citizen")
    chosen = {"person": neighbour}
    assert (kept.person, kept.representative) == (neighbour, accounts["citizen"].person)
    assert (kept.number, kept.issued_by) == ("1-2345", "Notary Serikova")
    assert not Representation.objects.exists()
    assert citizen.post("/my/acting/", chosen).status_code == 404
    supervisor = signed_in("supervisor")
    assert f"/representation/{kept.pk}/" in supervisor.get("/representation/").content.decode()
    assert agreed(supervisor, kept) == 302
    assert citizen.post("/my/acting/", chosen).status_code == 302
    assert citizen.get("/my/family/").status_code == 200
    given = Representation.objects.get()
    assert (given.kind, given.ground) == (kind, "№ 1-2345, Notary Serikova")
    assert given.end == timezone.localdate() + timedelta(days=366), "the last day counts"
    assert agreed(supervisor, kept, "no") == 404, "it is decided"


def test_a_refused_one_gives_nothing(
    signed_in: SignedIn, accounts: dict[str, User], neighbour: str, recorded: Callable[[str], Recorded]
) -> None:
    assert agreed(signed_in("supervisor"), recorded("proxy"), "no") == 302
    assert not Representation.objects.exists()
    page = principal(accounts, neighbour).get("/representation/mine/").content.decode()
    assert "refused on" in page and "Compared with the notaries" in page


def test_the_person_is_told_at_each_step_and_reads_who_wants_to_act(
    signed_in: SignedIn, accounts: dict[str, User], neighbour: str, recorded: Callable[[str], Recorded]
) -> None:
    kept = recorded("proxy")
    assert Message.objects.filter(person=neighbour, subject="representation").count() == 1
    assert Look.objects.filter(page="representation:record", purpose="representation").count() == 1
    look = Look.objects.get(page="representation:record")
    assert set(look.persons) == {neighbour, accounts["citizen"].person}
    own = principal(accounts, neighbour)
    assert "/representation/mine/" in own.get("/my/").content.decode()
    page = own.get("/representation/mine/").content.decode()
    assert "a supervisor checks it" in page and "1-2345" in page
    agreed(signed_in("supervisor"), kept)
    assert Message.objects.filter(person=neighbour, subject="representation").count() == 2
    assert "in force" in own.get("/representation/mine/").content.decode()


@pytest.mark.parametrize("is_agreed", [True, False])
def test_the_person_ends_a_power_at_once_before_or_after_it_counts(
    signed_in: SignedIn,
    accounts: dict[str, User],
    neighbour: str,
    recorded: Callable[[str], Recorded],
    is_agreed: bool,
) -> None:
    kept, citizen, supervisor = recorded("proxy"), signed_in("citizen"), signed_in("supervisor")
    if is_agreed:
        agreed(supervisor, kept)
        citizen.post("/my/acting/", {"person": neighbour})
        assert citizen.get("/representation/mine/").status_code == 404, "a proxy ends nothing for another"
        assert citizen.post(f"/representation/mine/{kept.pk}/end/").status_code == 404
    own = principal(accounts, neighbour)
    assert own.post(f"/representation/mine/{kept.pk}/end/").status_code == 302
    assert own.post(f"/representation/mine/{kept.pk}/end/").status_code == 404
    assert citizen.post("/my/acting/", {"person": neighbour}).status_code == 404
    assert agreed(supervisor, kept) == 404
    kept.refresh_from_db()
    assert kept.ended_by == User.objects.get(username=neighbour)


def test_a_guardianship_is_ended_by_the_supervisor_alone(
    signed_in: SignedIn, accounts: dict[str, User], neighbour: str, recorded: Callable[[str], Recorded]
) -> None:
    kept, supervisor = recorded("guardian"), signed_in("supervisor")
    agreed(supervisor, kept)
    own = principal(accounts, neighbour)
    assert own.post(f"/representation/mine/{kept.pk}/end/").status_code == 404
    assert supervisor.post(f"/representation/{kept.pk}/", {"end": "yes"}).status_code == 302
    assert not Representation.objects.on(timezone.localdate()).exists()


def test_who_gave_a_power_takes_it_back_at_a_desk_where_no_name_is_shown(
    desk: Client,
    signed_in: SignedIn,
    accounts: dict[str, User],
    neighbour: str,
    recorded: Callable[[str], Recorded],
    reader: Reader,
) -> None:
    kept, citizen = recorded("proxy"), accounts["citizen"].person
    agreed(signed_in("supervisor"), kept)
    Recorded.objects.update(person=citizen, representative=neighbour)
    page = desk.get(f"/representation/desk/{citizen}/").content.decode()
    surname = reader.snapshot.rows["person"].find([person_of(neighbour) or 0])[0]["surname"]
    assert "1-2345" in page and surname not in page
    assert desk.post(f"/representation/desk/{citizen}/{kept.pk}/end/").status_code == 302
    assert not Representation.objects.on(timezone.localdate()).exists()
    desk.post("/desk/finish/")
    assert desk.get(f"/representation/desk/{citizen}/").status_code == 404


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"until-year": str(timezone.localdate().year + 4)}, "holds 3 years at most, even if it says more"),
        ({"start-year": "2001", "until-year": "2002"}, "It is over: its last day was"),
        ({"until-year": "2001"}, "before the first"),
        ({"is_seen": ""}, "govuk-error-summary"),
        ({"number": ""}, "govuk-error-summary"),
        ({"identifier": "000000000000"}, "Nobody has that IIN"),
    ],
)
def test_what_is_not_whole_is_not_recorded(
    desk: Client,
    accounts: dict[str, User],
    neighbour: str,
    number_of: Callable[[str], str],
    more: dict[str, str],
    words: str,
) -> None:
    place = f"/representation/desk/{accounts['citizen'].person}/"
    page = desk.post(place, {**said(number_of(neighbour)), **more}).content.decode()
    assert words in page and not Recorded.objects.exists()
    own = desk.post(place, said(number_of(accounts["citizen"].person))).content.decode()
    assert "IIN of the person before you" in own and not Recorded.objects.exists()


def test_a_power_that_names_no_last_day_holds_for_as_long_as_the_law_says_and_the_desk_reads_it(
    desk: Client, accounts: dict[str, User], neighbour: str, number_of: Callable[[str], str]
) -> None:
    document = {**said(number_of(neighbour)), "until-day": "", "until-month": "", "until-year": ""}
    place = f"/representation/desk/{accounts['citizen'].person}/"
    page = desk.post(place, {**document, "start-day": "1"}, follow=True).content.decode()
    kept = Recorded.objects.get()
    assert kept.end == kept.start.replace(year=kept.start.year + 1) + timedelta(days=1)
    assert "Its last day is 1 " in page


def test_a_guardianship_of_a_minor_ends_the_day_before_they_come_of_age(
    desk: Client, accounts: dict[str, User], minor: str, reader: Reader, number_of: Callable[[str], str]
) -> None:
    document = {**said(number_of(minor), "guardian"), "until-day": "", "until-month": "", "until-year": ""}
    place = f"/representation/desk/{accounts['citizen'].person}/"
    beyond = {"until-day": "1", "until-month": "1", "until-year": str(timezone.localdate().year + 30)}
    assert "The ward comes of age on the day after" in desk.post(place, document | beyond).content.decode()
    desk.post(place, document)
    born = reader.snapshot.rows["person"].find([person_of(minor) or 0])[0]["birth_date"]
    assert Recorded.objects.get().end == majority_of(born)


def test_identifiers_that_nobody_has_are_tried_no_more_often_than_at_the_door(
    desk: Client, accounts: dict[str, User], neighbour: str, number_of: Callable[[str], str]
) -> None:
    place = f"/representation/desk/{accounts['citizen'].person}/"
    for _ in range(settings.ADMISSIONS_REFUSED_A_DAY):
        desk.post(place, said("000000000000"))
    pages = [desk.post(place, said(one)).content.decode() for one in ("000000000000", number_of(neighbour))]
    assert all("Too many attempts failed today" in page for page in pages) and not Recorded.objects.exists()


def test_a_supervisor_of_elsewhere_does_not_see_it(
    accounts: dict[str, User], recorded: Callable[[str], Recorded]
) -> None:
    kept = recorded("proxy")
    user = User.objects.create(username="there", role="supervisor")
    user.areas.create(area="00")
    other = Client()
    other.force_login(user, backend=BACKEND)
    assert f"/representation/{kept.pk}/" not in other.get("/representation/").content.decode()
    assert agreed(other, kept) == 404


@pytest.mark.parametrize("is_agreed", [False, True])
def test_it_is_with_the_supervisor_of_where_the_person_lives_now_and_with_nobody_else(
    signed_in: SignedIn, accounts: dict[str, User], recorded: Callable[[str], Recorded], is_agreed: bool
) -> None:
    kept, here = recorded("proxy"), signed_in("supervisor")
    if is_agreed:
        agreed(here, kept)
    user = User.objects.create(username="there", role="supervisor")
    user.areas.create(area="00")
    there = Client()
    there.force_login(user, backend=BACKEND)
    # Written down while the person lived there, by a snapshot that has been replaced since.
    Recorded.objects.update(area="0000", placed_in="the one before")
    row = f"/representation/{kept.pk}/"
    assert row not in there.get("/representation/").content.decode()
    assert row in here.get("/representation/").content.decode()
    assert (here.get(row).status_code, there.get(row).status_code) == (200, 404)


def test_who_acts_steps_back_and_the_person_is_told(
    signed_in: SignedIn, accounts: dict[str, User], neighbour: str, recorded: Callable[[str], Recorded]
) -> None:
    kept, citizen = recorded("proxy"), signed_in("citizen")
    citizen.cookies["language"] = "en"
    place = f"/representation/{kept.pk}/step-back/"
    assert citizen.post(place).status_code == 404, "nobody has agreed to it"
    agreed(signed_in("supervisor"), kept)
    citizen.post("/my/acting/", {"person": neighbour})
    assert place in citizen.get("/my/acting/").content.decode()
    own = principal(accounts, neighbour)
    assert own.post(place).headers["Location"] == "/representation/mine/", (
        "the person ends it on their own page"
    )
    assert citizen.get(place).status_code == 200 and Representation.objects.on(timezone.localdate()).exists()
    told = Message.objects.filter(person=neighbour, subject="representation").count()
    assert citizen.post(place).headers["Location"] == "/my/acting/"
    assert not Representation.objects.on(timezone.localdate()).exists()
    assert Message.objects.filter(person=neighbour, subject="representation").count() == told + 1
    assert "who acted stepped back on" in own.get("/representation/mine/").content.decode()
    assert citizen.get(place).status_code == 404 and place not in citizen.get("/my/acting/").content.decode()


def test_nobody_steps_back_from_a_guardianship_or_for_another(
    signed_in: SignedIn, accounts: dict[str, User], neighbour: str, recorded: Callable[[str], Recorded]
) -> None:
    kept, citizen = recorded("guardian"), signed_in("citizen")
    agreed(signed_in("supervisor"), kept)
    place = f"/representation/{kept.pk}/step-back/"
    assert citizen.post(place).status_code == 404 and place not in citizen.get("/my/acting/").content.decode()
    Recorded.objects.update(kind="proxy", representative="S" * 32)
    assert citizen.post(place).status_code == 404, "another's power"
    assert Representation.objects.on(timezone.localdate()).exists()
