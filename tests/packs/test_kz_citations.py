"""packs/kz cites every law in Kazakh and Russian, with the numbers and dates of the citation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from babel.dates import get_month_names
from packs_read import pack_of

from familycard.pack.lint import lint_pack
from familycard.pack.model import Pack

PACK = Path(__file__).resolve().parents[2] / "packs" / "kz"
DATE = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})")
NO_ENGLISH = re.compile(r"[A-Za-z]{2,}")
AS_PUBLISHED = {"VII", "VIII", "news", "mail", "ru"}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_of("kz")


def cited(part: Any) -> Iterator[str]:
    """Every citation anywhere in a pack, whichever part of it bears one."""
    if is_dataclass(part):
        for field in fields(part):
            value = getattr(part, field.name)
            if field.name in ("law", "legal_basis"):
                yield value
            elif field.name == "purposes" and isinstance(value, Mapping):
                yield from value.values()
            else:
                yield from cited(value)
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from cited(value)
    elif isinstance(part, tuple):
        for value in part:
            yield from cited(value)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_citation_is_told_in_the_language(pack: Pack, language: str) -> None:
    laws = {law for law in cited(pack) if law}
    assert len(laws) > 250
    for law in laws:
        english = set(NO_ENGLISH.findall(pack.cite(law, language))) - AS_PUBLISHED
        assert not english, (law, pack.cite(law, language))


def test_the_lint_knows_of_every_citation(pack: Pack) -> None:
    assert [str(one) for one in lint_pack(PACK) if one.rule.startswith("citation")] == []
    clauses = {clause for law in cited(pack) if law for clause in law.split("; ")}
    assert clauses == set(pack.citations)


def numbers(text: str) -> set[int]:
    return {int(number) for number in re.findall(r"\d+", text)}


def test_russian_has_the_numbers_of_the_citation(pack: Pack) -> None:
    for clause, citation in pack.citations.items():
        assert numbers(citation.label["ru"]) == numbers(clause), citation


def test_kazakh_has_its_numbers_and_writes_the_months_out(pack: Pack) -> None:
    months = get_month_names("wide", "format", "kk")
    for clause, citation in pack.citations.items():
        told = citation.label["kk"]
        assert numbers(told) == numbers(DATE.sub(r"\1 \3", clause)), citation
        for _, month, _ in DATE.findall(clause):
            assert months[int(month)] in told, citation


FAMILY_CODE = "«Неке (ерлі-зайыптылық) және отбасы туралы» кодекстің 5-1-бабы 2-тармағының 8) тармақшасы"
KAZAKH_AND_RUSSIAN = {
    "Social Code art. 206-207": (
        "Әлеуметтік кодекстің 206–207-баптары",
        "ст. 206–207 Социального кодекса",
    ),
    "art. 107": ("107-бап", "ст. 107"),
    "Code on Marriage and Family art. 5-1(2)(8); order 14.06.2024 No 256": (
        f"{FAMILY_CODE}; 2024 жылғы 14 маусымдағы № 256 бұйрық",
        "подп. 8) п. 2 ст. 5-1 Кодекса «О браке (супружестве) и семье»; приказ от 14.06.2024 № 256",
    ),
    "Law on Housing Relations; to be verified": (
        "«Тұрғын үй қатынастары туралы» заң; тексерілуі тиіс",
        "Закон «О жилищных отношениях»; подлежит проверке",
    ),
}


@pytest.mark.parametrize(("law", "told"), KAZAKH_AND_RUSSIAN.items())
def test_articles_stand_as_lawyers_write_them(pack: Pack, law: str, told: tuple[str, str]) -> None:
    assert (pack.cite(law, "kk"), pack.cite(law, "ru"), pack.cite(law, "en")) == (*told, law)
