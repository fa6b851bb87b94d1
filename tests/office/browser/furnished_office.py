"""Serves an office in which every list has something: `furnished_office.py FOLDER SNAPSHOTS STORE PORT PASSWORD`.

Writes ``examples.json`` into the folder: what stands for the parameters of addresses. Then serves until it is
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


def furnish(folder: Path, password: str) -> dict[str, Any]:
    """Accounts and objects; what addresses may name, by parameter or by page."""
    from django.utils import timezone
    from objects_of_the_office import MAKERS

    from familycard.office.access.log import append
    from familycard.office.access.models import BrokenGlass
    from familycard.office.accounts.demonstration import demonstration_accounts
    from familycard.office.accounts.models import User
    from familycard.office.administration.models import Proposal
    from familycard.office.analyst.models import Export
    from familycard.office.audit.requests import record
    from familycard.office.cards.current import current
    from familycard.office.cards.references import person_of
    from familycard.office.casework.models import Case
    from familycard.office.citizen.demonstration import demonstration_data
    from familycard.office.desks.models import Code
    from familycard.snapshot.reader import Reader

    reader: Reader = current().reader()
    demonstration_accounts(reader, is_made_up=True, password=password)
    demonstration_data(reader)
    users = {user.role: user for user in User.objects.all()}
    person = users["citizen"].person
    number = person_of(person)
    assert number is not None
    write_review_file(folder / "review.csv", number)
    examples: dict[str, Any] = {name: maker(person).pk for name, maker in MAKERS.items()}
    area = users["supervisor"].area_codes()[0]
    worker = users["social_worker"]
    Case.objects.update(assigned_to=worker, area=worker.area_codes()[0])
    over = timezone.now() - timedelta(hours=1)
    for _ in range(EMERGENCIES):
        look = {"user": worker, "person": person, "area": area, "at": over, "until": over}
        BrokenGlass.objects.create(**look, reason="Сосед сказал, что ребёнок один в холодном доме.")
    second = User.objects.create(username="second.auditor", role="auditor", is_active=False)
    proposal = {"account": second, "proposed_by": second, "proposed_at": timezone.now()}
    export = Export.objects.create(
        requested_by=users["analyst"],
        purpose="Who rents in category B",
        basis="Order 12, point 3",
        level="family",
        conditions=["card.category:B"],
        columns=["members", "income_month"],
    )
    look = {"user": worker.pk, "name": worker.username, "role": worker.role, "page": "worker:family"}
    append([person], **look, purpose="casework", reason="", snapshot=reader.snapshot.path.name)
    record(person, "№ 17 of today", timezone.localdate(), users["commissioner"])
    code = {"user": users["contact_centre"], "person": person, "hash": "0" * 64}
    identifiers = reader.engine.rows(f"select value from serve.identifiers where person = {number}")
    return examples | {
        "identifier": identifiers[0][0],
        "person": person,
        "member": person,
        "account": worker.pk,
        "area": worker.areas.get().pk,
        "proposal": Proposal.objects.create(**proposal).pk,
        "number": export.pk,
        "worker": worker.pk,
        "code": Code.objects.create(**code, until=timezone.now() + timedelta(hours=1)).pk,
        "analyst:region": {"code": area},
        "analyst:region_chart": {"code": area},
        "fact": "wages_month",
        "by": "role",
        "fault": "undecided_tie",
        "file": SHA[:12],
        "steward:pair": {"source": "grants"},
        "row": ROW,
        "source": "marriages",
        "sequence": 1,
        "programme": "asp_unconditional",
        "pk": 1,
        "provider_id": "state",
        "who": "MQ",
        "token": "token",
    }


def main(folder: Path, snapshots: Path, store: Path, port: int, password: str) -> int:
    """Furnish, say what there is, and serve; the exit status of the server."""
    settings = serve.environment(folder, snapshots, is_made_up=True, is_https=False, store=store)
    serve.prepare(settings | {"FAMILYCARD_REVIEW": str(folder / "review.csv")})
    (folder / "examples.json").write_text(json.dumps(furnish(folder, password)), encoding="utf-8")
    # One process is enough for one browser, and opens the snapshot once.
    serve.WORKERS = 1
    return serve.serve(port)


if __name__ == "__main__":
    said = sys.argv[1:]
    sys.exit(main(Path(said[0]), Path(said[1]), Path(said[2]), int(said[3]), said[4]))
