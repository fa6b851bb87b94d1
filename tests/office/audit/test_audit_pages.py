"""The auditor's journey through the access log, and the commissioner's for somebody who asked."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from familycard.office.access.guard import lifted
from familycard.office.access.log import append
from familycard.office.access.models import BrokenGlass, LogHead, Look, LookedAt
from familycard.office.accounts.models import User
from familycard.office.audit.models import LogRequest

SignedIn = Callable[[str], Client]
ROW = {
    "user": 1,
    "name": "worker",
    "role": "social_worker",
    "page": "access:purpose",
    "reason": "",
    "snapshot": "s",
}


@pytest.fixture
def auditor(signed_in: SignedIn) -> Client:
    client = signed_in("auditor")
    client.cookies["language"] = "en"
    return client


@pytest.fixture
def looks(accounts: dict[str, User], elsewhere: str) -> list[Look]:
    """Three looks: at the citizen, at somebody elsewhere, at both."""
    own = accounts["citizen"].person
    return [
        append([own], **ROW, purpose="visit"),
        append([elsewhere], **ROW | {"name": "other", "role": "supervisor"}, purpose="supervision"),
        append([own, elsewhere], **ROW, purpose="casework"),
    ]


def found(page: bytes) -> list[int]:
    """The numbers of the looks that a page of the search lists."""
    parts = page.decode().split('href="/audit/log/')[1:]
    return [int(part.split("/")[0]) for part in parts if part[0].isdigit()]


def test_the_log_is_searched_by_role_purpose_user_and_day(auditor: Client, looks: list[Look]) -> None:
    assert found(auditor.get("/audit/log/").content) == [3, 2, 1]
    assert found(auditor.get("/audit/log/?role=supervisor").content) == [2]
    assert found(auditor.get("/audit/log/?purpose=visit").content) == [1]
    assert found(auditor.get("/audit/log/?name=worker").content) == [3, 1]
    tomorrow = timezone.localdate() + timedelta(days=1)
    day = f"first-day={tomorrow.day}&first-month={tomorrow.month}&first-year={tomorrow.year}"
    assert found(auditor.get(f"/audit/log/?{day}").content) == []
    assert found(auditor.get(f"/audit/log/?{day.replace('first', 'last')}").content) == [3, 2, 1]
    assert Look.objects.count() == 3, "a search that names nobody is no look"


def test_a_search_leads_to_an_address_unless_it_names_a_person(
    auditor: Client, looks: list[Look], accounts: dict[str, User]
) -> None:
    answer = auditor.post("/audit/log/", {"role": "supervisor", "person": ""})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/audit/log/?role=supervisor")
    own = accounts["citizen"].person
    answer = auditor.post("/audit/log/", {"person": own})
    assert answer.status_code == 200 and found(answer.content) == [3, 1]


def test_a_search_for_a_person_is_logged_itself(
    auditor: Client, looks: list[Look], accounts: dict[str, User]
) -> None:
    own = accounts["citizen"].person
    auditor.post("/audit/log/", {"person": own})
    look = Look.objects.latest("sequence")
    assert (look.role, look.page, look.purpose, look.persons) == ("auditor", "audit:search", "audit", [own])


def test_what_is_no_reference_is_said_and_finds_nothing(auditor: Client, looks: list[Look]) -> None:
    answer = auditor.post("/audit/log/", {"person": "A" * 32})
    assert "This is no reference" in answer.content.decode() and found(answer.content) == []


def test_the_list_has_no_references_and_an_entry_has_them_with_a_look(
    auditor: Client, looks: list[Look], accounts: dict[str, User]
) -> None:
    own = accounts["citizen"].person
    assert own not in auditor.get("/audit/log/").content.decode()
    assert own in auditor.get("/audit/log/3/").content.decode()
    assert Look.objects.latest("sequence").persons == looks[2].persons
    assert auditor.get("/audit/log/99/").status_code == 404


def exported(client: Client, **said: str) -> list[dict[str, str]]:
    answer = client.post("/audit/log/export/", said)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode())))


def test_an_export_has_references_of_its_own_and_is_logged(
    auditor: Client, looks: list[Look], accounts: dict[str, User], elsewhere: str
) -> None:
    first, second = exported(auditor), exported(auditor)
    assert [row["sequence"] for row in first] == ["3", "3", "2", "1"]
    persons = {row["person"] for row in first}
    assert len(persons) == 2, "the same person has the same reference within the file"
    assert not persons & {row["person"] for row in second}, "and another one in the next"
    assert not persons & {accounts["citizen"].person, elsewhere}
    logged = Look.objects.filter(page="audit:export").order_by("sequence")
    assert [look.reason.split(": ")[1] for look in logged] == ["3 looks", "4 looks"]


def test_an_export_computes_nothing_in_a_spreadsheet(auditor: Client, accounts: dict[str, User]) -> None:
    append([accounts["citizen"].person], **ROW | {"reason": "=HYPERLINK(1)"}, purpose="visit")
    assert exported(auditor)[0]["reason"] == "'=HYPERLINK(1)"


def test_the_commissioner_does_not_export(signed_in: SignedIn, looks: list[Look]) -> None:
    assert signed_in("commissioner").post("/audit/log/export/").status_code == 403


@pytest.fixture
def seal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A seal of this test's own, for a test's transaction is never committed; not there yet."""
    monkeypatch.setattr(settings, "ACCESS_LOG_SEAL", tmp_path / "seal")
    return tmp_path / "seal"


