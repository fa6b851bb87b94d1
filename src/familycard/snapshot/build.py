"""The main job: from a store to a published snapshot.

Stages in the order of the floors: people, person indicators, units, unit indicators,
scores, programmes, unused rights, checks. Each leaves tables in the engine; then all is
written, verified and published at once. Sums that must agree are checked on the way and
a broken one stops the build, with `current` untouched.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path

from familycard.engine.duck import DuckEngine
from familycard.engine.interface import Engine
from familycard.errors import BuildError
from familycard.families.faults import start_faults
from familycard.families.records import UnitInputs
from familycard.families.units import form_units
from familycard.indicators.blocks import Blocks, blocks_of
from familycard.indicators.of_units import make_unit_values
from familycard.indicators.people import make_people
from familycard.indicators.persons import make_persons
from familycard.indicators.tables import (
    FAULTS,
    NEIGHBOURS,
    PEOPLE,
    PERSONS,
    checked,
    entitlements,
    load_sources,
    scores,
    subject_key,
    undecided,
    unit_values,
    units,
)
from familycard.pack.model import Pack
from familycard.programmes.doubts import unconfirmed_ties, unsure_of_persons
from familycard.programmes.evaluate import make_entitlements, subjects_of
from familycard.programmes.unused import make_unused, make_without_right
from familycard.scoring.score import make_scores
from familycard.snapshot.checks import find_contradictions
from familycard.snapshot.code import code_digest
from familycard.snapshot.invariants import check_partition, check_people, check_same_rows
from familycard.snapshot.linked_rows import make_linked_by_person
from familycard.snapshot.reach import wanted_by_kind
from familycard.snapshot.rows import make_memberships, want_rows
from familycard.snapshot.short_columns import want_columns
from familycard.snapshot.write import WORK, making, write_snapshot
from familycard.sources.store import Store, StoreState

Progress = Callable[[str, str], None]


@dataclass
class Stages:
    """Seconds and rows of each stage, in order."""

    progress: Progress | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def tell(self, name: str, detail: str) -> None:
        """Tell who watches what begins."""
        if self.progress:
            self.progress(name, detail)

    @contextmanager
    def stage(self, name: str, detail: str = "") -> Iterator[None]:
        """Time a stage and tell who watches that it begins."""
        self.tell(name, detail)
        start = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


@dataclass(frozen=True)
class Built:
    """What a build made."""

    path: Path
    name: str
    persons: int
    seconds: dict[str, float]


def build(
    pack: Pack,
    store: Path,
    as_of: date,
    out: Path,
    *,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> Built:
    """Build and publish the snapshot of a store on a date.

    BuildError where a source that units rest on was never taken in, or where a sum that must
    agree does not. Building the same inputs again gives the same tables.
    """
    state = Store(store).state()
    _require(pack, state)
    stages = Stages(progress)
    engine = engine or DuckEngine()
    name = snapshot_name(pack, state, as_of)
    with making(out, name) as folder:
        engine.work_in(folder / WORK)
        want_rows(engine, pack)
        want_columns(engine, pack)
        compute(engine, pack, state, as_of, stages)
        with stages.stage("write", name):
            path, persons = write_snapshot(engine, pack, state, as_of, folder, name, stages.seconds)
    return Built(path, name, persons, stages.seconds)


def compute(engine: Engine, pack: Pack, state: StoreState, as_of: date, stages: Stages) -> None:
    """All tables of a snapshot, in the engine."""
    with stages.stage("people"):
        load_sources(engine, pack, state)
        make_people(engine, pack, as_of)
        check_people(engine, pack)
        blocks = blocks_of(engine)
    with stages.stage("person indicators", f"{len(pack.sources)} sources"):
        make_persons(engine, pack, state, as_of, blocks)
        check_same_rows(engine, PERSONS, "person", PEOPLE)
        make_linked_by_person(engine, pack, state, as_of)
    form_all_units(engine, pack, as_of, stages)
    for kind in pack.units.values():
        check_partition(engine, kind)
    compute_of_units(engine, pack, as_of, stages, blocks)


def form_all_units(engine: Engine, pack: Pack, as_of: date, stages: Stages) -> None:
    """Units of every kind with their members, evidence and faults: all that rests on `PERSONS` and sources of ties."""
    engine.drop(FAULTS)
    start_faults(engine, FAULTS)
    inputs = replace(
        unit_inputs(pack),
        unsure=unsure_of_persons(engine, pack),
        unconfirmed=unconfirmed_ties(engine, pack),
    )
    with stages.stage("families"):
        form_units(engine, pack, tuple(pack.units.values()), inputs, as_of, partial(stages.tell, "families"))
    make_memberships(engine, pack)


def compute_of_units(engine: Engine, pack: Pack, as_of: date, stages: Stages, blocks: Blocks) -> None:
    """All that rests on `PERSONS`, units and the faults found in ties: values, scores, rights, contradictions."""
    wanted = wanted_by_kind(pack)
    for kind in pack.units:
        with stages.stage("unit indicators", kind):
            make_unit_values(engine, pack, kind, wanted[kind], as_of, blocks)
            check_same_rows(engine, unit_values(kind), "unit", units(kind))
    for card in pack.scorecards.values():
        with stages.stage("scores", card.id):
            make_scores(engine, pack, card, as_of)
            check_same_rows(engine, scores(card.id), "unit", units(card.unit))
    for subject in subjects_of(pack):
        with stages.stage("programmes", subject):
            make_entitlements(engine, pack, subject, as_of, blocks)
            of = PERSONS if subject == "person" else units(subject)
            check_same_rows(engine, entitlements(subject), subject_key(subject), of)
    with stages.stage("rights"):
        make_unused(engine, pack)
        make_without_right(engine, pack)
    with stages.stage("checks"):
        find_contradictions(engine, pack, as_of)


def unit_inputs(pack: Pack) -> UnitInputs:
    """The tables from which a build forms units."""
    return UnitInputs(
        persons=PERSONS,
        sources={source: checked(source) for source in pack.sources},
        undecided={source: undecided(source) for source in pack.sources},
        neighbours=NEIGHBOURS,
    )


def snapshot_name(pack: Pack, state: StoreState, as_of: date) -> str:
    """As-of date and the first digits of the hash of all that goes in: pack, store and code."""
    inputs = f"{pack.digest}\n{state.version}\n{code_digest()}\n{as_of.isoformat()}"
    whole = hashlib.sha256(inputs.encode())
    return f"{as_of.isoformat()}-{whole.hexdigest()[:12]}"


def _require(pack: Pack, state: StoreState) -> None:
    """Units without their ties would fall apart into persons, so a missing source of ties stops the build."""
    ties = [tie for kind in pack.units.values() for tie in kind.all_ties]
    needed = {mapping.source for tie in ties for mapping in tie.mappings} | {pack.people.source}
    missing = sorted(needed - state.loads.keys())
    if missing:
        raise BuildError(
            f"The store {state.path} has no good load of {', '.join(missing)}, which families rest on; "
            f"run `familycard intake` with those files first."
        )
