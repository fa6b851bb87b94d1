"""Each planted fault can be seen in the registers, by the one trace that it leaves; nobody else leaves it."""

from __future__ import annotations

import duckdb
import pytest

from familycard.synthetic import SyntheticReport
from familycard.synthetic.faults import FAULTS

DECEMBER = "'2025-12'"
TRACES = {
    "dead_recipient": "select d.iin from deaths d join social_payments s using (iin)"
    " where strptime(s.paid_month, '%Y-%m') > d.died_on",
    "living_marked_dead": "select d.iin from deaths d join pension_contributions w using (iin)"
    " where strptime(w.paid_month, '%Y-%m') > d.died_on + interval 3 month",
    "child_older_than_parent": "select b.mother_iin from births b join people c on c.iin = b.child_iin"
    " join people m on m.iin = b.mother_iin where m.birth_date > c.birth_date",
    "two_marriages_at_once": "select spouse_1 from marriages where ended_on is null group by 1 having count(*) > 1",
    "identifier_doubled": "select iin from population group by iin having count(*) > 1",
    "divorce_on_paper": "select m.spouse_1 from marriages m join births b"
    " on b.mother_iin = m.spouse_1 and b.father_iin = m.spouse_2"
    " where m.reason = 'развод' and b.born_on > m.ended_on + interval 300 day",
    "income_below_spending": "select iin from utilities_spending group by iin having min(amount) >= 450000",
    "stale_record": "select d.iin from disability d join social_payments s using (iin)"
    f" where s.benefit = 'disability' and s.paid_month = {DECEMBER} and d.ended_on < date '2024-12-31'",
    "sold_flat_still_counted": "select t.seller_iin from property_transactions t join real_estate r"
    " on r.object_id = t.object_id and r.iin = t.seller_iin where r.ended_on is null",
    "tiny_share_counted": "select iin from real_estate where 5 * share_numerator < share_denominator",
    "agencies_disagree": "select b.child_iin from births b join people p on p.iin = b.child_iin"
    " where p.birth_date <> b.born_on",
}


def test_every_kind_is_planted(country: SyntheticReport) -> None:
    assert set(country.faults) == set(TRACES) == {plant.__name__ for plant in FAULTS}
    assert min(country.faults.values()) >= 4


@pytest.mark.parametrize("kind", TRACES)
def test_a_planted_fault_leaves_its_trace_and_nobody_else_does(
    registers: duckdb.DuckDBPyConnection, kind: str
) -> None:
    planted = {row[0] for row in registers.sql(f"select iin from faults where kind = '{kind}'").fetchall()}
    seen = {row[0] for row in registers.sql(TRACES[kind]).fetchall()}
    assert seen == planted


def test_no_family_bears_two_faults(registers: duckdb.DuckDBPyConnection) -> None:
    people = "select iin, kind from faults union all select other_iin, kind from faults where other_iin is not null"
    twice = registers.sql(
        f"select f.family from families f join ({people}) p using (iin) group by f.family"
        " having count(distinct p.kind) > 1"
    ).fetchall()
    assert twice == []


def test_faults_are_marked_in_the_truth_of_families(registers: duckdb.DuckDBPyConnection) -> None:
    unmarked = registers.sql(
        "select count(*) from faults x join families f using (iin) where f.fault is distinct from x.kind"
    ).fetchall()[0][0]
    assert unmarked == 0