@pytest.fixture
def sealed(looks: list[Look], seal: Path) -> None:
    """The seal as it stands once the looks are committed."""
    head = LogHead.objects.get()
    seal.write_text(f"{head.sequence:020d} {head.hash}\n")


def verdict(client: Client) -> str:
    return client.post("/audit/check/").content.decode()


def test_a_whole_log_is_called_whole(auditor: Client, sealed: None) -> None:
    assert "The log is whole: 3 lines." in verdict(auditor)


def edit() -> None:
    Look.objects.filter(pk=2).update(purpose="visit")


def remove() -> None:
    LookedAt.objects.filter(look=2).delete()
    Look.objects.filter(pk=2).delete()


def hide() -> None:
    LookedAt.objects.filter(look=2).delete()


def cut() -> None:
    LookedAt.objects.filter(look=3).delete()
    Look.objects.filter(pk=3).delete()


@pytest.mark.parametrize(
    ("touch", "number", "what"),
    [
        (edit, 2, "It was changed"),
        (remove, 2, "A line is missing."),
        (hide, 2, "The index of persons"),
        (cut, 3, "The end of the log was cut off."),
    ],
)
def test_whatever_is_done_to_the_log_is_found(
    auditor: Client, sealed: None, touch: Callable[[], None], number: int, what: str
) -> None:
    with lifted(connection):
        touch()
    shown = verdict(auditor)
    assert f"First bad line: No {number}." in shown and what in shown


def test_a_log_without_a_seal_is_said_to_have_none(auditor: Client, looks: list[Look], seal: Path) -> None:
    assert "There is no seal" in verdict(auditor)


def test_an_export_of_everybody_leaves_the_log_whole(auditor: Client, sealed: None) -> None:
    exported(auditor)
    assert Look.objects.latest("sequence").persons == []
    assert "The log is whole: 4 lines." in verdict(auditor)


def test_figures_have_a_table_and_a_chart(auditor: Client, looks: list[Look]) -> None:
    shown = auditor.get("/audit/figures/").content.decode()
    for by in ("day", "role", "purpose"):
        assert f'src="/audit/figures/{by}.svg"' in shown
    assert "Social worker" in shown and "Preparing a visit to the home" in shown


