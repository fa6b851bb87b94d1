"""The story of a family, made from what is recorded anyway: nobody writes it, so nobody forgets to.

Safety alerts are no part of it: who reads a story need not be who may read an alert.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from django.utils import timezone
from django.utils.translation import gettext as _

from familycard.office.access.middleware import Access
from familycard.office.access.models import BrokenGlass
from familycard.office.cards.earlier import Then, earlier, said_of
from familycard.office.casework.free_text import FreeText
from familycard.office.casework.measures import measure_title
from familycard.office.casework.models import Case, Verification
from familycard.office.pages.templatetags.shown import label
from familycard.pack.model import Pack


@dataclass(frozen=True)
class Event:
    """Something that happened: the day, what, who did it (blank: found automatically) and in which words."""

    on: date
    what: str
    by: str = ""
    words: str = ""


def timeline(access: Access, persons: Sequence[str], cases: Sequence[Case], text: FreeText) -> list[Event]:
    """What happened to a family of these persons, the latest first."""
    found = [*_of_snapshots(access), *_of_emergencies(persons)]
    for case in cases:
        found += _of_case(case, text)
    return sorted(found, key=lambda event: event.on, reverse=True)


def _of_snapshots(access: Access) -> Iterator[Event]:
    """Changes of the category and rights found, between each two snapshots that follow each other."""
    person, pack = access.about.person, access.reader.pack
    said = [said_of(reader, person) for reader in (access.reader, *earlier(access.reader))]
    known = [one for one in said if one is not None]
    for now, before in pairwise(known):
        yield from changes(now, before, pack)


def changes(now: Then, before: Then, pack: Pack) -> Iterator[Event]:
    """What a snapshot says otherwise than the one before it."""
    if now.category != before.category and now.category and before.category:
        words = _("Category %(before)s became %(now)s") % {"before": before.category, "now": now.category}
        yield Event(now.as_of, words)
    for programme in sorted(now.unused - before.unused):
        if programme in pack.programmes:
            title = label(pack.programmes[programme].title)
            yield Event(now.as_of, _("A right was found that is not used"), words=title)


def _of_emergencies(persons: Sequence[str]) -> Iterator[Event]:
    for glass in BrokenGlass.objects.filter(person__in=persons).select_related("user"):
        yield Event(_day(glass.at), _("Looked at in an emergency"), glass.user.username, glass.reason)


def _of_case(case: Case, text: FreeText) -> Iterator[Event]:
    yield Event(_day(case.opened_at), _("Case opened"), case.opened_by.username, str(case.get_why_display()))
    for decision in case.decisions.select_related("by"):
        after = str(decision.get_after_display())
        yield Event(
            _day(decision.at),
            _("Case: %(state)s") % {"state": after},
            decision.by.username,
            text.read(case, decision.words),
        )
    for handover in case.handovers.select_related("by", "after"):
        words = _("Case handed over to %(worker)s") % {"worker": handover.after.username}
        yield Event(_day(handover.at), words, handover.by.username, text.read(case, handover.words))
    for note in case.notes.select_related("by"):
        words = text.read(case, note.words, is_closed=note.is_closed)
        yield Event(_day(note.at), _("Note"), note.by.username, words)
    yield from _of_visits(case, text)
    for step in case.steps.select_related("by", "done_by"):
        title = measure_title(step.measure)
        yield Event(_day(step.at), _("Put into the plan"), step.by.username, title)
        if step.done_on and step.done_by:
            words = f"{title}. {text.read(case, step.outcome)}"
            yield Event(step.done_on, _("Step of the plan done"), step.done_by.username, words)


def _of_visits(case: Case, text: FreeText) -> Iterator[Event]:
    for visit in case.visits.select_related("by"):
        words = text.read(case, visit.words, is_closed=visit.is_closed)
        yield Event(visit.visited_on, _("Visit to the home"), visit.by.username, words)
    for asked in case.verifications.select_related("by"):
        about = str(asked.get_about_display())
        words = _("Asked %(owner)s to check: %(about)s") % {"owner": asked.owner, "about": about}
        yield Event(_day(asked.at), words, asked.by.username, _words_of(asked, asked.seen, text))
        if asked.answered_at:
            answered = _("%(owner)s answered") % {"owner": asked.owner}
            yield Event(_day(asked.answered_at), answered, words=_words_of(asked, asked.answer, text))


def _words_of(asked: Verification, words: str, text: FreeText) -> str:
    return _("The address is confidential.") if asked.is_of_address else text.read(asked.case, words)


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()
