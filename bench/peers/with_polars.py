"""The chosen indicators and rules in Polars: lazy scans, one grouping a register, Kleene logic.

    python bench/peers/with_polars.py GIVEN OUT

Money is an integer of minor units, null is unknown: what is added up from something unknown is unknown.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
from given import BENEFITS, COUNTED, INCOMES, SUMMED, Given, given_in, timed

col, lit = pl.col, pl.lit
STATUS = pl.Enum(["not_eligible", "cannot_tell", "eligible"])


def third(total: pl.Expr) -> pl.Expr:
    """A month of a quarter's money, halves up; it is never negative."""
    return (total * 2 + 3) // 6


def holds(start: str, given: Given) -> pl.Expr:
    """Whether a row of a register holds on the day."""
    return (col(start) <= given.day) & (col("ended_on").is_null() | (col("ended_on") > given.day))


def people(given: Given) -> pl.LazyFrame:
    """Everybody in order; of whom a refused row alone tells, nothing is known."""
    day = given.day
    known = pl.scan_parquet(given.checked["population"]).select(
        "person",
        "birth_date",
        "citizenship",
        "died_on",
        "left_on",
        is_known=lit(True),
        is_resident=(
            (col("birth_date") <= day)
            & (col("died_on").is_null() | (col("died_on") > day))
            & (col("left_on").is_null() | (col("left_on") > day))
        ).fill_null(True),
    )
    unknown = pl.scan_parquet(given.undecided["population"]).unique().join(known, on="person", how="anti")
    marked = unknown.with_columns(is_known=lit(False), is_resident=lit(True))
    return pl.concat([known, marked], how="diagonal").sort("person")


def registers(given: Given) -> dict[str, pl.LazyFrame]:
    """By source: one row a person who has rows that count."""
    return incomes(given) | holdings(given)


def rows_of(source: str, given: Given) -> pl.LazyFrame:
    """The accepted rows of a register."""
    return pl.scan_parquet(given.checked[source])


def incomes(given: Given) -> dict[str, pl.LazyFrame]:
    """What came in a month of the quarter."""
    found = {}
    for name, (source, month, money) in INCOMES.items():
        kept = rows_of(source, given).filter(col(month).is_between(*given.quarter_days))
        found[source] = kept.group_by("person").agg(third(col(money).sum()).alias(name))
    paid = rows_of("social_payments", given).filter(col("paid_month").is_between(*given.quarter_days))
    amounts = [
        pl.when(col("benefit").is_in(benefits)).then(col("amount")).otherwise(0).alias(name)
        for name, benefits in BENEFITS.items()
    ]
    found["social_payments"] = (
        paid.select("person", *amounts).group_by("person").agg(third(col(name).sum()) for name in BENEFITS)
    )
    found["alimony"] = (
        rows_of("alimony", given)
        .filter(holds("started_on", given))
        .group_by("person")
        .agg(alimony_month=third(col("paid_quarter").sum()))
    )
    return found


def holdings(given: Given) -> dict[str, pl.LazyFrame]:
    """Disability, dwellings by share (in thousandths), cars and debts."""
    numerator, denominator = col("share_numerator"), col("share_denominator")
    thousandths = (2000 * numerator + denominator) // (2 * denominator)
    return {
        "disability": rows_of("disability", given)
        .filter(holds("started_on", given))
        .select("person", has_disability=lit(True))
        .unique(),
        "real_estate": rows_of("real_estate", given)
        .filter(col("kind").is_in(["flat", "house", "room"]) & holds("acquired_on", given))
        .group_by("person")
        .agg(dwelling_share=thousandths.sum()),
        "vehicles": rows_of("vehicles", given)
        .filter((col("kind") == "car") & col("is_working") & holds("registered_on", given))
        .group_by("person")
        .agg(working_cars=col("vehicle_id").n_unique().cast(pl.Int64)),
        "overdue_loans": rows_of("overdue_loans", given)
        .filter(col("reported_on") <= given.day)
        .group_by("person")
        .agg(debts_to_lenders=col("amount").sum()),
    }


def settled(everybody: pl.LazyFrame, values: pl.LazyFrame, undecided: str) -> pl.LazyFrame:
    """Values beside everybody: none without a row, unknown where a refused row may be about the person.

    A disability that is known stands whatever a refused row said.
    """
    doubted = pl.scan_parquet(undecided).unique()
    names = [name for name in values.collect_schema().names() if name != "person"]
    if names == ["has_disability"]:
        doubted = doubted.join(values, on="person", how="anti")
    else:
        values = values.join(doubted, on="person", how="anti")
    said = pl.concat([values, doubted], how="diagonal").with_columns(is_said=lit(True))
    absent = {name: False if name == "has_disability" else 0 for name in names}
    return (
        everybody.join(said, on="person", how="left", maintain_order="left")
        .with_columns(
            pl.when(col("is_said").is_null()).then(lit(none)).otherwise(col(name)).alias(name)
            for name, none in absent.items()
        )
        .drop("is_said")
    )


def persons(given: Given) -> pl.LazyFrame:
    """Everybody with the person indicators."""
    wide = people(given)
    for source, values in registers(given).items():
        wide = settled(wide, values, given.undecided[source])
    is_minor = col("birth_date") > given.born_before_adults
    return wide.with_columns(
        counted_income_month=sum((col(name) for name in COUNTED[1:]), col(COUNTED[0])),
        has_earnings=(col("wages_month") > 0) | (col("self_employment_month") > 0),
        is_minor=is_minor,
        is_disabled_child=is_minor & col("has_disability"),
    ).with_columns(disabled_children="is_disabled_child")


