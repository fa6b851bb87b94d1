"""The supervisor's pages: the team of their areas, how much each has, how long things wait, giving cases to others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from familycard.office.access.models import Look
from familycard.office.accounts.models import User
from familycard.office.casework import services
from familycard.office.casework.lists import ages
from familycard.office.casework.models import Case

SignedIn = Callable[[str], Client]


def a_worker(name: str, area: str) -> User:
    worker = User.objects.create(username=name, role="social_worker")
    worker.areas.create(area=area)
    return worker


def test_the_team_is_that_of_the_supervisors_areas(signed_in: SignedIn, accounts: dict[str, User]) -> None:
    area = accounts["social_worker"].area_codes()[0]
    services.open_case(
        accounts["citizen"].person, area, "unused", accounts["social_worker"], date(2026, 1, 1)
    )
    a_worker("colleague", area[:2] + "99")
    a_worker("stranger", "99")
    page = signed_in("supervisor").get("/team/").content.decode()
    assert "social_worker" in page and "colleague" in page and "stranger" not in page


def test_a_workers_cases_are_shown_by_name_and_logged(signed_in: SignedIn, accounts: dict[str, User]) -> None:
    worker = accounts["social_worker"]
    citizen = accounts["citizen"].person
    services.open_case(citizen, worker.area_codes()[0], "unused", worker)
    page = signed_in("supervisor").get(f"/team/{worker.pk}/")
    assert f"/worker/family/{citizen}/" in page.content.decode()
    look = Look.objects.get()
    assert (look.purpose, look.persons) == ("supervision", [citizen])


def test_a_worker_of_elsewhere_does_not_exist(signed_in: SignedIn, accounts: dict[str, User]) -> None:
    stranger = a_worker("stranger", "99")
    for number in (stranger.pk, accounts["citizen"].pk, 10**6):
        assert signed_in("supervisor").get(f"/team/{number}/").status_code == 404


def test_cases_of_elsewhere_that_a_worker_of_the_team_has_are_not_shown(
    signed_in: SignedIn, accounts: dict[str, User], elsewhere: str
) -> None:
    worker = accounts["social_worker"]
    services.open_case(elsewhere, "99", "unused", worker)
    assert elsewhere not in signed_in("supervisor").get(f"/team/{worker.pk}/").content.decode()
    assert not Look.objects.exists()


def test_the_team_takes_as_many_queries_for_many_workers(
    signed_in: SignedIn, accounts: dict[str, User]
) -> None:
    client = signed_in("supervisor")
    area = accounts["supervisor"].area_codes()[0]
    counts = []
    for names in (["w0"], [f"w{n}" for n in range(1, 30)]):
        for name in names:
            a_worker(name, area)
        with CaptureQueriesContext(connection) as queries:
            client.get("/team/")
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 20


def test_a_supervisor_gives_a_case_to_another_worker(signed_in: SignedIn, accounts: dict[str, User]) -> None:
    worker, citizen = accounts["social_worker"], accounts["citizen"].person
    area = worker.area_codes()[0]
    case = services.open_case(citizen, area, "unused", worker)
    colleague = a_worker("colleague", area)
    client = signed_in("supervisor")
    client.post(f"/access/purpose/{citizen}/", {"purpose": "supervision", "reason": ""})
    client.post(f"/worker/case/{case.pk}/hand-over/", {"worker": str(colleague.pk), "words": "Less to do."})
    case.refresh_from_db()
    assert case.assigned_to == colleague
    assert case.handovers.get().by == accounts["supervisor"]


def test_what_waits_is_counted_once_by_its_age(accounts: dict[str, User]) -> None:
    worker = accounts["social_worker"]
    for number, days in enumerate((0, 7, 8, 30, 31, 61, 400)):
        case = services.open_case(f"{number:032d}", "3510", "unused", worker)
        Case.objects.filter(pk=case.pk).update(opened_at=timezone.now() - timedelta(days=days))
    services.open_case("f" * 32, "9910", "unused", worker)
    assert [age.cases for age in ages(("35",))] == [2, 1, 1, 1, 2]


def test_the_bars_say_what_the_table_says(signed_in: SignedIn, accounts: dict[str, User]) -> None:
    services.open_case("1" * 32, accounts["supervisor"].area_codes()[0], "unused", accounts["social_worker"])
    client = signed_in("supervisor")
    page = client.get("/team/ageing/").content.decode()
    chart = client.get("/team/ageing/chart.svg")
    assert chart["Content-Type"] == "image/svg+xml" and 'src="/team/ageing/chart.svg"' in page
    drawn = chart.content.decode()
    for age in ages(tuple(accounts["supervisor"].area_codes())):
        with override("kk"):
            assert age.title in page
            assert f": {age.cases + age.answers}; of: {age.title}" in drawn
