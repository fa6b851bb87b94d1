"""Person indicators taken from sources: one scan and one grouping for each source and key.

The scan's rows carry, beside the source's columns, the attributes of the persons whom an
expression names (``mother.died_on``); the result has one row a person, and what a person
without rows has is decided afterwards in `persons`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from familycard.engine.interface import Engine, Part
from familycard.errors import BuildError
from familycard.indicators.tables import PEOPLE, checked
from familycard.pack.contract import Source
from familycard.pack.expression import compile_condition, compile_expression
from familycard.pack.model import Indicator, Pack
from familycard.pack.parameters import literal
from familycard.pack.scope import Compiled
from familycard.pack.scopes import column, person_type, source_scope

HAS_ROWS = "_has_rows"


@dataclass(frozen=True)
class Taken:
    """The indicators that one grouping of a source gives, and the table with one row a person."""

    source: Source
    by: str
    indicators: tuple[Indicator, ...]
    settled_by_one: frozenset[str]
    """Ids of ``any`` indicators, where one true row is enough whatever a refused row said."""
    table: str

    @property
    def has_rows(self) -> str:
        """Column that is true for a person with rows."""
        return f"{HAS_ROWS}_{self.table}"

    @property
    def part(self) -> Part:
        """The table as a part of the wide table of persons."""
        return Part(self.table, "person", (self.has_rows, *(i.id for i in self.indicators)))


def take_all(engine: Engine, pack: Pack, as_of: date) -> list[Taken]:
    """Group every source that indicators name, once for each key."""
    groups: dict[tuple[str, str], list[Indicator]] = {}
    for indicator in pack.indicators.values():
        if indicator.source is not None:
            source = pack.sources[indicator.source]
            by = indicator.by or source.subject
            if by is None:
                raise BuildError(
                    f"Indicator `{indicator.id}`: source `{source.id}` has no subject; say `by:` which column."
                )
            groups.setdefault((source.id, by), []).append(indicator)
    return [
        _take(engine, pack, pack.sources[s], by, found, as_of) for (s, by), found in sorted(groups.items())
    ]


def _take(
    engine: Engine, pack: Pack, source: Source, by: str, indicators: list[Indicator], as_of: date
) -> Taken:
    compiled = {i.id: _compile(pack, source, i, as_of) for i in indicators}
    table = f"taken_{source.id}_{by}"
    values = ", ".join(f'{value.sql} as "{id_}"' for id_, value in compiled.items())
    names = frozenset[str]().union(*(value.names for value in compiled.values()))
    rows = rows_with_attributes(source, names)
    query = f"select {column(by)} as person, {values} from {rows} where {column(by)} is not null group by 1"
    if source.subject_of is not None and by == source.subject:
        query = (
            f"select p.person, g.* exclude (person) from {PEOPLE} p"
            f' join ({query}) g on cast(g.person as varchar) = cast(p."{source.subject_of}" as varchar)'
        )
    settled = frozenset(id_ for id_, value in compiled.items() if value.is_any)
    taken = Taken(source, by, tuple(indicators), settled, table)
    engine.make(table, f'select *, true as "{taken.has_rows}" from ({query})')
    return taken


def _compile(pack: Pack, source: Source, indicator: Indicator, as_of: date) -> Compiled:
    """The aggregate of an indicator; where a person's rows are all left out, what absence means."""
    period = indicator.period or "any"
    keep = None
    if indicator.where is not None:
        keep = compile_condition(indicator.where, source_scope(pack, source, as_of, period))
    assert indicator.person is not None, f"{indicator.id}: an indicator from a source has `person:`"
    scope = source_scope(pack, source, as_of, period, aggregates=True, row_filter=keep)
    type_ = person_type(indicator)
    value = compile_expression(indicator.person, scope, type_)
    if keep is None:
        return value
    none_kept = f"count(*) filter (where {keep.sql}) = 0"
    if keep.nullable:
        none_kept += f" and not coalesce(bool_or(({keep.sql}) is null), false)"
    absent = literal(indicator.no_rows, type_)
    return replace(
        value,
        sql=f"(case when {none_kept} then {absent} else {value.sql} end)",
        names=value.names | keep.names,
    )


def rows_with_attributes(source: Source, names: Iterable[str]) -> str:
    """The source's rows with the attributes that `names` asks of its identifying columns."""
    wanted = sorted(
        {tuple(name.split(".", 1)) for name in names if "." in name and not name.startswith("period.")}
    )
    if not wanted:
        return checked(source.id)
    joins, columns = [], []
    for role in sorted({role for role, _ in wanted}):
        joins.append(f' left join {PEOPLE} "_{role}" on "_{role}".person = s.{column(role)}')
        columns.append(f'"_{role}".is_known as {column(f"{role}.is_known")}')
    columns += [f'"_{role}"."{attribute}" as {column(f"{role}.{attribute}")}' for role, attribute in wanted]
    return f"(select s.*, {', '.join(columns)} from {checked(source.id)} s{''.join(joins)})"
