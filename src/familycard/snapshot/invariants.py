"""Sums that must agree, checked in every build."""

from __future__ import annotations

from familycard.engine.interface import Beside, Engine
from familycard.errors import BuildError
from familycard.indicators.tables import PEOPLE, PERSONS, checked, members, undecided, units
from familycard.pack.model import Pack, UnitKind


def check_people(engine: Engine, pack: Pack) -> None:
    """Everyone of the people source's accepted and refused rows is a person; BuildError where somebody is lost."""
    source = pack.sources[pack.people.source]
    everyone = (
        f'(select "{source.subject}" as person from {checked(source.id)} where "{source.subject}" is not null'
        f" union select person from {undecided(source.id)})"
    )
    check_same_rows(engine, PEOPLE, "person", everyone)


def check_same_rows(engine: Engine, table: str, key: str, of: str) -> None:
    """A table has one row for each row of another, with the same keys; BuildError where one was lost or doubled.

    Keys of `of` are unique by then, so where both have the same in the same order nothing else is to be asked.
    """
    if engine.same_order(table, of, key):
        return
    twice = _one(engine, f"select count(*) - count(distinct {key}) from {table}")
    differing = _one(
        engine, f"select count(*) from {table} a full join {of} b on b.{key} = a.{key}"
        f" where a.{key} is null or b.{key} is null",
    )  # fmt: skip
    if twice or differing:
        raise BuildError(
            f"Table {table}: {twice} keys stand twice, {differing} are not those of {of}. "
            f"This is a fault of Family Card: nothing was published."
        )


def check_partition(engine: Engine, kind: UnitKind) -> None:
    """Each resident in exactly one unit where the kind covers everyone, in at most one otherwise;
    and each unit as many members as it says, one of them its head. BuildError where not."""
    twice = engine.repeats(members(kind.id), "person")
    rows = f"select person from {members(kind.id)}"
    engine.look_up(PERSONS, "person", [Beside(rows, {"person": ["is_resident"]}, _FOUND)])
    strangers = _one(engine, f"select count(*) from {_FOUND} where person__is_resident is distinct from true")
    engine.drop(_FOUND)
    left_out = _one(engine, f"select count(*) from {PERSONS} where is_resident") - engine.count(
        members(kind.id)
    )
    wrong_size = _one(
        engine,
        "select count(*) from (select unit, count(*) as n, count_if(role = 'head' and person = unit) as heads"
        f" from {members(kind.id)} group by unit) m full join {units(kind.id)} u on u.unit = m.unit"
        " where m.n is distinct from u.members or m.heads is distinct from 1",
    )
    everyone = kind.covers == "everyone" and kind.excludes is None
    if twice or strangers or wrong_size or (everyone and left_out):
        raise BuildError(
            f"Units of kind `{kind.id}` are no partition: {twice} persons stand twice, {strangers} are not resident, "
            f"{left_out if everyone else 0} are left out, {wrong_size} units have another size or head than they say."
        )


_FOUND = "_members_found"


def _one(engine: Engine, query: str) -> int:
    return int(engine.rows(query)[0][0])
