"""An indicator or a take-up as a map of tiles with its table: by region, and by the districts of one."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from familycard.desk.areas import OfArea, mean_by_area, share_by_area, take_up_by_area
from familycard.desk.counts import Counts
from familycard.desk.means import NUMBERS
from familycard.desk.vocabulary import AREA, REGION
from familycard.errors import UsageError
from familycard.office.analyst import charts
from familycard.office.analyst.answers import Desk
from familycard.office.analyst.asking import chosen, levels, limited, moved, names, read
from familycard.office.analyst.question import Question
from familycard.office.analyst.tiling import layout
from familycard.office.analyst.wording import (
    level_title,
    name_title,
    share_title,
    shares_title,
    step_title,
    value_title,
)
from familycard.office.pages.charts import LADDER, svg_answer
from familycard.office.pages.templatetags.shown import label
from familycard.pack.model import Pack

FIRST = ("income_to_line", "members")
"""What the map shows where the address says nothing: the first that the level has."""


@dataclass(frozen=True)
class Line:
    """An area with its figure; `value` orders and colours, None is hidden."""

    code: str
    title: str
    value: float | None
    words: str
    part: int | None
    of: int | None


@dataclass(frozen=True)
class Measured:
    """What is measured by area: a share of a step, a mean, or the take-up of a programme."""

    question: Question
    counts: Counts
    measure: tuple[str, str]
    title: str

    @property
    def query(self) -> str:
        """The address in its one form."""
        return self.question.query(self.measure)


@limited
def regions(request: HttpRequest) -> HttpResponse:
    """The map and the table of all regions."""
    return _page(request, REGION, "")


@limited
def region(request: HttpRequest, code: str) -> HttpResponse:
    """The map and the table of a region's districts."""
    return _page(request, AREA, code)


@limited
def regions_chart(request: HttpRequest) -> HttpResponse:
    """The map as an image."""
    desk = Desk.of(request)
    return _tiles(desk, _measured(request, desk), REGION, "")


@limited
def region_chart(request: HttpRequest, code: str) -> HttpResponse:
    """The map of a region's districts as an image."""
    desk = Desk.of(request)
    if code not in desk.pack.areas:
        raise Http404
    return _tiles(desk, _measured(request, desk), AREA, code)


def _tiles(desk: Desk, measured: Measured, by: str, code: str) -> HttpResponse:
    lines = _lines(desk, measured, by, code)
    places = layout(desk.pack, [line.code for line in lines]).places
    found = tuple(
        charts.Tile(*places[line.code], line.value, "–" if line.value is None else line.words)
        for line in lines
    )
    return svg_answer(charts.tiles(found, _bands(desk, measured, lines), _("hidden"), measured.title))


def _page(request: HttpRequest, by: str, code: str) -> HttpResponse:
    desk = Desk.of(request)
    if code and (code not in desk.pack.areas or by == REGION):
        raise Http404
    measured = _measured(request, desk)
    elsewhere = moved(request, measured.query)
    if elsewhere is not None:
        return elsewhere
    question, counts = measured.question, measured.counts
    lines = _lines(desk, measured, by, code)
    kind, what = measured.measure
    context = {
        "measured": measured,
        "lines": lines,
        "region": label(desk.pack.areas[code]) if code else "",
        "code": code,
        "level": level_title(desk.pack, question.level),
        "levels": levels(desk.pack, question.level),
        "chosen": [
            (words, f"{query}&{_pair(measured.measure)}")
            for words, query in chosen(desk.pack, counts, question)
        ],
        "names": names(counts),
        "what": what.partition(":")[0],
        "kind": kind,
        "steps": _steps(desk.pack, measured),
        "programmes": [(p.id, label(p.title)) for p in desk.programmes()],
        "is_schematic": layout(desk.pack, [line.code for line in lines]).is_schematic,
        "is_share": kind == "take_up" or ":" in what,
        "hidden": sum(line.value is None for line in lines),
    }
    return render(request, "analyst/map.html", context)


