"""What an analyst may ask of an indicator: its values in a few steps, and each subject's step.

An analyst never names a value of a person, only a step: a range between limits of the grid
(`grid.py`), yes, no, a word that many have, or that nothing is known. Steps that few have are put
together with the next ones, by counts with noise, so that even the steps tell nobody's value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from familycard.desk.disclosure import Rule
from familycard.desk.grid import limits
from familycard.errors import UsageError
from familycard.indicators.tables import subject_key
from familycard.pack.model import Pack
from familycard.pack.reading.programmes_file import STATUSES
from familycard.pack.scopes import people_attributes
from familycard.pack.types import TEXT, Kind
from familycard.snapshot.names import SearchName, search_names, search_scope, sensitivity_by_programme
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.search_rows import search_rows

Codes = npt.NDArray[np.uint8]
AREA, REGION = "area", "region"
UNKNOWN, YES, NO, OTHER, LOWEST = "unknown", "yes", "no", "_other", "_lowest"
STEPS_MAX = 250
"""A step is a byte."""


@dataclass(frozen=True)
class Step:
    """One step of an indicator; `id` names it in an address, `value` is its word or yes or no."""

    id: str
    lowest: int | None = None
    """Of a range, as stored; the first has none."""
    below: int | None = None
    """Where the range ends, exclusive; the last has none."""


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The steps of one name, the last of which is always `UNKNOWN`, and the step of each subject."""

    name: SearchName
    steps: tuple[Step, ...]
    is_ordered: bool
    """Whether the steps (but the unknown) are ranges in order."""
    codes: Codes

    def place(self, id_: str) -> int:
        """Where a step stands; UsageError for a stranger."""
        for place, step in enumerate(self.steps):
            if step.id == id_:
                return place
        some = ", ".join(step.id for step in self.steps[:12])
        raise UsageError(f"`{id_}` is no step of `{self.name.name}`; there are: {some}.")

    def around(self, at_least: int | None, below: int | None) -> tuple[int, int]:
        """The first and the last step that a range touches: it is widened to whole steps."""
        touched = [place for place, step in enumerate(self.steps[:-1]) if _touches(step, at_least, below)]
        if not self.is_ordered or not touched:
            raise UsageError(f"`{self.name.name}` has no range from {at_least} to below {below}.")
        return touched[0], touched[-1]


def _touches(step: Step, at_least: int | None, below: int | None) -> bool:
    starts_before = below is None or step.lowest is None or step.lowest < below
    ends_after = at_least is None or step.below is None or step.below > at_least
    return starts_before and ends_after


def names_for_analysts(
    snapshot: OpenSnapshot, level: str, *, allow_restricted: bool = False
) -> dict[str, SearchName]:
    """What may be counted by at a level: nothing sealed, no dates, no free text, what is restricted where allowed.

    What a programme says is as sensitive as what it rests on.

    Of persons only what is their own: ten persons may be one family, and a family's facts would
    be counted as if ten had them. Where the area is known, `region` is the area above it.
    """
    permitted = ("open", "own", "restricted") if allow_restricted else ("open", "own")
    found = {}
    for name, about in (search_names(snapshot, level) | _statuses(snapshot, level)).items():
        is_own = level != "person" or not name.startswith("card.") and _is_own(snapshot.pack, name)
        if is_own and about.sensitivity in permitted and _has_steps(snapshot.pack, name, about):
            found[name] = about
    if AREA in found:
        found[REGION] = replace(found[AREA], name=REGION)
    return found


def _statuses(snapshot: OpenSnapshot, level: str) -> dict[str, SearchName]:
    """What programmes of the level say: a condition may name it, though it is no column to show."""
    programmes = [p for p in snapshot.pack.programmes.values() if p.unit == level]
    known, sensitivity = search_scope(snapshot, level), sensitivity_by_programme(snapshot.pack)
    names = {f"programme.{programme.id}.status": programme for programme in programmes}
    return {
        name: SearchName(name, TEXT, programme.title, "", sensitivity[programme.id], ())
        for name, programme in names.items()
        if known.resolve(name) is not None
    }


