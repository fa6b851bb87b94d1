"""The page on security answers every requirement of ASVS 5.0.0 level 1, and the code and tests that it names exist."""

from __future__ import annotations

import re

from repository import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| V([\d.]+) \| ([^|]+) \| (yes|not yet|not ours|does not apply) \| (.+) \|$", re.MULTILINE
)
PATH = re.compile(r"`((?:src|tests|docs)/[\w./-]+)`")
LEVEL_1 = [
    "1.2.1",
    "1.2.2",
    "1.2.3",
    "1.2.4",
    "1.2.5",
    "1.3.1",
    "1.3.2",
    "1.5.1",
    "2.1.1",
    "2.2.1",
    "2.2.2",
    "2.3.1",
    "3.2.1",
    "3.2.2",
    "3.3.1",
    "3.4.1",
    "3.4.2",
    "3.5.1",
    "3.5.2",
    "3.5.3",
    "4.1.1",
    "4.4.1",
    "5.2.1",
    "5.2.2",
    "5.3.1",
    "5.3.2",
    "6.1.1",
    "6.2.1",
    "6.2.2",
    "6.2.3",
    "6.2.4",
    "6.2.5",
    "6.2.6",
    "6.2.7",
    "6.2.8",
    "6.3.1",
    "6.3.2",
    "6.4.1",
    "6.4.2",
    "7.2.1",
    "7.2.2",
    "7.2.3",
    "7.2.4",
    "7.4.1",
    "7.4.2",
    "8.1.1",
    "8.2.1",
    "8.2.2",
    "8.3.1",
    "9.1.1",
    "9.1.2",
    "9.1.3",
    "9.2.1",
    "10.4.1",
    "10.4.2",
    "10.4.3",
    "10.4.4",
    "10.4.5",
    "11.3.1",
    "11.3.2",
    "11.4.1",
    "12.1.1",
    "12.2.1",
    "12.2.2",
    "13.4.1",
    "14.2.1",
    "14.3.1",
    "15.1.1",
    "15.2.1",
    "15.3.1",
]


def test_every_requirement_of_level_1_has_its_row() -> None:
    assert [number for number, *_ in ROW.findall(PAGE)] == LEVEL_1
    assert len(LEVEL_1) == 70


def test_each_answer_names_a_test_or_says_that_there_is_none() -> None:
    answers = [(number, where) for number, _asks, answer, where in ROW.findall(PAGE) if answer == "yes"]
    assert [number for number, where in answers if "`tests/" not in where and "no test" not in where] == []


def test_how_soon_libraries_are_renewed_is_said_and_of_what_the_office_rests_on_how_long_it_is_supported() -> (
    None
):
    told = re.search(r"closed within (\d+) days, a grave one within (\d+), others within (\d+);", PAGE)
    assert told is not None and [int(days) for days in told.groups()] == sorted(map(int, told.groups()))
    supported = re.search(r"Django (\d+\.\d+) is supported until (\w+ \d{4})", PAGE)
    assert supported is not None
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert f"\ndjango=={supported[1]}." in locked


def test_what_the_page_names_exists() -> None:
    assert [path for path in PATH.findall(PAGE) if not (ROOT / path).exists()] == []
