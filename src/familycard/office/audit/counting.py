"""Counts of looks with their charts, and what stands out."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from familycard.office.access.purposes import purposes
from familycard.office.access.role_titles import role_titles
from familycard.office.audit.charts import days
from familycard.office.audit.figures import BY, DAYS, Figure, figures, since
from familycard.office.audit.unusual import unusual
from familycard.office.pages.charts import bars, svg_answer
from familycard.office.pages.templatetags.shown import day, label, language

DRAWN_MOST = 20
"""Bars of a chart; its table has all."""


def looks(request: HttpRequest) -> HttpResponse:
    """Looks of the last month by day, role and purpose."""
    tables = [(by, [(_written(by, name), one) for name, one in _named(by) if one.looks]) for by in BY]
    return render(request, "audit/figures.html", {"tables": tables, "days": DAYS})


def chart(request: HttpRequest, by: str) -> HttpResponse:
    """One of the charts as SVG."""
    if by not in BY:
        raise Http404
    rows = tuple((_short(by, name), one.looks) for name, one in _named(by))
    draw = days if by == "day" else bars
    response = svg_answer(draw(rows if by == "day" else rows[:DRAWN_MOST], _("looks")))
    response["Cache-Control"] = "private, no-store"
    return response


def _written(by: str, name: str) -> str:
    return day(date.fromisoformat(name)) if by == "day" else name


def _short(by: str, name: str) -> str:
    return format_date(date.fromisoformat(name), "d MMM", locale=language()) if by == "day" else name


def _named(by: str) -> list[tuple[str, Figure]]:
    words = {"role": role_titles(), "purpose": {id_: one.title for id_, one in purposes().items()}}.get(
        by, {}
    )
    return [(label(words.get(one.of)) or one.of or _("none"), one) for one in figures(by, since())]


def advice(request: HttpRequest) -> HttpResponse:
    """Looks of the last month that stand out: a reason to ask, never a finding."""
    return render(request, "audit/unusual.html", {"rows": unusual(since()), "days": DAYS})
