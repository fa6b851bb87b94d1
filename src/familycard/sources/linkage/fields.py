"""What rows and people are compared by: the kinds of fields, their compared form, and degrees of likeness.

A kind knows how its texts are made alike, from which degree on two of them speak for one person
(estimated, not set: see `model`), and how a degree is put in words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from familycard.sources import sql
from familycard.sources.linkage import names


def day(value: str) -> str:
    """SQL: a date (or its digits, year first) as eight digits; null where there are not eight."""
    digits = f"regexp_replace(CAST({value} AS VARCHAR), '[^0-9]', '', 'g')"
    return f"CASE WHEN length({digits}) = 8 THEN {digits} END"


def words(value: str) -> str:
    """SQL: a text in small letters and digits, without signs and double spaces; null where it is empty."""
    return f"nullif(trim(regexp_replace(lower(strip_accents(CAST({value} AS VARCHAR))), '[^\\pL\\pN]+', ' ', 'g')), '')"


@dataclass(frozen=True)
class Level:
    """A degree of likeness: a condition over ``{l}`` and ``{r}``, and what it says of two rows."""

    when: str
    says: str
    by_rarity: bool = False
    """Agreeing on a rare value says more than on a common one."""
    crosses: bool = False
    """Whether another field of the other row is looked at."""


SAME = Level("{l} = {r}", "{title} is the same", by_rarity=True)
INITIAL = Level(
    "(length({l}) = 1 OR length({r}) = 1) AND left({l}, 1) = left({r}, 1)", "{title} agrees with an initial"
)
ALMOST = Level(
    "jaro_winkler_similarity({l}, {r}) >= 0.93 OR damerau_levenshtein({l}, {r}) <= 1 AND length({l}) > 3",
    "{title} is almost the same",
)
PART = Level(
    "length({l}) >= 3 AND length({r}) >= 3 AND (contains({l}, {r}) OR contains({r}, {l}))",
    "{title} is part of the other",
)
NAME_LEVELS = (
    SAME,
    ALMOST,
    INITIAL,
    PART,
    Level("jaro_winkler_similarity({l}, {r}) >= 0.82", "{title} is alike"),
)
SWAPPED_DAY = Level(
    "left({l}, 4) = left({r}, 4) AND substr({l}, 5, 2) = substr({r}, 7, 2) AND substr({l}, 7, 2) = substr({r}, 5, 2)",
    "{title} has day and month swapped",
)
ONE_DIGIT = Level("damerau_levenshtein({l}, {r}) <= 1", "{title} differs by one digit")
ONE_PART = Level(
    "left({l}, 4) = left({r}, 4) AND (substr({l}, 5, 2) = substr({r}, 5, 2) OR right({l}, 2) = right({r}, 2))"
    " OR right({l}, 4) = right({r}, 4)",
    "{title} differs in one part",
)
DAY_LEVELS = (
    SAME,
    SWAPPED_DAY,
    ONE_DIGIT,
    ONE_PART,
    Level("left({l}, 4) = left({r}, 4)", "{title} agrees in the year"),
)
PLACE_LEVELS = (
    SAME,
    Level("damerau_levenshtein({l}, {r}) <= 1 AND length({l}) > 3 OR jaro_winkler_similarity({l}, {r}) >= 0.92", "{title} is almost the same"),
    Level("jaro_winkler_similarity({l}, {r}) >= 0.8", "{title} is alike"),
)  # fmt: skip
ONE_SIGN = Level("damerau_levenshtein({l}, {r}) <= 1 AND length({l}) > 3", "{title} differs by one sign")
CODE_LEVELS = (SAME, ONE_SIGN)


class Kind(Enum):
    """What a field is: a name of its own, the form in which it is compared, its degrees of likeness, the best first."""

    SURNAME = ("surname", names.surname, NAME_LEVELS)
    GIVEN_NAME = ("given_name", names.folded, NAME_LEVELS)
    MIDDLE_NAME = ("middle_name", names.folded, NAME_LEVELS)
    PATRONYMIC = ("patronymic", names.patronymic, NAME_LEVELS)
    DATE = ("date", day, DAY_LEVELS)
    SEX = ("sex", words, (Level("{l} = {r}", "{title} is the same"),))
    CATEGORY = ("category", words, (Level("{l} = {r}", "{title} is the same", by_rarity=True),))
    PLACE = ("place", words, PLACE_LEVELS)
    CODE = ("code", words, CODE_LEVELS)
    NUMBER = ("number of the person's own", words, CODE_LEVELS)

    def __init__(self, _: str, form: Callable[[str], str], levels: tuple[Level, ...]) -> None:
        self.form = form
        """SQL of the compared form from SQL of the text."""
        self.levels = levels


@dataclass(frozen=True)
class Field:
    """One thing that two rows are compared by."""

    name: str
    kind: Kind

    @property
    def title(self) -> str:
        return self.name.replace("_", " ")


def of_kind(fields: Sequence[Field], kind: Kind) -> Field | None:
    """The first field of a kind."""
    return next((field for field in fields if field.kind is kind), None)


def levels_of(field: Field, fields: Sequence[Field]) -> tuple[Level, ...]:
    """A field's degrees; a surname and a given name may also have changed places.

    One agreement is counted once: of the left row, the surname is sought among given names, and the other way round.
    """
    other = {Kind.SURNAME: Kind.GIVEN_NAME, Kind.GIVEN_NAME: Kind.SURNAME}.get(field.kind)
    crossed = of_kind(fields, other) if other else None
    if crossed is None:
        return field.kind.levels
    there = column("r", crossed)
    swapped = Level(
        f"{{l}} = {there} OR jaro_winkler_similarity({{l}}, {there}) >= 0.93",
        f"{{title}} stands as {crossed.title}",
        crosses=True,
    )
    return (*field.kind.levels[:2], swapped, *field.kind.levels[2:])


STRONG = (SAME, ALMOST, SWAPPED_DAY, ONE_DIGIT, ONE_SIGN)
"""Degrees that say that two rows may be one *member* of a family; lesser ones are likely among relatives."""
OWN = (Kind.GIVEN_NAME, Kind.DATE, Kind.NUMBER)
"""What members of a family do not share."""


def tells_apart(fields: Sequence[Field]) -> str:
    """SQL over scored pairs: false where given name and date of birth are known and neither agrees.

    What then agrees is what relatives share, unless a number of the person's own agrees.
    """
    found = []
    for field in (field for kind in OWN if (field := of_kind(fields, kind))):
        levels = levels_of(field, fields)
        gamma = sql.name(f"gamma_{field.name}")
        strong = [str(len(levels) - n) for n, level in enumerate(levels) if level in STRONG or level.crosses]
        unknown = [] if field.kind is Kind.NUMBER else ["-1"]
        found.append(f"{gamma} IN ({', '.join(strong + unknown)})")
    return f"({' OR '.join(found) or 'true'})"


def reasons(fields: Sequence[Field]) -> str:
    """SQL over scored pairs: in words, how the rows agree and differ, the fields in their order."""
    said = []
    for field in fields:
        gamma, levels = sql.name(f"gamma_{field.name}"), levels_of(field, fields)
        cases = "".join(
            f" WHEN {len(levels) - n} THEN {sql.text(level.says.format(title=field.title))}"
            for n, level in enumerate(levels)
        )
        said.append(f"CASE {gamma}{cases} WHEN 0 THEN {sql.text(f'{field.title} differs')} END")
    return f"concat_ws('; ', {', '.join(said)})"


def column(side: str, field: Field) -> str:
    """The SQL name of a field of the left or right row of a pair, as Splink calls it."""
    return sql.name(f"{field.name}_{side}")


def prepared(rows: str, fields: Sequence[Field], key: str) -> str:
    """SQL of rows in the form in which they are compared, `unique_id` being `key`."""
    forms = "".join(
        f", {field.kind.form(sql.name(field.name))} AS {sql.name(field.name)}" for field in fields
    )
    return f"SELECT {key} AS unique_id{forms} FROM ({rows})"
