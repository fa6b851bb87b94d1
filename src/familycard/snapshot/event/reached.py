"""What of a pack rests on values that changed: only that is computed anew.

The rest is as the snapshot has it, because rules have no other inputs than the names in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from familycard.families.asked import mapped_ties, names_of
from familycard.indicators.of_units import closure
from familycard.pack.dependencies import expression_names, programme_levels, unit_levels
from familycard.pack.model import Pack, Programme
from familycard.pack.once import once
from familycard.programmes.rule import shut_out_by
from familycard.snapshot.reach import (
    names_of_check,
    names_of_programme,
    names_of_scorecard,
    wanted_by_kind,
)


@dataclass(frozen=True)
class Reached:
    """The part of a pack that some persons' values reach, with what that part needs."""

    pack: Pack
    """With these programmes, scorecards and checks alone."""
    wanted: Mapping[str, frozenset[str]]
    """By kind of unit: the indicators to compute; kinds of which nothing is needed are left out."""


@once
def columns_of_ties(pack: Pack) -> frozenset[str]:
    """The persons' values by which units are formed."""
    kinds = pack.units.values()
    ties = {name.rpartition(".")[2] for tie, _ in mapped_ties(kinds) for name in names_of(tie)}
    return frozenset(ties).union(*(expression_names(kind.excludes) for kind in kinds))


@once
def reached(pack: Pack, columns: frozenset[str]) -> Reached:
    """What rests on these indicators of persons."""
    names = set(columns)
    for formulas in unit_levels(pack):
        names |= {i.id for i in formulas if expression_names(i.formula) & names}
    for programmes in programme_levels(pack):
        names |= {_result(p.id) for p in programmes if _asked_by(pack, p) & names}
    checks = {id_: c for id_, c in pack.checks.items() if _bare(names_of_check(c)) & names}
    chosen = names.union(*(_bare(names_of_check(c)) for c in checks.values()))
    part = replace(
        pack,
        programmes=_with_needed(pack, {id_ for id_ in pack.programmes if _result(id_) in chosen}),
        scorecards={id_: c for id_, c in pack.scorecards.items() if _bare(names_of_scorecard(c)) & names},
        checks=checks,
        statistics={},
        indicators={id_: i if id_ in names else replace(i, card=False) for id_, i in pack.indicators.items()},
    )
    return Reached(part, _wanted(pack, part, names))


def _wanted(pack: Pack, part: Pack, names: set[str]) -> dict[str, frozenset[str]]:
    needed = wanted_by_kind(part)
    asked = {p.unit for p in part.programmes.values()} | {c.unit for c in part.scorecards.values()}
    asked |= {check.unit for check in part.checks.values()}
    found = {}
    for kind, published in wanted_by_kind(pack).items():
        anew = {i.id for i in closure(pack, published)} & names
        if anew or needed[kind] or kind in asked:
            found[kind] = frozenset(anew | needed[kind])
    return found


def _with_needed(pack: Pack, chosen: set[str]) -> dict[str, Programme]:
    """Programmes and those whose results they use, in the pack's order."""
    found, waiting = set[str](), list(chosen)
    while waiting:
        id_ = waiting.pop()
        if id_ not in found:
            found.add(id_)
            waiting += [*_named(pack.programmes[id_]), *shut_out_by(pack.programmes[id_])]
    return {id_: programme for id_, programme in pack.programmes.items() if id_ in found}


def _asked_by(pack: Pack, programme: Programme) -> set[str]:
    others = (pack.programmes[id_].received for id_ in (*_named(programme), *shut_out_by(programme)))
    return _bare(names_of_programme(programme)) | _bare(name for name in others if name)


def _named(programme: Programme) -> list[str]:
    """The programmes whose results a programme names."""
    return [n.split(".")[1] for n in names_of_programme(programme) if n.startswith("programme.")]


def _bare(names: Iterable[str]) -> set[str]:
    """Names without the unit that they are of."""
    return {_result(n.split(".")[1]) if n.startswith("programme.") else n.rpartition(".")[2] for n in names}


def _result(programme: str) -> str:
    return f"programme.{programme}"
