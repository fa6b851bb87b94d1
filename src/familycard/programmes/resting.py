"""What a name of a subject's expressions rests on, down to the indicators that registers give, and of whom."""

from __future__ import annotations

from dataclasses import dataclass

from familycard.families.asked import mapped_ties, names_of
from familycard.pack.dependencies import expression_names, programme_expressions
from familycard.pack.model import Pack, Programme, UnitKind
from familycard.pack.once import once
from familycard.programmes.rule import shut_out_by

PERSON = "person"


@dataclass(frozen=True)
class Basis:
    """What a name rests on, by whose rows: the subject's own, or those of the members of a unit."""

    taken: frozenset[tuple[str, str]] = frozenset()
    """Whose (`PERSON`, or a kind of units), and which indicator that is taken from a source."""
    kinds: frozenset[str] = frozenset()
    """Kinds of units whose composition counts."""

    def __or__(self, other: Basis) -> Basis:
        return Basis(self.taken | other.taken, self.kinds | other.kinds)


@once
def basis_of(pack: Pack, subject: str, name: str, hidden: frozenset[str]) -> Basis:
    """What a name of a subject's expressions rests on, through formulas and other programmes.

    `hidden` are indicators and attributes that are passed over, with all that they alone rest on.
    """
    first, _, rest = name.partition(".")
    if first == "programme":
        return _of_programme(pack, subject, rest, hidden)
    kind, id_ = (first, rest) if first in pack.units and rest else (subject, name.rpartition(".")[2])
    if id_ in pack.parameters or id_ in hidden or name == "as_of":
        return Basis()
    found = _composition(pack, kind, hidden) if kind in pack.units else Basis()
    indicator = pack.indicators.get(id_)
    if indicator is not None:
        found |= Basis(taken=frozenset({(kind, id_)} if indicator.source is not None else ()))
        for named in sorted(expression_names(indicator.formula)):
            found |= basis_of(pack, kind, named, hidden)
    return found


@once
def _composition(pack: Pack, kind: str, hidden: frozenset[str]) -> Basis:
    """Who the members are: by the rows of ties, and by what ties and exclusions ask of persons."""
    found = Basis(kinds=frozenset({kind}))
    for name in sorted(deciding(pack.units[kind])):
        of_person = basis_of(pack, PERSON, name, hidden) if name in pack.indicators else Basis()
        found |= Basis(taken=frozenset((kind, id_) for _, id_ in of_person.taken))
    return found


def deciding(kind: UnitKind) -> frozenset[str]:
    """What ties and exclusions of a kind of units ask of persons."""
    asked = {
        name.partition(".")[2] for tie, _ in mapped_ties([kind]) for name in names_of(tie) if "." in name
    }
    return expression_names(kind.excludes) | asked


def _of_programme(pack: Pack, subject: str, named: str, hidden: frozenset[str]) -> Basis:
    id_, _, part = named.partition(".")
    programme = pack.programmes[id_]
    of = subject if programme.unit == PERSON else programme.unit
    names = {programme.received} - {None} if part == "received" else names_of_answer(programme)
    found = Basis()
    for name in sorted(str(name) for name in names):
        found |= basis_of(pack, of, name, hidden)
    return found


def names_of_programme(programme: Programme) -> set[str]:
    """Names in a programme's conditions and amount, and its receipt."""
    names = {programme.received} if programme.received else set()
    return names.union(*map(expression_names, programme_expressions(programme)))


def names_of_answer(programme: Programme) -> frozenset[str]:
    """The names on which a programme's answer rests: its own, and the receipt of whatever excludes it."""
    received = {f"programme.{other}.received" for other in shut_out_by(programme)}
    return frozenset(names_of_programme(programme) | received)
