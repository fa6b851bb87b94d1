"""Residents as the conditions of ties see them, narrowed once a build.

A kind of units `k` adds ``_excluded_k``, whether it excludes the person; an attribute `a`
that people are compared by adds ``_same_a``: the lowest person with the same value, a
number in the place of a text. What rests on a row that nobody has confirmed stands there a second time
as far as it is sure, as ``_sure_…``: by such a row no tie ends and nobody is excluded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from familycard.errors import BuildError
from familycard.families.asked import asks_who_lives_together
from familycard.families.shared import Records, excluded, same, sure, surely
from familycard.pack.expression import compile_condition
from familycard.pack.model import Expression, UnitKind
from familycard.pack.scope import Scope
from familycard.pack.scopes import column, people_attributes, person_scope

ADDRESS = "address"
_UNBORN = 3_000_000
"""Days from 1800 that no birth reaches: who has no birth date is younger than everybody."""
_PERSONS_MAX = 2**40
"""Above every number of a person: rank and person fit one integer together."""


def make_residents(records: Records, kinds: tuple[UnitKind, ...], named: Collection[str]) -> None:
    """Leave `residents`. Unknown residence counts as resident: nobody is lost.

    BuildError where a person stands twice.
    """
    scope = person_scope(records.pack, records.as_of)
    said = dict(_said(records, scope))
    columns = {*named, *({"area"} & people_attributes(records.pack).keys())} - said.keys()
    attributes = _compared(kinds)
    selected = [_seniority(), *(column(name) for name in sorted(columns - {"birth_date", "is_known"}))]
    selected += [f'_of_{attribute}.lowest as "{same(attribute)}"' for attribute in attributes]
    selected += [f"({sql}) as {column(name)}" for name, sql in said.items() if name in named]
    selected += [f'({sql}) as "{name}"' for kind in kinds for name, sql in _exclusions(records, kind, scope)]
    joins = " ".join(_lowest_by(records, attribute) for attribute in attributes)
    records.hold(
        "residents",
        f"""
        select {", ".join(["person", "is_known", "birth_date", *selected])}
        from {_persons(records)} {joins} where is_resident is not false""",
    )
    _assert_unique(records)


def _said(records: Records, scope: Scope) -> Iterator[tuple[str, str]]:
    """Each condition on one person: its column, and its SQL."""
    for text, name in records.said.items():
        condition = compile_condition(Expression(text), scope)
        yield name, condition.sql
        if name in records.unsure:
            yield sure(name), surely(condition.sql, condition.names & records.inputs.unsure.keys())


def _exclusions(records: Records, kind: UnitKind, scope: Scope) -> Iterator[tuple[str, str]]:
    """The columns that say whether a kind excludes a person: not known where only what is not sure says so."""
    if kind.excludes is None:
        return
    condition = compile_condition(kind.excludes, scope)
    if not records.has_unsure_exclusion(kind):
        yield excluded(kind), condition.sql
        return
    surely_excluded = surely(condition.sql, condition.names & records.inputs.unsure.keys())
    yield excluded(kind), f"case when {condition.sql} then {surely_excluded} else {condition.sql} end"
    yield sure(excluded(kind)), surely_excluded


def _persons(records: Records) -> str:
    """The persons, with what is sure of them beside what is not."""
    persons = f'"{records.inputs.persons}"'
    if not records.inputs.unsure:
        return persons
    columns, joins = [], []
    for id_, query in sorted(records.inputs.unsure.items()):
        columns.append(f'case when "_of_{id_}".person is null then p."{id_}" end as "{sure(id_)}"')
        joins.append(
            f'left join (select distinct person from ({query})) "_of_{id_}" on "_of_{id_}".person = p.person'
        )
    return f"(select p.*, {', '.join(columns)} from {persons} p {' '.join(joins)}) _persons"


def _compared(kinds: Iterable[UnitKind]) -> list[str]:
    """The attributes by which persons are compared."""
    by = {kind.by for kind in kinds if kind.by is not None}
    return sorted(by | ({ADDRESS} if asks_who_lives_together(kinds) else set()))


def _seniority() -> str:
    """The oldest has the least; of one age, the lowest person."""
    age = f"coalesce(date_diff('day', date '1800-01-01', birth_date), {_UNBORN})"
    return f"{age} * {_PERSONS_MAX} + person as seniority"


def _lowest_by(records: Records, attribute: str) -> str:
    value = column(attribute)
    persons = f'"{records.inputs.persons}" where is_resident is not false and {value} is not null'
    return (
        f"left join (select {value}, min(person) as lowest from {persons} group by {value}) _of_{attribute}"
        f" using ({value})"
    )


def _assert_unique(records: Records) -> None:
    repeats = records.engine.repeats(records.table("residents"), "person")
    if repeats:
        raise BuildError(
            f"{repeats} residents stand twice in table {records.inputs.persons}; "
            f"each must be in exactly one unit, so check that it has one row a person."
        )
