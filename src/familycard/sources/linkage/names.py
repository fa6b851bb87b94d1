"""Names as they are compared: one spelling for Cyrillic and Latin, for both sexes, with any patronymic.

Kazakh, Russian and Azerbaijani names reach a register through passports, keyboards without ә and
several ways to write them in Latin. Each letter or group of letters that stands for one sound in
any of them is written in one way (small Latin letters; C, J, S for ч, ж, ш). What is lost by that
(ә from а, қ from к) is what agencies lose as well. All functions return SQL over a text.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from familycard.sources import sql

CYRILLIC = "аәбвгғдеёэжзиійыкқлмнңоөпрстуұүўфхһцчшґєїҷҳӣӯ"
AS_LATIN = "aabvggdeeeJziiiikklmnnooprstuuuufhhcCSgeiChiu"
FURTHER_LATIN = "əıøłñqxwyşçžšč"
FURTHER_AS = "aioznkhuiSCJSC"
PAIRS = (
    ("shch", "S"), ("sch", "S"), ("щ", "S"), ("sh", "S"), ("ch", "C"), ("zh", "J"), ("kh", "h"), ("gh", "g"),
    ("ts", "c"), ("я", "ia"), ("ю", "iu"), ("ye", "e"), ("ae", "a"), ("oe", "o"), ("ph", "f"), ("j", "J"),
)  # fmt: skip
"""Groups of letters that stand for one sound, and letters that stand for two; the longer come first."""


def folded(value: str) -> str:
    """SQL: a name in one spelling, letters only; null where it has none.

    >>> [shown(folded, n) for n in ("Қасым", "Касым", "Kassym", "QASYM", " Kasim ")]
    ['kasim', 'kasim', 'kasim', 'kasim', 'kasim']
    >>> [shown(folded, n) for n in ("Жәнібек", "Zhanibek", "Янукович", "Yanukovich", "Əliyev", "Алиев")]
    ['Janibek', 'Janibek', 'ianukoviC', 'ianukoviC', 'aliev', 'aliev']
    >>> shown(folded, "—") is None
    True
    """
    text = f"lower(nfc_normalize({value}))"
    for letters, sound in PAIRS:
        text = f"replace({text}, {sql.text(letters)}, {sql.text(sound)})"
    singles, written = sql.text(CYRILLIC + FURTHER_LATIN), sql.text(AS_LATIN + FURTHER_AS)
    plain = f"translate(replace(replace({text}, 'ş', 'S'), 'ç', 'C'), {singles}, {written})"
    only = f"regexp_replace(strip_accents({plain}), '[^a-zCJS]', '', 'g')"
    once = f"list_reduce(string_split({only}, ''), lambda a, b: CASE WHEN right(a, 1) = b THEN a ELSE a || b END, '')"
    return f"nullif({once}, '')"


def surname(value: str) -> str:
    """SQL: a surname without what only says the bearer's sex.

    >>> [shown(surname, n) for n in ("Ахметова", "Akhmetov", "Донская", "Донской", "Белинский", "Әлиқызы")]
    ['ahmetov', 'ahmetov', 'donsk', 'donsk', 'belinsk', 'ali']
    """
    both = f"regexp_replace({folded(value)}, '(...)(uli|kizi|oglu|ogli)$', '\\1')"
    adjective = f"regexp_replace({both}, '(..)(sk|ck)(aia|oi|i|ii)$', '\\1\\2')"
    return f"regexp_replace({adjective}, '(.)(ov|ev|in)a$', '\\1\\2')"


def patronymic(value: str) -> str:
    """SQL: the father's name in a patronymic, without endings; a bare father's name gives the same.

    >>> [shown(patronymic, n) for n in ("Сергеевич", "Сергейұлы", "Sergeyevna", "Сергей қызы", "Сергей")]
    ['serg', 'serg', 'serg', 'serg', 'serg']
    >>> [shown(patronymic, n) for n in ("Никитична", "Никитаұлы", "Vaqif oğlu", "Вагифович", "-", "А.")]
    ['nikit', 'nikit', 'vakif', 'vagif', None, 'a']
    """
    end = "(uli|kizi|oglu|ogli|oviC|eviC|ovna|evna|iC|iCna|iniCna)$"
    father = f"regexp_replace({folded(value)}, '(..){end}', '\\1')"
    return f"regexp_replace({father}, '(..)[aeiou]+$', '\\1')"


def shown(form: Callable[[str], str], name: str) -> str | None:
    """What a form of this file makes of a name."""
    found = duckdb.execute(f"SELECT {form(sql.text(name))}").fetchall()[0][0]
    return None if found is None else str(found)
