"""Every programme for everybody: one wide table a kind of unit, and one for persons.

Units come first and persons after them, because a person's programme may ask what the
person's family receives, never the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from familycard.engine.interface import Engine, Part
from familycard.indicators.blocks import Block, Blocks
from familycard.indicators.tables import PERSONS, doubts, entitlements, members, subject_key, unit_values
from familycard.pack.dependencies import programme_levels
from familycard.pack.model import Pack, Programme
from familycard.pack.once import once
from familycard.pack.reading.programmes_file import STATUSES
from familycard.pack.scopes import column, people_attributes, programme_scope
from familycard.programmes.doubts import doubted, make_doubts, with_doubts
from familycard.programmes.rule import Rule, rule_of

WIDE = "_wide_persons"
"""A block's persons with what their programmes name, of themselves and of their units."""
PARTS = ("status", "failed", "unknown", "amount", "received")


def make_entitlements(engine: Engine, pack: Pack, subject: str, as_of: date, blocks: Blocks) -> None:
    """Make `entitlements(subject)`: the key and five columns a programme, by key."""
    rules = rules_of(pack, subject, as_of)
    names = frozenset[str]().union(*(rule.names for rule in rules))
    make_doubts(engine, pack, subject, rules)
    if subject != "person":
        # Their values are in order, and no row needs another.
        in_doubt = doubted(engine, subject)
        rows = with_doubts(subject_rows(pack, subject, names, without=subject), subject, in_doubt)
        query = _evaluation(pack, subject, as_of, rows, tuple(engine.coded(STATUSES).items()), in_doubt)
        engine.keep(entitlements(subject), [query], ["unit"])
        return
    needed = needed_of_units(pack, names)
    for of_kind in needed:
        engine.make(_away(of_kind.kind), of_kind.away(blocks))
    engine.keep(entitlements(subject), _by_block(engine, pack, as_of, needed, blocks), ["person"])
    engine.drop(*(_away(of_kind.kind) for of_kind in needed))


def _by_block(
    engine: Engine, pack: Pack, as_of: date, needed: Sequence[OfKind], blocks: Blocks
) -> Iterator[str]:
    """The evaluation of persons once for each block, over the block's persons beside their units."""
    rules = rules_of(pack, "person", as_of)
    names = frozenset[str]().union(*(rule.names | rule.received.names for rule in rules))
    held = engine.arrow(f"select * from {PERSONS} limit 0").column_names
    own = ", ".join(column(name) for name in held if name in names)
    words = tuple(engine.coded(STATUSES).items())
    in_doubt = doubted(engine, "person")
    query = _evaluation(pack, "person", as_of, f"from {WIDE}", words, in_doubt)
    for block in blocks.all:
        parts = [
            Part(
                f"{of_kind.rows(block)} union all from {_away(of_kind.kind)} where {block.holds('_person')}",
                "_person",
                of_kind.names,
            )
            for of_kind in needed
        ]
        if in_doubt:
            of_block = f"from {doubts('person')} where {block.holds('person')}"
            parts.append(Part(of_block, "person", in_doubt, absent=dict.fromkeys(in_doubt, 0)))
        engine.widen(
            f"select person{', ' + own if own else ''} from {PERSONS} where {block.holds('person')}",
            "person",
            parts,
            WIDE,
        )
        yield query
    engine.drop(WIDE)


@once
def _evaluation(
    pack: Pack,
    subject: str,
    as_of: date,
    rows: str,
    statuses: tuple[tuple[str, str], ...],
    in_doubt: tuple[str, ...],
) -> str:
    """The query of a subject's programmes over rows with all that their conditions name.

    `statuses` has the SQL of each status, `in_doubt` the columns of doubts that rows have.
    """
    rules, words = rules_of(pack, subject, as_of), dict(statuses)
    facts = [f"{sql} as {column(name)}" for rule in rules for name, sql in rule.facts()]
    received = [f for f in facts if f.endswith('__received"')]
    # Whether each is received comes first: exclusions look both ways.
    rows = f"(select *, {', '.join(received)} from ({rows}))"
    by_id = {rule.programme.id: rule for rule in rules}
    for level in programme_levels(pack):
        of_level = [by_id[p.id] for p in level if p.id in by_id]
        if of_level:
            rows = _with_verdicts(of_level, rows, words, in_doubt)
    columns = [column(f"{rule.programme.id}__{part}") for rule in rules for part in PARTS]
    return f"select {subject_key(subject)}, {', '.join(columns)} from {rows}"


def _with_verdicts(rules: list[Rule], rows: str, words: Mapping[str, str], in_doubt: tuple[str, ...]) -> str:
    facts = [
        f"{sql} as {column(name)}"
        for rule in rules
        for name, sql in rule.facts(in_doubt)
        if not name.endswith("__received")
    ]
    verdicts = [f"{sql} as {column(name)}" for rule in rules for name, sql in rule.verdict(words, in_doubt)]
    return f"(select *, {', '.join(verdicts)} from (select *, {', '.join(facts)} from {rows}))"


