"""What people write of a family that hides where it lives is read by its worker and their supervisor, nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from familycard.office.access.models import BrokenGlass
from familycard.office.accounts.models import User
from familycard.office.cards.references import reference
from familycard.office.cards.registers import owners
from familycard.office.casework import alerts, services
from familycard.office.casework.models import Case, Verification
from familycard.snapshot.reader import Reader

SignedIn = Callable[[str], Client]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STREET = "Mill Street"
ONLY_THEY = "A text that only the worker of this case and their supervisor read."
PLACES = ("the stove in", "the aunt of", "they moved to", "the door of", "the bank in", "seen in")


@pytest.fixture
def told(case: Case, accounts: dict[str, User], reader: Reader) -> Case:
    """A case in which every text names a street."""
    worker, day = accounts["social_worker"], timezone.localdate()
    services.note(case, worker, f"She spoke of the stove in {STREET}")
    step = services.plan_step(case, worker, "open_account", day, f"At the bank in {STREET}")
    services.finish_step(step, worker, f"Done at the door of {STREET}")
    seen = services.Seen(day, "The mother", f"They were seen in {STREET}", f"So was the aunt of {STREET}")
    services.record_visit(case, worker, seen, owners(reader))
    other = User.objects.create(username="before", role="social_worker")
    services.hand_over(case, other, worker, f"They moved to {STREET}")
    services.hand_over(case, worker, other, "Back")
    return case


@pytest.fixture
def colleague(case: Case, citizen: str) -> Client:
    """A browser of another worker of the same area, who has said why they look."""
    user = User.objects.create(username="colleague", role="social_worker")
    user.areas.create(area=case.area)
    return browser(user, citizen)


def browser(user: User, person: str) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    client.cookies["language"] = "en"
    client.post(f"/access/purpose/{person}/", {"purpose": "casework", "reason": ""})
    return client


def pages(case: Case) -> tuple[str, ...]:
    """Every page that shows what was written in a case."""
    asked = Verification.objects.get(case=case)
    family, of_case = f"/worker/family/{case.person}/", f"/worker/case/{case.pk}"
    return family, f"{of_case}/plan/", f"{of_case}/hand-over/", f"/worker/verification/{asked.pk}/"


def read_on(client: Client, *addresses: str) -> str:
    answers = [client.get(address) for address in addresses]
    assert [answer.status_code for answer in answers] == [200] * len(addresses)
    return "".join(answer.content.decode() for answer in answers)


def test_the_texts_of_other_families_are_read_by_who_may_see_them(told: Case, colleague: Client) -> None:
    said = read_on(colleague, *pages(told))
    assert all(f"{place} {STREET}" in said.replace("They moved", "they moved") for place in PLACES)
    assert ONLY_THEY not in said


def test_where_an_alert_is_in_force_they_are_read_by_the_cases_worker_and_supervisor_alone(
    told: Case, colleague: Client, purposeful: SignedIn, accounts: dict[str, User]
) -> None:
    alerts.raise_alert(told, accounts["social_worker"], "He threatened her")
    for role in ("social_worker", "supervisor"):
        said = read_on(purposeful(role), *pages(told))
        assert said.count(STREET) >= len(PLACES) and ONLY_THEY not in said, role
    for address in pages(told):
        said = read_on(colleague, address)
        assert STREET not in said and ONLY_THEY in said, address
    alerts.end_alerts(told, accounts["social_worker"])
    assert STREET in read_on(colleague, *pages(told))


def test_on_paper_they_stand_for_nobody(
    told: Case, citizen: str, purposeful: SignedIn, accounts: dict[str, User]
) -> None:
    paper = f"/worker/family/{citizen}/paper/"
    assert STREET in read_on(purposeful("social_worker"), paper)
    alerts.raise_alert(told, accounts["social_worker"], "He threatened her")
    for role in ("social_worker", "supervisor"):
        said = read_on(purposeful(role), paper)
        assert STREET not in said and ONLY_THEY in said, role


def test_in_an_emergency_they_are_not_read(told: Case, citizen: str, accounts: dict[str, User]) -> None:
    alerts.raise_alert(told, accounts["social_worker"], "He threatened her")
    stranger = User.objects.create(username="stranger", role="social_worker")
    over = timezone.now() + timedelta(minutes=5)
    BrokenGlass.objects.create(
        user=stranger, person=citizen, reason="A child is alone in the cold", at=timezone.now(), until=over
    )
    said = read_on(browser(stranger, citizen), f"/worker/family/{citizen}/")
    assert STREET not in said and ONLY_THEY in said


def test_whom_the_registers_protect_is_kept_the_same_way(accounts: dict[str, User], reader: Reader) -> None:
    found = reader.engine.rows(
        "select m.person, p.area from members_family m join people p using (person)"
        " where p.is_resident and p.area is not null and m.unit in"
        " (select unit from serve.residents where surname_whole is null and address_words is null"
        "  and given_name_whole is null) limit 1"
    )
    assert found, "the made-up country protects somebody"
    person, area = reference(int(found[0][0])), str(found[0][1])
    worker = User.objects.create(username="theirs", role="social_worker")
    case = services.open_case(person, area, "report", worker)
    services.note(case, worker, f"They moved to {STREET}")
    other = User.objects.create(username="colleague", role="social_worker")
    for user in (worker, other):
        user.areas.create(area=area)
    family = f"/worker/family/{person}/"
    assert STREET in read_on(browser(worker, person), family)
    said = read_on(browser(other, person), family)
    assert STREET not in said and ONLY_THEY in said


def test_a_worker_closes_a_text_of_any_family_in_the_same_words(
    case: Case, citizen: str, colleague: Client, purposeful: SignedIn
) -> None:
    client, family = purposeful("social_worker"), f"/worker/family/{citizen}/"
    client.post(f"/worker/case/{case.pk}/note/", {"words": f"They moved to {STREET}", "is_closed": "on"})
    client.post(f"/worker/case/{case.pk}/note/", {"words": "The stove does not draw."})
    assert STREET in read_on(client, family)
    said = read_on(colleague, family)
    assert STREET not in said and ONLY_THEY in said and "The stove does not draw." in said
