"""What a name of the pack tells of whom, and how much it is protected: asked of the pack, never of data.

So the answer is the same for everybody, and that something is hidden says nothing about anyone.
"""

from __future__ import annotations

from collections.abc import Iterable

from familycard.indicators.from_sources import attributes_wanted
from familycard.pack.dependencies import expression_names
from familycard.pack.model import Indicator, Pack, Programme
from familycard.pack.rules.tracing import Tracer
from familycard.snapshot.linked import names_linked
from familycard.snapshot.names import highest_sensitivity
from familycard.snapshot.reach import Behind, behind
from familycard.snapshot.reader import Reader


def sensitivity_of(reader: Reader, names: Iterable[str]) -> str:
    """The highest sensitivity of names and of all that they rest on: open, own, restricted or sealed."""
    asked = tuple(sorted(names))
    return reader.snapshot.remember(
        ("sensitivity", asked), lambda: highest_sensitivity(_tracer(reader), asked)
    )


def tells_of_others(reader: Reader, names: Iterable[str]) -> bool:
    """Whether names of a person's values rest on what no page shows of others, such as a former husband's address."""
    asked = tuple(sorted(names))
    return reader.snapshot.remember(("tells of others", asked), lambda: _tells_of_others(reader, asked))


def _tells_of_others(reader: Reader, names: tuple[str, ...]) -> bool:
    indicators = reader.pack.indicators
    return any(_names_others(reader.pack, indicators[id_]) for id_ in _tracer(reader).names(names).indicators)


def _names_others(pack: Pack, indicator: Indicator) -> bool:
    if indicator.source is None:
        return False
    source = pack.sources[indicator.source]
    own = indicator.by or source.subject
    names = expression_names(indicator.where) | expression_names(indicator.person)
    people = pack.sources[pack.people.source].by_name
    return any(
        role != own and attribute in people and "display" not in people[attribute].uses
        for role, attribute in attributes_wanted(names)
        if role in source.by_name
    )


def names_behind(reader: Reader, programme: Programme) -> frozenset[str]:
    """The names on which a programme rests, through other programmes that it names or that exclude it."""
    return _behind(reader, programme).names


def kinds_of(reader: Reader, programme: Programme) -> frozenset[str]:
    """The kinds of units whose members' data a programme rests on, through other programmes too."""
    return _behind(reader, programme).kinds


def _behind(reader: Reader, programme: Programme) -> Behind:
    return reader.snapshot.remember(("behind", programme.id), lambda: behind(reader.pack, programme))


def _tracer(reader: Reader) -> Tracer:
    return reader.snapshot.remember("tracer", lambda: Tracer(reader.pack))


def basis_of(reader: Reader, names: Iterable[str]) -> frozenset[str]:
    """All indicators and attributes on which names rest, themselves included: what a claim may dispute."""
    asked = tuple(sorted(names))
    return reader.snapshot.remember(("basis", asked), lambda: _basis_of(reader, asked))


def unconfirmed_of(reader: Reader, person: int) -> frozenset[str]:
    """The indicators of a person that rest on a row linked by the model alone: no step against the person may."""
    return names_linked(reader.snapshot, person)


def _basis_of(reader: Reader, names: tuple[str, ...]) -> frozenset[str]:
    basis = _tracer(reader).names(names)
    people = reader.pack.people.source
    return basis.indicators | {column for source, column in basis.columns if source == people}
