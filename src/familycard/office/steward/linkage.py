"""Rows that wait to be linked: the queue, and one pair to decide."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from familycard.errors import UsageError
from familycard.office.access.middleware import access_of
from familycard.office.accounts.models import User
from familycard.office.cards.linkage import Waiting, pair_at_hand, waiting_pairs
from familycard.office.pages.paging import Paging
from familycard.office.steward.decisions import decide, last_verdicts
from familycard.office.steward.forms import PairForm
from familycard.office.steward.models import LinkageDecision
from familycard.pack.model import Label, Pack

PER_PAGE = 50


def queue(request: HttpRequest) -> HttpResponse:
    """The pairs: undecided ones first, then those of which nobody could tell."""
    review, pack = settings.DEPLOYMENT.review, access_of(request).reader.pack
    problem, pairs = ("not_set", []) if review is None else _pairs(review)
    verdicts = last_verdicts()
    decided = {LinkageDecision.SAME, LinkageDecision.NOT_SAME}
    waiting = [one for one in pairs if verdicts.get(one.key) not in decided]
    waiting.sort(key=lambda one: one.key in verdicts)
    paging = Paging.of(request, len(waiting), PER_PAGE)
    shown = waiting[paging.offset : paging.offset + PER_PAGE]
    return render(
        request,
        "steward/linkage.html",
        {
            "problem": problem,
            "rows": [(one, _titles(pack, one.source), one.key in verdicts) for one in shown],
            "waiting": len(waiting),
            "decided": len(pairs) - len(waiting),
            "paging": paging,
        },
    )


def _pairs(review: Path) -> tuple[str, list[Waiting]]:
    try:
        return "", waiting_pairs(review)
    except UsageError:
        return "broken", []


def _titles(pack: Pack, source: str) -> Label | str:
    return pack.sources[source].titles if source in pack.sources else source


def pair(request: HttpRequest, person: str, source: str, file: str, row: int) -> HttpResponse:
    """One pair with what both say; what is decided goes on to the next pair."""
    review, access = settings.DEPLOYMENT.review, access_of(request)
    if review is None or not isinstance(request.user, User):
        raise Http404
    at_hand = pair_at_hand(access, review, source, file, row)
    form = PairForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        decide(at_hand, form.cleaned_data["verdict"], form.cleaned_data["reason"], request.user)
        messages.success(request, _("Your decision is kept."))
        return redirect("steward:linkage")
    return render(
        request,
        "steward/pair.html",
        {
            "form": form,
            "pair": at_hand,
            "texts": list(at_hand.texts.values()),
            "per_myriad": at_hand.likelihood_millionths // 100,
            "source_titles": _titles(access.reader.pack, source),
        },
    )
