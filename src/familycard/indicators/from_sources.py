"""Person indicators taken from sources: one scan and one grouping for each source and key.

The scan's rows carry, beside the source's columns, the attributes of the persons whom an
expression names (``mother.died_on``); the result has one row a person, and what a person
without rows has is decided afterwards in `persons`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from familycard.engine.interface import Engine
from familycard.errors import BuildError
from familycard.indicators.blocks import Block
from familycard.indicators.tables import PEOPLE, checked
from familycard.pack.contract import Source
from familycard.pack.expression import compile_condition, compile_expression
from familycard.pack.model import Indicator, Pack
from familycard.pack.once import once
from familycard.pack.parameters import literal
from familycard.pack.scope import Compiled
from familycard.pack.scopes import column, person_type, source_scope


@dataclass(frozen=True)
class Taken:
    """The indicators that one grouping of a source gives, one row a person."""

    source: Source
    by: str
    indicators: tuple[Indicator, ...]
    settled_by_one: frozenset[str]
    """Ids of ``any`` indicators, where one true row is enough whatever a refused row said."""
    values: str
    """SQL of the values, as columns of a grouping."""
    rows: str
    """The source's rows with the attributes that the values name."""

    @property
    def name(self) -> str:
        """A name of its own."""
        return f"{self.source.id}_{self.by}"

    @property
    def is_shared(self) -> bool:
        """Whether rows are about a household or an address, and so about everyone in it."""
        return self.source.subject_of is not None and self.by == self.source.subject

    @property
    def grouped(self) -> str:
        """The table of values by household or address, where rows are shared."""
        return f"grouped_{self.name}"

    def rows_of(self, block: Block) -> str:
        """A query of the values of the block's persons with rows."""
        if self.is_shared:
            return (
                f"select p.person, g.* exclude (_shared) from {PEOPLE} p join {self.grouped} g"
                f' on g._shared = cast(p."{self.source.subject_of}" as varchar) where {block.holds("p.person")}'
            )
        return self._grouping(f"{column(self.by)} as person", block.holds(column(self.by)))

    def make_grouped(self, engine: Engine) -> None:
        """Group shared rows once for all blocks; nothing for other sources."""
        if self.is_shared:
            key = column(self.by)
            engine.make(
                self.grouped, self._grouping(f"cast({key} as varchar) as _shared", f"{key} is not null")
            )

    def _grouping(self, key: str, where: str) -> str:
        return f"select {key}, {self.values} from {self.rows} where {where} group by 1"


def shared_by(pack: Pack, indicator: Indicator) -> str:
    """The attribute of people by which everyone has the rows of an indicator; empty where rows name persons."""
    source = pack.sources[indicator.source or ""]
    return (source.subject_of or "") if (indicator.by or source.subject) == source.subject else ""


def take_all(engine: Engine, pack: Pack, as_of: date, sources: Collection[str]) -> list[Taken]:
    """The groupings of those `sources` that indicators name, once for each key."""
    groups: dict[tuple[str, str], None] = {}
    for indicator in pack.indicators.values():
        if indicator.source is not None and indicator.source in sources:
            source = pack.sources[indicator.source]
            by = indicator.by or source.subject
            if by is None:
                raise BuildError(
                    f"Indicator `{indicator.id}`: source `{source.id}` has no subject; say `by:` which column."
                )
            groups[source.id, by] = None
    taken = [_take(pack, pack.sources[source_id], by, as_of) for source_id, by in sorted(groups)]
    for one in taken:
        one.make_grouped(engine)
    return taken


@once
def _take(pack: Pack, source: Source, by: str, as_of: date) -> Taken:
    indicators = [
        i for i in pack.indicators.values() if i.source == source.id and (i.by or source.subject) == by
    ]
    keeps = _Keeps(pack, source, as_of)
    compiled = {i.id: _compile(pack, source, i, as_of, keeps) for i in indicators}
    names = frozenset[str]().union(*(value.names for value in compiled.values()))
    return Taken(
        source,
        by,
        tuple(indicators),
        settled_by_one=frozenset(id_ for id_, value in compiled.items() if value.is_any),
        values=", ".join(f'{value.sql} as "{id_}"' for id_, value in compiled.items()),
        rows=keeps.beside(rows_with_attributes(source, names)),
    )


