"""What differs between two snapshots, for whom, and whether life, data or law changed.

For each person whose family's category or whose programme's status differs, the cause is

- ``law``: all that the result rests on is equal, and the law on top of it differs: a
  condition, an amount, points, a formula, a parameter's value on the date;
- ``life``: what it rests on differs, and the second snapshot speaks of a later day or has a
  later extract of one of its sources; also an age that passed a limit;
- ``data``: what it rests on differs for the same day and extracts: a correction;
- ``life and law``, ``data and law``: both;
- ``software``: nothing of this differs, so another version of Family Card did.

This is judged by what a result rests on and needs no build; between two days all that differs
is life. `causes.py` tells data and life apart by building what lies between.

`members_changed` tells apart the changes of those whose unit has other members now.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa

from familycard.engine.duck import DuckEngine
from familycard.indicators.tables import empty, members
from familycard.snapshot.basis import CATEGORY, bases_of
from familycard.snapshot.comparison import (
    AFTER,
    BEFORE,
    CHANGES,
    PEOPLE,
    Pair,
    changes_query,
    load_both,
    make_compositions,
    make_people,
)
from familycard.snapshot.open import OpenSnapshot

GAINED, LOST, OTHER = "gained", "lost", "other"


@dataclass(frozen=True)
class ChangeCount:
    """How many people, in how many families (of the second snapshot), changed alike.

    `result` is ``category`` or a programme's id; `direction` of a programme: gained (eligible
    now), lost (eligible before) or other; of a category always other.
    """

    result: str
    before: str | None
    after: str | None
    direction: str
    cause: str
    members_changed: bool
    people: int
    families: int


@dataclass(frozen=True)
class PersonChange:
    """One person's change; units are those of the card's kind."""

    person: int
    result: str
    before: str | None
    after: str | None
    cause: str
    members_changed: bool
    unit_before: int
    unit_after: int


@dataclass(frozen=True)
class Difference:
    """Two snapshots compared; the lists are read when asked for."""

    before: str
    after: str
    as_of_before: date
    as_of_after: date
    people_in_both: int
    people_only_before: int
    people_only_after: int
    people_changed: int
    people_with_other_members: int
    """People whose card family has other members now, whether or not a result changed."""
    categories: tuple[ChangeCount, ...]
    programmes: tuple[ChangeCount, ...]
    engine: DuckEngine

    def persons(self, limit: int = 100, result: str | None = None) -> tuple[PersonChange, ...]:
        """The first changes in the order of results and persons, of one result if named."""
        return tuple(PersonChange(**row) for row in self.table(limit, result).to_pylist())

    def table(self, limit: int | None = None, result: str | None = None) -> pa.Table:
        """The changes as a table; person numbers stay in the core, so export with references."""
        where = "" if result is None else f" where result = '{result.replace(chr(39), chr(39) * 2)}'"
        end = "" if limit is None else f" limit {int(limit)}"
        return self.engine.arrow(f"select * from {CHANGES}{where} order by result, person{end}")

    def only_before(self, limit: int = 100) -> tuple[int, ...]:
        """Persons who have no family in the second snapshot: dead, gone, merged."""
        return self._only("_only_before", limit)

    def only_after(self, limit: int = 100) -> tuple[int, ...]:
        """Persons who had no family in the first: born, arrived, back."""
        return self._only("_only_after", limit)

    def _only(self, table: str, limit: int) -> tuple[int, ...]:
        return tuple(
            p for (p,) in self.engine.rows(f"select person from {table} order by 1 limit {int(limit)}")
        )


def difference(a: OpenSnapshot, b: OpenSnapshot) -> Difference:
    """Compare `a` (before) with `b` (after); SnapshotError where they do not number the same people."""
    engine = DuckEngine()
    load_both(engine, a, b)
    pairs = _pairs(a, b)
    common = [kind for kind in a.pack.units if kind in b.pack.units]
    make_people(engine, a, b, pairs)
    make_compositions(engine, common, pairs, common)
    queries = [changes_query(a, b, pair, common, _moment(a, b, pair)) for pair in pairs]
    engine.make(CHANGES, " union all ".join(queries) or empty(_NOTHING))
    _make_only(engine, a, b)
    return _summed_up(engine, a, b, common)


_NOTHING = dict.fromkeys(("person", "unit_before", "unit_after"), "BIGINT")
_NOTHING |= dict.fromkeys(("result", "before", "after", "cause"), "VARCHAR") | {"members_changed": "BOOLEAN"}


def _pairs(a: OpenSnapshot, b: OpenSnapshot) -> list[Pair]:
    before, after = (bases_of(s.pack, s.catalogue.as_of) for s in (a, b))
    pairs = [Pair(id_, before.get(id_), after.get(id_)) for id_ in dict.fromkeys([*before, *after])]
    # A programme that passes from families to persons is another programme of the same name.
    return [replace(p, before=None) if len({x.subject for x in p.bases}) > 1 else p for p in pairs]


def _moment(a: OpenSnapshot, b: OpenSnapshot, pair: Pair) -> str:
    """``life`` where the second speaks of a later day or has newer rows, else ``data``."""
    if a.catalogue.as_of != b.catalogue.as_of:
        return "life"
    sources = frozenset[str]().union(*(basis.sources for basis in pair.bases))
    return "life" if any(_is_newer(a, b, source) for source in sources) else "data"


def _is_newer(a: OpenSnapshot, b: OpenSnapshot, source: str) -> bool:
    before, after = (s.catalogue.loads.get(source) for s in (a, b))
    if before is None or after is None or before.extracted_on is None or after.extracted_on is None:
        return False
    return after.extracted_on > before.extracted_on


def _make_only(engine: DuckEngine, a: OpenSnapshot, b: OpenSnapshot) -> None:
    before, after = BEFORE + members(a.pack.card_unit), AFTER + members(b.pack.card_unit)
    engine.make("_only_before", f"select person from {before} anti join {after} using (person)")
    engine.make("_only_after", f"select person from {after} anti join {before} using (person)")


def _summed_up(engine: DuckEngine, a: OpenSnapshot, b: OpenSnapshot, common: list[str]) -> Difference:
    counts = [_count(row) for row in engine.arrow(_COUNTS).to_pylist()]
    moved = 0
    if b.pack.card_unit in common:
        joined = f'{PEOPLE} semi join (from "_units_{b.pack.card_unit}" where members_changed) using (person)'
        moved = _one(engine, f"select count(*) from {joined}")
    return Difference(
        before=a.path.name,
        after=b.path.name,
        as_of_before=a.catalogue.as_of,
        as_of_after=b.catalogue.as_of,
        people_in_both=_one(engine, f"select count(*) from {PEOPLE}"),
        people_only_before=_one(engine, "select count(*) from _only_before"),
        people_only_after=_one(engine, "select count(*) from _only_after"),
        people_changed=_one(engine, f"select count(distinct person) from {CHANGES}"),
        people_with_other_members=moved,
        categories=tuple(count for count in counts if count.result == CATEGORY),
        programmes=tuple(count for count in counts if count.result != CATEGORY),
        engine=engine,
    )


_DIRECTION = (
    f"case when result = '{CATEGORY}' then '{OTHER}'"
    f" when after is not distinct from 'eligible' then '{GAINED}'"
    f" when before is not distinct from 'eligible' then '{LOST}' else '{OTHER}' end"
)
_COUNTS = (
    f"select result, before, after, {_DIRECTION} as direction, cause, members_changed,"
    f" count(*) as people, count(distinct unit_after) as families from {CHANGES} group by all"
    " order by result, before nulls first, after nulls first, cause, members_changed"
)


def _count(row: dict[str, Any]) -> ChangeCount:
    return ChangeCount(**row)


def _one(engine: DuckEngine, query: str) -> int:
    return int(engine.rows(query)[0][0])


def change_rows(counts: Iterable[ChangeCount]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Column heads and rows of text, ready to print."""
    rows: list[tuple[str, ...]] = [
        (
            count.result,
            count.before or "none",
            count.after or "none",
            count.direction,
            count.cause,
            "other members" if count.members_changed else "same members",
            f"{count.people:,}",
            f"{count.families:,}",
        )
        for count in counts
    ]
    return ("result", "before", "after", "direction", "cause", "family", "people", "families"), rows


def difference_json(found: Difference) -> dict[str, Any]:
    """The summary for machines; no persons."""
    shown = {
        key: value for key, value in vars(found).items() if key not in ("engine", "categories", "programmes")
    }
    shown |= {key: shown[key].isoformat() for key in ("as_of_before", "as_of_after")}
    counts = {"categories": found.categories, "programmes": found.programmes}
    return shown | {key: [vars(count) for count in of_kind] for key, of_kind in counts.items()}
