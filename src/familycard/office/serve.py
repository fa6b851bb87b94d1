"""Bringing the office up: its database, its words, and the server, from one command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

WORKERS, THREADS = 2, 4
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What asks a command to end: Ctrl-C, whoever manages processes, a terminal that is closed."""


def environment(
    folder: Path,
    snapshots: Path,
    *,
    is_made_up: bool,
    is_https: bool,
    store: Path | None = None,
    review: Path | None = None,
) -> dict[str, str]:
    """The settings of an office in a folder, for this process and those it starts."""
    return {
        "DJANGO_SETTINGS_MODULE": "familycard.office.settings",
        "FAMILYCARD_OFFICE": str(folder),
        "FAMILYCARD_SNAPSHOTS": str(snapshots),
        "FAMILYCARD_MADE_UP": "yes" if is_made_up else "no",
        "FAMILYCARD_HTTPS": "yes" if is_https else "no",
        "FAMILYCARD_STORE": str(store) if store else "",
        "FAMILYCARD_REVIEW": str(review) if review else "",
    }


def prepare(settings: dict[str, str]) -> None:
    """Settle Django in this process and bring the database's tables up to date."""
    os.environ.update(settings)
    import django
    from django.core.management import call_command

    from familycard.office.languages.words import compile_words

    compile_words()
    # Whitenoise looks for it, filled or not.
    Path(settings["FAMILYCARD_OFFICE"], "static").mkdir(parents=True, exist_ok=True)
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def serve(port: int) -> int:
    """Serve until interrupted, hung up on or asked to end; the server's exit status."""
    command = [sys.executable, "-m", "gunicorn", "familycard.office.wsgi", f"--bind=127.0.0.1:{port}"]
    command += [f"--workers={WORKERS}", f"--threads={THREADS}", "--worker-tmp-dir=/dev/shm"]
    with subprocess.Popen([*command, "--log-level=warning"]) as server:
        # The server is told too, or it would stay on its port when this process alone is asked to end.
        before = {number: signal.signal(number, lambda *_: server.terminate()) for number in ENDING}
        try:
            return server.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