@pytest.mark.parametrize("by", ["day", "role", "purpose"])
def test_a_chart_is_an_image_that_the_policy_allows(auditor: Client, looks: list[Look], by: str) -> None:
    answer = auditor.get(f"/audit/figures/{by}.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    policy = answer.headers["Content-Security-Policy"]
    assert "img-src 'self'" in policy and "unsafe" not in policy
    text = answer.content.decode()
    assert (
        text.startswith("<svg") and "<script" not in text and 'style="' not in text and "<style" not in text
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    page = auditor.get("/audit/figures/")
    assert "<svg" not in page.content.decode() and "style=" not in page.content.decode()


def test_a_chart_of_nothing_known_is_not_found(auditor: Client) -> None:
    assert auditor.get("/audit/figures/person.svg").status_code == 404


def test_what_is_unusual_stands_out_and_names_no_person(auditor: Client, accounts: dict[str, User]) -> None:
    own = accounts["citizen"].person
    for _ in range(15):
        append([own], **ROW, purpose="visit")
    append([f"p{n}" for n in range(60)], **ROW | {"name": "busy"}, purpose="worklist")
    for name in ("calm", "quiet", "still"):
        append(["p1"], **ROW | {"name": name}, purpose="visit")
    now = timezone.now()
    for _ in range(3):
        BrokenGlass.objects.create(
            user=accounts["social_worker"], person=own, area="10", reason="fire", at=now, until=now
        )
    shown = auditor.get("/audit/unusual/").content.decode()
    assert "looks at one and the same person" in shown and "?name=worker" in shown
    assert "persons seen on one day" in shown and "?name=busy" in shown
    assert "emergencies outside the area" in shown and "?name=social_worker" in shown
    assert "?name=calm" not in shown and own not in shown


def test_looks_at_night_stand_out(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    midnight = timezone.localtime().replace(hour=23, minute=30) - timedelta(days=1)
    monkeypatch.setattr("familycard.office.access.log.timezone.now", lambda: midnight)
    for _ in range(5):
        append(["p"], **ROW, purpose="visit")
    monkeypatch.undo()
    assert "looks between 22 and 6" in auditor.get("/audit/unusual/").content.decode()


def test_the_commissioner_opens_the_log_of_who_asked_and_of_nobody_else(
    signed_in: SignedIn, looks: list[Look], accounts: dict[str, User], elsewhere: str
) -> None:
    own, commissioner = accounts["citizen"].person, signed_in("commissioner")
    assert commissioner.get(f"/audit/people/{own}/").status_code == 404
    today = timezone.localdate()
    said = {"person": own, "document": "17-Ж", "asked_on-day": today.day}
    said |= {"asked_on-month": today.month, "asked_on-year": today.year}
    assert commissioner.post("/audit/requests/", said).status_code == 302
    assert found(commissioner.get("/audit/log/").content)
    shown = commissioner.get(f"/audit/people/{own}/")
    assert shown.status_code == 200 and "supervisor" not in shown.content.decode()
    assert commissioner.get(f"/audit/people/{elsewhere}/").status_code == 404
    look = Look.objects.latest("sequence")
    assert (look.page, look.purpose, look.persons) == ("audit:person", "log_request", [own])


def test_a_request_ends(signed_in: SignedIn, accounts: dict[str, User]) -> None:
    own, commissioner = accounts["citizen"].person, signed_in("commissioner")
    yesterday = timezone.localdate() - timedelta(days=1)
    LogRequest.objects.create(
        person=own,
        document="1",
        asked_on=yesterday,
        recorded_by=accounts["commissioner"],
        recorded_at=timezone.now(),
        until=yesterday,
    )
    assert commissioner.get(f"/audit/people/{own}/").status_code == 404


def test_the_auditor_reads_what_administrators_changed(auditor: Client, signed_in: SignedIn) -> None:
    signed_in("administrator").post("/administration/accounts/new/", {"name": "m.omarov", "role": "steward"})
    shown = auditor.get("/audit/administrators/").content.decode()
    assert "m.omarov" in shown and "the record is whole" in shown


@pytest.mark.parametrize("role", ["citizen", "social_worker", "supervisor", "steward", "administrator"])
def test_nobody_else_reads_the_log(signed_in: SignedIn, role: str) -> None:
    client = signed_in(role)
    for path in (
        "/audit/log/",
        "/audit/log/1/",
        "/audit/figures/",
        "/audit/figures/day.svg",
        "/audit/requests/",
    ):
        assert client.get(path).status_code == 403, path
    assert client.post("/audit/log/export/").status_code == 403
