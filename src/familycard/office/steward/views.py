"""The health of sources, and faults in the records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import ngettext

from familycard.errors import StoreError
from familycard.office.access.middleware import access_of
from familycard.office.cards.faulty import faulty
from familycard.office.pages.paging import Paging
from familycard.office.steward.faults import title_of
from familycard.pack.model import Pack
from familycard.snapshot.faults import fault_counts
from familycard.sources.health import SourceHealth, drift, health, refused_rows

PER_PAGE = 50
SIGN_LEAST = 100
"""Signs of manual entry in fewer of the filled rows, in ten-thousandths, are not worth a line."""


@dataclass(frozen=True)
class State:
    """How a source stands, in a word: absent, stale, late, fresh or unknown; and for how many days."""

    word: str
    age_days: int | None


def sources(request: HttpRequest) -> HttpResponse:
    """All sources, those that need a human first."""
    found, problem = _health(access_of(request).reader.pack)
    on = _today(found)
    order = ("stale", "late", "absent", "unknown", "fresh")
    rows = sorted(((one, _state(one, on)) for one in found), key=lambda row: order.index(row[1].word))
    counts = {word: sum(state.word == word for _, state in rows) for word in order}
    refused = sum(one.quality.rows_refused for one in found if one.quality)
    return render(
        request,
        "steward/sources.html",
        {"rows": rows, "counts": counts, "refused": refused, "problem": problem, "on": on},
    )


def source(request: HttpRequest, source: str) -> HttpResponse:
    """One source: what is in use, what was refused and why, how it drifts, whom to call."""
    pack = access_of(request).reader.pack
    if source not in pack.sources:
        raise Http404
    found, problem = _health(pack)
    one = next((one for one in found if one.source.id == source), None)
    lines = sum(rule.rows for rule in one.quality.refused) if one and one.quality else 0
    paging = Paging.of(request, lines, PER_PAGE)
    return render(
        request,
        "steward/source.html",
        {
            "contract": pack.sources[source],
            "cadence": _cadence(pack.sources[source].cadence),
            "one": one,
            "problem": problem,
            "state": _state(one, _today(found)) if one else None,
            "drifts": drift(one.quality, one.before) if one and one.quality and one.before else (),
            "signs": _signs(one),
            "refused": refused_rows(one.load, paging.offset, PER_PAGE) if one and one.load else (),
            "paging": paging,
        },
    )


def _health(pack: Pack) -> tuple[tuple[SourceHealth, ...], str]:
    """The health of all sources, and why it cannot be told."""
    store = settings.DEPLOYMENT.store
    if store is None:
        return (), "not_set"
    try:
        return health(pack, store), ""
    except StoreError:
        return (), "broken"


def _today(found: tuple[SourceHealth, ...]) -> date:
    """The day against which age is counted: a made-up country ended with its last extract."""
    extracts = [one.load.extracted_on for one in found if one.load and one.load.extracted_on]
    return max(extracts) if settings.DEPLOYMENT.is_made_up and extracts else timezone.localdate()


def _state(one: SourceHealth, on: date) -> State:
    if one.load is None or one.quality is None:
        return State("absent", None)
    is_late = one.is_late(on)
    word = "stale" if one.load.stale else {True: "late", False: "fresh", None: "unknown"}[is_late]
    return State(word, one.quality.age_days(on))


def _cadence(text: str) -> str:
    """How often a source is delivered, such as ``3 m``, in words."""
    count, _, unit = text.partition(" ")
    if not count.isdecimal():
        return text
    words = {
        "d": ngettext("%(count)s day", "%(count)s days", int(count)),
        "m": ngettext("%(count)s month", "%(count)s months", int(count)),
        "y": ngettext("%(count)s year", "%(count)s years", int(count)),
    }
    return words[unit] % {"count": count} if unit in words else text


def _signs(one: SourceHealth | None) -> list[object]:
    signs = one.quality.signs if one and one.quality else ()
    return [sign for sign in signs if max(sign.ends_in_000, sign.as_row_before) >= SIGN_LEAST]


def faults(request: HttpRequest) -> HttpResponse:
    """How many faults of each kind: those of ties, and contradictions between registers."""
    reader = access_of(request).reader
    pack = reader.pack
    rows = [
        (
            one,
            title_of(pack, one.fault),
            pack.units[one.kind].title if one.kind in pack.units else None,
            pack.sources[one.source].titles if one.source in pack.sources else None,
        )
        for one in fault_counts(reader.snapshot)
    ]
    ties = [row for row in rows if row[0].fault not in pack.checks]
    checks = [row for row in rows if row[0].fault in pack.checks]
    return render(
        request,
        "steward/faults.html",
        {"ties": ties, "checks": checks, "as_of": reader.snapshot.catalogue.as_of},
    )


def fault(request: HttpRequest, fault: str) -> HttpResponse:
    """Whom one fault concerns, by reference alone."""
    access = access_of(request)
    pack = access.reader.pack
    counts = [one for one in fault_counts(access.reader.snapshot) if one.fault == fault]
    if not counts:
        raise Http404
    paging = Paging.of(request, sum(one.count for one in counts), PER_PAGE)
    check = pack.checks.get(fault)
    return render(
        request,
        "steward/fault.html",
        {
            "title": title_of(pack, fault),
            "advice": check.advice if check else None,
            "rows": [
                (row.persons, pack.sources[row.source].titles if row.source in pack.sources else None)
                for row in faulty(access, fault, paging.offset, PER_PAGE)
            ],
            "paging": paging,
        },
    )
