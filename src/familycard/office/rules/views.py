"""Public pages: the rule of every programme, and the models by which points are counted.

They show the pack that the published snapshot was built with: what decided, not what is planned.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from familycard.office.access.middleware import access_of
from familycard.office.rules.naming import indicators_of, parameters_of, rests_on, texts_of
from familycard.office.rules.points import categories_of, terms_of
from familycard.pack.model import Programme


def programmes(request: HttpRequest) -> HttpResponse:
    """All programmes, with what each is and whether somebody has read it in the law."""
    reader = access_of(request).reader
    return render(
        request,
        "rules/programmes.html",
        {"programmes": list(reader.pack.programmes.values()), "as_of": reader.snapshot.catalogue.as_of},
    )


def programme(request: HttpRequest, programme: str) -> HttpResponse:
    """The rule card of one programme."""
    reader = access_of(request).reader
    pack, as_of = reader.pack, reader.snapshot.catalogue.as_of
    found = pack.programmes.get(programme)
    if found is None:
        raise Http404
    texts = texts_of(found)
    return render(
        request,
        "rules/programme.html",
        {
            "programme": found,
            "subject": pack.units.get(found.unit),
            "conditions": [(one, one.is_in_force(as_of)) for one in found.conditions],
            "is_in_force": found.is_in_force(as_of),
            "indicators": indicators_of(pack, texts),
            "parameters": parameters_of(pack, texts, as_of),
            "excluding": _others(pack.programmes, found),
            "first_case": min((case.as_of for case in found.cases), default=None),
            "last_case": max((case.as_of for case in found.cases), default=None),
            "as_of": as_of,
            "pack": pack,
        },
    )


def _others(programmes: Mapping[str, Programme], found: Programme) -> list[Programme]:
    """Programmes that cannot be had beside this one."""
    ids = dict.fromkeys((*found.exclusive_with, *found.excluded_by))
    return [programmes[id_] for id_ in ids if id_ in programmes]


def model(request: HttpRequest) -> HttpResponse:
    """The model card of every scorecard."""
    reader = access_of(request).reader
    pack = reader.pack
    cards = [
        {
            "scorecard": scorecard,
            "is_of_card": scorecard.id == pack.card_scorecard,
            "terms": terms_of(reader, scorecard),
            "categories": categories_of(scorecard),
            "indicators": indicators_of(pack, rests_on(scorecard)),
            "is_fitted": scorecard.id in pack.fits,
        }
        for scorecard in pack.scorecards.values()
    ]
    return render(
        request,
        "rules/model.html",
        {
            "cards": cards,
            "pack": pack,
            "snapshot": reader.snapshot.path.name,
            "as_of": reader.snapshot.catalogue.as_of,
        },
    )