@once
def rules_of(pack: Pack, subject: str, as_of: date) -> tuple[Rule, ...]:
    """The rules of a subject's programmes on a date, in the pack's order."""
    scope = programme_scope(pack, subject, as_of)
    return tuple(rule_of(pack, programme, scope, as_of) for programme in programmes_of(pack, subject))


def programmes_of(pack: Pack, subject: str) -> list[Programme]:
    """The programmes for a kind of unit, or for ``person``."""
    return [p for p in pack.programmes.values() if p.unit == subject]


def subjects_of(pack: Pack) -> list[str]:
    """Subjects that have programmes: kinds of units in the pack's order, persons last."""
    named = {programme.unit for programme in pack.programmes.values()}
    return [kind for kind in (*pack.units, "person") if kind in named]


def subject_rows(
    pack: Pack, subject: str, names: Iterable[str], *, without: str | None = None, only_named: bool = False
) -> str:
    """A query of one row a subject with all that conditions may name: its own values and, for a
    person, those of the units that `names` mention, under ``<kind>__<name>`` and ``<programme>__<part>``.

    `without` leaves out the results of that subject's own programmes, where they are only being made;
    `only_named` a person's own values that `names` do not mention.
    """
    own = [] if without == subject else [p.id for p in programmes_of(pack, subject)]
    results = ", ".join(f"_e.{column(f'{id_}__{part}')}" for id_ in own for part in PARTS)
    if subject != "person":
        base = f"select v.*{', ' + results if own else ''} from {unit_values(subject)} v"
        return base + (f" join {entitlements(subject)} _e on _e.unit = v.unit" if own else "")
    columns, joins = ["p.*"], []
    if only_named:
        values = {*pack.indicators, *people_attributes(pack), "is_known", "is_resident"}
        columns = ["p.person", *(f"p.{column(name)}" for name in sorted(values & set(names)))]
    if own:
        columns.append(results)
        joins.append(f"join {entitlements('person')} _e on _e.person = p.person")
    for of_kind in needed_of_units(pack, names):
        columns.append(of_kind.columns)
        joins.append(f"left join ({of_kind.rows()}) {of_kind.alias} on {of_kind.alias}._person = p.person")
    return f"select {', '.join(columns)} from {PERSONS} p {' '.join(joins)}"


@dataclass(frozen=True)
class OfKind:
    """What persons' programmes name of the person's unit of one kind."""

    kind: str
    values: tuple[str, ...]
    """Indicators of the unit, as columns ``<kind>__<name>``."""
    parts: tuple[str, ...]
    """Results of the unit's programmes, as columns ``<programme>__<part>``."""

    @property
    def alias(self) -> str:
        """The name of its rows in a join."""
        return f'"u_{self.kind}"'

    @property
    def columns(self) -> str:
        """Its columns, of the joined rows."""
        return ", ".join(f'{self.alias}."{name}"' for name in self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(
            column(name).strip('"') for name in (*(f"{self.kind}.{v}" for v in self.values), *self.parts)
        )

    @property
    def sources(self) -> tuple[tuple[str, str], ...]:
        """Each of its columns with the column of the unit's values or results that it is."""
        return tuple(zip(self.names, (*self.values, *self.parts), strict=True))

    def rows(self, block: Block | None = None) -> str:
        """One row a member: ``_person`` and the columns; of a block, where both person and unit are of it."""
        where = "true"
        if block is not None:
            where = f"{block.holds('m.unit')} and {block.holds('m.person')} and {block.holds('v.unit')}"
            where += f" and {block.holds('e.unit')}" if self.parts else ""
        return f"{self._select} where {where}"

    def away(self, blocks: Blocks) -> str:
        """The rows of members whose unit is of another block than they are."""
        return f"{self._select} where {blocks.apart('m.unit', 'm.person')}"

    @property
    def _select(self) -> str:
        values = [f'v."{value}" as {column(f"{self.kind}.{value}")}' for value in self.values]
        parts = [f"e.{column(part)}" for part in self.parts]
        joined = f" join {entitlements(self.kind)} e on e.unit = m.unit" if self.parts else ""
        return (
            f"select m.person as _person, {', '.join(values + parts)} from {members(self.kind)} m"
            f" join {unit_values(self.kind)} v on v.unit = m.unit{joined}"
        )


def _away(kind: str) -> str:
    """The table of what persons' programmes name of units of other blocks."""
    return f"away_{kind}"


def needed_of_units(pack: Pack, names: Iterable[str]) -> list[OfKind]:
    """By kind of unit: the values and the programme results that `names` mention."""
    values: dict[str, set[str]] = {}
    parts: dict[str, set[str]] = {}
    for name in names:
        first, _, rest = name.partition(".")
        if first in pack.units and rest:
            values.setdefault(first, set()).add(rest)
        elif first == "programme" and pack.programmes[rest.split(".")[0]].unit in pack.units:
            parts.setdefault(pack.programmes[rest.split(".")[0]].unit, set()).add(rest.replace(".", "__"))
    return [
        OfKind(kind, tuple(sorted(values.get(kind, ()))), tuple(sorted(parts.get(kind, ()))))
        for kind in pack.units
        if kind in values or kind in parts
    ]
