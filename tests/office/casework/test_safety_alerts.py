"""A sealed alert: read by the case's worker and their supervisor, nowhere else, not even in the database's file."""

from __future__ import annotations

from datetime import date

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection

from familycard.office.access.decide import Viewer
from familycard.office.accounts.models import User
from familycard.office.casework import alerts, services
from familycard.office.casework.models import Case, SafetyAlert

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("rules")]
SECRET = "The neighbour threatened with a knife"


@pytest.fixture
def case(officials: dict[str, User]) -> Case:
    made = services.open_case(
        officials["citizen"].person, "3510", "report", officials["social_worker"], date(2026, 12, 1)
    )
    alerts.raise_alert(made, officials["social_worker"], SECRET)
    return made


def viewer(user: User, *areas: str) -> Viewer:
    return Viewer(user.role, user.pk, user.username, areas=areas)


def test_it_is_read_by_the_cases_worker_and_the_supervisor_of_the_area(
    case: Case, officials: dict[str, User]
) -> None:
    for reader in (viewer(officials["social_worker"]), viewer(officials["supervisor"], "35")):
        assert [alert.words for alert in alerts.alerts_for(reader, case)] == [SECRET]


def test_nobody_else_reads_it(case: Case, officials: dict[str, User]) -> None:
    colleague = User.objects.create(username="colleague", role="social_worker")
    others = [viewer(colleague, "35"), viewer(officials["supervisor"], "10")]
    others += [
        viewer(officials[role], "35") for role in officials if role not in ("social_worker", "supervisor")
    ]
    assert len(others) > 5
    assert all(alerts.alerts_for(one, case) == () for one in others)


def test_the_database_does_not_hold_its_words(case: Case) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select sealed from casework_safetyalert")
        (sealed,) = cursor.fetchone()
    assert b"neighbour" not in bytes(sealed)


def test_a_row_moved_to_another_case_does_not_open(case: Case, officials: dict[str, User]) -> None:
    other = services.open_case("x" * 32, "3510", "report", officials["social_worker"])
    SafetyAlert.objects.update(case=other)
    with pytest.raises(InvalidTag):
        alerts.alerts_for(viewer(officials["social_worker"]), other)


def test_an_ended_alert_is_kept_but_not_shown(case: Case, officials: dict[str, User]) -> None:
    alerts.end_alerts(case, officials["supervisor"])
    assert alerts.alerts_for(viewer(officials["social_worker"]), case) == ()
    assert SafetyAlert.objects.get().ended_by == officials["supervisor"]
