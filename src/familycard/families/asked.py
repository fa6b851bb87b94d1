"""What the conditions of ties ask of rows and of persons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from familycard.pack.expression import names_in
from familycard.pack.model import Expression, Tie, TieMapping, UnitKind
from familycard.pack.once import once


def asks_who_lives_together(kinds: Iterable[UnitKind]) -> bool:
    """Whether a condition of a tie names `same_address`."""
    return any("same_address" in names_of(tie) for tie, _ in mapped_ties(kinds))


def named_of_ends(kinds: Iterable[UnitKind]) -> dict[tuple[str, str], set[str]]:
    """By source and column: what conditions name of the person whom the column holds."""
    ends: dict[tuple[str, str], set[str]] = {}
    for tie, mapping in mapped_ties(kinds):
        dotted = [name.split(".", 1) for name in names_of(tie) if "." in name]
        for role in tie.between:
            named = ends.setdefault((mapping.source, mapping.columns[role]), set())
            named |= {parts[1] for parts in dotted if parts[0] == role}
    return ends


def mapped_ties(kinds: Iterable[UnitKind]) -> Iterator[tuple[Tie, TieMapping]]:
    """Every source of every tie of these kinds."""
    for kind in kinds:
        for tie in (*kind.ties, *kind.attach):
            for mapping in tie.mappings:
                yield tie, mapping


@once
def names_of(tie: Tie) -> frozenset[str]:
    """Every name in a tie's conditions."""
    return frozenset(name for expression in _expressions(tie) for name in names_in(expression))


def _expressions(tie: Tie) -> list[Expression]:
    """Every expression of a tie."""
    found = [tie.when, tie.unless, *(mapping.when for mapping in tie.mappings)]
    return [e for e in found if e is not None] + [preference.when for preference in tie.prefer]
