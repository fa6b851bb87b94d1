"""A worker's journey: a family, a case, a visit, a plan, a hand-over; and what nobody else may see of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pyarrow as pa
import pytest
from django.test import Client
from django.utils import timezone

from familycard.engine.interface import ROWS_BY_KEY
from familycard.engine.row_file import RowFile, write_rows
from familycard.office.access.models import Look
from familycard.office.accounts.models import User
from familycard.office.cards.references import person_of, reference
from familycard.office.casework import closing
from familycard.office.casework.models import Case, SafetyAlert, Verification
from familycard.office.casework.states import State
from familycard.office.claims.services import Made, make_claim, move
from familycard.programmes.explain import CANNOT_TELL, ProgrammeResult
from familycard.snapshot.reader import Reader, Right
from familycard.snapshot.rows import LINKED, Rows

SignedIn = Callable[[str], Client]
Says = Callable[[bytes], str]
SECRET = "He broke the door and threatened her"


def day_of(name: str, days: int) -> dict[str, str]:
    """A day from today, as three boxes of a form."""
    day = timezone.localdate() + timedelta(days=days)
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def a_visit(**more: str) -> dict[str, str]:
    seen = {
        "met": "The mother",
        "words": "The stove does not draw.",
        "composition": "",
        "address": "",
        "alert": "",
    }
    return {**seen, **day_of("visited_on", -1), **more}


def who_and_rights(page: str) -> str:
    """Of a printed file the members and the rights."""
    rest = page.split("Who belongs to the family")[1]
    return rest.split("What owners of registers")[0].split("Printed by")[0].strip()


def test_the_purpose_is_asked_before_the_family_is_shown(signed_in: SignedIn, citizen: str) -> None:
    answer = signed_in("social_worker").get(f"/worker/family/{citizen}/")
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (
        302,
        f"/access/purpose/{citizen}/",
    )
    assert not Look.objects.exists()


def test_a_look_at_a_family_is_a_look_at_each_member(
    purposeful: SignedIn, citizen: str, reader: Reader, says: Says
) -> None:
    answer = purposeful("social_worker").get(f"/worker/family/{citizen}/")
    unit = reader.unit_of(reader.person_of(identifier(reader, citizen)))
    members = reader.members(unit)
    assert all(member.name in says(answer.content) for member in members)
    assert Look.objects.latest("sequence").persons == sorted(reference(member.person) for member in members)


def identifier(reader: Reader, text: str) -> str:
    from familycard.office.cards.references import person_of

    return str(
        reader.engine.rows(f"select value from serve.identifiers where person = {person_of(text)}")[0][0]
    )


@pytest.mark.parametrize("page", ["family/{}/", "family/{}/paper/", "family/{}/case/"])
def test_a_family_of_another_area_does_not_exist(signed_in: SignedIn, elsewhere: str, page: str) -> None:
    for role in ("social_worker", "supervisor"):
        assert signed_in(role).get("/worker/" + page.format(elsewhere)).status_code == 404


@pytest.mark.parametrize("page", ["note", "visit", "plan", "hand-over", "state", "alert"])
def test_a_case_of_another_area_does_not_exist(
    signed_in: SignedIn, accounts: dict[str, User], elsewhere: str, page: str
) -> None:
    other = User.objects.create(username="other", role="social_worker")
    case = Case.objects.create(
        person=elsewhere, area="99", why="unused", assigned_to=other, opened_by=other, due_on="2026-12-01"
    )
    assert signed_in("social_worker").get(f"/worker/case/{case.pk}/{page}/").status_code == 404
    assert signed_in("social_worker").get(f"/worker/case/{case.pk + 1}/{page}/").status_code == 404


def test_an_open_case_keeps_the_family_in_sight_when_it_moves_away(
    signed_in: SignedIn, accounts: dict[str, User], elsewhere: str
) -> None:
    worker = accounts["social_worker"]
    case = Case.objects.create(
        person=elsewhere, area="35", why="unused", assigned_to=worker, opened_by=worker, due_on="2026-12-01"
    )
    client = signed_in("social_worker")
    assert client.get(f"/worker/family/{elsewhere}/").status_code == 302
    Case.objects.filter(pk=case.pk).update(state=State.CLOSED)
    assert client.get(f"/worker/family/{elsewhere}/").status_code == 404


def test_from_the_case_to_the_plan(purposeful: SignedIn, citizen: str, says: Says) -> None:
    client = purposeful("social_worker")
    client.post(f"/worker/family/{citizen}/case/", {"why": "unused", **day_of("due_on", 3)})
    case = Case.objects.get(person=citizen)
    client.post(f"/worker/case/{case.pk}/note/", {"words": "She asked about the kindergarten."})
    client.post(f"/worker/case/{case.pk}/visit/", a_visit())
    step = {"measure": "open_account", "words": "At the bank in the village", "is_agreed": "on"}
    client.post(f"/worker/case/{case.pk}/plan/", {**step, **day_of("due_on", 10)})
    done = case.steps.get()
    client.post(f"/worker/step/{done.pk}/", {"outcome": "The account is open."})
    client.post(f"/worker/case/{case.pk}/state/", {"after": "closed", "words": "All rights are claimed."})
    page = says(client.get(f"/worker/family/{citizen}/").content)
    for words in (
        "She asked about the kindergarten.",
        "The stove does not draw.",
        "The account is open.",
        "All rights are claimed.",
        "Case opened",
    ):
        assert words in page, words
    assert Case.objects.get().state == State.CLOSED


def test_a_plan_needs_the_familys_word(purposeful: SignedIn, case: Case, says: Says) -> None:
    step = {"measure": "open_account", "words": "", **day_of("due_on", 10)}
    answer = purposeful("social_worker").post(f"/worker/case/{case.pk}/plan/", step)
    assert "A plan is made with the family" in says(answer.content)
    assert not case.steps.exists()


def test_a_visit_that_contradicts_a_register_asks_its_owner_and_changes_nothing(
    purposeful: SignedIn, case: Case, citizen: str, reader: Reader, says: Says
) -> None:
    client = purposeful("social_worker")
    before = who_and_rights(says(client.get(f"/worker/family/{citizen}/paper/").content))
    client.post(
        f"/worker/case/{case.pk}/visit/",
        a_visit(composition="The grandmother lives here", address="They live at the aunt's"),
    )
    asked = {one.about: one for one in Verification.objects.all()}
    assert set(asked) == {"composition", "address"}
    assert asked["address"].source == reader.pack.people.source
    assert all(one.owner and one.contact and one.due_on > timezone.localdate() for one in asked.values())
    assert who_and_rights(says(client.get(f"/worker/family/{citizen}/paper/").content)) == before
    client.post(f"/worker/verification/{asked['composition'].pk}/", {"answer": "The register is corrected."})
    assert "The register is corrected." in says(client.get(f"/worker/family/{citizen}/").content)


def test_what_a_visit_says_of_an_address_is_read_where_its_owner_s_answer_is_written_and_nowhere_else(
    purposeful: SignedIn, case: Case, citizen: str, says: Says
) -> None:
    client = purposeful("social_worker")
    client.post(f"/worker/case/{case.pk}/visit/", a_visit(address="They live at 5, Mill Street"))
    asked = Verification.objects.get()
    answering = f"/worker/verification/{asked.pk}/"
    assert "Mill Street" in says(client.get(answering).content)
    assert "Mill Street" in says(purposeful("supervisor").get(answering).content)
    colleague = User.objects.create(username="colleague", role="social_worker")
    colleague.areas.create(area=case.area)
    Case.objects.update(assigned_to=colleague)
    assert "A text that only the worker" in says(client.get(answering).content)
    assert "Mill Street" not in says(client.get(answering).content)
    Verification.objects.update(answered_at=timezone.now(), answer="It is 5, Mill Street")
    for page in (f"/worker/family/{citizen}/", f"/worker/family/{citizen}/paper/"):
        page = says(purposeful("supervisor").get(page).content)
        assert "The address is confidential." in page and "Mill Street" not in page


def test_a_visit_in_the_future_is_refused(purposeful: SignedIn, case: Case) -> None:
    purposeful("social_worker").post(
        f"/worker/case/{case.pk}/visit/", {**a_visit(), **day_of("visited_on", 2)}
    )
    assert not case.visits.exists()


@pytest.mark.parametrize("page", ["note", "visit", "hand-over", "state", "alert"])
def test_each_page_of_a_case_is_a_look_at_its_person(
    purposeful: SignedIn, case: Case, citizen: str, page: str
) -> None:
    client = purposeful("social_worker")
    before = Look.objects.count()
    assert client.get(f"/worker/case/{case.pk}/{page}/").status_code == 200
    assert Look.objects.count() == before + 1
    assert citizen in Look.objects.latest("sequence").persons


def test_an_alert_is_seen_by_its_worker_and_supervisor_and_stands_nowhere_else(
    purposeful: SignedIn, case: Case, citizen: str, accounts: dict[str, User]
) -> None:
    client = purposeful("social_worker")
    client.post(f"/worker/case/{case.pk}/visit/", a_visit(alert=SECRET))
    assert SafetyAlert.objects.count() == 1
    family = f"/worker/family/{citizen}/"
    for role in ("social_worker", "supervisor"):
        assert SECRET in purposeful(role).get(family).content.decode(), role
    colleague = User.objects.create(username="colleague", role="social_worker")
    colleague.areas.create(area=case.area)
    other = Client()
    other.force_login(colleague, backend="allauth.account.auth_backends.AuthenticationBackend")
    other.cookies["language"] = "en"
    other.post(f"/access/purpose/{citizen}/", {"purpose": "casework", "reason": ""})
    pages = [
        family,
        family + "paper/",
        "/worker/?list=mine",
        "/worker/?list=answers",
        f"/worker/case/{case.pk}/note/",
    ]
    for page in pages:
        answer = other.get(page)
        assert answer.status_code == 200, page
        assert "threatened" not in answer.content.decode(), page
        assert "afety alert" not in answer.content.decode().replace("Safety alert: for", ""), page
    assert other.get(f"/worker/case/{case.pk}/alert/").status_code == 404
    for page in pages[1:]:
        assert SECRET not in client.get(page).content.decode(), page
    assert not any(SECRET in look.reason for look in Look.objects.all())


def test_the_printed_file_says_who_when_and_why(purposeful: SignedIn, citizen: str, says: Says) -> None:
    page = says(purposeful("social_worker").get(f"/worker/family/{citizen}/paper/").content)
    assert "Printed by social_worker" in page
    assert "Work on the family" in page
    assert str(timezone.localdate().year) in page


def test_a_case_is_handed_over_with_its_history(
    purposeful: SignedIn, case: Case, citizen: str, accounts: dict[str, User], says: Says
) -> None:
    colleague = User.objects.create(username="colleague", role="social_worker")
    colleague.areas.create(area=case.area)
    stranger = User.objects.create(username="stranger", role="social_worker")
    stranger.areas.create(area="99")
    client = purposeful("social_worker")
    address = f"/worker/case/{case.pk}/hand-over/"
    page = client.get(address).content.decode()
    assert "colleague" in page and "stranger" not in page
    client.post(address, {"worker": str(stranger.pk), "words": "Take it"})
    assert Case.objects.get().assigned_to == accounts["social_worker"]
    client.post(address, {"worker": str(colleague.pk), "words": "The mother speaks Kazakh only."})
    assert Case.objects.get().assigned_to == colleague
    assert "The mother speaks Kazakh only." in says(client.get(f"/worker/family/{citizen}/").content)
    assert (
        client.post(address, {"worker": str(accounts["social_worker"].pk), "words": "Back"}).status_code
        == 404
    )


def test_the_story_tells_what_changed_between_snapshots(reader: Reader) -> None:
    from datetime import date

    from familycard.office.cards.earlier import Then
    from familycard.office.casework.timeline import changes

    programme = next(iter(reader.pack.programmes))
    now = Then(date(2025, 12, 31), "D", frozenset({programme}))
    before = Then(date(2025, 11, 30), "C", frozenset())
    assert [event.on for event in changes(now, before, reader.pack)] == [now.as_of, now.as_of]
    assert list(changes(now, now, reader.pack)) == []
    unknown = Then(date(2025, 11, 30), None, frozenset({programme}))
    assert list(changes(now, unknown, reader.pack)) == []


def test_the_worker_sees_what_rests_on_a_linked_row_and_that_a_person_decides_first(
    purposeful: SignedIn, citizen: str, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, says = f"/worker/family/{citizen}/", "Rests on a row that was linked by name and birth date"
    assert says not in purposeful("social_worker").get(address).content.decode()
    row = {
        "person": person_of(citizen), "indicators": "wages_month", "source": "pension_contributions", "file": 0, "row": 7,
        "extracted_on": date(2025, 12, 31), "likelihood_millionths": 998700, "words": "surname is the same",
        "decided_by": "model", "decided_on": date(2026, 1, 1),
    }  # fmt: skip
    file = tmp_path / ROWS_BY_KEY
    write_rows([pa.Table.from_pylist([row])], "person", file)
    monkeypatch.setitem(reader.snapshot.rows, LINKED, Rows((RowFile(file),)))
    page = purposeful("social_worker").get(address).content.decode()
    rights, bill = page.split("How the category came about")[0], page.split("How the category came about")[1]
    assert says in rights and "needs a person’s decision" in rights
    assert says in bill and "a person has to confirm the link" in bill


AUTOMATIC = {"kk": "автоматты түрде", "ru": "автоматически", "en": "automatically"}
OBJECT = {"kk": "қарсылық білдіре алады", "ru": "может возразить", "en": "may object"}


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_wherever_a_worker_sees_a_category_it_says_how_it_was_made_for_what_and_how_to_object(
    purposeful: SignedIn, case: Case, citizen: str, reader: Reader, says: Says, language: str
) -> None:
    client = purposeful("social_worker")
    client.cookies["language"] = language
    card = reader.pack.scorecards["need"]
    for address in (f"family/{citizen}/", f"family/{citizen}/paper/", f"case/{case.pk}/plan/"):
        page = unescape(says(client.get(f"/worker/{address}").content))
        for words in (AUTOMATIC[language], OBJECT[language], card.title[language], card.provenance[language]):
            assert words in page, (address, words)
    for waiting in ("unused", "nothing"):
        page = says(client.get(f"/worker/?list={waiting}").content)
        assert AUTOMATIC[language] in page


CLOSE = {"after": "closed", "words": "They no longer need help."}


def test_a_case_is_not_closed_against_a_family_whose_claim_waits(
    purposeful: SignedIn, case: Case, citizen: str, reader: Reader, says: Says
) -> None:
    client, address = purposeful("social_worker"), f"/worker/case/{case.pk}/state/"
    unit = reader.unit_of(person_of(citizen) or 0)
    relative = next(one.person for one in reader.members(unit) if reference(one.person) != citizen)
    words = Made(reference(relative), citizen, reader.fact_of("wages_month", 1), "1", "", "They never worked")
    claim = make_claim(words)
    assert "closed only if the family agrees" in says(client.post(address, CLOSE).content)
    assert Case.objects.get().is_open
    client.post(address, {**CLOSE, "family_agrees": "on"})
    assert not Case.objects.get().is_open and case.decisions.get().family_agrees
    client.post(address, {"after": "new", "words": "They ask again."})
    move(claim, "confirmed", by=None, role="steward", words="The fund has checked it.")
    client.post(address, CLOSE)
    assert not Case.objects.get().is_open


def test_a_case_is_not_closed_against_a_family_by_a_row_that_nobody_confirmed(
    purposeful: SignedIn, case: Case, citizen: str, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = purposeful("social_worker"), f"/worker/case/{case.pk}/state/"
    linked = {person_of(citizen): frozenset({"wages_month"})}
    monkeypatch.setattr(closing, "unconfirmed_of", lambda _, person: linked.get(person, frozenset()))
    client.post(address, CLOSE)
    assert Case.objects.get().is_open
    linked.clear()
    client.post(address, CLOSE)
    assert not Case.objects.get().is_open


def test_the_worker_sees_which_condition_is_in_doubt(
    purposeful: SignedIn, citizen: str, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, explain = f"/worker/family/{citizen}/", reader.explain
    says = "This would not be met, by a row that was linked by name and birth date"
    assert says not in purposeful("social_worker").get(address).content.decode()

    def in_doubt(right: Right) -> ProgrammeResult:
        result = explain(right)
        conditions = (replace(one, is_in_doubt=one.answer == CANNOT_TELL) for one in result.conditions)
        return replace(result, conditions=tuple(conditions))

    monkeypatch.setattr(reader, "explain", in_doubt)
    assert says in purposeful("social_worker").get(address).content.decode()
