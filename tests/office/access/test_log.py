"""The access log: each row linked to the one before it, the last one sealed outside the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from familycard.office.access.chain import link, seal, sealed
from familycard.office.access.guard import REFUSAL, lifted
from familycard.office.access.log import append, as_hashed
from familycard.office.access.models import Look, LookedAt

pytestmark = pytest.mark.database
ROW = {
    "user": 1,
    "name": "worker",
    "role": "social_worker",
    "page": "x",
    "purpose": "visit",
    "reason": "",
    "snapshot": "s",
}


@pytest.mark.django_db(transaction=True)
def test_rows_are_linked_and_sealed() -> None:
    first, second = append(["b", "a", "b"], **ROW), append(["c"], **ROW)
    assert (first.sequence, second.sequence, second.previous) == (1, 2, first.hash)
    assert first.persons == ["a", "b"]
    for look in Look.objects.order_by("sequence"):
        assert look.hash == link(settings.ACCESS_LOG_KEY, look.previous, as_hashed(look))
    assert Path(settings.ACCESS_LOG_SEAL).read_text() == f"{2:020d} {second.hash}\n"
    assert LookedAt.objects.filter(person="b").get().look == first


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["access_look", "access_lookedat"])
@pytest.mark.parametrize("change", ["update {} set {}={}", "delete from {}"])
def test_the_database_itself_refuses_to_change_or_remove_a_row(table: str, change: str) -> None:
    append(["a"], **ROW)
    column = "reason" if table == "access_look" else "person"
    with (
        pytest.raises(DatabaseError, match=REFUSAL),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table, column, "'x'"))
    assert (Look.objects.get().reason, LookedAt.objects.get().person) == ("", "a")


@pytest.mark.django_db(transaction=True)
def test_a_log_that_grows_over_a_cut_never_reaches_its_seal_again() -> None:
    rows = [append([str(number)], **ROW) for number in range(3)]
    with lifted(connection), connection.cursor() as cursor:
        cursor.execute("delete from access_lookedat where look_id > 1")
        cursor.execute("delete from access_look where sequence > 1")
        cursor.execute("update access_loghead set sequence = 1, hash = %s", [rows[0].hash])
    for number in range(4):
        append([str(number)], **ROW)
    found = sealed(Path(settings.ACCESS_LOG_SEAL))
    assert found is not None and (found.sequence, found.hash) == (3, rows[2].hash)
    assert Look.objects.get(sequence=3).hash != found.hash, "so whoever verifies is told of record 3"


def test_the_seal_only_moves_forward(tmp_path: Path) -> None:
    file = tmp_path / "seal"
    assert sealed(file) is None
    for sequence in (1, 3, 2):
        seal(file, sequence, str(sequence) * 64)
    found = sealed(file)
    assert found is not None and (found.sequence, found.hash) == (3, "3" * 64)
    file.write_text("nothing")
    with pytest.raises(ValueError, match="no seal"):
        sealed(file)
