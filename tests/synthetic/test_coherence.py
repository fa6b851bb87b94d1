"""Lives hang together: each query looks for lives that cannot be, outside planted faults, and finds none."""

from __future__ import annotations

import duckdb
import pytest

IMPOSSIBLE = {
    "a child born before its mother was 18 or after she was 50": """
        select 1 from births b join clean c using (child_iin) join people m on m.iin = b.mother_iin
        where date_diff('year', m.birth_date, b.born_on) not between 18 and 50""",
    "a father below 16": """
        select 1 from births b join clean c using (child_iin) join people f on f.iin = b.father_iin
        where date_diff('year', f.birth_date, b.born_on) < 16""",
    "a birth after the mother's death": """
        select 1 from births b join people m on m.iin = b.mother_iin where m.died_on < b.born_on""",
    "birth dates that disagree": """
        select 1 from births b join clean c using (child_iin) join people p on p.iin = b.child_iin
        where p.birth_date <> b.born_on""",
    "a sibling less than nine months younger": """
        select 1 from (select born_on, lag(born_on) over (partition by mother_iin order by born_on) as before
        from births join clean using (child_iin) where mother_iin is not null) where born_on - before < 270""",
    "a spouse below 18": """
        select 1 from marriages m join people p on p.iin in (m.spouse_1, m.spouse_2)
        where m.registered_on < p.birth_date + interval 18 year - interval 1 day""",
    "two marriages at once": """
        select 1 from (select spouse_1 as iin from marriages where ended_on is null
        union all select spouse_2 from marriages where ended_on is null) join families f using (iin)
        where f.fault is null group by iin having count(*) > 1""",
    "a marriage that goes on after a death": """
        select 1 from marriages m join people p on p.iin in (m.spouse_1, m.spouse_2)
        where p.died_on is not null and (m.ended_on is null or m.ended_on > p.died_on)""",
    "a payment to somebody who does not live in the country": """
        select 1 from social_payments s join people p using (iin) where p.died_on is not null or p.left_on is not null""",
    "a wage of a child or somebody gone": """
        select 1 from pension_contributions w join people p using (iin)
        where p.birth_date > date '2007-12-31' or p.died_on is not null or p.left_on is not null""",
    "a pupil below 6 or above 17": """
        select 1 from pupils join people p using (iin) where 2025 - year(p.birth_date) not between 6 and 17""",
    "a full-time student below 16 or above 25": """
        select 1 from students s join people p using (iin)
        where s.form = 'full_time' and 2025 - year(p.birth_date) not between 16 and 25""",
    "a kindergarten child who is a pupil": "select 1 from kindergartens join pupils using (iin)",
    "a pension before pension age": """
        select 1 from social_payments s join people p using (iin)
        where s.benefit = 'age_pension' and 2025 - year(p.birth_date) < 53""",
    "a disability allowance without a record": """
        select 1 from social_payments s anti join disability d using (iin) where s.benefit = 'disability'""",
    "a disability allowance after the end of the term": """
        select 1 from social_payments s join families f using (iin) join disability d using (iin)
        where s.benefit = 'disability' and f.fault is null and d.ended_on < strptime(s.paid_month, '%Y-%m')""",
    "an allowance for many children without four of them": """
        select 1 from (select iin from social_payments where benefit = 'multi_child' group by iin) s
        join families r using (iin) join families m on m.family = r.family join people p on p.iin = m.iin
        group by s.iin having count(*) filter (where 2025 - year(p.birth_date) < 23) < 4""",
    "an object sold by somebody who still has it": """
        select 1 from property_transactions t join real_estate r on r.object_id = t.object_id and r.iin = t.seller_iin
        join families f using (iin) where f.fault is null and r.ended_on is null""",
    "a share below a fifth": """
        select 1 from real_estate join families f using (iin)
        where f.fault is null and 5 * share_numerator < share_denominator""",
    "shares of an object that exceed the whole": """
        select 1 from real_estate where ended_on is null
        group by object_id having sum(share_numerator / share_denominator) > 1.0001""",
    "an individual assistant without group 1": """
        select 1 from individual_assistants anti join (from disability where "group" = '1') using (iin)""",
    "a ward whose guardian is not an adult": """
        select 1 from guardianships g join people p on p.iin = g.guardian_iin where 2025 - year(p.birth_date) < 25""",
    "an address without a district, or a district without an address": """
        select 1 from people where (address is null) <> (area is null)""",
}


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_nobody_lives_what_cannot_be(registers: duckdb.DuckDBPyConnection, what: str) -> None:
    found = registers.sql(f"select count(*) from ({IMPOSSIBLE[what]})").fetchall()[0][0]
    assert found == 0, f"{found} cases of {what}"


def test_wages_follow_the_region(registers: duckdb.DuckDBPyConnection) -> None:
    rich, poor = (
        registers.sql(
            "select median(w.gross) from pension_contributions w join people p using (iin)"
            f" where left(p.area::varchar, 2) in ({codes})"
        ).fetchall()[0][0]
        for codes in ("'71', '75', '23', '47', '62'", "'61', '31', '79', '59'")
    )
    assert 10 * rich > 13 * poor


def test_nine_in_ten_homes_are_owned_by_somebody_who_lives_there(
    registers: duckdb.DuckDBPyConnection,
) -> None:
    owned = registers.sql(
        "with homes as (select address, bool_or(iin in (select iin from real_estate where ended_on is null)) as owned"
        " from people where address is not null group by address having count(*) < 12)"
        " select avg(owned::int) from homes"
    ).fetchall()[0][0]
    assert 0.80 < owned < 0.93


def test_rights_are_left_unused(registers: duckdb.DuckDBPyConnection) -> None:
    entitled, paid = registers.sql(
        "with large as (select f.family, any_value(f.iin) from families f join people p using (iin)"
        "  where 2025 - year(p.birth_date) < 18 group by f.family having count(*) >= 4)"
        " select count(*), count(*) filter (where family in (select family from families join social_payments using (iin)"
        "  where benefit = 'multi_child')) from large"
    ).fetchall()[0]
    assert 0.75 < paid / entitled < 0.95
