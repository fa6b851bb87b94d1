"""What all pages of questions share: refusals in words, the form of the address, what is chosen."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render

from familycard.desk.counts import Counts
from familycard.errors import UsageError
from familycard.office.analyst.answers import Desk, TooManyQuestions
from familycard.office.analyst.question import PERSON, Question, name_of
from familycard.office.analyst.wording import condition_title, level_title, name_title
from familycard.pack.model import Pack

View = Callable[..., HttpResponse]


def limited(view: View) -> View:
    """A view whose questions may be too many (429), or about what is not there (404)."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except TooManyQuestions as many:
            limits = {"day": settings.QUESTIONS_PER_DAY, "snapshot": settings.QUESTIONS_PER_SNAPSHOT}
            context = {"of": many.of, "limit": limits[many.of]}
            return render(request, "analyst/too_many.html", context, status=429)
        except UsageError as error:
            raise Http404 from error

    return answer


def moved(request: HttpRequest, query: str) -> HttpResponse | None:
    """The way to the address in its one form, where what was asked is another one."""
    if not request.GET or sorted(QueryDict(query).lists()) == sorted(request.GET.lists()):
        return None
    return HttpResponseRedirect(f"{request.path}?{query}")


def read(request: HttpRequest, desk: Desk, level: str | None = None) -> tuple[Question, Counts]:
    """The question of an address in its one form, and the counts of its level; a range of a form is put in."""
    question = Question.read(request.GET, level or desk.pack.card_unit)
    if level is not None:
        question = Question(level, question.conditions)
    name = request.GET.get("range_of")
    if name:
        lowest, below = request.GET.get("from", ""), request.GET.get("below", "")
        question = question.with_(f"{name}:{lowest}..{below}")
    counts = desk.counts(question.level)
    return question.canonical(counts), counts


def names(counts: Counts) -> list[tuple[str, str]]:
    """All names that may be counted by, with their titles, in their order."""
    found = ((name, name_title(about)) for name, about in counts.names.items())
    return sorted(found, key=lambda pair: pair[1].casefold())


def levels(pack: Pack, here: str) -> list[tuple[str, str, bool]]:
    """The levels that a page offers: the card's families, and persons."""
    return [(level, level_title(pack, level), level == here) for level in (pack.card_unit, PERSON)]


def chosen(pack: Pack, counts: Counts, question: Question) -> list[tuple[str, str]]:
    """Each condition in words, with the querystring without it."""
    return [
        (condition_title(pack, counts, text), question.without([name_of(text)]).query())
        for text in question.conditions
    ]
