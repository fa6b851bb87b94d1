"""Making, moving and answering claims; used by citizens' pages, workers and the desks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from familycard.office.access.in_turn import in_turn
from familycard.office.access.roles import CITIZEN, COMMISSIONER, SOCIAL_WORKER, STEWARD, SUPERVISOR
from familycard.office.accounts.models import User
from familycard.office.cards.current import current
from familycard.office.claims.models import Claim, ClaimStep, HumanRequest
from familycard.office.claims.states import ANSWERED, MADE, OPEN, WITHDRAWN, may_move
from familycard.snapshot.facts import Fact

MAY_ANSWER = frozenset({STEWARD, SUPERVISOR, COMMISSIONER})
"""Roles that give the answer of a register's owner to the person."""


class NotAllowed(Exception):
    """A move of a claim that the graph of states or the roles do not allow."""


@dataclass(frozen=True)
class Made:
    """What somebody says about a fact."""

    person: str
    made_by: str
    fact: Fact
    said: str
    claimed: str
    words: str
    kind: str = Claim.WRONG
    assisted_by: User | None = None


@transaction.atomic
def make_claim(made: Made) -> Claim:
    """Write a claim down, addressed to the owner of the register.

    Where its maker has an open one about the fact, what they say now is added to that. Another's claim about
    it is another claim: a mother does not learn of a father's, and both are answered.
    """
    in_turn("claim", made.person, made.fact.name, made.made_by)
    mine = Claim.objects.filter(person=made.person, fact=made.fact.name, made_by=made.made_by)
    same = mine.filter(state__in=OPEN).select_for_update().first()
    if same is not None:
        return _with_words(same, made)
    now = timezone.now()
    first = made.fact.origins[0] if made.fact.origins else None
    term = "clerical" if made.kind == Claim.CLERICAL else "claim"
    claim = Claim.objects.create(
        person=made.person,
        made_by=made.made_by,
        assisted_by=made.assisted_by,
        fact=made.fact.name,
        source=first.source if first else "",
        owner=first.owner if first else "",
        contact=first.contact if first else "",
        kind=made.kind,
        said=made.said[:200],
        claimed=made.claimed,
        words=made.words,
        made_at=now,
        due_on=current().rules().due_on(term, timezone.localdate(now)),
    )
    by = made.assisted_by
    ClaimStep.objects.create(
        claim=claim, to_state=MADE, at=now, by=by, role=by.role if by else CITIZEN, words=made.words
    )
    return claim


def _with_words(claim: Claim, made: Made) -> Claim:
    """The claim with what its maker says now; nothing is added where they say the same again."""
    words = "\n".join(text for text in (made.words, made.claimed) if text)
    known = {"\n".join(text for text in (claim.words, claim.claimed) if text)}
    if words not in known.union(claim.added.values_list("words", flat=True)):
        by = made.assisted_by
        claim.steps.create(
            from_state=claim.state,
            to_state=claim.state,
            at=timezone.now(),
            by=by,
            role=by.role if by else CITIZEN,
            words=words,
        )
    return claim


@transaction.atomic
def move(claim: Claim, to: str, *, by: User | None, role: str, words: str = "") -> Claim:
    """Bring a claim into another state; NotAllowed for a move that the graph or the role does not allow."""
    claim = Claim.objects.select_for_update().get(pk=claim.pk)
    if not may_move(claim.state, to):
        raise NotAllowed(f"A claim cannot go from `{claim.state}` to `{to}`.")
    if to in ANSWERED and (role not in MAY_ANSWER or not words.strip()):
        raise NotAllowed("An answer needs words, and somebody who may give it.")
    if to == WITHDRAWN and role != CITIZEN:
        raise NotAllowed("Only who made a claim may withdraw it.")
    now = timezone.now()
    ClaimStep.objects.create(
        claim=claim, from_state=claim.state, to_state=to, at=now, by=by, role=role, words=words
    )
    claim.state = to
    if to in ANSWERED:
        claim.answer, claim.answered_at = words, now
    claim.save()
    return claim


def withdraw(claim: Claim) -> Claim:
    """Take a claim back; NotAllowed where it has been answered."""
    return move(claim, WITHDRAWN, by=None, role=CITIZEN)


def disputed_facts(person: str) -> frozenset[str]:
    """The facts about a person that an open claim disputes."""
    return frozenset(Claim.objects.filter(person=person, state__in=OPEN).values_list("fact", flat=True))


def disputed_of(persons: Iterable[str]) -> dict[str, frozenset[str]]:
    """The disputed facts of several persons, in one query."""
    found: dict[str, set[str]] = {}
    rows = Claim.objects.filter(person__in=list(persons), state__in=OPEN)
    for person, fact in rows.values_list("person", "fact"):
        found.setdefault(person, set()).add(fact)
    return {person: frozenset(facts) for person, facts in found.items()}


def blocks_adverse_step(person: str, facts: Iterable[str], unconfirmed: Iterable[str]) -> bool:
    """Whether a step against a person may not be taken, because of what it would rest on.

    `facts` are all names that the step rests on, down to registers (`cards.limits.basis_of`). What the
    person says is presumed true until the register's owner has answered (Administrative Procedural Code art. 15).
    `unconfirmed` are the names that rest on a row which was linked to the person and which nobody has
    confirmed (`cards.limits.unconfirmed_of`): a link never takes anything away by itself.
    """
    return not disputed_facts(person).union(unconfirmed).isdisjoint(facts)


class TooLong(Exception):
    """What is added to an open request does not fit any more."""


@transaction.atomic
def ask_for_a_human(
    person: str, made_by: str, about: str, words: str, *, assisted_by: User | None = None
) -> HumanRequest:
    """Write down that somebody wants a human to look, with the day by which one answers.

    Who has asked already and waits has what they say now added, so that one human answers all of it;
    TooLong beyond what a request holds.
    """
    in_turn("human", person, made_by)
    now = timezone.now()
    waiting = HumanRequest.objects.filter(person=person, made_by=made_by, answered_at=None)
    known = waiting.select_for_update().first()
    if known is not None:
        return _with_more(known, about, words, now)
    return HumanRequest.objects.create(
        person=person,
        made_by=made_by,
        assisted_by=assisted_by,
        about=about,
        words=words,
        made_at=now,
        due_on=current().rules().due_on("human", timezone.localdate(now)),
    )


def _with_more(known: HumanRequest, about: str, words: str, now: datetime) -> HumanRequest:
    """An open request with what is said now, its day and what it is about; the same again adds nothing."""
    if known.words == words or known.words.endswith(f"] {words}"):
        return known
    day = timezone.localdate(now).isoformat()
    subject = f", {about}" if about and about != known.about else ""
    whole = f"{known.words}\n\n[{day}{subject}] {words}"
    if len(whole) > (HumanRequest._meta.get_field("words").max_length or 0):
        raise TooLong
    known.words = whole
    known.save(update_fields=["words"])
    return known


MAY_LOOK = frozenset({SOCIAL_WORKER, SUPERVISOR, COMMISSIONER})
"""Roles of the humans who are asked to look."""


def answer_request(request: HumanRequest, *, by: User, words: str) -> None:
    """Write down what a human found; NotAllowed without words, twice, or by a role that is not asked to look."""
    if by.role not in MAY_LOOK or not words.strip():
        raise NotAllowed("An answer needs words, and somebody who may give it.")
    rows = HumanRequest.objects.filter(pk=request.pk, answered_at=None)
    if not rows.update(answer=words, answered_by=by, answered_at=timezone.now()):
        raise NotAllowed("This request is answered already.")
