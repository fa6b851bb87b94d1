"""The tables by which two snapshots are compared, person by person, in an engine of their own.

Persons are followed, not units: a unit's number is its head's and changes with the head.
The tables of the two snapshots stand under ``before_…`` and ``after_…``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from familycard.engine.duck import DuckEngine
from familycard.errors import SnapshotError
from familycard.indicators.tables import PERSONS, entitlements, members, scores, unit_values
from familycard.pack.scopes import column
from familycard.snapshot.basis import CATEGORY, ResultBasis
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.overview import category_sql
from familycard.snapshot.parts import parts_of
from familycard.snapshot.write import SERVE, table_paths

BEFORE, AFTER = "before_", "after_"
PEOPLE = "_people"
"""person, unit_before, unit_after, and ``changed__<result>``: whether a leaf of that result differs."""
CHANGES = "_changes"
"""person, result, before, after, cause, members_changed, unit_before, unit_after."""
ABSENT = "absent"
"""The status of a programme that one of the two packs does not have."""
RENUMBERED_SHARE_MAX = 0.01


@dataclass(frozen=True)
class Pair:
    """A result in both snapshots; a basis is None where that pack does not have it."""

    id: str
    before: ResultBasis | None
    after: ResultBasis | None

    @property
    def bases(self) -> list[ResultBasis]:
        return [basis for basis in (self.before, self.after) if basis is not None]

    @property
    def subject(self) -> str:
        return self.bases[-1].subject

    @property
    def is_law_changed(self) -> bool:
        return self.before is None or self.after is None or self.before.law != self.after.law

    def is_formation_changed(self, kinds: Iterable[str]) -> bool:
        """Whether the law of how units of these kinds are formed differs."""
        laws = [[basis.law.get(f"unit.{kind}") for kind in kinds] for basis in self.bases]
        return any(law != laws[0] for law in laws)

    def kinds(self, common: Iterable[str]) -> list[str]:
        """Kinds of units, known to both packs, whose members the result rests on."""
        named = frozenset[str]().union(*(basis.kinds for basis in self.bases))
        return [kind for kind in common if kind in named]


def load_both(engine: DuckEngine, a: OpenSnapshot, b: OpenSnapshot) -> None:
    """Make the tables of both known; SnapshotError where they do not number the same people."""
    for prefix, snapshot in ((BEFORE, a), (AFTER, b)):
        load_tables(engine, prefix, snapshot)
        _attach(engine, prefix, snapshot.path / SERVE)
    shared, renumbered = engine.rows(
        "select count(*), count(*) filter (where a.person <> b.person)"
        f" from {BEFORE}serve.identifiers a join {AFTER}serve.identifiers b using (kind, value)"
    )[0]
    if not shared or renumbered > shared * RENUMBERED_SHARE_MAX:
        raise SnapshotError(
            f"{a.path.name} and {b.path.name} do not number the same people alike ({renumbered} of {shared} "
            "identifiers differ): build both from one store."
        )


def load_tables(engine: DuckEngine, prefix: str, snapshot: OpenSnapshot) -> None:
    """Make a snapshot's tables known under their names with a prefix."""
    for relative, (table, _) in table_paths(snapshot.pack).items():
        engine.read_parquet(prefix + table, parts_of(snapshot.path / relative))


def _attach(engine: DuckEngine, prefix: str, path: Path) -> None:
    quoted = str(path).replace("'", "''")
    engine.run(f"attach '{quoted}' as {prefix}serve (read_only)")


def make_people(engine: DuckEngine, a: OpenSnapshot, b: OpenSnapshot, pairs: Iterable[Pair]) -> None:
    """Make `PEOPLE`: everyone who has a card family in both, and whose leaves differ."""
    types = [_types(engine, prefix + PERSONS) for prefix in (BEFORE, AFTER)]
    changed = "".join(f', {_any_differs(pair, types[0], types[1])} as "changed__{pair.id}"' for pair in pairs)
    engine.make(
        PEOPLE,
        f"select ma.person, ma.unit as unit_before, mb.unit as unit_after{changed}"
        f" from {BEFORE}{members(a.pack.card_unit)} ma join {AFTER}{members(b.pack.card_unit)} mb using (person)"
        f" join {BEFORE}{PERSONS} pa using (person) join {AFTER}{PERSONS} pb using (person)",
    )


def _types(engine: DuckEngine, table: str) -> dict[str, str]:
    schema = engine.arrow(f"select * from {table} limit 0").schema
    return {field.name: str(field.type) for field in schema}


