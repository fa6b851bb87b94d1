"""The registers' rows of ties, each with its persons beside it, once for all kinds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from familycard.engine.interface import Beside
from familycard.families.asked import asks_who_lives_together, mapped_ties, names_of
from familycard.families.pairs import pair_columns
from familycard.families.residents import ADDRESS
from familycard.families.shared import Records, end, quoted, same
from familycard.pack.model import Tie, TieMapping, UnitKind
from familycard.pack.scopes import column


def make_ties(
    records: Records, kinds: tuple[UnitKind, ...], ends: Mapping[tuple[str, str], set[str]]
) -> None:
    """Leave ``ties_<source>`` for every source of ties; rows without two residents tie nobody and are left out."""
    always = {"person", "birth_date", "is_known"}
    always |= {same(ADDRESS)} if asks_who_lives_together(kinds) else set()
    into, queries = [], {}
    for source in sorted({source for source, _ in ends}):
        at = {c: sorted(names | always) for (of, c), names in ends.items() if of == source}
        own = _own_columns(records, kinds, source)
        listed = ", ".join(dict.fromkeys(["_file", "_row", *map(column, [*own, *sorted(at)])]))
        found = records.table(f"found_{source}")
        into.append(Beside(_rows(records, source, listed), at, found))
        selected = ["_file", "_row", *map(column, own), *_columns_of_ends(at)]
        selected += [UNCONFIRMED] if source in records.inputs.unconfirmed else []
        selected += pair_columns(kinds, source, records.pack.leap_day)
        queries[source] = f'select {", ".join(selected)} from "{found}" where {_two_residents(at)}'
    records.engine.look_up(records.table("residents"), "person", into)
    for source, query in queries.items():
        records.hold(f"ties_{source}", query)
        records.engine.drop(records.table(f"found_{source}"))
    _make_with_oneself(records, kinds)


UNCONFIRMED = "_is_unconfirmed"
"""The column that says whether a row is one that nobody has confirmed; only of sources with such rows."""


def _rows(records: Records, source: str, listed: str) -> str:
    rows = f'select {listed} from "{records.inputs.sources[source]}"'
    if source not in records.inputs.unconfirmed:
        return rows
    places = f"select distinct file, row from ({records.inputs.unconfirmed[source]})"
    return (
        f"select r.*, u.file is not null as {UNCONFIRMED} from ({rows}) r"
        f" left join ({places}) u on u.file = r._file and u.row = r._row"
    )


def pair_of(tie: Tie, mapping: TieMapping) -> str:
    """The name of the two columns of a source that a tie is between."""
    return " ".join((mapping.source, *(mapping.columns[role] for role in tie.between)))


def _make_with_oneself(records: Records, kinds: tuple[UnitKind, ...]) -> None:
    """Leave ``with_oneself``: person, source, pair; the rows of sources that tie a resident to himself."""
    queries = {
        f"select {one} as person, {quoted(mapping.source)} as source, {quoted(pair_of(tie, mapping))} as pair"
        f' from "{records.table(f"ties_{mapping.source}")}" where {one} = {two}'
        for tie, mapping in mapped_ties(kinds)
        for one, two in [[end(mapping.columns[role], "person") for role in tie.between]]
    }
    if queries:
        records.hold("with_oneself", " union all ".join(sorted(queries)))


def _columns_of_ends(at: Mapping[str, list[str]]) -> list[str]:
    return [end(c, name) for c, names in sorted(at.items()) for name in names if name != same(ADDRESS)]


def _two_residents(at: Mapping[str, list[str]]) -> str:
    return " + ".join(f"({end(c, 'person')} is not null)::integer" for c in sorted(at)) + " >= 2"


def _own_columns(records: Records, kinds: Iterable[UnitKind], source: str) -> list[str]:
    """What conditions name of the source's own columns, and the start of a tie."""
    ties = [tie for tie, mapping in mapped_ties(kinds) if mapping.source == source]
    named = {name for tie in ties for name in {*names_of(tie), tie.started or ""}}
    return sorted(named & records.pack.sources[source].by_name.keys())
