"""The office under load: the family's page at a steady rate, as gunicorn serves it, on a snapshot of any size.

    python bench/office.py SNAPSHOTS [--rate 50] [--seconds 60] [--citizens 500] [--write docs/performance.md]

Requests start when the clock says, not when an earlier one has ended (an open loop), and a request's
time counts from when it should have started: a server that stalls cannot hide it. At the end the looks
served are compared with the looks logged. Where others use the machine, what a request costs the server
(`cpu_ms`, of all its processes) and the load are the figures to go by.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import urllib3
from page import replace_part

BEGIN, END = "<!-- bench:office -->", "<!-- /bench:office -->"
PORT = 8765
CLIENTS = 64
"""Requests that may wait at once; more than the server ever lets wait at the rates that are asked."""
SEED = 20251231


@dataclass(frozen=True)
class Answer:
    """One request's time from when it should have started, in milliseconds, and its status."""

    milliseconds: float
    status: int


def prepare(folder: Path, snapshots: Path, citizens: int) -> list[str]:
    """An office in a folder with citizens of random families, signed in; their session cookies."""
    from familycard.office import serve

    serve.prepare(serve.environment(folder, snapshots, is_made_up=True, is_https=False))
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from familycard.office.access.roles import CITIZEN
    from familycard.office.accounts.models import User
    from familycard.office.cards.references import reference
    from familycard.snapshot.reader import Reader

    reader = Reader.open(snapshots / "current")
    everyone = reader.snapshot.manifest["rows"]["persons"]
    drawn = random.Random(SEED)
    cookies: list[str] = []
    backend = settings.AUTHENTICATION_BACKENDS[-1]
    while len(cookies) < citizens:
        person = drawn.randrange(everyone)
        rows = reader.snapshot.rows["person"].find([person])
        if not rows or not rows[0]["is_resident"]:
            continue
        user = User(username=f"citizen{len(cookies)}", role=CITIZEN, person=reference(person), password="!")
        user.save()
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), backend
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
    return cookies


@contextmanager
def serving() -> Iterator[int]:
    """The office as it is served, until the block ends; the group of its processes."""
    command = [sys.executable, "-c", f"from familycard.office.serve import serve; serve({PORT})"]
    server = subprocess.Popen(command, start_new_session=True)
    try:
        wait_until_open()
        yield server.pid
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def wait_until_open() -> None:
    """Wait for the first answer."""
    http = urllib3.PoolManager(retries=False)
    for _ in range(600):
        try:
            if http.request("GET", f"http://127.0.0.1:{PORT}/").status == 200:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.2)
    raise SystemExit("The office did not open.")


def load(page: str, cookies: list[str], rate: float, seconds: float) -> list[Answer]:
    """Ask for a page at a steady rate, each time as another citizen."""
    http = urllib3.HTTPConnectionPool("127.0.0.1", PORT, maxsize=CLIENTS, retries=False, timeout=30)
    start = time.perf_counter() + 0.5

    def ask(number: int) -> Answer:
        due = start + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        answer = http.request("GET", page, headers={"Cookie": cookies[number % len(cookies)]}, redirect=False)
        return Answer(1000 * (time.perf_counter() - due), answer.status)

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(ask, range(int(rate * seconds))))


def cpu_seconds(group: int) -> float:
    """Processor time, of user and system, that a group of processes has used so far (proc(5))."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def looks() -> int:
    """How many looks the log has."""
    from familycard.office.access.models import Look

    return Look.objects.count()


def measured(page: str, cookies: list[str], rate: float, seconds: float, group: int) -> dict[str, object]:
    """Figures of one run: times of what was served, errors, looks served and logged, and what it cost the server."""
    load(page, cookies, rate / 2, min(10.0, seconds))
    before, used = looks(), cpu_seconds(group)
    answers = load(page, cookies, rate, seconds)
    used = cpu_seconds(group) - used
    times = np.array([answer.milliseconds for answer in answers])
    served = sum(answer.status == 200 for answer in answers)
    p50, p99 = (float(np.percentile(times, q)) for q in (50, 99))
    return {
        "page": page,
        "rate": rate,
        "requests": len(answers),
        "served": served,
        "logged": looks() - before,
        "p50_ms": p50,
        "p99_ms": p99,
        "max_ms": float(times.max()),
        "cpu_ms": 1000 * used / len(answers),
        "load": os.getloadavg()[0],
        "statuses": {str(s): sum(a.status == s for a in answers) for s in {a.status for a in answers}},
    }


def as_text(people: int, figures: list[dict[str, object]]) -> str:
    """The part of the page that is measured."""
    first = f"The office on a snapshot of {people:,} people: gunicorn with 2 processes of 4 threads, SQLite, {os.cpu_count()} cores"
    heads = "page, requests a second, requests, answered 200, looks logged, median ms, 99th percentile ms, longest ms, CPU ms a request"
    loads = ", ".join(f"{one['load']:.1f}" for one in figures)
    lines = [
        f"{first} that also make the load. The machine's load at the end of each run: {loads}.",
        "",
        f"| {heads.replace(', ', ' | ')} |",
        "|---|" + "---:|" * 8,
    ]
    for one in figures:
        numbers = [
            f"{one[k]:,.0f}"
            for k in ("rate", "requests", "served", "logged", "p50_ms", "p99_ms", "max_ms", "cpu_ms")
        ]
        lines.append(f"| `{one['page']}` | {' | '.join(numbers)} |")
    return "\n".join(lines)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("snapshots", type=Path, help="folder of snapshots with `current`")
    arguments.add_argument("--rate", type=float, default=50)
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--citizens", type=int, default=500)
    arguments.add_argument("--pages", nargs="*", default=["/my/family/", "/my/rights/"])
    arguments.add_argument("--write", type=Path)
    chosen = arguments.parse_args()
    # Ended from outside, the server ends as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="familycard-office-") as folder:
        cookies = prepare(Path(folder), chosen.snapshots.absolute(), chosen.citizens)
        with serving() as group:
            figures = [measured(page, cookies, chosen.rate, chosen.seconds, group) for page in chosen.pages]
    print(json.dumps(figures, indent=1))
    if chosen.write:
        from familycard.snapshot.reader import Reader

        people = Reader.open(chosen.snapshots / "current").snapshot.manifest["rows"]["persons"]
        replace_part(chosen.write, BEGIN, END, as_text(people, figures))


if __name__ == "__main__":
    main()
