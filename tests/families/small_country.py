"""A tiny country for tests: hand-made relations and the ties of a family, without a pack's folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from familycard.engine.duck import DuckEngine
from familycard.families.records import UnitInputs
from familycard.families.units import UnitsResult, form_units
from familycard.pack.contract import Column, Source
from familycard.pack.model import (
    Expression,
    Indicator,
    Pack,
    PeopleRule,
    Preference,
    Tie,
    TieMapping,
    UnitKind,
)
from familycard.pack.types import BOOLEAN, DATE, INTEGER, TEXT
from familycard.snapshot.memberships import members_of

AS_OF = date(2025, 12, 31)

COLUMNS: Mapping[str, Mapping[str, pa.DataType]] = {
    "marriages": {
        "spouse_1": pa.int64(),
        "spouse_2": pa.int64(),
        "registered_on": pa.date32(),
        "ended_on": pa.date32(),
    },
    "births": {"child": pa.int64(), "mother": pa.int64(), "father": pa.int64()},
    "guardianships": {"ward": pa.int64(), "guardian": pa.int64(), "ended_on": pa.date32()},
}
PERSON = {
    "person": pa.int64(),
    "birth_date": pa.date32(),
    "sex": pa.string(),
    "address": pa.string(),
    "area": pa.string(),
    "household": pa.string(),
    "is_married": pa.bool_(),
    "is_in_prison": pa.bool_(),
    "is_known": pa.bool_(),
    "is_resident": pa.bool_(),
}
_TYPES = {pa.int64(): INTEGER, pa.date32(): DATE, pa.string(): TEXT, pa.bool_(): BOOLEAN}


def when(text: str | None) -> Expression | None:
    return None if text is None else Expression(text)


MARRIAGE = Tie(
    "marriage",
    {},
    ("spouse_1", "spouse_2"),
    (TieMapping("marriages", {"spouse_1": "spouse_1", "spouse_2": "spouse_2"}),),
    when=when("ended_on is null"),
    started="registered_on",
    at_most_one="each",
    rule="two_marriages_at_once",
)
CO_PARENTS = Tie(
    "co_parents",
    {},
    ("mother", "father"),
    (TieMapping("births", {"mother": "mother", "father": "father"}),),
    when=when("same_address"),
)


def births(child: str, parent: str) -> tuple[TieMapping, ...]:
    return tuple(TieMapping("births", {child: "child", parent: via}, via=via) for via in ("mother", "father"))


GUARDIANS = TieMapping(
    "guardianships",
    {"child": "ward", "parent": "guardian"},
    via="guardian",
    when=when("ended_on is null"),
    parentage=False,
)
MINOR_CHILD = Tie(
    "minor_child",
    {},
    ("child", "parent"),
    (*births("child", "parent"), GUARDIANS),
    when=when("age_years(child.birth_date, as_of) < 18"),
    unless=when("child.is_married"),
    prefer=tuple(
        Preference(id_, Expression(text))
        for id_, text in [
            ("guardian", "via = 'guardian'"),
            ("lives_with", "same_address"),
            ("mother", "via = 'mother'"),
            ("father", "true"),
        ]
    ),
    parentage=True,
)
ADULT_CHILD = Tie(
    "adult_child",
    {},
    ("person", "anchor"),
    births("person", "anchor"),
    when=when("same_address and age_years(person.birth_date, as_of) >= 18 and not person.is_married"),
)
LONE_ELDER = Tie(
    "lone_elder",
    {},
    ("person", "anchor"),
    tuple(TieMapping("births", {"person": via, "anchor": "child"}, via=via) for via in ("mother", "father")),
    when=when("same_address and age_years(person.birth_date, as_of) >= 63"),
)
FAMILY = UnitKind(
    "family", {}, ties=(MARRIAGE, CO_PARENTS, MINOR_CHILD), attach=(ADULT_CHILD, LONE_ELDER), max_members=8
)
HOUSEHOLD = UnitKind("household", {}, by="household")


def _source(name: str, columns: Mapping[str, pa.DataType], subject: str | None = None) -> Source:
    people = {"person", "spouse_1", "spouse_2", "child", "mother", "father", "ward", "guardian"}
    return Source(
        name,
        name,
        Path(f"{name}.yaml"),
        "csv",
        f"{name}.csv",
        tuple(
            Column(c, c, _TYPES[t], identifies="number" if c in people else None) for c, t in columns.items()
        ),
        subject=subject,
    )


def _yes_or_no(id_: str) -> Indicator:
    return Indicator(id_, {}, "family", BOOLEAN, "")


def pack_of() -> Pack:
    attributes = {
        c: t for c, t in PERSON.items() if c not in ("is_married", "is_in_prison", "is_known", "is_resident")
    }
    sources = {name: _source(name, columns) for name, columns in COLUMNS.items()}
    sources["population"] = _source("population", attributes, "person")
    return Pack(
        path=Path(),
        id="xx",
        title={},
        country="XX",
        languages=("en",),
        currency="EUR",
        minor_digits=2,
        identifiers={},
        people=PeopleRule("population", "number", None),
        leap_day="mar_01",
        card_unit="family",
        card_scorecard=None,
        sources=sources,
        parameters={},
        units={"family": FAMILY, "household": HOUSEHOLD},
        indicators={id_: _yes_or_no(id_) for id_ in ("is_married", "is_in_prison")},
        scorecards={},
        programmes={},
        checks={},
        statistics={},
    )


@dataclass
class Country:
    """Rows by table; every helper returns what it added, so that a test reads as a story."""

    persons: list[dict[str, Any]] = field(default_factory=list)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    undecided: dict[str, list[int]] = field(default_factory=dict)
    unconfirmed: dict[str, list[int]] = field(default_factory=dict)
    """By source, the `_row` of rows that the model linked and nobody has confirmed."""
    unsure: dict[str, list[int]] = field(default_factory=dict)
    """By indicator, the persons of whom it rests on such a row."""

    def person(self, number: int, birth: str | None, address: str | None = None, **facts: Any) -> int:
        row: dict[str, Any] = {
            "birth_date": birth and date.fromisoformat(birth),
            "address": address,
            "sex": "F",
            "area": "10",
            "household": address,
            "is_married": False,
            "is_in_prison": False,
            "is_known": True,
            "is_resident": True,
        }
        self.persons.append(row | {"person": number} | facts)
        return number

    def row(self, source: str, **values: Any) -> None:
        blank: dict[str, Any] = dict.fromkeys(COLUMNS[source])
        dates = {
            k: date.fromisoformat(v) if k.endswith("_on") and isinstance(v, str) else v
            for k, v in values.items()
        }
        self.rows[source].append(blank | {"_file": 0, "_row": len(self.rows[source]) + 1} | dates)

    def marry(self, one: int, two: int, on: str = "2010-01-01", ended: str | None = None) -> None:
        self.row("marriages", spouse_1=one, spouse_2=two, registered_on=on, ended_on=ended)
        for person in self.persons:
            if ended is None and person["person"] in (one, two):
                person["is_married"] = True

    def birth(self, child: int, mother: int | None, father: int | None = None) -> None:
        self.row("births", child=child, mother=mother, father=father)

    def guard(self, ward: int, guardian: int, ended: str | None = None) -> None:
        self.row("guardianships", ward=ward, guardian=guardian, ended_on=ended)

    def form(self, kind: UnitKind = FAMILY, engine: DuckEngine | None = None) -> Formed:
        engine = engine or DuckEngine(threads=1)
        return form(self, kind, engine)


@dataclass(frozen=True)
class Formed:
    """What was formed, ready to compare."""

    engine: DuckEngine
    kind: UnitKind
    result: UnitsResult

    @property
    def families(self) -> set[tuple[int, ...]]:
        rows = self.engine.rows(
            f"select list(person order by person) from {self.result.members} group by unit"
        )
        return {tuple(row[0]) for row in rows}

    @property
    def tables(self) -> tuple[pa.Table, ...]:
        faults = "select * from faults order by all"
        evidence = f"select unit, one, two, tie, mapping from {self.result.evidence} order by all"
        members = f"from {self.result.members} order by all"
        queries = (members, f"from {self.result.units}", evidence, faults)
        return tuple(self.engine.arrow(query) for query in queries)

    @property
    def unknown(self) -> set[int]:
        """Everyone in a unit of unknown composition."""
        rows = self.engine.rows(
            f"select person from {self.result.members} join {self.result.units} using (unit) where not composition_known"
        )
        return {row[0] for row in rows}

    @property
    def faults(self) -> set[tuple[str, int, int]]:
        rows = self.engine.rows("select fault, person, other from faults")
        return {(fault, person, other) for fault, person, other in rows}

    def why(self, person: int) -> str | None:
        members, units = self.result.members, self.result.units
        rows = self.engine.rows(
            f"select why_unknown from {units} join {members} using (unit) where person = {person}"
        )
        return rows[0][0] if rows else None

    def head(self, person: int) -> int:
        rows = self.engine.rows(f"select unit from {self.result.members} where person = {person}")
        return int(rows[0][0])

    def evidence(self, person: int) -> list[dict[str, Any]]:
        pack = replace(pack_of(), units={self.kind.id: self.kind})
        members, evidence = (
            self.engine.arrow(f"select * from {table} where unit = {self.head(person)}").to_pylist()
            for table in (self.result.members, self.result.evidence)
        )
        persons = self.engine.arrow("select * from persons").to_pylist()
        of_unit = {member["person"] for member in members}
        persons = [one for one in persons if one["person"] in of_unit]
        found = members_of(pack, self.kind.id, persons, members, evidence)
        return [asdict(e) for member in found if member.person == person for e in member.evidence]


def form(country: Country, kind: UnitKind, engine: DuckEngine) -> Formed:
    _load(engine, "persons", PERSON, country.persons)
    for source, columns in COLUMNS.items():
        types = {"_file": pa.int32(), "_row": pa.int64()} | dict(columns)
        _load(engine, f"view_{source}", types, country.rows[source])
    population = {"_file": pa.int32(), "_row": pa.int64()} | {
        c: PERSON[c] for c in ("person", "household", "address")
    }
    rows = [
        {c: p[c] for c in ("person", "household", "address")} | {"_file": 0, "_row": place}
        for place, p in enumerate(country.persons, 1)
    ]
    _load(engine, "view_population", population, rows)
    for source, persons in country.undecided.items():
        _load(engine, f"undecided_{source}", {"person": pa.int64()}, [{"person": p} for p in persons])
    inputs = UnitInputs(
        "persons",
        {source: f"view_{source}" for source in (*COLUMNS, "population")},
        {source: f"undecided_{source}" for source in country.undecided},
        {id_: f"select unnest({persons}::bigint[]) as person" for id_, persons in country.unsure.items()},
        {
            source: f"select 0 as file, unnest({rows}::bigint[]) as row"
            for source, rows in country.unconfirmed.items()
        },
    )
    [formed] = form_units(engine, pack_of(), [kind], inputs, AS_OF)
    return Formed(engine, kind, formed)


def _load(
    engine: DuckEngine, table: str, types: Mapping[str, pa.DataType], rows: Iterable[Mapping[str, Any]]
) -> None:
    kept: Sequence[Mapping[str, Any]] = list(rows)
    data = pa.table({c: pa.array([r[c] for r in kept], type=t) for c, t in types.items()})
    engine.register("_load", data)
    engine.make(table, "select * from _load")
    engine.connection.unregister("_load")
