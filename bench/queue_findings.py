"""The housing queue of a made-up country: what a build finds about each place, against the truth.

Read by ``bench/truth.py``. A place is judged by the checks of the queue and by the programme
`housing_queue_place` of the applicant's housing family; each finding is a question for a human,
never a decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from familycard.pack.model import Pack

PROGRAMME = "housing_queue_place"
FOUND = {
    "own_now": "list_contains(checks, 'queue_owns_dwelling')",
    "own_5_years": "list_contains(checks, 'queue_owned_in_5_years')",
    "not_citizen": "failed & {adult_citizen} > 0",
    "no_registration": "failed & {registered} > 0",
    "registered_less_than_3_years": "list_contains(checks, 'queue_registered_under_3_years')",
    "registered_elsewhere": "list_contains(checks, 'queue_registered_elsewhere')",
    "died": "list_contains(checks, 'queue_died')",
    "emigrated": "list_contains(checks, 'queue_emigrated')",
    "duplicate": "list_contains(checks, 'queue_duplicate') and housing_queue_since > first_of_family",
}
"""How each reason against a place is found: by a check, or (braces) a condition of the programme that failed."""


@dataclass(frozen=True)
class QueueScore:
    """Places with one thing to say about them: how many there are, how many were found, false alarms."""

    what: str
    true: int
    found: int
    false_alarms: int
    others: int

    @property
    def recall_pct(self) -> float:
        return 100 * self.found / self.true if self.true else 100.0


def open_queue(connection: duckdb.DuckDBPyConnection, delivery: Path, snapshot: Path) -> None:
    """Views of the truth and of what the snapshot says of applicants; `identity` is there already."""
    for name, query in {
        "queue_truth": "select i.person, t.* exclude (person), string_split(reasons, ',') as why"
        f" from read_parquet('{delivery}/truth/housing_queue.parquet') t join identity i on i.iin = t.person",
        "place": f"select unit, {PROGRAMME}__status as status, {PROGRAMME}__failed as failed,"
        f" {PROGRAMME}__unknown as unknown from read_parquet('{snapshot}/entitlements/housing_family/*.parquet')",
        "housing_member": f"select unit, person from read_parquet('{snapshot}/members/housing_family/*.parquet')",
        "applicant": "select person, housing_queue_places, housing_queue_since"
        f" from read_parquet('{snapshot}/persons/*.parquet') where housing_queue_places >= 1",
        "of_family": "select unit, min(housing_queue_since) as first_of_family"
        " from housing_member join applicant using (person) group by unit",
        "of_person": "select person, list(fault) as faults from named where kind = 'person' group by person",
        "of_unit": "select unit, list(fault) as faults from named where kind = 'housing_family' group by unit",
        "judged": "select a.*, p.status, p.failed, p.unknown, f.first_of_family,"
        " list_concat(coalesce(c.faults, []), coalesce(u.faults, [])) as checks"
        " from applicant a left join housing_member m using (person) left join place p using (unit)"
        " left join of_family f using (unit) left join of_person c on c.person = a.person"
        " left join of_unit u on u.unit = m.unit",
        "vulnerable": f"select unit from read_parquet('{snapshot}/units/housing_family/*.parquet')"
        " where vulnerable_for_queue and not in_housing_queue",
    }.items():
        connection.execute(f"create or replace view {name} as {query}")


def score_queue(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[QueueScore]:
    """Each reason against a place, places with no reason against them, and families that could stand."""
    conditions = pack.programmes[PROGRAMME].conditions
    bits = {condition.id: 1 << place for place, condition in enumerate(conditions)}
    found = {reason: how.format(**bits) for reason, how in FOUND.items()}
    scores = [_score_reason(connection, reason, how) for reason, how in found.items()]
    return [*scores, _score_clear(connection, list(found.values())), _score_could_stand(connection)]


def _score_reason(connection: duckdb.DuckDBPyConnection, reason: str, how: str) -> QueueScore:
    # Whoever owns a dwelling now fails the question of five years by that alone.
    true = f"list_contains(why, '{reason}')"
    if reason == "own_5_years":
        true += " and not list_contains(why, 'own_now')"
    return _count(connection, reason, true, how)


def _score_clear(connection: duckdb.DuckDBPyConnection, findings: list[str]) -> QueueScore:
    clear = " and ".join(["status = 'eligible'", *(f"not coalesce({how}, false)" for how in findings)])
    return _count(connection, "no reason against the place", "reasons = ''", clear)


def _count(connection: duckdb.DuckDBPyConnection, what: str, true: str, how: str) -> QueueScore:
    [(all_true, found, alarms, others)] = connection.sql(
        f"select count(*) filter ({true}), count(*) filter (({true}) and ({how})),"
        f" count(*) filter (not ({true}) and coalesce({how}, false)), count(*) filter (not ({true}))"
        " from queue_truth left join judged using (person) where in_queue and fault is null"
    ).fetchall()
    return QueueScore(what, all_true, found, alarms, others)


def _score_could_stand(connection: duckdb.DuckDBPyConnection) -> QueueScore:
    connection.execute(
        "create or replace temp table true_units as select unit, fault from queue_truth"
        " join housing_member using (person) where not in_queue;"
        " create or replace temp table found_units as select unit from place join vulnerable using (unit)"
        " where status = 'eligible'"
    )
    [(true, found)] = connection.sql(
        "select count(*), count(*) filter (unit in (from found_units)) from true_units where fault is null"
    ).fetchall()
    [(alarms,)] = connection.sql(
        "select count(*) from found_units where unit not in (select unit from true_units)"
    ).fetchall()
    [(others,)] = connection.sql("select count(*) from place").fetchall()
    return QueueScore("could stand and does not (vulnerable groups)", true, found, alarms, others - true)


def queue_tables(connection: duckdb.DuckDBPyConnection, pack: Pack) -> list[str]:
    """The table in Markdown, after a line that says how large the queue is."""
    [(queue, failing, could)] = connection.sql(
        "select count(*) filter (in_queue), count(*) filter (in_queue and reasons <> ''), count(*) filter (not in_queue)"
        " from queue_truth"
    ).fetchall()
    share, two_thirds = 100 * failing / queue, could / queue
    lines = [
        f"{queue:,} places in the housing queue, {failing:,} ({share:.0f} %) of them against the rules; {could:,} families",
        f"of vulnerable groups could stand and do not ({two_thirds:.2f} of the queue). All of it by design.",
        "",
        "| true of the place | places | found | recall % | false alarms | of others |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for row in score_queue(connection, pack):
        lines.append(
            f"| {row.what} | {row.true:,} | {row.found:,} | {row.recall_pct:.1f} | {row.false_alarms:,} | {row.others:,} |"
        )
    return lines
