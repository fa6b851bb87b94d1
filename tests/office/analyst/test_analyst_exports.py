"""Rows leave after a second person's word, coarse, few columns, under pseudonyms of their own, for thirty days."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from familycard.desk.counts import Condition, counts_of
from familycard.desk.row_export import columns_for_export, export_rows
from familycard.desk.vocabulary import names_for_analysts
from familycard.errors import UsageError
from familycard.office.access.models import Look
from familycard.office.accounts.models import User
from familycard.office.analyst.answers import rule
from familycard.office.analyst.models import STATES, TRANSITIONS, Download, Export
from familycard.snapshot.reader import Reader

SignedIn = Callable[[str], Client]
NEW = "/analyst/exports/new/?level=family&if=card.category:B"
COLUMNS = ["members", "oldest_member_age", "income_month", "owns_no_dwelling"]


def request(client: Client, **changes: object) -> Export:
    data = {"purpose": "Who in category B rents", "basis": "Order 12, point 3", "columns": COLUMNS, **changes}
    answer = client.post(NEW, data)
    assert answer.status_code == 302, answer.content.decode()
    return Export.objects.latest("pk")


def decide(client: Client, export: Export, decision: str = "approved") -> int:
    address = f"/analyst/exports/{export.pk}/decision/"
    return client.post(
        address, {"decision": decision, "words": "The purpose needs these columns."}
    ).status_code


def rows(client: Client, export: Export) -> list[dict[str, str]]:
    answer = client.get(f"/analyst/exports/{export.pk}/rows.csv")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_rows_leave_only_after_a_second_person(signed_in: SignedIn) -> None:
    analyst, approver = signed_in("analyst"), signed_in("approver")
    export = request(analyst)
    assert analyst.get(f"/analyst/exports/{export.pk}/rows.csv").status_code == 404
    assert decide(analyst, export) == 403
    assert approver.get(f"/analyst/exports/{export.pk}/").status_code == 200
    assert decide(approver, export) == 302
    assert approver.get(f"/analyst/exports/{export.pk}/rows.csv").status_code == 403
    assert decide(approver, export, "refused") == 404, "what is decided stays decided"
    found = rows(analyst, export)
    assert list(found[0]) == [
        "reference",
        "members",
        "oldest_member_age",
        "income_month [KZT]",
        "owns_no_dwelling",
    ]


def test_nobody_approves_their_own(signed_in: SignedIn, accounts: dict[str, User]) -> None:
    export = request(signed_in("analyst"))
    Export.objects.update(requested_by=accounts["approver"])
    assert decide(signed_in("approver"), export) == 404
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.update(decided_by=accounts["approver"])


def test_what_was_refused_is_told_in_words_and_never_leaves(signed_in: SignedIn) -> None:
    analyst, export = signed_in("analyst"), request(signed_in("analyst"))
    decide(signed_in("approver"), export, "refused")
    assert (
        "The purpose needs these columns." in analyst.get(f"/analyst/exports/{export.pk}/").content.decode()
    )
    assert analyst.get(f"/analyst/exports/{export.pk}/rows.csv").status_code == 404


def test_rows_that_stand_out_are_left_out_and_counted(signed_in: SignedIn, reader: Reader) -> None:
    analyst, export = signed_in("analyst"), request(signed_in("analyst"))
    decide(signed_in("approver"), export)
    found = rows(analyst, export)
    groups = Counter((row["members"], row["oldest_member_age"]) for row in found)
    assert min(groups.values()) >= 5
    download = Download.objects.get(export=export)
    counts = counts_of(reader.snapshot, rule(), "family")
    whole = int(counts.mask(counts.asked([Condition("card.category", "B")])).sum())
    assert (download.rows, download.left_out) == (len(found), whole - len(found))
    assert download.left_out > 0


def test_values_are_coarse(signed_in: SignedIn) -> None:
    analyst, export = signed_in("analyst"), request(signed_in("analyst"))
    decide(signed_in("approver"), export)
    for row in rows(analyst, export):
        low, high = map(int, row["oldest_member_age"].split("-"))
        assert (low % 5, high - low) == (0, 4)
        assert len(row["income_month [KZT]"].replace(".", "").strip("0")) <= 2


def test_a_place_is_its_region(signed_in: SignedIn, reader: Reader) -> None:
    analyst = signed_in("analyst")
    export = request(analyst, columns=["region"])
    decide(signed_in("approver"), export)
    places = {row["region"] for row in rows(analyst, export)}
    assert len(places) > 10
    assert all(reader.pack.areas[place] and len(place) == 2 for place in places)


def test_two_exports_cannot_be_joined_and_one_is_the_same_again(signed_in: SignedIn) -> None:
    analyst, approver = signed_in("analyst"), signed_in("approver")
    one, other = request(analyst), request(analyst)
    for export in (one, other):
        decide(approver, export)
    first, second = ({row["reference"] for row in rows(analyst, export)} for export in (one, other))
    assert first and not first & second
    assert first == {row["reference"] for row in rows(analyst, one)}


def test_each_download_is_in_the_access_log_without_persons(signed_in: SignedIn) -> None:
    analyst, export = signed_in("analyst"), request(signed_in("analyst"))
    decide(signed_in("approver"), export)
    found = rows(analyst, export)
    look = Look.objects.get(purpose="export")
    assert (look.role, look.persons) == ("analyst", [])
    assert look.reason.startswith(f"export {export.pk}: {len(found)} rows; Who in category B")


def test_an_export_ends_after_thirty_days_or_when_withdrawn(signed_in: SignedIn) -> None:
    analyst, approver = signed_in("analyst"), signed_in("approver")
    export, other = request(analyst), request(analyst)
    decide(approver, export)
    export.refresh_from_db()
    assert export.expires_on == timezone.localdate() + timedelta(days=30)
    Export.objects.filter(pk=export.pk).update(expires_on=timezone.localdate())
    assert analyst.get(f"/analyst/exports/{export.pk}/rows.csv").status_code == 404
    export.refresh_from_db()
    assert export.state == "expired"
    assert analyst.post(f"/analyst/exports/{other.pk}/withdraw/").status_code == 302
    assert decide(approver, other) == 404


def test_another_analysts_export_is_not_there(signed_in: SignedIn, accounts: dict[str, User]) -> None:
    export = request(signed_in("analyst"))
    Export.objects.update(requested_by=accounts["administrator"])
    assert signed_in("analyst").get(f"/analyst/exports/{export.pk}/").status_code == 404


OF_HEALTH = "programme.disability_allowance.status"


@pytest.mark.parametrize("level", ["family", "person"])
@pytest.mark.parametrize("columns", [[], ["area"], ["birth_date"], ["person"], ["iin"], [OF_HEALTH]])
def test_what_is_no_column_is_refused(signed_in: SignedIn, level: str, columns: list[str]) -> None:
    data = {"purpose": "p", "basis": "b", "columns": columns}
    address = NEW if level == "family" else "/analyst/exports/new/?level=person"
    assert signed_in("analyst").post(address, data).status_code == 200
    assert not Export.objects.exists()


def test_rows_are_not_chosen_by_what_tells_of_restricted_facts(reader: Reader) -> None:
    counts = counts_of(reader.snapshot, rule(), level="person", allow_restricted=True)
    assert OF_HEALTH in counts.names and OF_HEALTH not in columns_for_export(counts)
    with pytest.raises(UsageError, match="restricted"):
        export_rows(counts, [Condition(OF_HEALTH, "eligible")], ["sex"], b"key")


def test_twenty_columns_are_the_most(signed_in: SignedIn, reader: Reader) -> None:
    names = [name for name in names_for_analysts(reader.snapshot, "family") if name != "area"]
    analyst = signed_in("analyst")
    assert analyst.post(NEW, {"purpose": "p", "basis": "b", "columns": names[:21]}).status_code == 200
    assert not Export.objects.exists()
    assert len(request(analyst, columns=names[:20]).columns) == 20


def test_every_state_is_in_the_graph_and_no_other_move_is_made(accounts: dict[str, User]) -> None:
    assert set(TRANSITIONS) == set(STATES)
    for state in STATES:
        for other in set(STATES) - TRANSITIONS[state]:
            export = Export(requested_by=accounts["analyst"], columns=[], state=state, level="family")
            export.save()
            with pytest.raises(UsageError):
                export.move(other)