def _is_own(pack: Pack, name: str) -> bool:
    first, _, rest = name.partition(".")
    return not rest or first == "programme" and pack.programmes[rest.partition(".")[0]].unit == "person"


def _has_steps(pack: Pack, name: str, about: SearchName) -> bool:
    if about.type.kind is Kind.DATE:
        return False
    attribute = people_attributes(pack).get(name.rpartition(".")[2])
    if about.type.kind is not Kind.TEXT or attribute is None or name not in people_attributes(pack):
        return True
    return name == AREA or bool(attribute.allowed)


def vocabularies(
    snapshot: OpenSnapshot, level: str, about: Sequence[SearchName], rule: Rule
) -> Iterator[Vocabulary]:
    """The steps of some names and the step of each subject of a level, in the order of their keys."""
    values = values_of(snapshot, level, [name.name for name in about])
    return (_vocabulary(snapshot.pack, level, name, values[name.name], rule) for name in about)


def _vocabulary(pack: Pack, level: str, about: SearchName, values: pa.ChunkedArray, rule: Rule) -> Vocabulary:
    asked = f"{level}|{about.name}"
    if about.type.kind is Kind.BOOLEAN:
        return _of_booleans(about, values)
    if about.type.kind is Kind.TEXT:
        values = _above(pack, values) if about.name == REGION else values
        return _of_words(about, values, _listed(pack, about.name), rule, asked)
    return _of_numbers(about, values, limits(pack, about.name, about.type), rule, asked)


def values_of(snapshot: OpenSnapshot, level: str, names: Sequence[str]) -> dict[str, pa.ChunkedArray]:
    """The values of names (those of `search_scope`, or the region) by key, what cannot be told as unknown."""
    table = keyed_values(snapshot, level, names)
    return {name: table[name] for name in names}


def keyed_values(snapshot: OpenSnapshot, level: str, names: Sequence[str]) -> pa.Table:
    """The same as a table whose column ``_key`` has the core's numbers; it never leaves the desk."""
    columns = {name: AREA if name == REGION else name for name in names}
    scope, key = search_scope(snapshot, level), subject_key(level)
    found = {column: scope.resolve(column) for column in columns.values()}
    strangers = [column for column, name in found.items() if name is None]
    if strangers:
        raise UsageError(f"There is nothing called `{strangers[0]}` at the level {level} of this snapshot.")
    rows = search_rows(snapshot.pack, level, found)
    values = "".join(f', {name.sql} as "{column}"' for column, name in found.items() if name)
    with snapshot.engine.connection.cursor() as cursor:
        table = cursor.sql(f"select {key} as _key{values} from ({rows})").to_arrow_table()
    keys = table["_key"].to_numpy()
    if not np.all(keys[1:] > keys[:-1]):
        table = table.take(pa.array(np.argsort(keys)))
    return pa.table(
        [table["_key"], *(table[column] for column in columns.values())], names=["_key", *columns]
    )


def _of_booleans(about: SearchName, values: pa.ChunkedArray) -> Vocabulary:
    codes = values.cast(pa.uint8()).fill_null(2).to_numpy()
    return Vocabulary(about, (Step(NO), Step(YES), Step(UNKNOWN)), is_ordered=False, codes=codes)


def _listed(pack: Pack, name: str) -> frozenset[str]:
    """The words that the pack itself lists of a name: nobody's secret, however few have them."""
    last = name.rpartition(".")[2]
    if name == "card.category":
        return frozenset(letter for letter, _ in pack.scorecards[str(pack.card_scorecard)].categories)
    if name.startswith("programme."):
        return frozenset(STATUSES) - {"cannot_tell"}
    if name in (AREA, REGION):
        return frozenset(
            code for code in pack.areas if (region_of(pack.areas, code) == code) == (name == REGION)
        )
    if last in pack.indicators:
        return frozenset(pack.indicators[last].value_labels)
    return frozenset(people_attributes(pack)[last].allowed)


