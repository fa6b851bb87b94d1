"""One after the other: what looks first whether something is there and then writes it.

Two who look at the same moment both find nothing, and the second one's writing is refused by the database, or,
where it can refuse nothing, there twice. A row that is not there yet cannot be locked, so a number is.
"""

from __future__ import annotations

import hashlib

from django.db import connection

LOCK_BYTES = 8


def in_turn(*what: str) -> None:
    """Wait until nobody else's transaction is about the same; to be called in the transaction that writes.

    On PostgreSQL, whose locks of this kind end with the transaction. SQLite lets one transaction write at a time.
    """
    assert connection.in_atomic_block, "outside of a transaction the lock would end at once"
    if connection.vendor == "postgresql":
        digest = hashlib.sha256("\n".join(what).encode()).digest()[:LOCK_BYTES]
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [int.from_bytes(digest, "big", signed=True)])
