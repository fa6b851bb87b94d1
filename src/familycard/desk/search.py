"""Finding a person in one's own areas: by identifier, by name in any spelling, or by address.

Who is outside the areas is found no more than who does not exist: the answer is empty in both
cases, by the same steps. A person is where the person's family (of the card's kind) is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from familycard.desk.caseload import Flags, Integers, caseload
from familycard.indicators.tables import PERSONS, members
from familycard.pack.scopes import people_attributes
from familycard.snapshot.open import OpenSnapshot
from familycard.sources.linkage.names import folded, patronymic, surname

FOUND_MAX = 20
AREAS_KEPT = 16
WORDS_MAX = 4
PREFIX_LETTERS_LEAST = 3
"""A beginning of a name is enough from so many letters on."""
NAMES = {"surname": surname, "given_name": folded, "patronymic": patronymic}
WHOLE = "whole"
SHOWN = (*NAMES, "birth_date", "sex", "address")


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


@dataclass(frozen=True, eq=False)
class _Forms:
    """A column of names: the place of each person's name among its distinct ones, and these as compared."""

    places: npt.NDArray[np.integer]
    whole: tuple[str | None, ...]
    stem: tuple[str | None, ...]

    def match(self, whole: str, stem: str | None) -> Flags:
        """Of whom the name begins with a word, or is the word but for its ending."""
        begins = whole if len(whole) >= PREFIX_LETTERS_LEAST else None
        met = [
            name is not None
            and (name == whole or begins is not None and name.startswith(begins))
            or stem is not None
            and name_stem == stem
            for name, name_stem in zip(self.whole, self.stem, strict=True)
        ]
        found: Flags = np.array([*met, False], np.bool_)[self.places]
        return found


@dataclass(frozen=True, eq=False)
class _Area:
    """The persons of some areas, with what they are found by."""

    persons: pa.Table
    forms: dict[str, _Forms]


class Search:
    """Finding persons in one snapshot; any number of threads may ask."""

    def __init__(self, snapshot: OpenSnapshot) -> None:
        self._snapshot = snapshot
        attributes = people_attributes(snapshot.pack)
        self._names = {name: form for name, form in NAMES.items() if name in attributes}
        self._shown = tuple(name for name in SHOWN if name in attributes)
        self._area = lru_cache(AREAS_KEPT)(self._read)

    def find(self, areas: Sequence[str], text: str, limit: int = FOUND_MAX) -> SearchResult:
        """Persons of these areas (codes, or what codes begin with) whose identifier, address or names the text is."""
        area = self._area(tuple(areas))
        met = self._by_identifier(area, text) | self._by_address(area, text) | self._by_name(area, text)
        limit = max(1, min(limit, FOUND_MAX))
        rows = area.persons.filter(pa.array(met)).slice(0, limit + 1).to_pylist()
        return SearchResult(tuple(_found(row, self._names) for row in rows[:limit]), len(rows) > limit)

    def _by_identifier(self, area: _Area, text: str) -> Flags:
        with self._snapshot.engine.connection.cursor() as cursor:
            found = cursor.execute(
                "select distinct person from serve.identifiers where value = $1", [text.strip()]
            ).fetchall()
        met: Flags = np.isin(area.persons["person"].to_numpy(), [person for (person,) in found])
        return met

    def _by_address(self, area: _Area, text: str) -> Flags:
        """The very address: a part of one would list a street."""
        wanted = " ".join(text.split()).casefold()
        if "address" not in self._shown or not wanted:
            return np.zeros(area.persons.num_rows, np.bool_)
        coded = area.persons["address"].combine_chunks().dictionary_encode()
        same = [" ".join(str(one).split()).casefold() == wanted for one in coded.dictionary.to_pylist()]
        places = coded.indices.fill_null(len(same)).to_numpy(zero_copy_only=False)
        met: Flags = np.array([*same, False], np.bool_)[places]
        return met

    def _by_name(self, area: _Area, text: str) -> Flags:
        """Each word must be one of the person's names."""
        words = text.split()[:WORDS_MAX]
        if not words or not self._names:
            return np.zeros(area.persons.num_rows, np.bool_)
        met = np.ones(area.persons.num_rows, np.bool_)
        asked = self._folded(words, self._names)
        for place, whole in enumerate(asked[WHOLE]):
            of_word = np.zeros(area.persons.num_rows, np.bool_)
            for name, forms in area.forms.items() if whole else ():
                of_word |= forms.match(str(whole), asked[name][place])
            met &= of_word
        return met

    def _folded(self, words: Sequence[str], names: Iterable[str]) -> dict[str, list[str | None]]:
        """Words as names are compared: whole, and without the endings that kinds of names have."""
        forms = {WHOLE: folded, **{name: self._names[name] for name in names}}
        columns = ", ".join(f"{form('word')} as {name}" for name, form in forms.items())
        table = pa.table({"n": range(len(words)), "word": pa.array(words, pa.string())})
        with self._snapshot.engine.connection.cursor() as cursor:
            cursor.register("_words", table)
            found = cursor.sql(f"select {columns} from _words order by n").to_arrow_table()
        return {name: found[name].to_pylist() for name in forms}

    def _read(self, areas: tuple[str, ...]) -> _Area:
        persons = self._persons(caseload(self._snapshot).within(areas))
        forms = {}
        for name in self._names:
            coded = persons[name].combine_chunks().dictionary_encode()
            folded_words = self._folded([str(word) for word in coded.dictionary.to_pylist()], [name])
            places = coded.indices.fill_null(len(coded.dictionary)).to_numpy(zero_copy_only=False)
            forms[name] = _Forms(places, tuple(folded_words[WHOLE]), tuple(folded_words[name]))
        return _Area(persons, forms)

    def _persons(self, places: Integers) -> pa.Table:
        """The residents of these families, in the order in which they are shown."""
        load = caseload(self._snapshot)
        codes = pa.array(load.areas, pa.string())
        units = pa.table({"unit": load.units[places], "area": codes.take(pa.array(load.area[places]))})
        columns = "".join(f', p."{name}"' for name in self._shown)
        order = ", ".join(
            [*(f'p."{name}"' for name in self._shown if name in (*NAMES, "birth_date")), "p.person"]
        )
        with self._snapshot.engine.connection.cursor() as cursor:
            cursor.register("_of_areas", units)
            return cursor.sql(
                f"select p.person, m.unit, a.area{columns} from _of_areas a"
                f" join {members(self._snapshot.pack.card_unit)} m using (unit)"
                f" join {PERSONS} p using (person) where p.is_resident order by {order}"
            ).to_arrow_table()


def _found(row: Mapping[str, Any], names: Iterable[str]) -> Found:
    name = " ".join(str(row[part]) for part in names if row.get(part))
    return Found(row["person"], row["unit"], row["area"], name, row.get("birth_date"), row.get("sex"))


def search_of(snapshot: OpenSnapshot) -> Search:
    """The search of a snapshot, kept with it."""
    return snapshot.remember("search", lambda: Search(snapshot))
