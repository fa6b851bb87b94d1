"""A scorecard beside the one in force, family by family: who would move, before anyone does.

The other scorecard is a file or one of the snapshot's own; points written by experts and points
fitted to a survey are compared the same way. Nothing is published: the snapshot stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from familycard.errors import PackError, SnapshotError, UsageError
from familycard.indicators.tables import members, scores, unit_values
from familycard.pack.model import Pack, Scorecard
from familycard.pack.reading.fields import Reading
from familycard.pack.reading.scorecards_file import read_scorecard_file
from familycard.pack.reading.values import Currency
from familycard.pack.reading.yaml_places import read_yaml
from familycard.pack.rules.tracing import Tracer
from familycard.pack.scopes import column
from familycard.scoring.points import points_column
from familycard.scoring.score import score_query
from familycard.snapshot.export import Exported, check_format, write_export
from familycard.snapshot.names import is_sealed
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.reach import names_of_scorecard
from familycard.snapshot.references import export_key, with_references
from familycard.sources.store import Store

PAIRS = "_shadow"
"""unit, people, score_before, score_after, category_before, category_after, lines_before, lines_after."""
_LISTED = "_shadow_listed"
OPEN = "open"
"""A category that too little is known to tell."""
_LEAST_FAMILIES = 5
"""Of fewer families in a group nothing is told."""


@dataclass(frozen=True)
class Move:
    """How many families and people of a group go from one category to another."""

    group: str
    value: str
    before: str
    after: str
    families: int
    people: int


@dataclass(frozen=True)
class Shadow:
    """Two scorecards on one snapshot."""

    snapshot: OpenSnapshot
    before: Scorecard
    after: Scorecard
    families: int
    same: int
    """Families of the same category by both; only where both have the same letters."""
    rank_correlation: float | None
    moves: tuple[Move, ...]
    by_group: tuple[Move, ...]


def read_scorecard(path: Path, pack: Pack) -> Scorecard:
    """A scorecard's file in the languages of a pack; PackError with file and line where it is broken."""
    reading = Reading(languages=tuple(pack.languages), currency=Currency(pack.currency, pack.minor_digits))
    return read_scorecard_file(read_yaml(path), reading)


def shadow(opened: OpenSnapshot, other: str, against: str | None = None, by: Sequence[str] = ()) -> Shadow:
    """Compare; `other` is a file or a scorecard's id, `against` the id of one in force (the card's)."""
    pack = opened.pack
    before = _known(pack, against or pack.card_scorecard or "")
    after = read_scorecard(Path(other), pack) if Path(other).suffix == ".yaml" else _known(pack, other)
    _must_fit(opened, before, after)
    grouped = [_group_column(opened, before.unit, name) for name in by]
    _make_pairs(opened, before, after)
    families, same, correlation = opened.engine.rows(
        f"select count(*), count(*) filter (where category_before = category_after and category_before <> '{OPEN}'),"
        f" corr(a, b) from (select *, rank() over (order by score_before) + count(*) over (partition by score_before) / 2.0"
        f" as a, rank() over (order by score_after) + count(*) over (partition by score_after) / 2.0 as b from {PAIRS})"
    )[0]
    return Shadow(
        opened, before, after, families, same,
        None if correlation is None else round(correlation, 5),
        tuple(_moves(opened, "all", "'all'", before.unit)),
        tuple(move for name, sql in zip(by, grouped, strict=True) for move in _moves(opened, name, sql, before.unit)),
    )  # fmt: skip


def _known(pack: Pack, id_: str) -> Scorecard:
    if id_ not in pack.scorecards:
        raise UsageError(
            f"The snapshot has no scorecard `{id_}`; it has {', '.join(pack.scorecards) or 'none'}. "
            f"A file is named with its ending .yaml."
        )
    return pack.scorecards[id_]


def _must_fit(opened: OpenSnapshot, before: Scorecard, after: Scorecard) -> None:
    if before.unit != after.unit:
        raise UsageError(
            f"Scorecard {after.id} is of a {after.unit}, {before.id} of a {before.unit}; compare those of one kind."
        )
    there = opened.engine.arrow(f"select * from {unit_values(before.unit)} limit 0").column_names
    named = {
        name for name in names_of_scorecard(after) if name not in opened.pack.parameters and name != "as_of"
    }
    missing = sorted(named - set(there))
    if missing:
        raise SnapshotError(
            f"{opened.path.name} has no `{missing[0]}` of a {before.unit}, which scorecard {after.id} needs: build "
            f"with a pack that names it (in a scorecard, or in fits/)."
        )


