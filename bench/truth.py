"""How right a build is about a made-up country, person by person against its truth.

    python bench/truth.py --people 100000 [--write docs/made-up-country.md]

The truth is read here and nowhere else: no build ever sees it.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from page import replace_part
from queue_findings import open_queue, queue_tables

from familycard.pack.loader import load_pack
from familycard.snapshot.build import build
from familycard.sources.intake import intake
from familycard.sources.store import Store
from familycard.synthetic import generate

BEGIN, END = "<!-- bench:truth -->", "<!-- /bench:truth -->"
PACK = Path(__file__).parents[1] / "packs" / "kz"
OF_FAMILY = ("income_below_spending", "tiny_share_counted")
"""Faults of a family: found when any of its members' family is named."""
AT_INTAKE = "identifier_doubled"


@dataclass(frozen=True)
class KindScore:
    """True families of one kind (those without a planted fault), and how many were formed exactly so."""

    kind: str
    families: int
    right: int


@dataclass(frozen=True)
class FaultScore:
    """Planted faults of one kind, how many were found, and how many others were named wrongly."""

    fault: str
    planted: int
    found: int
    false_alarms: int
    unplanted: int
    """Subjects (persons or families) without that fault: what false alarms are counted against."""

    @property
    def recall_pct(self) -> float:
        return 100 * self.found / self.planted if self.planted else 100.0

    @property
    def false_alarm_pct(self) -> float:
        return 100 * self.false_alarms / self.unplanted


def open_truth(delivery: Path, store: Path, snapshot: Path) -> duckdb.DuckDBPyConnection:
    """The truth and the snapshot side by side, joined by identifiers."""
    state = Store(store).state()
    connection = duckdb.connect()
    for name, query in {
        "identity": f"select value as iin, person from read_parquet('{state.identity}')",
        "planned": f"select * from read_csv('{delivery}/truth/families.csv', all_varchar = true)",
        "planted": f"select * from read_csv('{delivery}/truth/faults.csv', all_varchar = true)",
        "formed": f"select person, unit from read_parquet('{snapshot}/members/family/*.parquet')",
        "named": f"select * from read_parquet('{snapshot}/faults/*.parquet')",
        "quarantine": f"select * from read_parquet('{state.loads['population'].quarantine}')",
    }.items():
        connection.execute(f"create view {name} as {query}")
    open_queue(connection, delivery, snapshot)
    return connection


def score_families(connection: duckdb.DuckDBPyConnection) -> list[KindScore]:
    """Families of each kind formed exactly as planned: the same members, nobody more."""
    rows = connection.sql(
        """
        with person as (
            select p.family, p.kind, p.fault, i.person, f.unit
            from planned p left join identity i using (iin) left join formed f using (person)
        ), family as (
            select family, max(kind) as kind, count(*) as size, count(distinct unit) as units, max(unit) as unit,
                count(unit) as placed
            from person group by family having count(fault) = 0
        ), size as (select unit, count(*) as size from formed group by unit)
        select kind, count(*), count(*) filter (where units = 1 and placed = f.size and s.size = f.size)
        from family f left join size s using (unit) group by kind order by kind
        """
    ).fetchall()
    return [KindScore(*row) for row in rows]


def score_faults(connection: duckdb.DuckDBPyConnection) -> list[FaultScore]:
    """Recall and false alarms of each kind of planted fault."""
    kinds = [row[0] for row in connection.sql("select distinct kind from planted order by kind").fetchall()]
    return [_score_fault(connection, kind) for kind in kinds]


def _score_fault(connection: duckdb.DuckDBPyConnection, fault: str) -> FaultScore:
    key = "unit" if fault in OF_FAMILY else "person"
    truth = f"""
        select distinct {key} as subject, row from (
            select row_number() over () as row, unnest([iin, other_iin]) as iin from planted where kind = '{fault}'
        ) join identity using (iin) left join formed using (person)"""
    if fault == AT_INTAKE:
        alarms = "select distinct person as one, null as other from quarantine join identity on iin = value"
    elif key == "unit":
        alarms = f"select distinct unit as one, null as other from named where fault = '{fault}'"
    else:
        alarms = f"select distinct person as one, other from named where fault = '{fault}'"
    connection.execute(f"create or replace temp table truth as {truth}")
    connection.execute(f"create or replace temp table alarms as {alarms}")
    [(planted, hit)] = connection.sql(
        "select count(distinct row), count(distinct row) filter (where subject in"
        " (select unnest([one, other]) from alarms)) from truth"
    ).fetchall()
    # A fault between two persons is true when it is true of one of them.
    [(false_alarms,)] = connection.sql(
        "select count(*) from alarms where one not in (select subject from truth where subject is not null)"
        " and (other is null or other not in (select subject from truth where subject is not null))"
    ).fetchall()
    [(everyone,)] = connection.sql(f"select count(distinct {key}) from formed").fetchall()
    return FaultScore(fault, planted, hit, false_alarms, everyone - planted)


def family_sizes(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """People and families formed."""
    [(people, families)] = connection.sql("select count(*), count(distinct unit) from formed").fetchall()
    return int(people), int(families)


def report(connection: duckdb.DuckDBPyConnection) -> str:
    """The tables, in Markdown."""
    people, families = family_sizes(connection)
    lines = [f"{people:,} made-up people in {families:,} families; mean size {people / families:.2f}.", ""]
    lines += ["| true kind of family | families | formed exactly so | % |", "|---|---:|---:|---:|"]
    for kind in score_families(connection):
        lines.append(
            f"| {kind.kind} | {kind.families:,} | {kind.right:,} | {100 * kind.right / kind.families:.2f} |"
        )
    lines += ["", "| planted fault | planted | found | recall % | false alarms | % of the others |"]
    lines.append("|---|---:|---:|---:|---:|---:|")
    for fault in score_faults(connection):
        lines.append(
            f"| {fault.fault} | {fault.planted} | {fault.found} | {fault.recall_pct:.1f} "
            f"| {fault.false_alarms} | {fault.false_alarm_pct:.3f} |"
        )
    return "\n".join([*lines, "", *queue_tables(connection, load_pack(PACK))])


def made_up(people: int, seed: int, folder: Path) -> duckdb.DuckDBPyConnection:
    """Make a country up, build it, and open it beside its truth."""
    pack = load_pack(PACK)
    generate(pack, people, seed, folder / "delivery")
    intake(pack, folder / "delivery", folder / "store")
    built = build(pack, folder / "store", date(2025, 12, 31), folder / "snapshots")
    return open_truth(folder / "delivery", folder / "store", built.path)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument(
        "--demo", type=Path, help="a folder that `familycard demo --out` made, instead of a new one"
    )
    arguments.add_argument("--write", type=Path, help="a Markdown file whose marked part is replaced")
    chosen = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="familycard-truth-"))
    try:
        if chosen.demo:
            demo: Path = chosen.demo
            connection = open_truth(
                demo / "delivery", demo / "store", (demo / "snapshots" / "current").resolve()
            )
        else:
            connection = made_up(chosen.people, chosen.seed, folder)
        text = report(connection)
    finally:
        shutil.rmtree(folder)
    print(text)
    if chosen.write:
        replace_part(chosen.write, BEGIN, END, text)


if __name__ == "__main__":
    main()
