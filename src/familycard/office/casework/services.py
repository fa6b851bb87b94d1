"""What may be done in a case. Each is one transaction, and leaves a row that says who did it and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from familycard.office.access.in_turn import in_turn
from familycard.office.access.roles import SUPERVISOR
from familycard.office.accounts.models import User
from familycard.office.cards.current import current
from familycard.office.casework.models import Case, Decision, Handover, Note, Step, Verification, Visit
from familycard.office.casework.states import State, check_move
from familycard.snapshot.facts import Origin


@dataclass(frozen=True)
class Seen:
    """What a visit saw; blank words where the register is right."""

    visited_on: date
    met: str
    words: str
    composition: str = ""
    address: str = ""
    is_closed: bool = False
    """Whether only the case's worker and their supervisor read the words."""


FIRST_CONTACT_WORKING_DAYS = 5
"""Ours: how soon a worker speaks with a family whose case was opened."""


class NotTheirs(Exception):
    """A worker was to give away another worker's case."""


def first_contact_by() -> date:
    """By when a worker speaks with a family whose case is opened today."""
    return current().rules().calendar.after_working_days(timezone.localdate(), FIRST_CONTACT_WORKING_DAYS)


def open_case(person: str, area: str, why: str, by: User, due_on: date | None = None) -> Case:
    """Open the person's case and give it to who opens it; the open one where there is one already.

    A closed one is opened again, so that its history stays in one place.
    """
    due_on = due_on or first_contact_by()
    with transaction.atomic():
        in_turn("case", person)
        known = Case.objects.select_for_update().filter(person=person).order_by("-pk").first()
        if known is None:
            return Case.objects.create(
                person=person, area=area, why=why, assigned_to=by, opened_by=by, due_on=due_on
            )
        if not known.is_open:
            decide(known, State.NEW, by, Case(why=why).get_why_display())
            Case.objects.filter(pk=known.pk).update(area=area, why=why, assigned_to=by, due_on=due_on)
            known.refresh_from_db()
        return known


def decide(case: Case, after: str, by: User, words: str, *, family_agrees: bool = False) -> Decision:
    """Move a case into another state; ImpossibleMove where the graph has no such move.

    Whether it may be closed without the family's word, `closing.is_blocked` says.
    """
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        check_move(locked.state, after)
        decision = Decision.objects.create(
            case=locked, by=by, before=locked.state, after=after, words=words, family_agrees=family_agrees
        )
        locked.state = case.state = after
        locked.save(update_fields=["state"])
    return decision


def hand_over(case: Case, after: User, by: User, words: str) -> Handover | None:
    """Give a case to another worker; None where they have it already. Who had it loses sight of it, unless by area.

    NotTheirs where a worker gives away what is another's: that is for the supervisor.
    """
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        if by.role != SUPERVISOR and locked.assigned_to_id not in (None, by.pk):
            raise NotTheirs
        if locked.assigned_to_id == after.pk:
            return None
        handover = Handover.objects.create(
            case=locked, by=by, before=locked.assigned_to, after=after, words=words
        )
        locked.assigned_to = case.assigned_to = after
        locked.save(update_fields=["assigned_to"])
    return handover


def note(case: Case, by: User, words: str, *, is_closed: bool = False) -> Note:
    """Write a note; a closed one is read by the case's worker and their supervisor."""
    return Note.objects.create(case=case, by=by, words=words, is_closed=is_closed)


def plan_step(case: Case, by: User, measure: str, due_on: date, words: str = "") -> Step:
    """Put a step into the plan; the first one brings the case to `planned`, where its needs are known."""
    with transaction.atomic():
        step = Step.objects.create(case=case, by=by, measure=measure, due_on=due_on, words=words)
        _be_due(case)
        case.refresh_from_db()
        if case.state == State.NEW:
            decide(case, State.ASSESSED, by, "")
        if case.state == State.ASSESSED:
            decide(case, State.PLANNED, by, "")
    return step


def finish_step(step: Step, by: User, outcome: str, done_on: date | None = None) -> None:
    """Say that a step is done and what came of it."""
    with transaction.atomic():
        step.done_on, step.done_by, step.outcome = done_on or timezone.localdate(), by, outcome
        step.save(update_fields=["done_on", "done_by", "outcome"])
        _be_due(step.case)


def record_visit(case: Case, by: User, seen: Seen, owners: dict[str, Origin]) -> Visit:
    """Write down a visit. Where it contradicts a register, the owner is asked; nothing changes until they answer.

    `owners` are those of the registers behind `composition` and `address`.
    """
    with transaction.atomic():
        visit = Visit.objects.create(
            case=case,
            by=by,
            visited_on=seen.visited_on,
            met=seen.met,
            words=seen.words,
            is_closed=seen.is_closed,
            composition_is_right=not seen.composition,
            address_is_right=not seen.address,
        )
        for about, words in (("composition", seen.composition), ("address", seen.address)):
            if words:
                _ask_owner(case, by, about, words, owners[about])
        case.refresh_from_db()
        if case.state == State.NEW:
            decide(case, State.ASSESSED, by, "")
    return visit


def answer_verification(verification: Verification, answer: str) -> None:
    """Write down what the owner of a register answered, in their words."""
    verification.answered_at, verification.answer = timezone.now(), answer
    verification.save(update_fields=["answered_at", "answer"])


def _ask_owner(case: Case, by: User, about: str, words: str, owner: Origin) -> None:
    Verification.objects.create(
        case=case,
        by=by,
        about=about,
        seen=words,
        source=owner.source,
        owner=owner.owner,
        contact=owner.contact,
        due_on=current().rules().due_on("claim", timezone.localdate()),
    )


def _be_due(case: Case) -> None:
    """A case is due when the next step of its plan is."""
    following = Step.objects.filter(case=case, done_on=None).order_by("due_on").first()
    if following is not None:
        Case.objects.filter(pk=case.pk).update(due_on=following.due_on)


def cases_of(user: User) -> frozenset[str]:
    """Whose open cases are a worker's, wherever they live; for a supervisor, those for which the area answers.

    So a family that moves away keeps its worker, and the worker their supervisor, until the case is handed over.
    """
    return frozenset(their_cases(user).values_list("person", flat=True))


def their_cases(user: User) -> QuerySet[Case]:
    """The open cases behind `cases_of`, for a query to look into."""
    open_cases = Case.objects.exclude(state=State.CLOSED)
    if user.role == SUPERVISOR:
        return open_cases.filter(within(user.area_codes()))
    return open_cases.filter(assigned_to=user)


def within(areas: tuple[str, ...]) -> Q:
    """The rows whose `area` is one of these codes or lies in it; none where there are no codes."""
    found = Q(pk__in=[])
    for code in areas:
        found |= Q(area__startswith=code)
    return found
