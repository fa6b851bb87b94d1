"""A survey beside what registers know of its families: a file, a file and a snapshot, or a snapshot.

A survey that names a member of each family (`household:` of the recipe) gets the indicators of that
member's unit; what the file itself says of a name comes first. Where the pack's own sources are a
survey, as Spain's, the snapshot's units are its rows.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from familycard.errors import SurveyError, UsageError
from familycard.indicators.tables import PERSONS, members, unit_values
from familycard.pack.fit import Fit
from familycard.pack.model import Pack
from familycard.pack.scopes import people_attributes
from familycard.pack.types import Kind
from familycard.scoring.fitting.survey import Survey, checked_survey
from familycard.scoring.fitting.survey_file import read_survey_file
from familycard.snapshot.open import OpenSnapshot, open_snapshot
from familycard.snapshot.reach import names_of_fit

_FILE, _NUMBER = "_survey_file", "_survey_row"


def read_survey(pack: Pack, fit: Fit, survey: Path, snapshot: Path | None, as_of: date | None) -> Survey:
    """The survey of a recipe; SurveyError where it cannot be fitted to.

    `as_of` is for a survey without a snapshot: the day that a floor or a cap of the score speaks of.
    """
    if survey.is_dir():
        opened = open_snapshot(survey)
        return checked_survey(_of_snapshot(opened, fit), fit, _origin(opened), opened.catalogue.as_of)
    table = read_survey_file(pack, fit, survey)
    if snapshot is not None:
        opened = open_snapshot(snapshot)
        return checked_survey(_beside(opened, fit, table, survey), fit, survey.name, opened.catalogue.as_of)
    if as_of is None:
        raise UsageError(
            "Say by --as-of which day the survey speaks of, or by --snapshot what knows its families."
        )
    return checked_survey(table, fit, survey.name, as_of)


def attribute_column(name: str) -> str:
    """The column of an attribute of the head, such as `head.sex`."""
    return name.replace(".", "__")


def _origin(opened: OpenSnapshot) -> str:
    """Without the snapshot's name: it changes with the very scorecard that is fitted."""
    return f"the snapshot of {opened.catalogue.as_of.isoformat()}"


def _of_snapshot(opened: OpenSnapshot, fit: Fit) -> pa.Table:
    table = opened.engine.arrow(
        f"select {_selected(opened, fit)} from {_families(opened, fit)} order by v.unit"
    )
    return _in_whole_units(opened.pack, fit, table)


def _families(opened: OpenSnapshot, fit: Fit) -> str:
    if fit.unit not in opened.pack.units:
        raise SurveyError(f"{opened.path.name} has no units of the kind {fit.unit}; build it with this pack.")
    heads = f"select unit, person as head from {members(fit.unit)} where role = 'head'"
    return (
        f"{unit_values(fit.unit)} v left join ({heads}) h on h.unit = v.unit"
        f" left join {PERSONS} p on p.person = h.head"
    )


def _selected(opened: OpenSnapshot, fit: Fit) -> str:
    """All of a unit's values that a recipe may name, and the asked attributes of its head."""
    wanted = names_of_fit(fit) | {"members", "unit"}
    there = set(opened.engine.arrow(f"select * from {unit_values(fit.unit)} limit 0").column_names)
    named = [f'v."{name}"' for name in sorted(wanted & there)]
    attributes = people_attributes(opened.pack)
    for group in fit.groups:
        name = group.by.removeprefix("head.")
        if name != group.by and name in attributes:
            named.append(f'p."{name}" as "{attribute_column(group.by)}"')
    return ", ".join(dict.fromkeys(named))


def _in_whole_units(pack: Pack, fit: Fit, table: pa.Table) -> pa.Table:
    """Indicators that are an amount or a weight are stored scaled; they are fitted as they are said."""
    for name in (fit.target.column, fit.weight):
        indicator = pack.indicators.get(name)
        if indicator is None or name not in table.column_names:
            continue
        digits = pack.minor_digits if indicator.type.kind is Kind.MONEY else indicator.type.scale
        if digits:
            whole = pc.divide(table[name].cast(pa.float64()), float(10**digits))
            table = table.set_column(table.column_names.index(name), name, whole)
    return table


def _beside(opened: OpenSnapshot, fit: Fit, table: pa.Table, file: Path) -> pa.Table:
    key = fit.household
    if key is None or key not in table.column_names:
        raise SurveyError(
            f"{file.name} has no column `{key or 'household'}` with an identifier of a member of each family "
            f"(`household:` in fits/{fit.id}.yaml), by which the snapshot could know them. Add it."
        )
    engine = opened.engine
    rows = table.append_column(_NUMBER, pa.array(range(len(table)), pa.int64()))
    engine.register(_FILE, rows)
    try:
        found = engine.arrow(
            f"select f.{_NUMBER}, {_selected(opened, fit)} from {_FILE} f"
            f' join (select distinct value, person from serve.identifiers) i on i.value = cast(f."{key}" as varchar)'
            f" join {members(fit.unit)} m on m.person = i.person"
            f" join {_families(opened, fit)} on v.unit = m.unit order by f.{_NUMBER}"
        )
    finally:
        engine.drop(_FILE)
    kept = table.take(found[_NUMBER])
    if len(kept) < len(table):
        raise SurveyError(
            f"{len(table) - len(kept)} of the {len(table)} rows of {file.name} name by `{key}` nobody who has a "
            f"{fit.unit} in {opened.path.name}. Leave them out, or build the snapshot of the survey's day."
        )
    found = _in_whole_units(opened.pack, fit, found)
    for name in found.column_names:
        if name not in (*kept.column_names, _NUMBER):
            kept = kept.append_column(name, found[name])
    return kept
