"""Whom a number may mean that was written with one slip of the pen.

One wrong, doubled, lost or swapped character (F. J. Damerau, 1964: four in five misspellings are one of
these). Every number one slip away is made by arithmetic over whole columns, and those that
nobody has are seen by a filter; a refused number costs microseconds, whoever is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, pairwise

import duckdb
import numpy as np

from familycard.sources.known import Numbers

CHUNK = 1 << 17
"""Numbers looked at in one go: their columns stay in the cache."""


def persons_meant(connection: duckdb.DuckDBPyConnection, texts: str, known: Numbers) -> np.ndarray:
    """Persons whom the texts (SQL with a column `value`) name, or if none, those one slip away; in order.

    A text that is no number may be one with a single foreign character in it.
    """
    length = known.length
    read = connection.sql(
        f"""SELECT width, foreign_at, try_cast(digits AS BIGINT) AS n FROM (
  SELECT length(value) AS width, regexp_replace(value, '[^0-9]', '') AS digits,
    CASE WHEN NOT regexp_full_match(value, '[0-9]+') THEN length(regexp_extract(value, '[0-9]*$')) END AS foreign_at
  FROM ({texts}) WHERE length(value) BETWEEN {length - 1} AND {length + 1})
WHERE regexp_full_match(digits, '[0-9]{{{length - 1},{length + 1}}}') ORDER BY ALL"""
    ).to_arrow_table()
    width, number = read["width"].to_numpy(), read["n"].to_numpy()
    foreign = read["foreign_at"].fill_null(-1).to_numpy()
    meant = np.zeros(len(known.values), dtype=bool)
    for start in range(0, len(number), CHUNK):
        part = slice(start, start + CHUNK)
        _mark(meant, known, width[part], foreign[part], number[part])
    return np.unique(known.persons[meant])


def _mark(
    meant: np.ndarray, known: Numbers, width: np.ndarray, foreign: np.ndarray, number: np.ndarray
) -> None:
    length, is_number = known.length, foreign < 0
    whole = number[is_number & (width == length)]
    is_known, places = known.exact_places(whole)
    meant[places] = True
    tries = chain(
        _changed(whole[~is_known], length),
        _with_one_more(number[is_number & (width == length - 1)], length),
        _with_one_less(number[is_number & (width == length + 1)], length),
        # A foreign character was added: what is left of the text is the number.
        (number[~is_number & (width == length + 1)],),
        _with_foreign_replaced(number, foreign, ~is_number & (width == length)),
    )
    for candidates in tries:
        meant[known.places(candidates)] = True


def _changed(number: np.ndarray, length: int) -> Iterator[np.ndarray]:
    """One digit replaced, or two neighbours swapped."""
    if not len(number):
        return
    digits = [number // 10**place % 10 for place in range(length)]
    for place, digit in enumerate(digits):
        without = number - digit * 10**place
        yield from (without + new * 10**place for new in range(10))
    for place, (low, high) in enumerate(pairwise(digits)):
        yield number + (low - high) * (10 ** (place + 1) - 10**place)


def _with_one_more(number: np.ndarray, length: int) -> Iterator[np.ndarray]:
    """A lost digit put back, at each place."""
    for place in range(length if len(number) else 0):
        high, low = number // 10**place, number % 10**place
        spread = high * 10 ** (place + 1) + low
        yield from (spread + new * 10**place for new in range(10))


def _with_one_less(number: np.ndarray, length: int) -> Iterator[np.ndarray]:
    """An added digit taken out, at each place."""
    for place in range(length + 1 if len(number) else 0):
        yield number // 10 ** (place + 1) * 10**place + number % 10**place


def _with_foreign_replaced(
    number: np.ndarray, foreign: np.ndarray, chosen: np.ndarray
) -> Iterator[np.ndarray]:
    """A digit where a foreign character stands; `foreign` digits follow it, and `number` lacks it."""
    if not chosen.any():
        return
    number, power = number[chosen], 10 ** foreign[chosen]
    spread = number // power * power * 10 + number % power
    yield from (spread + new * power for new in range(10))


def slips_sql(texts: str, letters: str) -> str:
    """SQL of each text (`source`) and each `value` one slip away; `texts` has `value`, `letters` has `letter`."""
    return f"""
WITH letters AS (SELECT DISTINCT letter FROM ({letters})),
places AS (SELECT value AS v, unnest(range(1, length(value) + 2)) AS i FROM ({texts}))
SELECT v AS source, left(v, i - 1) || letter || substr(v, i + 1) AS value FROM places CROSS JOIN letters
UNION ALL SELECT v, left(v, i - 1) || letter || substr(v, i) FROM places CROSS JOIN letters
UNION ALL SELECT v, left(v, i - 1) || substr(v, i + 1) FROM places
UNION ALL SELECT v, left(v, i - 1) || substr(v, i + 1, 1) || substr(v, i, 1) || substr(v, i + 2) FROM places"""


def letters_sql(texts: str) -> str:
    """SQL of each `letter` of texts, and all digits; digits are set aside first, for there are the most."""
    others = f"SELECT DISTINCT translate(value, '0123456789', '') AS value FROM ({texts})"
    return (
        f"SELECT unnest(string_split(value, '')) AS letter FROM ({others})"
        f" UNION ALL SELECT unnest({list('0123456789')})"
    )
