"""Everybody may read every rule and the model, in three languages, without signing in."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from familycard.office.access.models import Look
from familycard.office.rules.points import categories_of, terms_of
from familycard.snapshot.reader import Reader

LANGUAGES = ("kk", "ru", "en")
ENGLISH_ARTICLE = re.compile(r"\bart\. \d")
LAWYERS_CASE = re.compile(r'<li lang="en">[^<]*</li>')
"""Cases are written in one language, and the page says in which."""


@pytest.fixture
def visitor(db: None, reader: Reader) -> Client:
    return Client()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_programme_has_its_page(visitor: Client, reader: Reader, language: str) -> None:
    visitor.cookies["language"] = language
    listed = visitor.get("/rules/").content.decode()
    assert len(reader.pack.programmes) == 68
    for programme in reader.pack.programmes.values():
        answer = visitor.get(f"/rules/{programme.id}/")
        shown = answer.content.decode()
        assert answer.status_code == 200, programme.id
        assert f'href="/rules/{programme.id}/"' in listed
        for condition in programme.conditions:
            assert escaped(condition.label[language]) in shown, (programme.id, condition.id)
            assert escaped(condition.when.text) in shown
        assert escaped(reader.pack.cite(programme.law, language)) in shown
        assert language == "en" or not ENGLISH_ARTICLE.search(LAWYERS_CASE.sub("", shown)), programme.id
    assert language == "en" or not ENGLISH_ARTICLE.search(listed)
    assert not Look.objects.exists()


def escaped(text: str) -> str:
    from django.utils.html import escape

    return str(escape(text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_model_shows_every_line_every_point_and_every_cut_off(
    visitor: Client, reader: Reader, language: str
) -> None:
    visitor.cookies["language"] = language
    shown = visitor.get("/model/").content.decode()
    for scorecard in reader.pack.scorecards.values():
        for term in scorecard.terms:
            assert escaped(term.label[language]) in shown
        shown_terms = terms_of(reader, scorecard)
        assert shown.count('<td class="number">') >= sum(len(one.lines) for one in shown_terms)
        for one in shown_terms:
            points = sorted(line.points for line in one.lines)
            term = one.term
            expected = [bin_.points for bin_ in term.bin_points] + list(term.value_points.values())
            expected += [cell for row in term.grid for cell in row] + ([term.points] if term.when else [])
            expected += [*term.missing_row, *term.missing_column]
            expected += [one for one in (term.otherwise, term.missing) if one is not None]
            assert points == sorted(expected), term.id
        letters = [letter for letter, _ in scorecard.categories]
        assert [one.letter for one in categories_of(scorecard)] == letters
    assert reader.pack.digest[:16] in shown and reader.snapshot.path.name in shown


def test_a_rule_that_nobody_verified_says_so(visitor: Client, reader: Reader) -> None:
    visitor.cookies["language"] = "en"
    for programme in reader.pack.programmes.values():
        shown = visitor.get(f"/rules/{programme.id}/").content.decode()
        assert ("Nobody has yet compared" in shown) == (not programme.verified), programme.id


def test_a_rule_that_is_none_is_not_found(visitor: Client) -> None:
    assert visitor.get("/rules/nothing/").status_code == 404
