"""Nothing that pages say advises to divorce, to have a child, to work less or to sell; in no language.

What is read: all templates and words of the office, and all texts of the pack that pages show (titles, summaries,
conditions, points, steps, advice). Facts may be named ("divorced", "sold objects"); telling people to is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from familycard.office.languages.words import LANGUAGES, OFFICE, apps, read
from familycard.pack.loader import load_pack
from familycard.pack.model import Pack

ROOT = Path(__file__).resolve().parents[3]
DANGEROUS = [
    # English: imperatives and advice
    r"\b(get|getting|should|could|to|can|please|then|you) (a )?divorc(e|ed|ing)\b",
    r"\bdivorce (your|the) (husband|wife|spouse)\b",
    r"\bleave your (husband|wife|spouse|job)\b",
    r"\b(have|having|adopt) (a|another|one more|more) (child|children|baby)\b(?! (who|of|that))",
    r"\b(work|earn|working|earning) (less|fewer)\b",
    r"\b(quit|give up|stop) (your |the )?(job|work|working)\b",
    r"\b(sell|selling) (your|the|a|his|her) (car|flat|house|home|land|livestock|cattle|property)\b",
    # Russian
    r"\b(развед(ись|итесь)|развестись|расторгн(и|ите) брак|оформ(и|ите) развод)\b",
    r"\b(род(и|ите)|заведите|родить|усынов(и|ите)) (ещё |еще )?(ребёнка|ребенка|детей)\b",
    r"\b(работа(й|йте|ть)|зарабатыва(й|йте|ть)) меньше\b",
    r"\b(уволь(ся|тесь)|уволиться|брось(те)? работу|бросить работу)\b",
    r"\b(прода(й|йте|ть)) (машину|автомобиль|квартиру|дом|землю|участок|скот|имущество|жиль[ёе])\b",
    # Kazakh
    r"\b(ажырас(ың|ыңыз|ыңдар|у керек|уға болады)|некені бұз(ың|ыңыз|у керек))\b",
    r"\b(бала (туыңыз|туып алыңыз|табыңыз|асырап алыңыз)|тағы (бір )?бала туу керек)\b",
    r"\b(аз(ырақ)? (жұмыс істеңіз|табыс табыңыз)|жұмыстан шығыңыз|жұмысыңызды тастаңыз)\b",
    r"\b(көлігіңізді|машинаңызды|үйіңізді|пәтеріңізді|жеріңізді|малыңызды) сат(ыңыз|у керек)\b",
]
PATTERN = re.compile("|".join(DANGEROUS), re.IGNORECASE)


def texts(part: Any, where: str) -> Iterator[tuple[str, str]]:
    """Every text of a part of the pack: labels in all languages, however deep."""
    if isinstance(part, str):
        yield where, part
    elif isinstance(part, dict) or hasattr(part, "items"):
        for key, value in part.items():
            yield from texts(value, f"{where}.{key}")
    elif isinstance(part, list | tuple | frozenset):
        for number, value in enumerate(part):
            yield from texts(value, f"{where}.{number}")
    elif is_dataclass(part):
        for field in fields(part):
            if field.name not in ("place", "cases", "file"):
                yield from texts(getattr(part, field.name), f"{where}.{field.name}")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(ROOT / "packs" / "kz")


def test_no_text_of_the_pack_gives_dangerous_advice(pack: Pack) -> None:
    shown = (pack.programmes, pack.scorecards, pack.indicators, pack.checks, pack.units, pack.parameters)
    found = [(where, text) for part in shown for where, text in texts(part, "pack") if PATTERN.search(text)]
    assert found == []


def test_no_template_gives_dangerous_advice() -> None:
    files = [*OFFICE.rglob("*.html"), *OFFICE.rglob("*.txt"), *OFFICE.rglob("*.yaml")]
    assert len(files) > 20
    found = [
        (file.name, match[0])
        for file in files
        for match in PATTERN.finditer(file.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_words_in_kazakh_or_russian_give_dangerous_advice() -> None:
    count = 0
    for app in apps():
        for language in LANGUAGES:
            file = app / "locale" / language / "LC_MESSAGES" / "django.po"
            for message in read(file, language) if file.exists() else ():
                for text in (message.id, message.string):
                    for form in (text,) if isinstance(text, str) else text:
                        count += 1
                        assert not PATTERN.search(form or ""), (app.name, language, form)
    assert count > 500


@pytest.mark.parametrize(
    "advice",
    [
        "You should divorce your husband.",
        "Have another child to get it.",
        "Work less and you have a right to it.",
        "Sell your car.",
        "Разведитесь, и пособие назначат.",
        "Родите ещё ребёнка.",
        "Продайте машину.",
        "Уволиться с работы",
        "Ажырасыңыз.",
        "Көлігіңізді сатыңыз.",
    ],
)
def test_the_words_looked_for_would_be_found(advice: str) -> None:
    assert PATTERN.search(advice)
