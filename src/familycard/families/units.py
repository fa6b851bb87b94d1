"""Forms one kind of unit: the order of the steps.

Ties that hold, by priority → connected components → attachments → cut to size → members
with a head and evidence. Whatever is unknown joins nobody and puts the units that it may
concern in doubt (`doubts`); whatever is wrong is dropped and listed (`faults`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from familycard.engine.interface import Engine
from familycard.errors import BuildError
from familycard.families.attach import attach_leftovers, join_components
from familycard.families.by_attribute import group_by_attribute, make_attribute_evidence
from familycard.families.choose import keep_ties
from familycard.families.doubt import make_doubtful_components, spread_doubt
from familycard.families.faults import publish_faults, start_faults
from familycard.families.forming import Forming, UnitInputs
from familycard.families.members import make_mappings, make_members, make_tie_evidence, make_units
from familycard.families.parentage import check_parentage
from familycard.families.people import make_people, note_refused_rows
from familycard.families.size import keep_to_size
from familycard.families.ties import make_candidates, note_ties_with_oneself, note_undecided
from familycard.pack.model import Pack, UnitKind

__all__ = ["UnitInputs", "UnitsResult", "form_units"]


@dataclass(frozen=True)
class UnitsResult:
    """The tables of one kind of unit, and how many there are."""

    kind: str
    members: str
    """Table: unit, person, role (head, member), evidence (JSON list of {tie, via, source, file, row, other})."""
    units: str
    """Table: unit, members, composition_known, area, why_unknown."""
    persons_count: int
    units_count: int
    unknown_count: int
    """Units whose composition is unknown."""


def form_units(engine: Engine, pack: Pack, kind: UnitKind, inputs: UnitInputs, as_of: date) -> UnitsResult:
    """Form the units of one kind on a day; tables ``members_<kind>`` and ``units_<kind>``, and rows in `faults`.

    ExpressionError where a condition cannot be understood; BuildError where the units would
    not be a partition of those who are covered.
    """
    forming = Forming(engine, pack, kind, inputs, as_of)
    start_faults(engine, inputs.faults)
    _start(forming)
    make_people(forming)
    note_refused_rows(forming)
    if kind.by is not None:
        group_by_attribute(forming, kind.by)
        make_attribute_evidence(forming, kind.by)
    else:
        _join_by_ties(forming)
    result = _publish(forming)
    engine.drop(*sorted(forming.made))
    return result


def _start(forming: Forming) -> None:
    forming.make("doubts", "select 0::bigint as person, '' as reason where false")
    forming.make(
        "found",
        "select '' as fault, 0::bigint as person, 0::bigint as other, false as of_kind,"
        " '' as source, '' as detail where false",
    )
    forming.make(
        "live",
        "select 0 as level, 0 as mapping, 0 as file, 0::bigint as row, 0::bigint as one, 0::bigint as two"
        " where false",
    )
    make_mappings(forming)


def _join_by_ties(forming: Forming) -> None:
    check_parentage(forming)
    note_ties_with_oneself(forming)
    for level in range(len(forming.kind.ties)):
        make_candidates(forming, level, "candidates")
        note_undecided(forming, level, "candidates")
        keep_ties(forming, level, "candidates")
    join_components(forming)
    attach_leftovers(forming)
    make_doubtful_components(forming)
    keep_to_size(forming)
    spread_doubt(forming)
    make_tie_evidence(forming)


def _publish(forming: Forming) -> UnitsResult:
    members, units = f"members_{forming.kind.id}", f"units_{forming.kind.id}"
    make_members(forming, members)
    make_units(forming, members, units)
    publish_faults(forming, members)
    _assert_partition(forming, members)
    persons, count, unknown = forming.engine.rows(
        f'select coalesce(sum(members), 0), count(*), count(*) filter (not composition_known) from "{units}"'
    )[0]
    return UnitsResult(forming.kind.id, members, units, int(persons), int(count), int(unknown))


def _assert_partition(forming: Forming, members: str) -> None:
    rows, persons = forming.engine.rows(f'select count(*), count(distinct person) from "{members}"')[0]
    people = forming.count("people")
    covers_all = forming.kind.covers == "everyone" or forming.kind.by is not None
    if rows != persons or (covers_all and rows != people):
        raise BuildError(
            f"Units of kind {forming.kind.id}: {rows} memberships of {persons} persons, but {people} residents. "
            f"Each must be in exactly one unit; check that table {forming.inputs.persons} has one row a person."
        )
