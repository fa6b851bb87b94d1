"""Finding a person in one's own areas: by identifier, by name in any spelling, or by address.

Who is outside the areas is found no more than who does not exist: the answer is empty in both
cases, by the same steps. A person is where the person's family (of the card's kind) is. Whose address
is confidential is found by identifier alone: by the pack's mark, which the index keeps, or because the
caller says so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from familycard.pack.model import Pack
from familycard.pack.scopes import people_attributes
from familycard.snapshot.name_index import (
    ADDRESS_WORDS,
    RESIDENTS,
    address_words,
    name_columns,
    shown_columns,
)
from familycard.snapshot.open import OpenSnapshot
from familycard.sources import sql
from familycard.sources.linkage.names import folded

FOUND_MAX = 20
WORDS_MAX = 4
PREFIX_LETTERS_LEAST = 3
"""A beginning of a name is enough from so many letters on."""
NOBODY = "false"


@dataclass(frozen=True)
class Found:
    """A person found; `person` and `unit` are the core's numbers."""

    person: int
    unit: int
    area: str
    name: str
    birth_date: date | None
    sex: str | None


@dataclass(frozen=True)
class SearchResult:
    """The first persons found, by name, date of birth and number, and whether there are more."""

    persons: tuple[Found, ...]
    is_more: bool
    by_identifier_only: bool
    """Whether nobody can be found otherwise, because the register of confidential addresses is late."""


def find(
    snapshot: OpenSnapshot,
    areas: Sequence[str],
    text: str,
    limit: int = FOUND_MAX,
    *,
    confidential: Collection[int] = (),
) -> SearchResult:
    """Persons of these areas (codes, or what codes begin with) whose identifier, address or names the text is.

    The families of `confidential` persons, and who lives at their addresses, are found by identifier alone.
    """
    pack, limit = snapshot.pack, max(1, min(limit, FOUND_MAX))
    names, shown = [one.name for one in name_columns(pack)], shown_columns(pack)
    open_to_all = f"not ({_is_confidential(pack, areas, confidential)})"
    found_by_words = f"({_has_address(pack, text)} or {_has_names(snapshot, text)}) and {open_to_all}"
    met = f"{_has_identifier(snapshot, text)} or {found_by_words}"
    order = ", ".join(f'"{name}"' for name in (*(n for n in shown if n != "sex"), "person"))
    with snapshot.engine.connection.cursor() as cursor:
        rows = cursor.sql(
            f"select * from serve.{RESIDENTS} where ({_is_within(areas)}) and ({met})"
            f" order by {order} limit {limit + 1}"
        ).to_arrow_table()
    found = tuple(
        Found(
            row["person"],
            row["unit"],
            row["area"],
            " ".join(str(row[part]) for part in names if row[part]),
            row.get("birth_date"),
            row.get("sex"),
        )
        for row in rows.slice(0, limit).to_pylist()
    )
    return SearchResult(found, rows.num_rows > limit, _is_by_identifier_only(snapshot))


def is_confidential(snapshot: OpenSnapshot, area: str, unit: int, confidential: Collection[int] = ()) -> bool:
    """Whether a family of an area is found by identifier alone, as `find` has it."""
    pack = snapshot.pack
    forms = _forms(pack) if pack.people.confidential_address is not None else []
    unnamed = " and ".join(f"{form} is null" for form in forms) or NOBODY
    hidden = f"({unnamed}) or ({_is_confidential(pack, [area], confidential)})"
    with snapshot.engine.connection.cursor() as cursor:
        found = cursor.execute(
            f"select coalesce(bool_or({hidden}), true) from serve.{RESIDENTS}"
            f" where ({_is_within([area])}) and unit = {int(unit)}"
        ).fetchall()
    return bool(found[0][0])


