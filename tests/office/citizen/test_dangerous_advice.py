"""Nothing that pages may say gives advice that harms a family; in no language.

What is read here: all templates and words of the office, and all texts of the pack that pages show (titles, summaries,
conditions, points, steps, advice). The pages themselves are read in the browser (`tests/office/browser`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from dangerous_advice import DANGEROUS
from packs_read import pack_of

from familycard.office.languages.words import LANGUAGES, OFFICE, apps, read
from familycard.pack.model import Pack

ROOT = Path(__file__).resolve().parents[3]


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
    return pack_of("kz")


def test_no_text_of_the_pack_gives_dangerous_advice(pack: Pack) -> None:
    shown = (
        pack.programmes,
        pack.scorecards,
        pack.indicators,
        pack.checks,
        pack.units,
        pack.parameters,
        pack.office,
    )
    found = [(where, text) for part in shown for where, text in texts(part, "pack") if DANGEROUS.search(text)]
    assert found == []


def test_no_template_gives_dangerous_advice() -> None:
    files = [*OFFICE.rglob("*.html"), *OFFICE.rglob("*.txt"), *OFFICE.rglob("*.yaml")]
    assert len(files) > 20
    found = [
        (file.name, match[0])
        for file in files
        for match in DANGEROUS.finditer(file.read_text(encoding="utf-8"))
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
                        assert not DANGEROUS.search(form or ""), (app.name, language, form)
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
    assert DANGEROUS.search(advice)