class _Keeps:
    """The conditions that keep rows, each computed once a row however many indicators share it."""

    def __init__(self, pack: Pack, source: Source, as_of: date) -> None:
        self.pack, self.source, self.as_of = pack, source, as_of
        self.columns: dict[str, str] = {}

    def of(self, indicator: Indicator) -> Compiled | None:
        """The column that says whether an indicator keeps a row; None where it keeps all."""
        if indicator.where is None:
            return None
        scope = source_scope(self.pack, self.source, self.as_of, indicator.period or "any")
        keep = compile_condition(indicator.where, scope)
        name = self.columns.setdefault(keep.sql, f"_keep_{len(self.columns)}")
        return replace(keep, sql=f'"{name}"')

    def beside(self, rows: str) -> str:
        """The rows with these columns."""
        if not self.columns:
            return rows
        columns = ", ".join(f'({sql}) as "{name}"' for sql, name in self.columns.items())
        return f"(select *, {columns} from {rows})"


def _compile(pack: Pack, source: Source, indicator: Indicator, as_of: date, keeps: _Keeps) -> Compiled:
    """The aggregate of an indicator; where a person's rows are all left out, what absence means."""
    keep, type_ = keeps.of(indicator), person_type(indicator)
    assert indicator.person is not None, f"{indicator.id}: an indicator from a source has `person:`"
    scope = source_scope(pack, source, as_of, indicator.period or "any", aggregates=True, row_filter=keep)
    value = compile_expression(indicator.person, scope, type_)
    if keep is None:
        return value
    absent = literal(indicator.no_rows, type_)
    return replace(value, sql=_or_absent(value, keep, absent), names=value.names | keep.names)


def _or_absent(value: Compiled, keep: Compiled, absent: str) -> str:
    """The value, and what absence means where no row is kept."""
    if value.is_any and absent == "false":
        return value.sql
    parts = value.aggregate
    if parts is not None and (parts.is_none.endswith("is null") or absent == "0"):
        known = f"case when {parts.is_none} then {absent} else {parts.value} end"
        return f"(case when not {parts.doubt} then {known} end)" if parts.doubt else f"({known})"
    none_kept = f"count(*) filter (where {keep.sql}) = 0"
    if keep.nullable:
        none_kept += f" and not coalesce(bool_or(({keep.sql}) is null), false)"
    return f"(case when {none_kept} then {absent} else {value.sql} end)"


def rows_with_attributes(
    source: Source, names: Iterable[str], rows: str | None = None, people: str = PEOPLE
) -> str:
    """The source's rows with the attributes that `names` asks of its identifying columns.

    `rows` and `people` are tables or queries of fewer rows than all.
    """
    wanted = attributes_wanted(names)
    if not wanted:
        return rows or checked(source.id)
    joins, columns = [], []
    for role in sorted({role for role, _ in wanted}):
        joins.append(f' left join {people} "_{role}" on "_{role}".person = s.{column(role)}')
        columns.append(f'"_{role}".is_known as {column(f"{role}.is_known")}')
    columns += [f'"_{role}"."{attribute}" as {column(f"{role}.{attribute}")}' for role, attribute in wanted]
    return f"(select s.*, {', '.join(columns)} from {rows or checked(source.id)} s{''.join(joins)})"


def attributes_wanted(names: Iterable[str]) -> list[tuple[str, str]]:
    """The attributes that names ask of a source's identifying columns: (column, attribute), each once."""
    dotted = {name for name in names if "." in name and not name.startswith("period.")}
    return sorted((role, attribute) for role, _, attribute in (name.partition(".") for name in dotted))
