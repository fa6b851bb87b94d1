"""The chosen indicators and rules in pandas: columns read with filters, one index of persons, nullable types.

    python bench/peers/with_pandas.py GIVEN OUT

Money is an integer of minor units, NA is unknown: what is added up from something unknown is unknown.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from given import BENEFITS, COUNTED, INCOMES, SUMMED, Given, given_in, timed

STATUSES = ["not_eligible", "cannot_tell", "eligible"]
field = pc.field


def rows_of(source: str, given: Given, columns: list[str], kept: pc.Expression) -> pd.DataFrame:
    """Columns of the register's rows that count; the others are left out while the file is read."""
    return pd.read_parquet(given.checked[source], columns=["person", *columns], filters=kept)


def holds(start: str, given: Given) -> pc.Expression:
    """Whether a row of a register holds on the day."""
    return (field(start) <= given.day) & (field("ended_on").is_null() | (field("ended_on") > given.day))


def third(totals: pd.Series) -> pd.Series:
    """A month of a quarter's money, halves up; it is never negative."""
    return (2 * totals + 3) // 6


def people(given: Given) -> pd.DataFrame:
    """Everybody, by number in order; of whom a refused row alone tells, nothing is known."""
    columns = ["person", "birth_date", "citizenship", "died_on", "left_on"]
    known = pd.read_parquet(given.checked["population"], columns=columns, dtype_backend="pyarrow")
    known = known.set_index(pd.Index(known.pop("person").to_numpy(), name="person"))
    day = given.day
    is_resident = (
        (known["birth_date"] <= day)
        & (known["died_on"].isna() | (known["died_on"] > day))
        & (known["left_on"].isna() | (known["left_on"] > day))
    )
    told = pd.Index(pd.read_parquet(given.undecided["population"])["person"].unique(), name="person")
    index = known.index.union(told)
    return known.reindex(index).assign(
        is_known=index.isin(known.index),
        is_resident=is_resident.reindex(index).fillna(True).astype(bool),
    )


