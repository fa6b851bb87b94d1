"""How long a snapshot takes to answer: cards with all their explanations, segments, evidence.

    python bench/questions.py SNAPSHOT [--families 300] [--json]

Everything is asked of one open reader, as an office that keeps it open does. Families, persons and
expressions are drawn from the snapshot itself, so any country can be asked.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from familycard.errors import SnapshotError
from familycard.indicators.tables import PERSONS, unit_values
from familycard.pack.types import Kind
from familycard.snapshot.evidence import evidence
from familycard.snapshot.names import SearchName, search_names
from familycard.snapshot.reader import Reader
from familycard.snapshot.segment import find

SEGMENTS = 12
EVIDENCE = 12
REPEATS = 1
"""Times that each segment is counted after its first."""
PERSONS_AN_INDICATOR = 4


@dataclass(frozen=True)
class Answer:
    """What one kind of question took, in milliseconds."""

    question: str
    asked: int
    p50: float
    p99: float
    max: float

    @property
    def figures(self) -> dict[str, float]:
        """For machines."""
        return {"count": self.asked, "p50": self.p50, "p99": self.p99, "max": self.max}


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1_000


def answer(question: str, times: Iterable[float]) -> Answer:
    """The median, the time that one in a hundred exceeds, and the longest."""
    found = sorted(times)
    at = [found[min(int(len(found) * share), len(found) - 1)] for share in (0.5, 0.99)]
    return Answer(question, len(found), *(round(value, 1) for value in (*at, found[-1])))


def cards(reader: Reader, families: list[int]) -> list[Answer]:
    """Cards alone, and with the explanation of every right of everybody on them."""

    def whole(unit: int) -> None:
        reader.explanations(reader.card(unit).rights)

    first = [timed(partial(whole, families[0]))]
    warming = [timed(reader.warm)]
    alone = [timed(partial(reader.card, unit)) for unit in families]
    explained = [timed(partial(whole, unit)) for unit in families]
    return [
        answer("first card with explanation", first),
        answer("warming", warming),
        answer("card", alone),
        answer("card with explanation", explained),
    ]


def expressions(reader: Reader, level: str, chance: random.Random) -> list[str]:
    """Conditions of one to five names of a level, each true of some and false of others where it can be."""
    known = [
        name
        for name in search_names(reader.snapshot, level).values()
        if name.type.kind in (Kind.BOOLEAN, Kind.INTEGER, Kind.MONEY)
        and not name.name.startswith("programme.")
    ]
    return [
        " and ".join(_comparison(name, reader.pack.currency) for name in chance.sample(known, 1 + n % 5))
        for n in range(SEGMENTS)
    ]


def _comparison(name: SearchName, currency: str) -> str:
    if name.type.kind is Kind.BOOLEAN:
        return f"not {name.name}"
    return f"{name.name} >= " + ("1" if name.type.kind is Kind.INTEGER else f"money '1 {currency}'")


def segments(reader: Reader, level: str, chance: random.Random) -> list[Answer]:
    """Segments counted: the first time, and again."""
    texts = expressions(reader, level, chance)
    first, again = [], []
    for text in texts:
        count = partial(find, reader.snapshot, text, level=level)
        first.append(timed(count))
        again += [timed(count) for _ in range(REPEATS)]
    return [answer(f"segment of {level}, new", first), answer(f"segment of {level}, again", again)]


def rows_behind(reader: Reader, families: list[int], chance: random.Random) -> list[Answer]:
    """The registers' rows behind a value of a person, and of a family, for each source that gives it."""
    given = [i for i in reader.pack.indicators.values() if i.source in reader.snapshot.catalogue.loads]
    asked = chance.sample(given, min(EVIDENCE, len(given)))
    of_person, of_family = [], []
    for indicator in asked:
        for unit in chance.sample(families, PERSONS_AN_INDICATOR):
            person = reader.members(unit)[0].person
            with suppress(SnapshotError):
                of_person.append(timed(partial(evidence, reader.snapshot, indicator.id, person=person)))
                of_family.append(timed(partial(evidence, reader.snapshot, indicator.id, unit=unit)))
    return [
        answer("evidence of a person, a source", of_person),
        answer("evidence of a family, a source", of_family),
    ]


def measure(snapshot: Path, families: int, seed: int) -> tuple[dict[str, int], list[Answer]]:
    """How many people and families there are, and what all questions took."""
    chance = random.Random(seed)
    reader: list[Reader] = []
    opening = [timed(lambda: reader.append(Reader.open(snapshot)))]
    [one] = reader
    kind = one.pack.card_unit
    sizes = {
        "people": one.engine.rows(f"select count(*) from {PERSONS} where is_resident")[0][0],
        "families": one.engine.rows(f"select count(*) from {unit_values(kind)}")[0][0],
    }
    drawn = one.engine.rows(
        f"select unit from {unit_values(kind)} using sample reservoir({families} rows) repeatable ({seed})"
    )
    units = [int(unit) for (unit,) in drawn]
    found = [answer("opening", opening), *cards(one, units)]
    for level in (kind, "person"):
        found += segments(one, level, chance)
    return sizes, found + rows_behind(one, units, chance)


def report(sizes: dict[str, int], answers: list[Answer]) -> str:
    """The table, in Markdown."""
    lines = [
        f"{sizes['people']:,} people in {sizes['families']:,} families; milliseconds.",
        "",
        "| question | asked | p50 | p99 | max |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [f"| {a.question} | {a.asked:,} | {a.p50:,.1f} | {a.p99:,.1f} | {a.max:,.1f} |" for a in answers]
    return "\n".join(lines)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("snapshot", type=Path)
    arguments.add_argument("--families", type=int, default=300)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--json", action="store_true", help="for machines")
    chosen = arguments.parse_args()
    sizes, answers = measure(chosen.snapshot, chosen.families, chosen.seed)
    if chosen.json:
        print(json.dumps({one.question: one.figures for one in answers}, indent=1))
    else:
        print(report(sizes, answers))


if __name__ == "__main__":
    main()
