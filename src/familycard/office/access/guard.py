"""The database itself refuses to change or remove what the access log says: triggers on its tables.

They are set after every migration, because SQLite makes a table anew when it changes and loses them.
Who owns the database can lift them; then the chain tells (`verify_log`). They stop mistakes, a stolen
account of the application, and a careless script.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("access_look", "access_lookedat")
REFUSAL = "the access log is only added to"
FUNCTION = f"""create or replace function access_log_refuses() returns trigger language plpgsql as
$$ begin raise exception '{REFUSAL}'; end $$"""


def set_guard(connection: BaseDatabaseWrapper) -> None:
    """Set the triggers; those that are there already stay."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the triggers, for as long as this lasts: for tests that empty their database."""
    with connection.cursor() as cursor:
        for table in TABLES:
            for event in _events(connection.vendor):
                on = f" on {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"drop trigger if exists {table}_{event}{on}")
    try:
        yield
    finally:
        set_guard(connection)


def _events(vendor: str) -> tuple[str, ...]:
    return ("update", "delete", "truncate") if vendor == "postgresql" else ("update", "delete")


def _statements(vendor: str) -> Iterator[str]:
    for table in TABLES:
        for event in _events(vendor):
            name = f"{table}_{event}"
            if vendor == "postgresql":
                # For each statement, so that one that meets no row is refused, too, and truncate can be.
                yield (
                    f"create or replace trigger {name} before {event} on {table} "
                    "for each statement execute function access_log_refuses()"
                )
            else:
                yield (
                    f"create trigger if not exists {name} before {event} on {table} "
                    f"begin select raise(abort, '{REFUSAL}'); end"
                )


def after_migrations(using: str = "default", **_: Any) -> None:
    """Set the guard on a database whose tables have just been made or changed."""
    from django.db import connections

    connection = connections[using]
    if set(TABLES) <= set(connection.introspection.table_names()):
        set_guard(connection)
