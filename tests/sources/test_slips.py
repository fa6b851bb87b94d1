"""Slips of the pen by arithmetic against the plain definition, text by text."""

from __future__ import annotations

import random

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from familycard.sources.known import Numbers
from familycard.sources.slips import persons_meant, slips_sql

DIGITS = "0123456789"


def one_slip_away(text: str, letters: str) -> set[str]:
    """Damerau's four slips, as one would explain them."""
    cuts = [(text[:place], text[place:]) for place in range(len(text) + 1)]
    changed = {a + letter + b[1:] for a, b in cuts if b for letter in letters}
    added = {a + letter + b for a, b in cuts for letter in letters}
    lost = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    return changed | added | lost | swapped


def meant(text: str, people: dict[str, int]) -> set[int]:
    if text in people:
        return {people[text]}
    return {people[near] for near in one_slip_away(text, DIGITS) if near in people}


@pytest.mark.parametrize("length", [2, 5])
def test_whom_a_number_means_is_whom_the_plain_definition_names(length: int) -> None:
    chance = random.Random(length)
    values = sorted(chance.sample(range(10**length), 30))
    people = {f"{value:0{length}d}": 900 - place for place, value in enumerate(values)}
    known = Numbers(length, np.array(values), np.array(list(people.values())))
    texts = ["", "7", "0" * 40, *people]
    for text in people:
        near = sorted(one_slip_away(text, DIGITS + "ЗX "))
        texts += chance.sample(near, 8) + [chance.choice(sorted(one_slip_away(near[3], DIGITS + "O")))]
    with duckdb.connect() as connection:
        for text in texts:
            connection.register("one", pa.table({"value": [text]}))
            found = persons_meant(connection, "SELECT value FROM one", known).tolist()
            assert found == sorted(meant(text, people)), text


def test_several_texts_at_once_name_each_person_once() -> None:
    known = Numbers(3, np.array([7, 123, 999]), np.array([5, 4, 4]))
    with duckdb.connect() as connection:
        connection.register("texts", pa.table({"value": ["007", "12", "9999", "0O7", "555"]}))
        assert persons_meant(connection, "SELECT value FROM texts", known).tolist() == [4, 5]


def test_nobody_known_means_nobody() -> None:
    known = Numbers(3, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    with duckdb.connect() as connection:
        connection.register("texts", pa.table({"value": ["007", "12"]}))
        assert persons_meant(connection, "SELECT value FROM texts", known).tolist() == []


def test_slips_of_texts_are_those_of_the_plain_definition() -> None:
    with duckdb.connect() as connection:
        connection.register("texts", pa.table({"value": ["ЖA1"]}))
        connection.register("given", pa.table({"letter": ["Ж", "2"]}))
        query = slips_sql("SELECT value FROM texts", "SELECT letter FROM given")
        found = {row[0] for row in connection.execute(f"SELECT value FROM ({query})").fetchall()}
        assert found - {"ЖA1"} == one_slip_away("ЖA1", "Ж2") - {"ЖA1"}