def _any_differs(pair: Pair, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """Whether one of the leaves that both snapshots have differs.

    A leaf of one alone, or one that the two packs define differently, is a change of law.
    """
    leaves = sorted(frozenset[str]().union(*(basis.leaves for basis in pair.bases)))
    tests = []
    for leaf in leaves:
        laws = [basis.law.get(leaf) for basis in pair.bases]
        if leaf not in before or leaf not in after or laws[0] != laws[-1]:
            continue
        sides = (f'pa."{leaf}"', f'pb."{leaf}"')
        if before[leaf] != after[leaf]:
            sides = (f"cast({sides[0]} as varchar)", f"cast({sides[1]} as varchar)")
        tests.append(f"{sides[0]} is distinct from {sides[1]}")
    return f"({' or '.join(tests)})" if tests else "false"


def make_compositions(engine: DuckEngine, kinds: Iterable[str], pairs: list[Pair], common: list[str]) -> None:
    """By kind: each person's units in both, whether they have the same members, and whether one of
    the members' leaves differs."""
    for kind in kinds:
        resting = [pair.id for pair in pairs if kind in pair.kinds(common)]
        engine.make(f"_units_{kind}", _composition_query(kind, resting))


def _composition_query(kind: str, results: list[str]) -> str:
    before, after = BEFORE + members(kind), AFTER + members(kind)
    sides = ", ".join(
        f"{side} as (select unit, count(*) as size from {table} group by unit)"
        for side, table in (("size_before", before), ("size_after", after))
    )
    any_changed = "".join(f', bool_or(p."changed__{id_}") as "changed__{id_}"' for id_ in results)
    shown = "".join(f', coalesce(i."changed__{id_}", false) as "changed__{id_}"' for id_ in results)
    return (
        f"with {sides},"
        f" shared as (select a.unit as a, b.unit as b, count(*) as n from {before} a join {after} b using (person)"
        " group by all),"
        f" inputs as (select m.unit{any_changed} from {after} m join {PEOPLE} p using (person) group by m.unit),"
        f" pairs as (select person, a.unit as unit_before, b.unit as unit_after from {before} a"
        f" full join {after} b using (person))"
        " select c.person, c.unit_before, c.unit_after,"
        " not coalesce(s.n = sa.size and s.n = sb.size, false) as members_changed,"
        f" ua.composition_known is distinct from ub.composition_known as known_changed{shown} from pairs c"
        " left join shared s on s.a = c.unit_before and s.b = c.unit_after"
        " left join size_before sa on sa.unit = c.unit_before left join size_after sb on sb.unit = c.unit_after"
        f" left join {BEFORE}{unit_values(kind)} ua on ua.unit = c.unit_before"
        f" left join {AFTER}{unit_values(kind)} ub on ub.unit = c.unit_after"
        " left join inputs i on i.unit = c.unit_after"
    )


def changes_query(a: OpenSnapshot, b: OpenSnapshot, pair: Pair, common: list[str], moment: str) -> str:
    """The persons whose result differs, with the cause. `moment` is ``life`` or ``data``."""
    kinds = pair.kinds(common)
    joins = "".join(
        f' left join "_units_{kind}" "u_{kind}" on "u_{kind}".person = p.person' for kind in kinds
    )
    inputs = [f'p."changed__{pair.id}"']
    inputs += [f'"u_{kind}"."changed__{pair.id}" or "u_{kind}".known_changed' for kind in kinds]
    moved = " or ".join(f'coalesce("u_{kind}".members_changed, false)' for kind in kinds) or "false"
    sides = [
        _side(snapshot, pair.id, basis, prefix, kinds)
        for snapshot, basis, prefix in ((a, pair.before, BEFORE), (b, pair.after, AFTER))
    ]
    changed = " or ".join(f"coalesce({test}, false)" for test in inputs)
    if not pair.is_formation_changed(kinds):
        changed += f" or {moved}"
    is_later = _as_of(a) != _as_of(b)
    if is_later and any(basis.rests_on_time for basis in pair.bases):
        changed = "true"
    cause = _cause(changed, moment, is_law=pair.is_law_changed, is_later=is_later)
    return (
        f"select p.person, '{pair.id}' as result, {sides[0][0]} as before, {sides[1][0]} as after, {cause} as cause,"
        f" {moved} as members_changed, p.unit_before, p.unit_after"
        f" from {PEOPLE} p{joins}{sides[0][1]}{sides[1][1]} where {sides[0][0]} is distinct from {sides[1][0]}"
    )


def _as_of(snapshot: OpenSnapshot) -> str:
    return snapshot.catalogue.as_of.isoformat()


def _side(
    snapshot: OpenSnapshot, id_: str, basis: ResultBasis | None, prefix: str, kinds: list[str]
) -> tuple[str, str]:
    """SQL of a result in one snapshot, and the join that brings it."""
    if basis is None:
        return f"'{ABSENT}'", ""
    alias = f"{prefix}result"
    if id_ == CATEGORY:
        card = snapshot.pack.card_scorecard or ""
        table = f"(select unit, {category_sql(snapshot.pack)} as category from {prefix}{scores(card)})"
        unit = f"p.unit_{prefix.rstrip('_')}"
        return f"{alias}.category", f" left join {table} {alias} on {alias}.unit = {unit}"
    status = f"{alias}.{column(f'{id_}__status')}"
    table = prefix + entitlements(basis.subject)
    if basis.subject == "person":
        return status, f" left join {table} {alias} on {alias}.person = p.person"
    if basis.subject not in kinds:
        return f"'{ABSENT}'", ""
    unit = f'"u_{basis.subject}".unit_{prefix.rstrip("_")}'
    return status, f" left join {table} {alias} on {alias}.unit = {unit}"


def _cause(changed: str, moment: str, *, is_law: bool, is_later: bool) -> str:
    """Inputs, law, both; where neither differs it is time itself, else the software."""
    with_inputs = f"{moment} and law" if is_law else moment
    without = "law" if is_law else "life" if is_later else "software"
    return f"(case when {changed} then '{with_inputs}' else '{without}' end)"