def families(given: Given, everybody: pl.LazyFrame) -> pl.LazyFrame:
    """Families in order, added up over their members; unknown where one value or who belongs is."""
    members = pl.scan_parquet(given.members).select("unit", "person")
    added = [*SUMMED, "disabled_children"]
    # A sum leaves nulls out, so that nulls are looked for.
    folded = (
        members.join(everybody, on="person")
        .group_by("unit")
        .agg(
            *(col(name).sum().cast(pl.Int64) for name in added),
            *(col(name).has_nulls().alias(f"{name}_unknown") for name in added),
        )
    )
    units = (
        pl.scan_parquet(given.units).sort("unit").join(folded, on="unit", how="left", maintain_order="left")
    )
    known = col("composition_known")
    return units.select(
        "unit",
        "composition_known",
        *(pl.when(known).then(col(name)).alias(name) for name in ("members", "area")),
        *(pl.when(known & ~col(f"{name}_unknown")).then(col(name)).alias(name) for name in added),
    ).with_columns(
        counted_income_per_member=(2 * col("counted_income_month") + col("members")) // (2 * col("members"))
    )


def rule(name: str, conditions: list[pl.Expr], amount: pl.Expr | None = None) -> list[pl.Expr]:
    """Status, masks of failed and unknown conditions, and the amount for the eligible."""
    failed, unknown = (
        sum((test.cast(pl.Int8) * (1 << bit) for bit, test in enumerate(tests)), lit(0, pl.Int8))
        for tests in (
            [(~condition).fill_null(False) for condition in conditions],
            [condition.is_null() for condition in conditions],
        )
    )
    status = (
        pl.when(failed != 0)
        .then(lit("not_eligible", STATUS))
        .when(unknown != 0)
        .then(lit("cannot_tell", STATUS))
        .otherwise(lit("eligible", STATUS))
    )
    due = lit(None, pl.Int64) if amount is None else pl.when((failed == 0) & (unknown == 0)).then(amount)
    parts = {"status": status, "failed": failed, "unknown": unknown, "amount": due}
    return [part.alias(f"{name}__{suffix}") for suffix, part in parts.items()]


def up(amount: pl.Expr) -> pl.Expr:
    """Whole units of money, rounded up."""
    return -(-amount // 100) * 100


def unit_rules(given: Given, units: pl.LazyFrame) -> pl.LazyFrame:
    """The rules about families."""
    digits = len(next(iter(given.line_by_area)))
    line = (
        col("area")
        .str.slice(0, digits)
        .replace_strict(given.line_by_area, default=None, return_dtype=pl.Int64)
    )
    per_member, share = col("counted_income_per_member"), col("dwelling_share")
    share_limit = 1000 + given.figure("smallest_counted_share", "1000")
    minimum = given.figure("subsistence_minimum") * given.figure("local_aid_minimums")
    carer = -(-given.figure("subsistence_minimum", "1.61") // 100) * 100
    return units.select(
        "unit",
        *rule(
            "asp_unconditional",
            [
                per_member < line,
                share < share_limit,
                (col("working_cars") <= 1) | (col("disabled_children") >= 1),
            ],
            up(col("members") * line - col("counted_income_month")),
        ),
        *rule("fuel_and_utilities_aid", [per_member < minimum]),
        *rule("disabled_child_allowance", [col("disabled_children") >= 1], col("disabled_children") * carer),
        *rule("housing_assistance", [share < share_limit, share > 0]),
    )


def person_rules(given: Given, everybody: pl.LazyFrame, units: pl.LazyFrame) -> pl.LazyFrame:
    """The rules about persons, some of which ask of the family."""
    asked = ("assistance_month", "counted_income_per_member", "disabled_children")
    of_family = pl.scan_parquet(given.members).join(
        units.select("unit", *(col(name).alias(f"family_{name}") for name in asked)), on="unit"
    )
    wide = everybody.join(of_family, on="person", how="left", maintain_order="left")
    citizen, debts = col("citizenship").is_in(["KZ", "kandas"]), col("debts_to_lenders")
    minimum = given.figure("subsistence_minimum")
    of_school = 4 * given.figure("home_schooling_quarter_mrp") * given.figure("mrp")
    return wide.select(
        "person",
        *rule(
            "out_of_court_bankruptcy",
            [
                debts > 0,
                debts <= given.figure("mrp", "1600"),
                (col("dwelling_share") == 0) & (col("working_cars") == 0),
            ],
        ),
        *rule("job_quota", [citizen, ~col("is_minor"), ~col("has_earnings"), col("has_disability")]),
        *rule("technical_aids", [citizen, col("has_disability")]),
        *rule("home_schooling_reimbursement", [col("is_disabled_child")], lit(of_school)),
        *rule(
            "school_fund",
            [
                col("is_minor"),
                (col("family_assistance_month") > 0) | (col("family_counted_income_per_member") < minimum),
            ],
            lit(minimum),
        ),
        *rule("free_public_transport", [col("has_disability") | (col("family_disabled_children") >= 1)]),
    )


def main() -> None:
    given, out = given_in(sys.argv[1]), Path(sys.argv[2])
    with timed(out):
        # Collected step by step: several results rest on persons and families, which one graph would compute anew.
        everybody = persons(given).collect()
        units = families(given, everybody.lazy()).collect()
        of_units, of_persons = pl.collect_all(
            [unit_rules(given, units.lazy()), person_rules(given, everybody.lazy(), units.lazy())]
        )
        results = {"persons": everybody, "units": units, "unit_rules": of_units, "person_rules": of_persons}
        for name, table in results.items():
            path = out / f"{name}.parquet"
            table.write_parquet(path, compression="zstd", compression_level=1, statistics=False)


if __name__ == "__main__":
    main()