class Registers:
    """Values from registers beside everybody: none without a row, unknown where a refused row may be about one."""

    def __init__(self, given: Given, index: pd.Index) -> None:
        self.given, self.index = given, index

    def doubted(self, source: str) -> np.ndarray:
        """Marks of the persons whom a refused row of the source may be about."""
        told = pd.read_parquet(self.given.undecided[source])["person"].to_numpy()
        marks = np.zeros(len(self.index), dtype=bool)
        place = self.index.get_indexer(told)
        marks[place[place >= 0]] = True
        return marks

    def numbers(self, values: pd.Series, doubted: np.ndarray) -> pd.arrays.IntegerArray:
        """Whole numbers by person as a nullable column."""
        column = np.zeros(len(self.index), dtype=np.int64)
        place = self.index.get_indexer(values.index)
        column[place[place >= 0]] = values.to_numpy()[place >= 0]
        return pd.arrays.IntegerArray(column, doubted.copy())

    def incomes(self) -> dict[str, pd.arrays.IntegerArray]:
        """What came in a month of the quarter, by kind."""
        start, end = self.given.quarter_days
        found = {}
        for name, (source, month, money) in INCOMES.items():
            rows = rows_of(source, self.given, [money], (field(month) >= start) & (field(month) <= end))
            found[name] = self.numbers(third(rows.groupby("person")[money].sum()), self.doubted(source))
        in_quarter = (field("paid_month") >= start) & (field("paid_month") <= end)
        doubted = self.doubted("social_payments")
        paid = rows_of("social_payments", self.given, ["benefit", "amount"], in_quarter)
        for name, benefits in BENEFITS.items():
            rows = paid[paid["benefit"].isin(benefits)]
            found[name] = self.numbers(third(rows.groupby("person")["amount"].sum()), doubted)
        rows = rows_of("alimony", self.given, ["paid_quarter"], holds("started_on", self.given))
        alimony = rows.groupby("person")["paid_quarter"].sum()
        return found | {"alimony_month": self.numbers(third(alimony), self.doubted("alimony"))}

    def has_disability(self) -> pd.arrays.BooleanArray:
        """Yes or no; a disability that is known stands whatever a refused row said."""
        found = rows_of("disability", self.given, [], holds("started_on", self.given))
        has = self.index.isin(found["person"])
        return pd.arrays.BooleanArray(has, self.doubted("disability") & ~has)

    def property(self) -> dict[str, pd.arrays.IntegerArray]:
        """Dwellings by share, in thousandths, and cars."""
        dwelling = field("kind").isin(["flat", "house", "room"]) & holds("acquired_on", self.given)
        rows = rows_of("real_estate", self.given, ["share_numerator", "share_denominator"], dwelling)
        numerator, denominator = rows["share_numerator"], rows["share_denominator"]
        shares = ((2000 * numerator + denominator) // (2 * denominator)).groupby(rows["person"]).sum()
        car = (field("kind") == "car") & field("is_working") & holds("registered_on", self.given)
        cars = rows_of("vehicles", self.given, ["vehicle_id"], car).drop_duplicates().groupby("person").size()
        return {
            "dwelling_share": self.numbers(shares, self.doubted("real_estate")),
            "working_cars": self.numbers(cars, self.doubted("vehicles")),
        }

    def debts(self) -> pd.arrays.IntegerArray:
        """What is owed to lenders."""
        rows = rows_of("overdue_loans", self.given, ["amount"], field("reported_on") <= self.given.day)
        return self.numbers(rows.groupby("person")["amount"].sum(), self.doubted("overdue_loans"))


def persons(given: Given) -> pd.DataFrame:
    """Everybody with the person indicators."""
    everybody = people(given)
    registers = Registers(given, everybody.index)
    wide = everybody.assign(
        **registers.incomes(),
        has_disability=registers.has_disability(),
        **registers.property(),
        debts_to_lenders=registers.debts(),
    )
    is_minor = (wide["birth_date"] > given.born_before_adults).astype("boolean")
    is_disabled_child = is_minor & wide["has_disability"]
    counted = wide[COUNTED[0]].copy()
    for name in COUNTED[1:]:
        counted += wide[name]
    return wide.assign(
        counted_income_month=counted,
        has_earnings=(wide["wages_month"] > 0) | (wide["self_employment_month"] > 0),
        is_minor=is_minor,
        is_disabled_child=is_disabled_child,
        disabled_children=is_disabled_child,
    )


def families(given: Given, everybody: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Families in order, added up over their members; unknown where one value or who belongs is."""
    added = [*SUMMED, "disabled_children"]
    values = everybody[added].take(everybody.index.get_indexer(members["person"]))
    values["disabled_children"] = values["disabled_children"].astype("Int64")
    folded = values.groupby(members["unit"].to_numpy()).sum(skipna=False)
    units = pd.read_parquet(given.units).set_index("unit").sort_index()
    units = units.astype({"members": "Int64", "area": "str"})
    wide = units.join(folded)
    unknown = ~wide["composition_known"]
    wide.loc[unknown, ["members", "area", *added]] = pd.NA
    income, count = wide["counted_income_month"], wide["members"]
    return wide.assign(counted_income_per_member=(2 * income + count) // (2 * count))


def rule(name: str, conditions: list[pd.Series], amount: pd.Series | int | None = None) -> dict[str, object]:
    """Status, masks of failed and unknown conditions, and the amount for the eligible."""
    failed = np.zeros(len(conditions[0]), dtype=np.int8)
    unknown = failed.copy()
    for bit, condition in enumerate(conditions):
        failed += (~condition).fillna(False).to_numpy(dtype=np.int8) << bit
        unknown += condition.isna().to_numpy(dtype=np.int8) << bit
    place = np.where(failed != 0, 0, np.where(unknown != 0, 1, 2)).astype(np.int8)
    due = pd.Series(pd.NA if amount is None else amount, index=conditions[0].index, dtype="Int64")
    return {
        f"{name}__status": pd.Categorical.from_codes(place, STATUSES),
        f"{name}__failed": failed,
        f"{name}__unknown": unknown,
        f"{name}__amount": due.mask(place != 2),
    }


def up(amount: pd.Series) -> pd.Series:
    """Whole units of money, rounded up."""
    return -(-amount // 100) * 100


def unit_rules(given: Given, units: pd.DataFrame) -> pd.DataFrame:
    """The rules about families."""
    digits = len(next(iter(given.line_by_area)))
    line = units["area"].str[:digits].map(given.line_by_area).astype("Int64")
    per_member, share = units["counted_income_per_member"], units["dwelling_share"]
    share_limit = 1000 + given.figure("smallest_counted_share", "1000")
    minimum = given.figure("subsistence_minimum") * given.figure("local_aid_minimums")
    carer = -(-given.figure("subsistence_minimum", "1.61") // 100) * 100
    disabled_children = units["disabled_children"]
    columns = {
        **rule(
            "asp_unconditional",
            [per_member < line, share < share_limit, (units["working_cars"] <= 1) | (disabled_children >= 1)],
            up(units["members"] * line - units["counted_income_month"]),
        ),
        **rule("fuel_and_utilities_aid", [per_member < minimum]),
        **rule("disabled_child_allowance", [disabled_children >= 1], disabled_children * carer),
        **rule("housing_assistance", [share < share_limit, share > 0]),
    }
    return pd.DataFrame(columns, index=units.index)


def person_rules(
    given: Given, everybody: pd.DataFrame, units: pd.DataFrame, members: pd.DataFrame
) -> pd.DataFrame:
    """The rules about persons, some of which ask of the family."""
    unit_of = pd.Series(members["unit"].to_numpy(), index=members["person"]).reindex(
        everybody.index, fill_value=-1
    )
    asked = units[["assistance_month", "counted_income_per_member", "disabled_children"]]
    of_family = asked.reindex(unit_of.to_numpy()).set_axis(everybody.index)
    citizen = everybody["citizenship"].isin(["KZ", "kandas"]).astype("boolean")
    citizen = citizen.mask(everybody["citizenship"].isna().to_numpy())
    has_disability, debts = everybody["has_disability"], everybody["debts_to_lenders"]
    minimum = given.figure("subsistence_minimum")
    of_school = 4 * given.figure("home_schooling_quarter_mrp") * given.figure("mrp")
    is_without_property = (everybody["dwelling_share"] == 0) & (everybody["working_cars"] == 0)
    is_poor = (of_family["assistance_month"] > 0) | (of_family["counted_income_per_member"] < minimum)
    columns = {
        **rule(
            "out_of_court_bankruptcy", [debts > 0, debts <= given.figure("mrp", "1600"), is_without_property]
        ),
        **rule("job_quota", [citizen, ~everybody["is_minor"], ~everybody["has_earnings"], has_disability]),
        **rule("technical_aids", [citizen, has_disability]),
        **rule("home_schooling_reimbursement", [everybody["is_disabled_child"]], of_school),
        **rule("school_fund", [everybody["is_minor"], is_poor], minimum),
        **rule("free_public_transport", [has_disability | (of_family["disabled_children"] >= 1)]),
    }
    return pd.DataFrame(columns, index=everybody.index)


def main() -> None:
    given, out = given_in(sys.argv[1]), Path(sys.argv[2])
    with timed(out):
        members = pd.read_parquet(given.members, columns=["unit", "person"])
        everybody = persons(given)
        units = families(given, everybody, members)
        results = {
            "persons": everybody,
            "units": units,
            "unit_rules": unit_rules(given, units),
            "person_rules": person_rules(given, everybody, units, members),
        }
        for name, table in results.items():
            path = out / f"{name}.parquet"
            table.reset_index().to_parquet(
                path, compression="zstd", compression_level=1, write_statistics=False
            )


if __name__ == "__main__":
    main()
