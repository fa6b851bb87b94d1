"""Forms units of several kinds: the order of the steps.

Ties that hold, by priority → connected components → attachments → cut to size → members
with a head and evidence. Whatever is unknown joins nobody and puts the units that it may
concern in doubt (`doubts`); whatever is wrong is dropped and listed (`faults`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from familycard.engine.interface import Engine
from familycard.errors import BuildError
from familycard.families.attach import attach_leftovers, join_components
from familycard.families.by_attribute import group_by_attribute, hold_by_attribute
from familycard.families.choose import keep_ties, make_live
from familycard.families.doubt import (
    doubt_what_the_unconfirmed_prevents,
    make_doubtful_components,
    spread_doubt,
)
from familycard.families.faults import publish_faults, start_faults
from familycard.families.forming import Forming
from familycard.families.members import make_evidence, make_mappings, make_members, make_units
from familycard.families.one_person import narrowed
from familycard.families.parentage import check_parentage, cut_refuted
from familycard.families.people import make_people, note_refused_rows
from familycard.families.records import UnitInputs, make_records
from familycard.families.size import keep_to_size
from familycard.families.ties import let_go, make_candidates, note_ties_with_oneself, note_undecided
from familycard.pack.model import Pack, UnitKind


@dataclass(frozen=True)
class UnitsResult:
    """The tables of one kind of unit."""

    kind: str
    members: str
    """Table: unit, person, role (head, member)."""
    evidence: str
    """Table: unit, one, two, tie, mapping, file, row."""
    units: str
    """Table: unit, members, composition_known, area, why_unknown."""


def form_units(
    engine: Engine,
    pack: Pack,
    kinds: Sequence[UnitKind],
    inputs: UnitInputs,
    as_of: date,
    tell: Callable[[str], None] | None = None,
) -> list[UnitsResult]:
    """Form the units of some kinds on a day, and add rows to `faults`.

    Tables ``members_<kind>``, ``evidence_<kind>`` and ``units_<kind>``; `tell` hears which kind begins.
    ExpressionError where a condition cannot be understood; BuildError where the units would not
    be a partition of those who are covered.
    """
    records = make_records(engine, pack, kinds, inputs, as_of)
    formed = [Forming(records, narrowed(records, kind)) for kind in kinds]
    start_faults(engine, inputs.faults)
    for forming in formed:
        _start(forming)
    check_parentage(formed)
    results = []
    for forming in formed:
        if tell:
            tell(forming.kind.id)
        results.append(_form(forming))
    publish_faults(formed, [result.members for result in results])
    engine.drop(*(forming.table("found") for forming in formed))
    records.drop()
    return results


def _form(forming: Forming) -> UnitsResult:
    make_people(forming)
    note_refused_rows(forming)
    if forming.kind.by is not None:
        group_by_attribute(forming, forming.kind.by)
        hold_by_attribute(forming, forming.kind.by)
    else:
        _join_by_ties(forming)
    result = _publish(forming)
    # What it found is told with what the others found.
    forming.engine.drop(*sorted(forming.made - {forming.table("found")}))
    return result


def _start(forming: Forming) -> None:
    forming.make("doubts", "select 0::bigint as person, '' as reason where false")
    forming.make(
        "found",
        "select '' as fault, 0::bigint as person, 0::bigint as other, false as of_kind,"
        " '' as source, '' as detail where false",
    )
    make_mappings(forming)


def _join_by_ties(forming: Forming) -> None:
    cut_refuted(forming)
    note_ties_with_oneself(forming)
    for level in range(len(forming.kind.ties)):
        candidates = make_candidates(forming, level)
        note_undecided(forming, level, candidates)
        keep_ties(forming, level, candidates)
        let_go(forming, level)
    make_live(forming, len(forming.kind.ties))
    join_components(forming)
    attachments = attach_leftovers(forming)
    make_live(forming, len(forming.levels))
    doubt_what_the_unconfirmed_prevents(forming, attachments)
    make_doubtful_components(forming, attachments)
    for level in range(len(forming.kind.ties), len(forming.levels)):
        let_go(forming, level)
    whole = keep_to_size(forming)
    spread_doubt(forming, whole)


def _publish(forming: Forming) -> UnitsResult:
    members, evidence, units = (f"{table}_{forming.kind.id}" for table in ("members", "evidence", "units"))
    with forming.engine.keeping_together():
        make_members(forming, members)
        make_evidence(forming, evidence)
        make_units(forming, units)
    _assert_partition(forming, members)
    return UnitsResult(forming.kind.id, members, evidence, units)


def _assert_partition(forming: Forming, members: str) -> None:
    """Components hold each of `people` once, and `people` are unique: so it is enough that nobody was lost."""
    rows = forming.engine.count(members)
    people = forming.count("people")
    if forming.covers_all and rows != people:
        raise BuildError(
            f"Units of kind {forming.kind.id}: {rows} memberships, but {people} residents. "
            f"Each must be in exactly one unit."
        )
