"""Names in Kazakh and in Russian, from Mimesis, with the forms of patronymics and surnames.

Rules: ``domain/identifiers.md`` 5.4 (Code on Marriage and Family art. 63, 194). Lists are
drawn once; people index into them, and a child has its father's surname and his name in
its patronymic.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
from mimesis import Gender, Locale, Person

from familycard.synthetic.tables import NOBODY, Bools, Ints

_DRAWS = 3000
_GENERATIONS = 4
_WITHOUT_PATRONYMIC = 0.08
_KAZAKH_PATRONYMIC = 0.55
_RARE = {"Пров", "Аввакум", "Авен"}


@dataclass(frozen=True)
class NameLists:
    """Given names of men and women and surnames; the first `kazakh_*` entries are Kazakh, the others Russian."""

    men: tuple[str, ...]
    women: tuple[str, ...]
    surnames: tuple[str, ...]
    kazakh_men: int
    kazakh_women: int
    kazakh_surnames: int


@cache
def name_lists() -> NameLists:
    """Lists of names, the same in every run with the same Mimesis."""
    kazakh, russian = _lists(Locale.KK), _lists(Locale.RU)
    return NameLists(
        men=kazakh[0] + russian[0],
        women=kazakh[1] + russian[1],
        surnames=kazakh[2] + russian[2],
        kazakh_men=len(kazakh[0]),
        kazakh_women=len(kazakh[1]),
        kazakh_surnames=len(kazakh[2]),
    )


def _lists(locale: Locale) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    person = Person(locale, seed=1)
    men = {person.first_name(gender=Gender.MALE) for _ in range(_DRAWS)}
    women = {person.first_name(gender=Gender.FEMALE) for _ in range(_DRAWS)}
    surnames = {person.surname(gender=Gender.MALE) for _ in range(_DRAWS)}
    return tuple(sorted(men - _RARE)), tuple(sorted(women)), tuple(sorted(surnames - _RARE))


def feminine(surname: str) -> str:
    """The form of a surname that a woman bears.

    >>> [feminine(s) for s in ("Ахметов", "Вершинин", "Донской", "Белинский", "Шевченко", "Әлиұлы")]
    ['Ахметова', 'Вершинина', 'Донская', 'Белинская', 'Шевченко', 'Әлиқызы']
    """
    if surname.endswith(("ов", "ев", "ёв", "ин", "ын")):
        return surname + "а"
    if surname.endswith(("ский", "цкий", "ой", "ый")):
        return surname[:-2] + "ая"
    return surname[:-3] + "қызы" if surname.endswith("ұлы") else surname


def russian_patronymic(father: str, is_female: bool) -> str:
    """The patronymic in -ович / -овна.

    >>> [russian_patronymic(n, False) for n in ("Иван", "Сергей", "Никита", "Әли", "Игорь", "Дәуіт")]
    ['Иванович', 'Сергеевич', 'Никитич', 'Әлиевич', 'Игоревич', 'Дәуітович']
    >>> russian_patronymic("Илья", True)
    'Ильинична'
    """
    if father in ("Илья", "Лука", "Фома", "Кузьма"):
        return father[:-1] + ("инична" if is_female else "ич")
    last = father[-1]
    if last in "ая":
        return father[:-1] + ("ична" if is_female else "ич")
    if last in "йь":
        return father[:-1] + ("евна" if is_female else "евич")
    if last in "еиоуыэюіөүұәёжшчщц":
        return father + ("евна" if is_female else "евич")
    return father + ("овна" if is_female else "ович")


def kazakh_patronymic(father: str, is_female: bool) -> str:
    """The patronymic in -ұлы / -қызы, written together (art. 194(2)).

    >>> kazakh_patronymic("Абай", True)
    'Абайқызы'
    """
    return father + ("қызы" if is_female else "ұлы")


@dataclass(frozen=True)
class Names:
    """Text columns by person; a patronymic may be missing."""

    surname: pa.Array
    given_name: pa.Array
    patronymic: pa.Array


def make_names(
    is_female: Bools,
    mother: Ints,
    father: Ints,
    spouse: Ints,
    is_russian: Bools,
    wife_takes: float,
    dice: np.random.Generator,
) -> Names:
    """Names of all persons of a block; ties by number, NOBODY where unknown."""
    lists = name_lists()
    count = len(is_female)
    women = _pick(is_russian, lists.kazakh_women, len(lists.women), dice)
    men = _pick(is_russian, lists.kazakh_men, len(lists.men), dice)
    surname = _inherited(_pick(is_russian, lists.kazakh_surnames, len(lists.surnames), dice), mother, father)
    takes = is_female & (spouse != NOBODY) & (dice.random(count) < wife_takes)
    surname = np.where(takes, surname[spouse], surname)
    vocabulary = lists.surnames + tuple(feminine(name) for name in lists.surnames)
    given = lists.men + lists.women
    father_name = np.where(
        father == NOBODY, _pick(is_russian, lists.kazakh_men, len(lists.men), dice), men[father]
    )
    return Names(
        _texts(surname + len(lists.surnames) * is_female, vocabulary),
        _texts(np.where(is_female, len(lists.men) + women, men), given),
        _patronymics(father_name, is_female, is_russian, lists, dice),
    )


def _pick(is_russian: Bools, kazakh: int, total: int, dice: np.random.Generator) -> Ints:
    chance = dice.random(len(is_russian))
    return np.where(is_russian, kazakh + chance * (total - kazakh), chance * kazakh).astype(np.int64)


def _inherited(surname: Ints, mother: Ints, father: Ints) -> Ints:
    parent = np.where(father != NOBODY, father, mother)
    own = surname
    for _ in range(_GENERATIONS):
        surname = np.where(parent != NOBODY, surname[parent], own)
    return surname


def _patronymics(
    father_name: Ints, is_female: Bools, is_russian: Bools, lists: NameLists, dice: np.random.Generator
) -> pa.Array:
    count = len(lists.men)
    vocabulary = [
        form(name, female)
        for form in (kazakh_patronymic, russian_patronymic)
        for female in (False, True)
        for name in lists.men
    ]
    chance = dice.random(len(is_female))
    is_kazakh_form = ~is_russian & (chance < _KAZAKH_PATRONYMIC)
    index = father_name + count * (is_female + 2 * ~is_kazakh_form)
    return _texts(index, vocabulary, chance >= 1 - _WITHOUT_PATRONYMIC)


def _texts(index: Ints, vocabulary: tuple[str, ...] | list[str], is_missing: Bools | None = None) -> pa.Array:
    codes = pa.array(index, mask=is_missing)
    return pa.DictionaryArray.from_arrays(codes, pa.array(vocabulary, pa.string())).cast(pa.string())
