"""A tiny country for tests of intake: a people source, wages of persons, rents of households."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from samples import identifier

from familycard.pack.contract import Column, RowRule, Source
from familycard.pack.model import IdentifierKind, Pack, PeopleRule
from familycard.pack.types import DATE, INTEGER, MONEY, TEXT

IIN = IdentifierKind("iin", {"en": "IIN"}, "^[0-9]{12}$", "kz_iin")
CARD = IdentifierKind("card", {"en": "Card"}, "^C[0-9]{4}$", "none")
PERSON = Column("person", "iin", TEXT, required=True, identifies="iin", line=1)
PEOPLE = Source(
    id="people",
    title="People",
    file=Path("people.yaml"),
    format="csv",
    location="people*.csv",
    columns=(
        PERSON,
        Column("birth_date", "born", DATE, required=True, line=2),
        Column("sex", "sex", TEXT, required=True, allowed=("M", "F"), line=3),
        Column("household", "household", TEXT, pattern="^H[0-9]+$", line=4),
        Column("mother", "mother", TEXT, identifies="iin", line=5),
    ),
    primary_key=("person",),
    subject="person",
    max_refused="0.9",
    digest="people-1",
)
WAGES = Source(
    id="wages",
    title="Wages",
    file=Path("wages.yaml"),
    format="csv",
    location="wages*.csv",
    columns=(
        PERSON,
        Column("month", "month", DATE, required=True, format="%Y-%m", line=2),
        Column("gross", "gross", MONEY, required=True, line=3),
    ),
    subject="person",
    max_refused="0.9",
    extracted_on=date(2025, 12, 31),
    freshness_days=45,
    digest="wages-1",
)
RENTS = Source(
    id="rents",
    title="Rents",
    file=Path("rents.yaml"),
    format="csv",
    location="rents*.csv",
    columns=(
        Column("home", "home", TEXT, required=True, pattern="^H[0-9]+$", line=1),
        Column("rooms", "rooms", INTEGER, minimum="1", line=2),
        Column("doubled_rooms", None, INTEGER, derived="2 * rooms", line=3),
    ),
    primary_key=("home",),
    row_rules=(RowRule("not_a_palace", "rooms < 50", 9),),
    subject="home",
    subject_of="household",
    max_refused="0.9",
    digest="rents-1",
)


def country(*sources: Source) -> Pack:
    """A pack of the people source and some others."""
    taken = {source.id: source for source in (PEOPLE, *sources)}
    return Pack(
        path=Path("nowhere"), id="xx", title={"en": "X"}, country="XX", languages=("en",), currency="KZT",
        minor_digits=2, identifiers={"iin": IIN, "card": CARD}, people=PeopleRule("people", "iin", None),
        leap_day="mar_01", card_unit="family", card_scorecard=None, sources=taken, parameters={}, units={},
        indicators={}, scorecards={}, programmes={}, checks={}, statistics={},
    )  # fmt: skip


def iin(number: int) -> str:
    return identifier(IIN, number)


def people_csv(numbers: range | list[int], households: bool = True) -> str:
    lines = ["iin,born,sex,household,mother"]
    lines += [
        f"{iin(n)},1985-01-{n % 28 + 1:02d},{'MF'[n % 2]},H{n // 2 if households else ''}," for n in numbers
    ]
    return "\n".join(lines) + "\n"


def wages_csv(rows: list[tuple[str, str, str]]) -> str:
    return "iin,month,gross\n" + "".join(",".join(row) + "\n" for row in rows)


def with_files(source: Source, form: str, location: str) -> Source:
    return replace(source, format=form, location=location)


def deliver(folder: Path, **files: str | bytes) -> Path:
    """Write files into a delivery folder; `people_csv="…"` becomes ``people.csv``."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        stem, _, ending = name.rpartition("_")
        data = content.encode() if isinstance(content, str) else content
        (folder / f"{stem}.{ending}").write_bytes(data)
    return folder
