"""Forms of names in Kazakh and Russian."""

from __future__ import annotations

import pytest

from familycard.synthetic.names import feminine, kazakh_patronymic, name_lists, russian_patronymic


@pytest.mark.parametrize(
    ("surname", "form"),
    [
        ("Ахметов", "Ахметова"),
        ("Вершинин", "Вершинина"),
        ("Белинский", "Белинская"),
        ("Шевченко", "Шевченко"),
        ("Әлиұлы", "Әлиқызы"),
    ],
)
def test_a_woman_bears_the_feminine_form(surname: str, form: str) -> None:
    assert feminine(surname) == form


@pytest.mark.parametrize(
    ("father", "son", "daughter"),
    [
        ("Иван", "Иванович", "Ивановна"),
        ("Сергей", "Сергеевич", "Сергеевна"),
        ("Игорь", "Игоревич", "Игоревна"),
        ("Илья", "Ильич", "Ильинична"),
        ("Әли", "Әлиевич", "Әлиевна"),
    ],
)
def test_russian_patronymics_follow_the_ending_of_the_name(father: str, son: str, daughter: str) -> None:
    assert (russian_patronymic(father, False), russian_patronymic(father, True)) == (son, daughter)


def test_kazakh_patronymics_are_written_together() -> None:
    assert (kazakh_patronymic("Абай", False), kazakh_patronymic("Абай", True)) == ("Абайұлы", "Абайқызы")


def test_the_lists_hold_names_of_both_languages() -> None:
    lists = name_lists()
    assert lists.kazakh_men >= 200
    assert len(lists.men) - lists.kazakh_men >= 150
    assert "Абай" in lists.men[: lists.kazakh_men]
    assert "Иван" in lists.men[lists.kazakh_men :]