def _of_words(
    about: SearchName, values: pa.ChunkedArray, listed: frozenset[str], rule: Rule, asked: str
) -> Vocabulary:
    """The words that the pack lists or that many have; all others are `OTHER`."""
    coded = values.dictionary_encode().unify_dictionaries().combine_chunks()
    words = [str(word) for word in coded.dictionary.to_pylist()]
    places = coded.indices.fill_null(len(words)).to_numpy(zero_copy_only=False).astype(np.int64)
    counts = np.bincount(places, minlength=len(words) + 1)[:-1].tolist()
    noised = {word: count + rule.noise(f"{asked}|{word}") for word, count in zip(words, counts, strict=True)}
    many = sorted((word for word, count in noised.items() if count >= rule.bin_least), key=noised.__getitem__)
    kept = sorted([*listed, *(word for word in reversed(many) if word not in listed)][: STEPS_MAX - 2])
    place_of = {word: place for place, word in enumerate(kept)}
    to_step = np.array([*(place_of.get(word, len(kept)) for word in words), len(kept) + 1], np.uint8)
    steps = (*(Step(word) for word in kept), Step(OTHER), Step(UNKNOWN))
    return Vocabulary(about, steps, is_ordered=False, codes=to_step[places])


def _of_numbers(
    about: SearchName, values: pa.ChunkedArray, at: list[int], rule: Rule, asked: str
) -> Vocabulary:
    known = values.is_valid().to_numpy()
    numbers = values.cast(pa.int64()).fill_null(0).to_numpy()
    fine = np.searchsorted(np.array(at, np.int64), numbers, side="right")
    counts = np.bincount(fine[known], minlength=len(at) + 1)
    noised = [int(n) + rule.noise(f"{asked}|{place}") for place, n in enumerate(counts)]
    # The noise of many empty steps would add up to somebody.
    sure = [n if n >= 2 * rule.threshold else 0 for n in noised]
    ends = list(_ends(sure, rule.bin_least))
    steps = tuple(
        _range(at, first, last) for first, last in zip([0, *(e + 1 for e in ends)], ends, strict=False)
    )
    to_step = np.searchsorted(np.array(ends, np.int64), np.arange(len(at) + 1)).astype(np.uint8)
    codes = np.where(known, to_step[fine], np.uint8(len(steps)))
    return Vocabulary(about, (*steps, Step(UNKNOWN)), is_ordered=True, codes=codes)


def _ends(counts: list[int], least: int) -> Iterator[int]:
    """Where steps end so that each has at least so many; what is left over at the end joins the last."""
    together, left = 0, sum(counts)
    for place, count in enumerate(counts[:-1]):
        together, left = together + count, left - count
        if together >= least and left >= least:
            yield place
            together = 0
    yield len(counts) - 1


def _range(at: list[int], first: int, last: int) -> Step:
    """The step that begins with one step of the grid and ends with another."""
    lowest = at[first - 1] if first else None
    below = at[last] if last < len(at) else None
    return Step(LOWEST if lowest is None else str(lowest), lowest, below)


def _above(pack: Pack, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """The region of each area."""
    coded = values.dictionary_encode().unify_dictionaries()
    chunks = [
        pa.DictionaryArray.from_arrays(
            chunk.indices,
            pa.array([region_of(pack.areas, str(code)) for code in chunk.dictionary.to_pylist()]),
        ).cast(pa.string())
        for chunk in coded.chunks
    ]
    return pa.chunked_array(chunks, pa.string())


def region_of(areas: Mapping[str, object], code: str) -> str:
    """The topmost area of the pack that a code lies in: codes begin with the code of what they lie in.

    >>> region_of({"10": "Abai", "1010": "Semei"}, "1010")
    '10'
    """
    return next((code[:n] for n in range(1, len(code)) if code[:n] in areas), code)
