"""A process of its own that adds looks to the log of the office in its environment, from two threads."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import django

THREADS = 2


def add(looks: int) -> None:
    """Add looks, each at two persons."""
    from django.db import connection

    from familycard.office.access.log import append

    for number in range(looks):
        row = {"user": number, "name": "worker", "role": "social_worker", "page": "x", "purpose": "visit"}
        append([f"person {number}", "Айгүл"], **row, reason="", snapshot="s")
    connection.close()


if __name__ == "__main__":
    django.setup()
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(add, [int(sys.argv[1])] * THREADS))
