"""Linking rows without an identifier: what is linked, what waits, and what nothing may be said of."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from damaged_names import damaged
from killing import IS_WHOLE
from relatives import register

from familycard.engine.spark import SparkEngine
from familycard.errors import SourceError
from familycard.sources.linkage.blocking import blocks
from familycard.sources.linkage.deciding import decided
from familycard.sources.linkage.duplicates import groups
from familycard.sources.linkage.fields import Field, Kind, prepared, tells_apart
from familycard.sources.linkage.model import check_fields, score
from familycard.sources.linkage.scorers import OnSpark

FIELDS = (
    Field("surname", Kind.SURNAME), Field("given_name", Kind.GIVEN_NAME), Field("patronymic", Kind.PATRONYMIC),
    Field("birth_date", Kind.DATE), Field("sex", Kind.SEX), Field("address", Kind.CODE),
)  # fmt: skip


def prepare(connection: duckdb.DuckDBPyConnection, name: str, rows: list[dict[str, str]]) -> None:
    texts = [{key: value or None for key, value in row.items()} for row in rows]
    connection.register("given", pa.Table.from_pylist(texts))
    connection.execute(f"CREATE TABLE {name} AS {prepared('SELECT * FROM given', FIELDS, 'id')}")


def outcomes(
    pairs: list[tuple[str, str, float, float, bool]], *, one_to_one: bool = False
) -> dict[str, tuple[str, str]]:
    values = ", ".join(
        f"('{r}', '{p}', {likely}::DOUBLE, {weight}::DOUBLE, {apart})"
        for r, p, likely, weight, apart in pairs
    )
    query = f"SELECT * FROM (VALUES {values}) t(row, person, probability, weight, tells_apart)"
    found = duckdb.execute(
        f"SELECT row, person, outcome FROM ({decided(query, one_to_one=one_to_one)})"
    ).fetchall()
    return {row: (person, outcome) for row, person, outcome in found}


def test_names_damaged_in_two_alphabets_find_their_people_and_nobody_else() -> None:
    people = register(700)
    rows = list(damaged(random.Random(1).sample(people, 900), seed=2))
    absent = {row["id"] for row in rows[:90]}
    connection = duckdb.connect(config={"threads": 2})
    prepare(connection, "damaged_rows", rows)
    prepare(connection, "people", [row for row in people if row["id"] not in absent])
    pairs = score(connection, ("damaged_rows", "people"), FIELDS, 0.01)
    connection.execute(f"CREATE TABLE pairs AS SELECT one AS row, other AS person, * FROM ({pairs})")
    links = connection.execute(
        f"SELECT row, person FROM ({decided('SELECT * FROM pairs', one_to_one=False)}) WHERE outcome = 'linked'"
    ).fetchall()
    right = sum(row == person for row, person in links)
    assert right >= 0.999 * len(links)
    assert right >= 0.9 * (len(rows) - len(absent))
    words = connection.execute(
        "SELECT words FROM pairs WHERE row = person ORDER BY weight DESC LIMIT 1"
    ).fetchall()
    assert "given name is the same; patronymic is the same; birth date is the same" in words[0][0]


def test_between_two_people_equally_like_a_row_waits() -> None:
    assert outcomes([("r", "one", 0.9999, 20, True), ("r", "twin", 0.9999, 19, True)]) == {
        "r": ("one", "waits")
    }
    assert outcomes([("r", "one", 0.9999, 20, True), ("r", "other", 0.999, 16, True)]) == {
        "r": ("one", "linked")
    }


def test_what_relatives_share_never_links_alone() -> None:
    assert outcomes([("r", "brother", 0.9999, 20, False)]) == {"r": ("brother", "waits")}


@pytest.mark.parametrize(
    ("given_name", "birth_date", "passport", "apart"),
    [
        (6, 0, 0, True),  # the given name is the same
        (4, 0, 0, True),  # it stands as the surname
        (1, 3, 0, True),  # the date differs by one digit
        (1, 2, 0, False),  # a brother of a like name, born in another year
        (0, 0, 0, False),
        (-1, 2, 0, True),  # no given name is known, so none speaks against
        (0, 0, -1, False),  # no passport is known, and nothing speaks for
        (0, 0, 2, True),  # the passport is the same
    ],
)
def test_given_name_date_or_own_number_tell_relatives_apart(
    given_name: int, birth_date: int, passport: int, apart: bool
) -> None:
    fields = (*FIELDS, Field("passport", Kind.NUMBER))
    values = f"SELECT {given_name} AS gamma_given_name, {birth_date} AS gamma_birth_date, {passport} AS gamma_passport"
    assert duckdb.execute(f"SELECT {tells_apart(fields)} FROM ({values})").fetchall() == [(apart,)]


def test_below_the_thresholds_a_row_is_left_where_it_is() -> None:
    assert outcomes(
        [("sure", "a", 0.99, 9, True), ("perhaps", "b", 0.98, 7, True), ("no", "c", 0.49, 0, True)]
    ) == {
        "sure": ("a", "linked"),
        "perhaps": ("b", "waits"),
    }


def test_where_a_person_has_one_row_two_rows_do_not_both_get_the_person() -> None:
    pairs = [("r", "p", 0.9999, 20, True), ("s", "p", 0.9999, 15, True)]
    assert outcomes(pairs, one_to_one=True) == {"r": ("p", "linked"), "s": ("p", "waits")}
    assert {outcome for _, outcome in outcomes(pairs).values()} == {"linked"}
    tied = [("r", "p", 0.9999, 20, True), ("s", "p", 0.9999, 20, True)]
    assert {outcome for _, outcome in outcomes(tied, one_to_one=True).values()} == {"waits"}


def test_a_key_with_too_many_pairs_is_narrowed_and_then_left_out() -> None:
    connection = duckdb.connect()
    fields = (Field("surname", Kind.SURNAME), Field("region", Kind.CODE))
    connection.execute(
        "CREATE TABLE many AS SELECT i AS unique_id, 's' || i AS surname, 'A' AS region FROM range(3000) t(i)"
    )
    narrow = 'l."region" = r."region" AND left(l."surname", 3) = left(r."surname", 3)'
    assert blocks(connection, ("many",), fields) == [narrow]
    connection.execute("UPDATE many SET surname = 'same'")
    with pytest.raises(SourceError, match="no key"):
        blocks(connection, ("many",), fields)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ((Field("birth_date", Kind.DATE), Field("sex", Kind.SEX)), "need a name"),
        ((Field("surname", Kind.SURNAME),), "at least one more column"),
        (
            (Field("surname", Kind.SURNAME), Field("birth_date", Kind.DATE)),
            "birth date is empty in every row",
        ),
    ],
)
def test_rows_that_nothing_can_be_said_of_are_an_error(fields: tuple[Field, ...], says: str) -> None:
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE rows AS SELECT '1' AS unique_id, 'a' AS surname, NULL AS birth_date, 'm' AS sex"
    )
    with pytest.raises(SourceError, match=says):
        check_fields(connection, ("rows",), fields)


def test_duplicates_of_duplicates_are_one_group() -> None:
    found = groups(duckdb.connect(), "VALUES (1, 2), (3, 2), (8, 9)")
    assert dict(zip(found["id"].to_pylist(), found["grouped"].to_pylist(), strict=True)) == {
        1: 0,
        2: 0,
        3: 0,
        8: 1,
        9: 1,
    }


@pytest.mark.skipif(not IS_WHOLE, reason="half a minute on Spark: FAMILYCARD_CI=whole")
def test_spark_scores_the_same_pairs_with_the_same_weights(
    tmp_path: Path, spark: Callable[[], SparkEngine]
) -> None:
    people = register(100)
    rows = list(damaged(random.Random(1).sample(people, 150), seed=2))
    found = {}
    for name in ("duckdb", "spark"):
        connection = duckdb.connect(config={"threads": 1})
        prepare(connection, "damaged_rows", rows)
        prepare(connection, "people", people)
        scorer = OnSpark(connection, spark().session, tmp_path) if name == "spark" else None
        pairs = score(connection, ("damaged_rows", "people"), FIELDS, 0.01, scorer=scorer)
        lines = connection.execute(f"SELECT one, other, weight, tells_apart, words FROM ({pairs})").fetchall()
        found[name] = {line[:2]: line[2:] for line in lines}
    assert len(found["duckdb"]) > 100
    assert found["duckdb"].keys() == found["spark"].keys()
    for pair, (weight, *rest) in found["duckdb"].items():
        assert found["spark"][pair][0] == pytest.approx(weight, abs=1e-6)
        assert list(found["spark"][pair][1:]) == rest
