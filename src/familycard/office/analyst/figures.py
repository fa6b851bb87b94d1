"""Distributions, moves between categories, and the take-up of all programmes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from familycard.desk import distribution as spread
from familycard.desk.flows import NEW, UNCLEAR, Flow, category_flows
from familycard.desk.take_up import TakeUp
from familycard.desk.take_up import take_up as take_up_of_all
from familycard.errors import FamilyCardError, UsageError
from familycard.office.analyst import charts
from familycard.office.analyst.answers import Desk, rule
from familycard.office.analyst.asking import chosen, levels, limited, moved, names, read
from familycard.office.analyst.question import Question
from familycard.office.analyst.wording import level_title, name_title, shares_title, step_title, value_title
from familycard.office.pages.charts import bars, svg_answer
from familycard.office.pages.templatetags.shown import number
from familycard.snapshot.open import OpenSnapshot, open_snapshot

FIRST = "children"


@limited
def distribution(request: HttpRequest) -> HttpResponse:
    """A histogram with quantiles, the mean and the table."""
    desk = Desk.of(request)
    question, name, found = _distribution(request, desk)
    elsewhere = moved(request, question.query(("of", name)))
    if elsewhere is not None:
        return elsewhere
    counts, type_ = desk.counts(question.level), found.name.type
    context = {
        "name": name,
        "title": name_title(found.name),
        "question": question,
        "level": level_title(desk.pack, question.level),
        "levels": levels(desk.pack, question.level),
        "chosen": [(words, f"{query}&of={name}") for words, query in chosen(desk.pack, counts, question)],
        "names": names(counts),
        "bars": [(step_title(desk.pack, found.name, bar.step), bar.shown) for bar in found.bars],
        "unknown": found.unknown,
        "quantiles": [(pct, value_title(desk.pack, type_, value)) for pct, value in found.quantiles],
        "mean": None if found.mean is None else value_title(desk.pack, type_, found.mean),
        "is_number": bool(found.quantiles),
        "query": question.query(("of", name)),
    }
    return render(request, "analyst/distribution.html", context)


@limited
def distribution_chart(request: HttpRequest) -> HttpResponse:
    """The histogram as an image."""
    desk = Desk.of(request)
    question, _name, found = _distribution(request, desk)
    rows = tuple((step_title(desk.pack, found.name, bar.step), bar.shown) for bar in found.bars)
    return svg_answer(bars(rows, level_title(desk.pack, question.level)))


def _distribution(request: HttpRequest, desk: Desk) -> tuple[Question, str, spread.Distribution]:
    question, counts = read(request, desk)
    name = request.GET.get("of") or (FIRST if FIRST in counts.names else next(iter(counts.names)))
    question = question.without([counts.about(name).name])
    found: spread.Distribution = desk.ask(
        [f"{question.query()}&of={name}"],
        lambda: spread.distribution(counts, name, question.asked()),
        "distribution",
    )
    return question, name, found


@limited
def flows(request: HttpRequest) -> HttpResponse:
    """How families moved between categories since the snapshot before."""
    desk = Desk.of(request)
    before = previous(desk.snapshot)
    if before is None:
        return render(request, "analyst/flows.html", {"before": None})
    found = _flows(desk, before)
    afters = list(dict.fromkeys(flow.after for flow in found))
    lines = [
        (_category(start), [flow.shown for flow in found if flow.before == start])
        for start in dict.fromkeys(flow.before for flow in found)
    ]
    context = {
        "before": before.catalogue.as_of,
        "after": desk.snapshot.catalogue.as_of,
        "afters": [_category(one) for one in afters],
        "lines": lines,
    }
    return render(request, "analyst/flows.html", context)


@limited
def flows_chart(request: HttpRequest) -> HttpResponse:
    """The moves as a heat map."""
    desk = Desk.of(request)
    before = previous(desk.snapshot)
    if before is None:
        raise UsageError("There is no snapshot before this one.")
    cells = tuple(
        charts.Cell(
            _category(f.before), _category(f.after), f.shown, "–" if f.shown is None else number(f.shown)
        )
        for f in _flows(desk, before)
    )
    return svg_answer(charts.heat(cells, _("Category before"), _("Category now")))


def _flows(desk: Desk, before: OpenSnapshot) -> list[Flow]:
    found: tuple[Flow, ...] = desk.ask(
        [before.path.name], lambda: category_flows(before, desk.snapshot, rule()), "flows"
    )
    afters = list(dict.fromkeys(flow.after for flow in found))
    befores = list(dict.fromkeys(flow.before for flow in found))
    by_pair = {(flow.before, flow.after): flow for flow in found}
    order = sorted(befores, key=lambda one: (one in (NEW, UNCLEAR), one))
    return [by_pair[start, end] for start in order for end in sorted(afters, key=lambda e: (e == UNCLEAR, e))]


def _category(letter: str) -> str:
    return {NEW: _("no family before"), UNCLEAR: _("not clear")}.get(letter, letter)


def previous(snapshot: OpenSnapshot) -> OpenSnapshot | None:
    """The latest snapshot of the same folder as of an earlier day; None where there is none that can be opened."""
    return snapshot.remember("the snapshot before", lambda: _Before(_previous(snapshot))).snapshot


class _Before:
    """What `remember` keeps, also where there is none."""

    def __init__(self, snapshot: OpenSnapshot | None) -> None:
        self.snapshot = snapshot


def _previous(snapshot: OpenSnapshot) -> OpenSnapshot | None:
    earlier = [
        folder
        for folder in snapshot.path.parent.iterdir()
        if _day(folder) < snapshot.catalogue.as_of.isoformat()
    ]
    for folder in sorted(earlier, key=_day, reverse=True):
        try:
            return open_snapshot(folder)
        except FamilyCardError:
            continue
    return None


def _day(folder: Path) -> str:
    """The day that a snapshot's name begins with; the latest day for what is no snapshot."""
    try:
        return date.fromisoformat(folder.name[:10]).isoformat()
    except ValueError:
        return date.max.isoformat()


@limited
def take_up(request: HttpRequest) -> HttpResponse:
    """The programmes that may be counted: who has the right, who receives, who does not."""
    desk = Desk.of(request)
    found: tuple[TakeUp, ...] = desk.ask(
        ["all"],
        lambda: take_up_of_all(desk.snapshot, rule(), allow_restricted=desk.may_see_restricted),
        "take-up",
    )
    rows = [
        (one, level_title(desk.pack, one.programme.unit), shares_title(one.lowest_pct, one.highest_pct))
        for one in found
    ]
    context = {
        "rows": rows,
        "on_map": {one.id for one in desk.programmes("analyst:map")},
        "left_out": len(desk.pack.programmes) - len(rows),
    }
    return render(request, "analyst/take_up.html", context)
