"""Rows about people as other agencies write them: other letters, other alphabets, slips, and without a number.

How names are written in Latin is taken from the schemes in use, not from how linkage reads them:
passports (ICAO Doc 9303), BGN/PCGN, Kazakhstan's alphabet of 2021, scholarly (ISO 9) and Azerbaijani
spelling. Shares are ours; they are higher than any agency would admit.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

Row = dict[str, str]

RUSSIAN_KEYS = str.maketrans("әғқңөұүһіӘҒҚҢӨҰҮҺІ", "агкноуухиАГКНОУУХИ")
_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя" + "әғқңөұүһі"


def _scheme(spelt: str) -> dict[str, str]:
    return dict(zip(_LETTERS, (part.strip("_") for part in spelt.split()), strict=True))


SCHEMES: Mapping[str, Mapping[str, str]] = {
    "passport": _scheme("a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch ie y _ e iu ia a g k n o u u h i"),
    "BGN": _scheme("a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya a gh q ng o u u h i"),
    "alphabet of 2021": _scheme("a b v g d e io j z i i k l m n o p r s t u f h ts ch ş şş _ y _ e iu ia ä ğ q ñ ö ū ü h ı"),
    "scholarly": _scheme("a b v g d e ë ž z i j k l m n o p r s t u f h c č š šč _ y _ è ju ja ä ġ ķ ņ ö u ü h i"),
    "Azerbaijani": _scheme("a b v q d e yo j z i y k l m n o p r s t u f x s ç ş ş _ ı _ e yu ya ə ğ q n ö u ü h i"),
}  # fmt: skip


def damaged(rows: Sequence[Row], seed: int) -> Iterator[Row]:
    """Each row as another agency might hold it; columns are those of packs/kz's people."""
    dice = random.Random(seed)
    for row in rows:
        new = dict(row)
        _forms(new, dice)
        _slips(new, dice)
        _script(new, dice)
        _facts(new, dice)
        if dice.random() < 0.04:
            new["surname"], new["given_name"] = new["given_name"], new["surname"]
        yield new


def _forms(row: Row, dice: random.Random) -> None:
    """Endings that the law lets people choose, and forms that clerks choose for them."""
    surname, father = row["surname"], row["patronymic"]
    if surname.endswith(("ова", "ева", "ина")) and dice.random() < 0.15:
        row["surname"] = surname[:-1]
    if dice.random() < 0.25:
        row["patronymic"] = ""
    elif father.endswith(("ұлы", "қызы")) and dice.random() < 0.4:
        stem = father.removesuffix("ұлы").removesuffix("қызы")
        endings = (" ұлы", "ович") if father.endswith("ұлы") else (" қызы", "овна")
        row["patronymic"] = stem + dice.choice(endings)
    if dice.random() < 0.03:
        row["given_name"] = row["given_name"][:1] + "."


def _slips(row: Row, dice: random.Random) -> None:
    for column, chance in (("surname", 0.10), ("given_name", 0.08), ("patronymic", 0.08)):
        if len(row[column]) > 3 and dice.random() < chance:
            row[column] = _slip(row[column], dice)


def _slip(word: str, dice: random.Random) -> str:
    """A letter left out, doubled, exchanged with the next or replaced."""
    place = dice.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    return dice.choice(
        (before + after, before + letter + letter + after, before + after[:1] + letter + after[1:],
         before + dice.choice("аеиоунрлстк") + after)
    )  # fmt: skip


def _script(row: Row, dice: random.Random) -> None:
    chance = dice.random()
    scheme = dice.choice(sorted(SCHEMES))
    for column in ("surname", "given_name", "patronymic"):
        if chance < 0.4:
            row[column] = "".join(
                SCHEMES[scheme].get(letter, letter) for letter in row[column].lower()
            ).title()
        elif chance < 0.8:
            row[column] = row[column].translate(RUSSIAN_KEYS)
    if chance > 0.7:
        row.update({column: row[column].upper() for column in ("surname", "given_name", "patronymic")})


def _facts(row: Row, dice: random.Random) -> None:
    year, month, day = row["birth_date"].split("-")
    chance = dice.random()
    if chance < 0.02 and int(day) <= 12:
        row["birth_date"] = f"{year}-{day}-{month}"
    elif chance < 0.05:
        row["birth_date"] = f"{year}-{month}-{1 + (int(day) + dice.choice((1, 10, 20))) % 28:02d}"
    elif chance < 0.06:
        row["birth_date"] = ""
    if dice.random() < 0.45:
        row["address"] = dice.choice(("", "", f"moved-{dice.randrange(10**6)}"))
    if dice.random() < 0.02:
        row["sex"] = ""
