"""The page of segments: conditions chosen by links, counts at once, the address is the state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from familycard.desk.counts import Counts
from familycard.desk.segments import Counted, Facet, count_segment
from familycard.office.analyst.answers import Desk
from familycard.office.analyst.asking import levels, limited, moved, names, read
from familycard.office.analyst.question import Question, name_of, texts
from familycard.office.analyst.wording import (
    condition_title,
    level_title,
    name_title,
    step_title,
    value_title,
)
from familycard.pack.model import Pack

FACETS = ("card.category", "family_type", "children", "sex", "age", "region")
"""Shown where the address names none, as far as the level has them."""
FACETS_MAX = 8
SHOW = "show"


@dataclass(frozen=True)
class Line:
    """A value of a facet; `query` leads to the segment with it, or without it where it is chosen."""

    title: str
    shown: int | None
    is_chosen: bool
    query: str


@dataclass(frozen=True)
class Shown:
    """A facet in words; `limits` are what a range may begin or end with, `hidden` the form's other fields."""

    name: str
    title: str
    lines: tuple[Line, ...]
    limits: tuple[tuple[int, str], ...]
    fields: tuple[tuple[str, str], ...]
    without: str


@limited
def segments(request: HttpRequest) -> HttpResponse:
    """Count a segment and its facets."""
    desk = Desk.of(request)
    question, counts = read(request, desk)
    facets = _facets(request, counts)
    more = tuple((SHOW, name) for name in facets) if request.GET.getlist(SHOW) else ()
    elsewhere = moved(request, question.query(*more))
    if elsewhere is not None:
        return elsewhere
    counted: Counted = desk.ask(
        texts(question, facets), lambda: count_segment(counts, question.asked(), facets), "segment"
    )
    shown = [_shown(desk.pack, counts, question, facet, more) for facet in counted.facets]
    context = {
        "counted": counted,
        "question": question,
        "level": level_title(desk.pack, question.level),
        "levels": levels(desk.pack, question.level),
        "chosen": _chosen(desk.pack, counts, question, more),
        "facets": shown,
        "names": [pair for pair in names(counts) if pair[0] not in facets],
        "fields": [*question.pairs, *((SHOW, name) for name in facets)],
        "can_add": len(facets) < FACETS_MAX,
        "query": question.query(),
        "threshold": counts.rule.threshold,
    }
    return render(request, "analyst/segments.html", context)


def _facets(request: HttpRequest, counts: Counts) -> tuple[str, ...]:
    asked = list(dict.fromkeys(request.GET.getlist(SHOW)))[-FACETS_MAX:]
    for name in asked:
        counts.about(name)
    return tuple(sorted(asked)) or tuple(name for name in FACETS if name in counts.names)


def _chosen(
    pack: Pack, counts: Counts, question: Question, more: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    return [
        (condition_title(pack, counts, text), question.without([name_of(text)]).query(*more))
        for text in question.conditions
    ]


def _shown(
    pack: Pack, counts: Counts, question: Question, facet: Facet, more: Sequence[tuple[str, str]]
) -> Shown:
    about, without = facet.name, question.without([facet.name.name])
    whole = without.query(*more)
    only = sum(value.is_chosen for value in facet.values) == 1
    lines = tuple(
        Line(
            step_title(pack, about, value.step),
            value.shown,
            value.is_chosen,
            whole
            if value.is_chosen and only
            else question.with_(f"{about.name}:{value.step.id}").query(*more),
        )
        for value in facet.values
        if value.shown is not None or value.is_chosen or not value.step.id.startswith("_other")
    )
    steps = [value.step for value in facet.values]
    limits = tuple(
        (step.lowest, value_title(pack, about.type, step.lowest)) for step in steps if step.lowest is not None
    )
    return Shown(
        about.name,
        name_title(about),
        lines,
        limits if counts.vocabulary(about.name).is_ordered else (),
        (*without.pairs, *more),
        whole if facet.name.name in {name_of(text) for text in question.conditions} else "",
    )
