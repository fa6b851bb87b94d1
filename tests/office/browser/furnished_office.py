"""Serves an office in which every list has something: `furnished_office.py FOLDER SNAPSHOTS STORE PORT PASSWORD`.

With one more word, `bare`, an office in which nothing has happened yet: accounts alone. Writes ``examples.json`` into the folder: what stands for the parameters of addresses. Then serves until it is
stopped.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from familycard.office import serve

EMERGENCIES = 8
SHA = "ab" * 32
ROW = 7
NAMED: dict[str, Any] = {
    "by": "role",
    "fact": "wages_month",
    "fault": "undecided_tie",
    "file": SHA[:12],
    "partner": "bank",
    "pk": 1,
    "programme": "asp_unconditional",
    "provider_id": "state",
    "row": ROW,
    "sequence": 1,
    "source": "marriages",
    "steward:pair": {"source": "grants"},
    "token": "token",
    "who": "MQ",
}
"""Parameters of addresses that are the same in every office."""


def write_review_file(file: Path, person: int) -> None:
    """A row without a person that may be this one, in the file that linkage writes."""
    import duckdb

    from familycard.sources.linkage.review import make_waiting, write_review

    said = {"surname": "Сұлтанбекова", "given_name": "Жанерке", "birth_date": "1991-02-03"}
    with duckdb.connect() as connection:
        make_waiting(connection)
        connection.execute("create table links (source varchar, sha256 varchar, row bigint, outcome varchar)")
        connection.execute(
            f"""insert into waiting (source, sha256, row, person, likelihood_millionths, {", ".join(said)}, candidate, words)
            values ('grants', ?, ?, ?, 900000, ?, ?, ?, 'Жанерке Сұлтанбек', 'given name equal')""",
            [SHA, ROW, person, *said.values()],
        )
        write_review(connection, file)


def people(password: str) -> dict[str, Any]:
    """Accounts; the citizen's person, which addresses may name."""
    from familycard.office.accounts.demonstration import demonstration_accounts
    from familycard.office.accounts.models import User
    from familycard.office.cards.current import current
    from familycard.office.cards.references import person_of

    reader = current().reader()
    demonstration_accounts(reader, is_made_up=True, password=password)
    person = User.objects.get(role="citizen").person
    identifiers = reader.engine.rows(
        f"select value from serve.identifiers where person = {person_of(person)}"
    )
    return {"identifier": identifiers[0][0], "person": person, "member": person}


def furnish(folder: Path, password: str) -> dict[str, Any]:
    """Accounts and objects; what addresses may name, by parameter or by page."""
    from objects_of_the_office import MAKERS

    from familycard.office.accounts.models import User
    from familycard.office.cards.current import current
    from familycard.office.cards.references import person_of
    from familycard.office.citizen.demonstration import demonstration_data

    named, reader = people(password), current().reader()
    demonstration_data(reader)
    users = {user.role: user for user in User.objects.all()}
    person = named["person"]
    number = person_of(person)
    assert number is not None
    write_review_file(folder / "review.csv", number)
    examples: dict[str, Any] = {name: maker(person).pk for name, maker in MAKERS.items()}
    look_in_emergencies(person, users)
    make_keyholder(password)
    return {**NAMED, **examples, **of_officials(person, users, reader.snapshot.path.name), **named}


def make_keyholder(password: str) -> None:
    """An account whose passkeys can be tried: who has one is asked for it at each sign-in."""
    from familycard.office.accounts.models import User

    user = User(username="keyholder", role="front_desk")
    user.set_password(password)
    user.save()


def look_in_emergencies(person: str, users: dict[str, Any]) -> None:
    """The case is the worker's, and their looks in emergencies wait for the supervisor."""
    from django.utils import timezone

    from familycard.office.access.models import BrokenGlass
    from familycard.office.casework.models import Case

    worker, over = users["social_worker"], timezone.now() - timedelta(hours=1)
    Case.objects.update(assigned_to=worker, area=worker.area_codes()[0])
    area = users["supervisor"].area_codes()[0]
    look = {"user": worker, "person": person, "area": area, "at": over, "until": over}
    for _ in range(EMERGENCIES):
        BrokenGlass.objects.create(**look, reason="Сосед сказал, что ребёнок один в холодном доме.")


def of_officials(person: str, users: dict[str, Any], snapshot: str) -> dict[str, Any]:
    """What administrators, auditors, analysts and the desks have before them."""
    from django.utils import timezone

    from familycard.office.access.log import append
    from familycard.office.accounts.models import User
    from familycard.office.administration.models import Proposal
    from familycard.office.analyst.models import Export
    from familycard.office.audit.requests import record
    from familycard.office.desks.models import Code
    from familycard.office.representation.models import Recorded

    now, worker, area = timezone.now(), users["social_worker"], users["supervisor"].area_codes()[0]
    look = {"user": worker.pk, "name": worker.username, "role": worker.role, "page": "worker:family"}
    append([person], **look, purpose="casework", reason="", snapshot=snapshot)
    record(person, "№ 17 of today", timezone.localdate(), users["commissioner"])
    second = User.objects.create(username="second.auditor", role="auditor", is_active=False)
    proposal = Proposal.objects.create(account=second, proposed_by=second, proposed_at=now)
    rows = {"level": "family", "conditions": ["card.category:B"], "columns": ["members", "income_month"]}
    why = {"purpose": "Who rents in category B", "basis": "Order 12, point 3"}
    code = {"user": users["contact_centre"], "person": person, "hash": "0" * 64}
    return {
        "account": worker.pk,
        "area": worker.areas.get().pk,
        "worker": worker.pk,
        "proposal": proposal.pk,
        "number": Export.objects.create(requested_by=users["analyst"], **why, **rows).pk,
        "code": Code.objects.create(**code, until=now + timedelta(hours=1)).pk,
        "representation:step_back": {"representation": Recorded.objects.get(representative=person).pk},
        "analyst:region": {"code": area},
        "analyst:region_chart": {"code": area},
    }


def main(
    folder: Path, snapshots: Path, store: Path, port: int, password: str, *, is_bare: bool = False
) -> int:
    """Furnish, say what there is, and serve; the exit status of the server."""
    settings = serve.environment(folder, snapshots, is_made_up=True, is_https=False, store=store)
    serve.prepare(settings | {"FAMILYCARD_REVIEW": str(folder / "review.csv")})
    examples = people(password) if is_bare else furnish(folder, password)
    (folder / "examples.json").write_text(json.dumps(examples), encoding="utf-8")
    # One process is enough for one browser, and opens the snapshot once.
    serve.WORKERS = 1
    return serve.serve(port)


if __name__ == "__main__":
    said = sys.argv[1:]
    folders = [Path(one) for one in said[:3]]
    sys.exit(main(*folders, int(said[3]), said[4], is_bare=said[5:] == ["bare"]))