def _measured(request: HttpRequest, desk: Desk) -> Measured:
    """What the address asks to measure: ``take_up=programme``, ``of=name:step`` or ``of=name`` (its mean)."""
    programme = request.GET.get("take_up")
    if programme:
        if programme not in {one.id for one in desk.programmes()}:
            raise UsageError(f"There is no programme `{programme}` that may be counted here.")
        rule = desk.pack.programmes[programme]
        question, counts = read(request, desk, rule.unit)
        title = _("%(programme)s: take-up, %%") % {"programme": label(rule.title)}
        return Measured(question, counts, ("take_up", programme), title)
    question, counts = read(request, desk)
    what = request.GET.get("of") or next((n for n in (*FIRST, *counts.names) if n in counts.names), "")
    return Measured(
        question, counts, ("of", _settled(counts, what)), _title(desk.pack, counts, _settled(counts, what))
    )


def _settled(counts: Counts, what: str) -> str:
    """A measure that can be made: of what is no number, the share of its first step where none is named."""
    name, _colon, step = what.partition(":")
    about = counts.about(name)
    if name in (AREA, REGION):
        raise UsageError("An area is not measured by area.")
    words = counts.vocabulary(name)
    if step:
        words.place(step)
    elif about.type.kind not in NUMBERS:
        yes = next((one.id for one in words.steps if one.id == "yes"), words.steps[0].id)
        return f"{name}:{yes}"
    return what


def _title(pack: Pack, counts: Counts, what: str) -> str:
    name, _colon, step = what.partition(":")
    about = counts.about(name)
    if not step:
        return _("%(indicator)s: mean") % {"indicator": name_title(about)}
    words = counts.vocabulary(name)
    value = step_title(pack, about, words.steps[words.place(step)])
    return _("%(indicator)s: %(value)s, %%") % {"indicator": name_title(about), "value": value}


def _steps(pack: Pack, measured: Measured) -> list[tuple[str, str, bool]]:
    """The other measures of the same indicator: each step's share, and the mean of a number."""
    kind, what = measured.measure
    if kind != "of":
        return []
    name, _colon, here = what.partition(":")
    about, words = measured.counts.about(name), measured.counts.vocabulary(name)
    found = [
        ("of", f"{name}:{step.id}", step_title(pack, about, step), step.id == here) for step in words.steps
    ]
    if about.type.kind in NUMBERS:
        found.insert(0, ("of", name, _("mean"), not here))
    return [(measured.question.query((key, value)), title, is_here) for key, value, title, is_here in found]


def _pair(measure: tuple[str, str]) -> str:
    return f"{measure[0]}={measure[1]}"


def _lines(desk: Desk, measured: Measured, by: str, code: str) -> list[Line]:
    """The areas, the highest first, hidden ones last; of one region where `code` says which."""
    text = f"{measured.query}&by={by}"
    rows: tuple[OfArea, ...] = desk.ask([text], lambda: _answer(measured, by), "areas")
    lines = [
        _line(desk, measured, row) for row in rows if by == REGION or row.region == code and row.code != code
    ]
    return sorted(lines, key=lambda line: (line.value is None, -(line.value or 0), line.title))


def _answer(measured: Measured, by: str) -> tuple[OfArea, ...]:
    counts, conditions = measured.counts, measured.question.asked()
    kind, what = measured.measure
    if kind == "take_up":
        return take_up_by_area(counts, what, conditions, by)
    name, _colon, step = what.partition(":")
    if step:
        return share_by_area(counts, name, step, conditions, by)
    return mean_by_area(counts, name, conditions, by)


def _line(desk: Desk, measured: Measured, row: OfArea) -> Line:
    kind, what = measured.measure
    if kind == "of" and ":" not in what:
        type_ = measured.counts.about(what).type
        words = _("hidden") if row.mean is None else value_title(desk.pack, type_, row.mean)
        return Line(row.code, label(row.title), row.mean, words, None, row.shown)
    words = shares_title(row.lowest_pct, row.highest_pct)
    return Line(row.code, label(row.title), row.lowest_pct, words, row.part, row.of)


def _bands(desk: Desk, measured: Measured, lines: list[Line]) -> tuple[str, ...]:
    """What each rung of the ladder of colours means, in words."""
    known = [line.value for line in lines if line.value is not None]
    if not known:
        return ()
    low, width = min(known), (max(known) - min(known)) / len(LADDER)
    kind, what = measured.measure
    is_mean = kind == "of" and ":" not in what

    def words(value: float) -> str:
        if is_mean:
            return value_title(desk.pack, measured.counts.about(what).type, round(value))
        return share_title(round(value, 1))

    bands = tuple(f"{words(low + width * n)} – {words(low + width * (n + 1))}" for n in range(len(LADDER)))
    return bands if len(set(bands)) == len(bands) else (f"{words(low)} – {words(max(known))}",)
