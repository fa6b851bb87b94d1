"""The analyst's desk in a request: the rule of disclosure, the limit of questions, and answers kept.

Nothing of the desk reaches a page but through `Desk.ask`, which counts what is asked: noise hides a
family only while nobody can ask without end (Dinur and Nissim, Revealing information while
preserving privacy, 2003; `docs/disclosure.md`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from familycard.desk.counts import Counts, counts_of
from familycard.desk.disclosure import Rule
from familycard.desk.take_up import take_up
from familycard.office.access.middleware import Access, access_of
from familycard.office.access.table import Sensitivity, grants
from familycard.office.accounts.models import User
from familycard.office.analyst.models import AskedQuestion
from familycard.pack.model import Pack, Programme
from familycard.snapshot.names import sensitivity_by_programme
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.reader import Reader

T = TypeVar("T")
ANSWERS_KEPT = 500
"""Of a snapshot, in each process; a page and its chart ask for the same."""


class TooManyQuestions(Exception):
    """The analyst has asked as many different questions as are allowed; `of` is `day` or `snapshot`."""

    def __init__(self, of: str) -> None:
        super().__init__(of)
        self.of = of


@cache
def rule() -> Rule:
    """The rule of disclosure control, with this installation's secret."""
    return Rule(settings.DEPLOYMENT.key("disclosure"))


def prepare(reader: Reader) -> None:
    """What analysts would wait for first: the take-up of all programmes."""
    take_up(reader.snapshot, rule(), allow_restricted=True)


class Answers:
    """The last answers, by what was asked."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, text: str, make: Callable[[], T]) -> T:
        """The answer kept, or made now."""
        with self._lock:
            if text in self._kept:
                self._kept.move_to_end(text)
                kept: T = self._kept[text]
                return kept
        made = make()
        with self._lock:
            self._kept[text] = made
            while len(self._kept) > ANSWERS_KEPT:
                self._kept.popitem(last=False)
        return made


@dataclass(frozen=True)
class Desk:
    """What the viewer of a request may ask of the published snapshot."""

    access: Access
    snapshot: OpenSnapshot

    @classmethod
    def of(cls, request: HttpRequest) -> Desk:
        """The desk of a request."""
        access = access_of(request)
        return cls(access, access.reader.snapshot)

    @property
    def user(self) -> int:
        """The viewer's account; whoever may ask has signed in."""
        assert self.access.viewer.user is not None
        return self.access.viewer.user

    @property
    def pack(self) -> Pack:
        """The pack of the snapshot."""
        return self.snapshot.pack

    def counts(self, level: str) -> Counts:
        """Counting at a level; UsageError where the snapshot has no such level."""
        return counts_of(self.snapshot, rule(), level, allow_restricted=self.may_see_restricted)

    @property
    def may_see_restricted(self) -> bool:
        """Whether the page's grant in the table of access reaches to what is restricted."""
        return self.access.grant.sensitivity >= Sensitivity.restricted

    def programmes(self, page: str = "") -> list[Programme]:
        """The programmes whose outcome may be counted on this page, or on another one by the viewer's role."""
        grant = grants(page)[self.access.viewer.role] if page else self.access.grant
        sensitivity = sensitivity_by_programme(self.pack)
        return [p for id_, p in self.pack.programmes.items() if grant.sensitivity.allows(sensitivity[id_])]

    def ask(self, texts: Sequence[str], make: Callable[[], T], kind: str) -> T:
        """The answer to questions (each in its one form), which are logged; TooManyQuestions beyond the limit."""
        named = [f"{kind}?{text}" for text in texts]
        count_questions(self.user, self.snapshot.path.name, named)
        allow = self.access.grant.sensitivity.name
        return self.snapshot.remember("analysts' answers", Answers).get(f"{allow} {' '.join(named)}", make)


def count_questions(user: int, snapshot: str, texts: Sequence[str]) -> None:
    """Log what one user asks; TooManyQuestions where what is new is beyond the day's or the snapshot's limit."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user)
        asked = AskedQuestion.objects.filter(user_id=user, snapshot=snapshot)
        known = set(asked.filter(text__in=texts).values_list("text", flat=True))
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if not new:
            return
        today = timezone.localdate()
        if asked.count() + len(new) > settings.QUESTIONS_PER_SNAPSHOT:
            raise TooManyQuestions("snapshot")
        of_today = AskedQuestion.objects.filter(user_id=user, day=today)
        if of_today.count() + len(new) > settings.QUESTIONS_PER_DAY:
            raise TooManyQuestions("day")
        AskedQuestion.objects.bulk_create(
            AskedQuestion(user_id=user, snapshot=snapshot, text=text, day=today) for text in new
        )
