"""Residents in the order of their areas, with the forms of their names as these are compared: what a search reads.

Whoever searches does so in a few areas, and an area's residents lie together here, in a narrow table of
``serve.duckdb``; their names are folded once, when the snapshot is written.

Whose address is confidential (`confidential_address` of ``pack.yaml``) is found by identifier alone, and so is
everybody at that address: their forms are left out, so that no search can compare with them. Who is not known
not to be protected is treated as protected.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from familycard.pack.model import Pack
from familycard.pack.scopes import people_attributes
from familycard.snapshot.parts import parts_of
from familycard.snapshot.rows import MEMBERSHIPS, unit_column
from familycard.sources import sql
from familycard.sources.linkage.names import folded, patronymic, surname

RESIDENTS = "residents"
"""area, unit, person, what of `SHOWN` the pack has, and what `NameColumn` and `ADDRESS_WORDS` name; by area."""
ADDRESS_WORDS = "address_words"
"""The address as it is compared."""


@dataclass(frozen=True)
class NameColumn:
    """A part of a name among people's attributes, and the columns of `RESIDENTS` with its forms."""

    name: str
    form: Callable[[str], str]
    """SQL of the part without the endings that such names have, from SQL of the part."""

    @property
    def whole(self) -> str:
        """The column of the part in one spelling."""
        return f"{self.name}_whole"

    @property
    def stem(self) -> str:
        """The column of the part without its endings."""
        return f"{self.name}_stem"


_NAMES = (
    NameColumn("surname", surname),
    NameColumn("given_name", folded),
    NameColumn("patronymic", patronymic),
)
SHOWN = (*(one.name for one in _NAMES), "birth_date", "sex")


def name_columns(pack: Pack) -> tuple[NameColumn, ...]:
    """The parts of a name that the pack's people have."""
    return tuple(one for one in _NAMES if one.name in people_attributes(pack))


def shown_columns(pack: Pack) -> tuple[str, ...]:
    """What of `SHOWN` the pack's people have, in that order."""
    return tuple(name for name in SHOWN if name in people_attributes(pack))


def address_words(value: str) -> str:
    """SQL: an address without what spaces and capital letters make different."""
    return rf"lower(trim(regexp_replace({value}, '\s+', ' ', 'g')))"


def write_residents(connection: duckdb.DuckDBPyConnection, pack: Pack, snapshot: Path) -> None:
    """Make `RESIDENTS` of the tables in a snapshot's folder; who belongs to no family with an area is left out."""
    names, kind = name_columns(pack), pack.card_unit
    persons, memberships, units = (
        f"read_parquet([{', '.join(sql.text(str(file)) for file in parts_of(snapshot / folder))}])"
        for folder in ("persons", MEMBERSHIPS, f"units/{kind}")
    )
    for one in names:
        # A nation has far fewer names than persons.
        connection.execute(
            f"create temp table _{one.name} as"
            f" select word, {folded('word')} as whole, {one.form('word')} as stem"
            f' from (select distinct "{one.name}" as word from {persons}) where word is not null'
        )
    shown = [f'p."{name}"' for name in shown_columns(pack)]
    forms = [
        f'_{one.name}.{form} as "{column}"'
        for one in names
        for form, column in (("whole", one.whole), ("stem", one.stem))
    ]
    if "address" in people_attributes(pack):
        forms.append(f"{address_words('p.address')} as {ADDRESS_WORDS}")
    joined = "".join(f' left join _{one.name} on _{one.name}.word = p."{one.name}"' for one in names)
    connection.execute(
        f"create table {RESIDENTS} as select {', '.join(['u.area', 'u.unit', 'p.person', *shown, *forms])}"
        f" from {persons} p join {memberships} m using (person)"
        f' join {units} u on u.unit = m."{unit_column(kind)}"{joined}'
        f" where p.is_resident and u.area is not null order by u.area, p.person"
    )
    _hide_confidential(connection, pack, persons)


def _hide_confidential(connection: duckdb.DuckDBPyConnection, pack: Pack, persons: str) -> None:
    """Leave out the forms of whose address is confidential, and of who lives at it."""
    mark = pack.people.confidential_address
    if mark is None:
        return
    protected = f'from {persons} where is_resident and coalesce("{mark}", true)'
    forms = [form for one in name_columns(pack) for form in (one.whole, one.stem)]
    hidden = f"person in (select person {protected})"
    if "address" in people_attributes(pack):
        forms.append(ADDRESS_WORDS)
        hidden += f" or {ADDRESS_WORDS} in (select {address_words('address')} {protected})"
    emptied = ", ".join(f"{form} = null" for form in forms)
    connection.execute(f"update {RESIDENTS} set {emptied} where {hidden}")
