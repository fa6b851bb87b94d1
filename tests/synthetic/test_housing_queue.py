"""The housing queue is as its truth says: who stands there against the rules, and who could stand."""

from __future__ import annotations

import duckdb
import pytest

from familycard.synthetic import SyntheticReport
from familycard.synthetic.housing_queue import REASONS


@pytest.fixture(scope="module")
def queue(country: SyntheticReport, registers: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The registers, with `places` (truth of who waits) and `waiting` (the register)."""
    registers.execute(
        f"create or replace view truth as from '{country.out}/truth/housing_queue.parquet';"
        "create or replace view places as from truth where in_queue;"
        "create or replace view waiting as from housing_queue where status = 'waiting';"
        "create or replace view dwellings as from real_estate where kind in ('flat', 'house', 'room')"
    )
    return registers


def _count(queue: duckdb.DuckDBPyConnection, query: str) -> int:
    [(number,)] = queue.sql(f"select count(*) from ({query})").fetchall()
    return int(number)


def test_more_than_half_fail_and_two_thirds_as_many_could_stand(
    queue: duckdb.DuckDBPyConnection, country: SyntheticReport
) -> None:
    places = _count(queue, "from places")
    failing = _count(queue, "from places where reasons <> ''")
    could_stand = _count(queue, "from truth where not in_queue")
    assert 0.027 < places / country.people < 0.032
    assert 0.50 < failing / places < 0.60
    assert could_stand / places == pytest.approx(2 / 3, abs=0.02)


def test_the_register_holds_the_places_of_the_truth_and_nobody_who_only_could_stand(
    queue: duckdb.DuckDBPyConnection,
) -> None:
    assert _count(queue, "from waiting") == _count(queue, "from places")
    assert (
        _count(queue, "from places p anti join waiting w on w.iin = p.person and w.entered_on = p.entered_on")
        == 0
    )
    assert _count(queue, "from truth t semi join waiting w on w.iin = t.person where not t.in_queue") == 0


def test_only_known_reasons_stand_there(queue: duckdb.DuckDBPyConnection) -> None:
    rows = queue.sql(
        "select distinct unnest(string_split(reasons, ',')) from places where reasons <> ''"
    ).fetchall()
    assert {row[0] for row in rows} <= set(REASONS)
    assert {"own_now", "own_5_years", "died", "emigrated", "registered_elsewhere"} <= {row[0] for row in rows}


CONTRADICTED = {
    "a place without a reason of somebody who owns a dwelling": """
        from places p join dwellings d on d.iin = p.person
        where p.fault is null and p.reasons = '' and d.ended_on is null""",
    "somebody who could stand and sold a dwelling within five years": """
        from truth t join dwellings d on d.iin = t.person
        where t.fault is null and not t.in_queue and (d.ended_on is null or d.ended_on > date '2021-01-01')""",
    "somebody dead in the queue without a death": """
        from places p join people q on q.iin = p.person
        where list_contains(string_split(p.reasons, ','), 'died') <> (q.died_on is not null)""",
    "somebody who left the country and no reason says so": """
        from places p join people q on q.iin = p.person
        where list_contains(string_split(p.reasons, ','), 'emigrated') <> (q.left_on is not null)""",
    "a place elsewhere that is where the applicant is registered": """
        from places p join people q on q.iin = p.person join waiting w on w.iin = p.person
        where q.died_on is null and q.left_on is null
        and list_contains(string_split(p.reasons, ','), 'registered_elsewhere') <> (q.area <> w.area)""",
    "an applicant below eighteen": """
        from waiting w join people q using (iin) where w.entered_on < q.birth_date + interval 18 year""",
    "a general place before everybody could stand": """
        from waiting w join people q using (iin)
        where w.category = 'general' and w.entered_on < date '2025-05-24' and q.died_on is null and q.left_on is null""",
}


@pytest.mark.parametrize("what", CONTRADICTED)
def test_the_registers_do_not_contradict_the_truth(queue: duckdb.DuckDBPyConnection, what: str) -> None:
    found = queue.sql(f"select count(*) {CONTRADICTED[what]}").fetchall()[0][0]
    assert found == 0, f"{found} cases of {what}"
