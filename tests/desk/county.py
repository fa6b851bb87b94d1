"""A made-up county: two thousand families in three regions, with facts that single some of them out.

The pack is the town's of the tests of snapshots, with areas and more to ask of a family.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

from town import PACK, town

from familycard.snapshot.open import OpenSnapshot

REGIONS = {"10": "North", "20": "South", "30": "West"}
DISTRICTS = {f"{region}{n}0": f"{name} {n}" for region, name in REGIONS.items() for n in range(1, 5)}
AREAS = "code,parent,name_en\n" + "".join(
    f"{code},{code[:2] if len(code) > 2 else ''},{name}\n" for code, name in (REGIONS | DISTRICTS).items()
)
THINGS = ("car", "land", "loan", "cattle", "phone", "boat")
INDICATORS = PACK["indicators/all.yaml"] + "".join(
    f"- {{id: has_{thing}, label: {{en: Has {thing}}}, sphere: economic, type: boolean, from: things, period: any,\n"
    f"   person: any(kind = '{thing}'), unit: any, no_rows: false}}\n"
    for thing in THINGS
)
COUNTY_PACK = PACK | {"indicators/all.yaml": INDICATORS, "areas.csv": AREAS}
COLUMNS = {
    "population": (
        "person:subject", "birth_date:date", "sex", "surname", "given_name", "died_on:date?", "address:text?", "area:text?",
    ),
    "things": ("person:subject", "kind"),
}  # fmt: skip
SURNAMES = ("Ахметов", "Иванов", "Сейітов", "Омаров", "Пак", "Қасымов", "Волков", "Nurlan", "Смағұлов")
NAMES = {"M": ("Ерлан", "Иван", "Асқар", "Тимур"), "F": ("Айгүл", "Анна", "Динара", "Жәмила")}


@dataclass
class _Registers:
    """The rows of the county's registers, as they are drawn."""

    chance: random.Random
    rows: dict[str, list[str]] = field(default_factory=dict)
    people: int = 0

    def person(self, birth: int, sex: str, surname: str, place: str) -> str:
        """A new person at an address."""
        self.people += 1
        number, day = (
            f"{self.people:04}",
            f"{birth}-0{self.chance.randint(1, 9)}-1{self.chance.randint(0, 9)}",
        )
        self.add("population", f"{number},{day},{sex},{surname},{self.chance.choice(NAMES[sex])},,{place}")
        return number

    def add(self, register: str, row: str) -> None:
        self.rows.setdefault(register, []).append(row)


def registers(families: int, seed: int) -> dict[str, str]:
    """The registers as CSV."""
    drawn = _Registers(random.Random(seed))
    for family in range(families):
        _family(drawn, f"Street {family}")
    heads = {
        "population": "person,birth_date,sex,surname,given_name,died_on,address,area",
        "marriages": "spouse_1,spouse_2,registered_on",
        "births": "child,mother",
        "wages": "person,gross,overdue",
        "benefits": "person,paid,note",
        "diagnoses": "person,code",
        "things": "person,kind",
    }
    return {name: "\n".join([head, *drawn.rows.get(name, ())]) + "\n" for name, head in heads.items()}


def _family(drawn: _Registers, street: str) -> None:
    chance = drawn.chance
    area = chance.choices([*DISTRICTS, ""], [*range(3, 3 + len(DISTRICTS)), 0.3])[0]
    surname, place = chance.choice(SURNAMES), f"{street},{area}"
    adult = drawn.person(chance.randint(1935, 2000), "F", surname, place)
    earners = [adult]
    if chance.random() < 0.5:
        earners.append(drawn.person(chance.randint(1935, 2000), "M", surname, place))
        drawn.add("marriages", f"{earners[1]},{adult},2010-05-01")
    for _ in range(chance.choices(range(6), [8, 4, 4, 2, 1, 0.2])[0]):
        child = drawn.person(chance.randint(2008, 2025), chance.choice("MF"), surname, place)
        drawn.add("births", f"{child},{adult}")
    for earner in earners:
        if chance.random() < 0.7:
            drawn.add("wages", f"{earner},{chance.lognormvariate(5, 0.8):.2f},{chance.choice((0, 0, 5))}.00")
    if chance.random() < 0.2:
        drawn.add("benefits", f"{adult},{chance.randint(1, 9) * 10}.00,by post")
    if chance.random() < 0.05:
        drawn.add("diagnoses", f"{adult},A")
    for thing, share in zip(THINGS, (0.4, 0.25, 0.5, 0.1, 0.9, 0.02), strict=True):
        if chance.random() < share:
            drawn.add("things", f"{adult},{thing}")


def county(folder: Path, families: int = 2_000, seed: int = 7) -> OpenSnapshot:
    """The county, taken in and built."""
    return town(folder, base=COUNTY_PACK, columns=COLUMNS, registers=registers(families, seed))
