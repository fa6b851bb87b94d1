"""How an installation opens its database: SQLite so that what was written is there after a power cut, or PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.utils import ConnectionHandler

from familycard.office.deployment import deployment

FULL = 2


def test_sqlite_writes_ahead_and_waits_for_the_disk(tmp_path: Path, django_db_blocker: Any) -> None:
    opened = ConnectionHandler(deployment({"FAMILYCARD_OFFICE": str(tmp_path)}).databases())["default"]
    try:
        with django_db_blocker.unblock(), opened.cursor() as cursor:
            said = [cursor.execute(f"pragma {one}").fetchone()[0] for one in ("journal_mode", "synchronous")]
    finally:
        opened.close()
    assert said == ["wal", FULL]


def test_a_connection_string_means_postgresql(tmp_path: Path) -> None:
    given = {"FAMILYCARD_OFFICE": str(tmp_path), "FAMILYCARD_DATABASE": "postgresql://office@db/cards"}
    found = deployment(given).databases()["default"]
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert (found["HOST"], found["USER"], found["NAME"]) == ("db", "office", "cards")
