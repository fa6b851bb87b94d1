"""The chosen indicators and rules by Family Card: its own engine, compiled from the pack.

python bench/peers/with_familycard.py GIVEN OUT
"""

from __future__ import annotations

import sys
from pathlib import Path

from chosen import AS_OF, INDICATORS, UNIT, chosen_pack
from given import Given, given_in, timed

from familycard.engine.duck import DuckEngine
from familycard.indicators.blocks import blocks_of
from familycard.indicators.of_units import make_unit_values
from familycard.indicators.people import make_people
from familycard.indicators.persons import make_persons
from familycard.indicators.tables import PERSONS, entitlements, load_sources, members, unit_values, units
from familycard.pack.model import Pack
from familycard.programmes.evaluate import make_entitlements, subjects_of
from familycard.sources.store import Store


def compute(pack: Pack, given: Given, out: Path) -> None:
    """From checked tables to written results, by the stages that a build has for it."""
    state = Store(Path(given.store)).state()
    engine = DuckEngine()
    engine.work_in(out / "work")
    load_sources(engine, pack, state)
    make_people(engine, pack, AS_OF)
    blocks = blocks_of(engine)
    make_persons(engine, pack, state, AS_OF, blocks)
    engine.read_parquet(members(UNIT), [Path(given.members)])
    engine.read_parquet(units(UNIT), [Path(given.units)])
    make_unit_values(engine, pack, UNIT, INDICATORS, AS_OF, blocks)
    for subject in subjects_of(pack):
        make_entitlements(engine, pack, subject, AS_OF, blocks)
    engine.save(PERSONS, "person", out / "persons")
    engine.save(unit_values(UNIT), "unit", out / "units")
    engine.save(entitlements(UNIT), "unit", out / "unit_rules")
    engine.save(entitlements("person"), "person", out / "person_rules")


def main() -> None:
    given, out = given_in(sys.argv[1]), Path(sys.argv[2])
    pack = chosen_pack()
    with timed(out):
        compute(pack, given, out)


if __name__ == "__main__":
    main()