def _is_confidential(pack: Pack, areas: Sequence[str], persons: Collection[int]) -> str:
    """SQL: a resident of these areas belongs to the family of one of these persons, or lives where it does."""
    if not persons:
        return NOBODY
    numbers = ", ".join(str(int(person)) for person in persons)
    units = f"select unit from serve.{RESIDENTS} where ({_is_within(areas)}) and person in ({numbers})"
    if "address" not in people_attributes(pack):
        return f"unit in ({units})"
    theirs = (
        f"select {ADDRESS_WORDS} from serve.{RESIDENTS} where ({_is_within(areas)}) and unit in ({units})"
    )
    return (
        f"unit in ({units}) or coalesce({ADDRESS_WORDS} in ({theirs} and {ADDRESS_WORDS} is not null), false)"
    )


def _is_by_identifier_only(snapshot: OpenSnapshot) -> bool:
    """Whether the index has no form of anybody's name or address, as where nobody is known not to be protected."""
    pack, forms = snapshot.pack, _forms(snapshot.pack)
    if pack.people.confidential_address is None or not forms:
        return False

    def ask() -> bool:
        known = " or ".join(f"{form} is not null" for form in forms)
        with snapshot.engine.connection.cursor() as cursor:
            return not cursor.execute(f"select 1 from serve.{RESIDENTS} where {known} limit 1").fetchall()

    return snapshot.remember("search by identifier only", ask)


def _forms(pack: Pack) -> list[str]:
    """The columns of the index by which somebody is found without an identifier; empty of whoever is protected."""
    address = [ADDRESS_WORDS] if "address" in people_attributes(pack) else []
    return [*(one.whole for one in name_columns(pack)), *address]


def _is_within(areas: Sequence[str]) -> str:
    """SQL: the area is one of these or lies in one, as ranges, so that others are not read."""
    ranges = [
        f"area >= {sql.text(code)} and area < {sql.text(code[:-1] + chr(ord(code[-1]) + 1))}"
        for code in areas
        if code
    ]
    return " or ".join(f"({one})" for one in ranges) or NOBODY


def _has_identifier(snapshot: OpenSnapshot, text: str) -> str:
    with snapshot.engine.connection.cursor() as cursor:
        found = cursor.execute(
            "select distinct person from serve.identifiers where value = $1", [text.strip()]
        ).fetchall()
    return f"person in ({', '.join(str(person) for (person,) in found) or 'null'})"


def _has_address(pack: Pack, text: str) -> str:
    """The very address: a part of one would list a street."""
    if "address" not in people_attributes(pack) or not text.strip():
        return NOBODY
    return f"{ADDRESS_WORDS} = {address_words(sql.text(text))}"


def _has_names(snapshot: OpenSnapshot, text: str) -> str:
    """Each word must be one of the person's names: one that begins so, or the same but for its ending."""
    words, names = text.split()[:WORDS_MAX], name_columns(snapshot.pack)
    if not words or not names:
        return NOBODY
    forms = {"_whole": folded("word"), **{one.stem: one.form("word") for one in names}}
    columns = ", ".join(f"{form} as {name}" for name, form in forms.items())
    with snapshot.engine.connection.cursor() as cursor:
        cursor.register("_words", pa.table({"word": pa.array(words, pa.string())}))
        asked = cursor.sql(f"select {columns} from _words").to_arrow_table().to_pylist()
    return " and ".join(_has_name(snapshot.pack, word) for word in asked)


def _has_name(pack: Pack, word: dict[str, str | None]) -> str:
    whole = word["_whole"]
    if whole is None:
        return NOBODY
    met: list[str] = []
    for one in name_columns(pack):
        begins = f"starts_with({one.whole}, {sql.text(whole)})" if len(whole) >= PREFIX_LETTERS_LEAST else ""
        stem = word[one.stem]
        same = f"{one.stem} = {sql.text(stem)}" if stem is not None else ""
        met += [begins or f"{one.whole} = {sql.text(whole)}", *([same] if same else [])]
    return f"({' or '.join(met)})"