def _group_column(opened: OpenSnapshot, unit: str, name: str) -> str:
    """A name to tell families apart by, as SQL of the pairs' values."""
    there = opened.engine.arrow(f"select * from {unit_values(unit)} limit 0").column_names
    if name not in there:
        raise UsageError(
            f"--by: {opened.path.name} has no `{name}` of a {unit}; name an indicator that it has."
        )
    if is_sealed(Tracer(opened.pack), name):
        raise SnapshotError(f"--by: `{name}` is sealed and tells nobody apart.")
    return f"coalesce(cast(v.{column(name)} as varchar), 'unknown')"


def _make_pairs(opened: OpenSnapshot, before: Scorecard, after: Scorecard) -> None:
    values, day = unit_values(before.unit), opened.catalogue.as_of
    try:
        query = score_query(opened.pack, after, values, day)
    except PackError as error:
        raise PackError(f"scorecard {after.id}: {error.message}", error.file, error.line) from error
    sides = f"{scores(before.id)} a join ({query}) b using (unit)"
    opened.engine.make(
        PAIRS,
        f"select unit, m.people, {_middle('a')} as score_before, {_middle('b')} as score_after,"
        f" coalesce(a.category, '{OPEN}') as category_before, coalesce(b.category, '{OPEN}') as category_after,"
        f" {_strongest(before, 'a')} as lines_before, {_strongest(after, 'b')} as lines_after from {sides}"
        f" join (select unit, count(*) as people from {members(before.unit)} group by unit) m using (unit)",
    )


def _middle(side: str) -> str:
    """An open score counts by the middle of its range."""
    return f"({side}.lowest + {side}.highest) // 2"


def _strongest(card: Scorecard, side: str) -> str:
    """The three lines with most points either way, as text: why the score is what it is."""
    lines = ", ".join(
        f"{{'p': coalesce({side}.{points_column(term)}, 0), 't': '{term.id}'}}" for term in card.terms
    )
    ordered = f"list_sort(list_transform([{lines}], lambda x: {{'k': -abs(x.p), 't': x.t, 'p': x.p}}))"
    shown = f"list_transform(list_filter({ordered}, lambda x: x.p <> 0)[1:3], lambda x: x.t || ' ' || printf('%+d', x.p))"
    return f"array_to_string({shown}, '; ')"


def _moves(opened: OpenSnapshot, group: str, sql: str, unit: str) -> list[Move]:
    rows = opened.engine.rows(
        f"with told as (select {sql} as value, p.* from {PAIRS} p join {unit_values(unit)} v using (unit)),"
        f" enough as (select value from told group by value having count(*) >= {_LEAST_FAMILIES})"
        f" select value, category_before, category_after, count(*), sum(people) from told semi join enough using (value)"
        f" group by all order by all"
    )
    return [Move(group, value, a, b, families, int(people)) for value, a, b, families, people in rows]


def shadow_json(found: Shadow) -> dict[str, Any]:
    """The summary for machines; no family is in it."""
    return {
        "snapshot": found.snapshot.path.name,
        "in_force": found.before.id,
        "beside": found.after.id,
        "families": found.families,
        "same_category": found.same,
        "rank_correlation": found.rank_correlation,
        "moves": [vars(move) for move in found.moves],
        "by_group": [vars(move) for move in found.by_group],
    }


def export_shadow(found: Shadow, path: Path, name: str, *, secret: bytes | None = None) -> Exported:
    """Every family by a reference: both scores and categories, and the strongest lines of each."""
    check_format(path)
    opened = found.snapshot
    secret = Store(opened.catalogue.store).secret() if secret is None else secret
    with_references(
        opened.engine, export_key(secret, name), found.before.unit, f"select * from {PAIRS}", "unit", _LISTED
    )
    try:
        table = opened.engine.arrow(f"select * from {_LISTED} order by reference")
    finally:
        opened.engine.drop(_LISTED)
    about = shadow_json(found) | {"export": name, "rows": table.num_rows}
    return write_export(table, about, path)
