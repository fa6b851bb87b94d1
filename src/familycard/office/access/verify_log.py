"""The auditor's program: is the access log whole? It names the first record that is not as it was written.

``python -m familycard.office.access.verify_log DATABASE --key FILE --seal FILE [--json]``

DATABASE is the office's SQLite file or a PostgreSQL connection string; it is only read. The key comes
from ``python -m familycard.office access_log_key FILE``; the seal lies in the office's folder. Needs
neither Django nor the office's settings. Exit status: 0 whole, 1 not whole, 2 wrong usage.

Found are: a record that was changed or whose place was taken by another (`changed`), one that was
removed (`missing`), one that was put in (`changed`: nobody without the key can link it), two that
changed places (`changed`, at the earlier), an end that was cut off (`cut off`), and an index by person, which
the person's own page reads, that does not say what the record says (`index`).
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from familycard.office.access.chain import FIELDS, NOTHING, Sealed, link, sealed

COLUMNS = (*FIELDS, "previous", "hash")
QUOTED = ", ".join(f'"{name}"' for name in COLUMNS)
LOOKS = f"select {QUOTED} from access_look order by sequence"
INDEX = "select look_id, person from access_lookedat order by look_id"


@dataclass(frozen=True)
class Fault:
    """The first record that is not as it was written."""

    record: int
    kind: str
    message: str


@dataclass(frozen=True)
class Verdict:
    """How many records were read, up to which they are whole, and the first that is not."""

    records: int
    fault: Fault | None

    @property
    def is_whole(self) -> bool:
        """Whether nothing was touched."""
        return self.fault is None


def verify(
    looks: Iterable[Mapping[str, Any]], index: Iterable[tuple[int, str]], key: bytes, end: Sealed | None
) -> Verdict:
    """Follow the chain from its first record; `looks` and `index` come in the order of their numbers."""
    previous, expected = NOTHING, 1
    persons = _by_look(index)
    for look in looks:
        fault = _fault_of(look, previous, expected, key) or _fault_of_index(look, persons)
        if fault is None and end is not None and end.sequence == expected and end.hash != look["hash"]:
            fault = Fault(expected, "changed", f"record {expected} is not the one that was sealed")
        if fault is not None:
            return Verdict(expected - 1, fault)
        previous, expected = str(look["hash"]), expected + 1
    left = next(persons, None)
    if end is not None and end.sequence >= expected:
        message = f"record {expected} is missing: the log was cut off; the seal knows {end.sequence} records"
        return Verdict(expected - 1, Fault(expected, "cut off", message))
    if left is not None:
        message = f"the index by person names record {left[0]}, which is not there"
        return Verdict(expected - 1, Fault(left[0], "index", message))
    return Verdict(expected - 1, None)


def _fault_of(look: Mapping[str, Any], previous: str, expected: int, key: bytes) -> Fault | None:
    number = look["sequence"]
    if number != expected:
        return Fault(expected, "missing", f"record {expected} is missing; the next one there is {number}")
    try:
        hashed = link(key, previous, look)
    except (TypeError, ValueError, AttributeError) as error:
        return Fault(expected, "changed", f"record {expected} was changed: {error}")
    if look["previous"] != previous or look["hash"] != hashed:
        return Fault(expected, "changed", f"record {expected} was changed, moved or put in")
    return None


def _by_look(index: Iterable[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    number, persons = 0, list[str]()
    for look, person in index:
        if look != number and persons:
            yield number, persons
            persons = []
        number = look
        persons.append(person)
    if persons:
        yield number, persons


def _fault_of_index(look: Mapping[str, Any], persons: Iterator[tuple[int, list[str]]]) -> Fault | None:
    """Whether those who can read of the look are those whom it saw; an export of the log as a whole names nobody."""
    if not look["persons"]:
        return None
    number, named = next(persons, (0, []))
    if number == look["sequence"] and sorted(named) == look["persons"]:
        return None
    message = f"the index by person does not say whom record {look['sequence']} saw"
    return Fault(int(look["sequence"]), "index", message)


@contextmanager
def records(database: str) -> Iterator[tuple[Iterator[dict[str, Any]], Iterator[tuple[int, str]]]]:
    """The log's records and its index, read piece by piece in one moment's state of the database."""
    if database.startswith(("postgresql://", "postgres://")):
        import psycopg

        with psycopg.connect(database) as connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            with connection.cursor("looks") as looks, connection.cursor("persons") as index:
                looks.execute(LOOKS)
                index.execute(INDEX)
                yield (dict(zip(COLUMNS, row, strict=True)) for row in looks), ((r[0], r[1]) for r in index)
    else:
        file = Path(database).absolute()
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as opened:
            opened.isolation_level = None
            opened.execute("begin")
            yield map(_of_sqlite, opened.execute(LOOKS)), iter(opened.execute(INDEX))


def _of_sqlite(row: tuple[Any, ...]) -> dict[str, Any]:
    """A row as it was written; what cannot be read stays as it is, and its hash will not fit."""
    look = dict(zip(COLUMNS, row, strict=True))
    try:
        look["at"] = datetime.fromisoformat(look["at"]).replace(tzinfo=UTC)
        look["persons"] = json.loads(look["persons"])
    except (TypeError, ValueError):
        pass
    return look


def main(arguments: list[str] | None = None) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="verify_log", description="Is the access log whole?")
    parser.add_argument("database", help="the office's SQLite file, or postgresql://…")
    parser.add_argument("--key", type=Path, required=True, help="file with the log's key, in hexadecimal")
    parser.add_argument("--seal", type=Path, required=True, help="the file access-log.seal of the office")
    parser.add_argument("--json", action="store_true", help="for machines")
    given = parser.parse_args(arguments)
    try:
        # The seal first: records that are added meanwhile are beyond it.
        end = sealed(given.seal)
        key = bytes.fromhex(given.key.read_text(encoding="utf-8").strip())
        with records(given.database) as (looks, index):
            verdict = verify(looks, index, key, end)
        if end is None and verdict.is_whole and verdict.records:
            message = f"there is no seal at {given.seal}, so nobody knows whether the log was cut off"
            verdict = Verdict(verdict.records, Fault(verdict.records + 1, "no seal", message))
    except (OSError, ValueError, sqlite3.Error) as error:
        parser.error(str(error))
    _say(verdict, as_json=given.json)
    return 0 if verdict.is_whole else 1


def _say(verdict: Verdict, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"is_whole": verdict.is_whole, **asdict(verdict)}, ensure_ascii=False))
    elif verdict.fault is None:
        print(f"The access log is whole: {verdict.records} records.")
    else:
        print(f"The access log is NOT whole: {verdict.fault.message}. Whole up to record {verdict.records}.")


if __name__ == "__main__":
    sys.exit(main())
