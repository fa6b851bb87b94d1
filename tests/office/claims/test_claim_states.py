"""The graph of a claim's states is whole, and refuses every move that it does not list."""

from __future__ import annotations

import itertools
from importlib import import_module
from types import SimpleNamespace

import pytest
from claim_made import a_fact
from django.db import IntegrityError, transaction
from django.utils import timezone

from familycard.office.access.roles import CITIZEN, ROLES, STEWARD
from familycard.office.accounts.models import User
from familycard.office.claims.models import Claim
from familycard.office.claims.services import (
    MAY_ANSWER,
    Made,
    NotAllowed,
    TooLong,
    answer_request,
    ask_for_a_human,
    blocks_adverse_step,
    disputed_facts,
    make_claim,
    move,
    withdraw,
)
from familycard.office.claims.states import (
    ANSWERED,
    MADE,
    MOVES,
    OPEN,
    STATES,
    WITH_OWNER,
    WITHDRAWN,
    may_move,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("rules")]


def a_claim(state: str = MADE) -> Claim:
    claim = make_claim(Made("person", "person", a_fact(), said="100", claimed="0", words="I sold it."))
    Claim.objects.filter(pk=claim.pk).update(state=state)
    return Claim.objects.get(pk=claim.pk)


def test_the_graph_has_every_state_and_nothing_else() -> None:
    assert set(MOVES) == set(STATES)
    assert set().union(*MOVES.values()) <= set(STATES)
    assert {state for state in STATES if MOVES[state]} == OPEN, "what is not open is the end"


def test_every_state_can_be_reached() -> None:
    reached, waiting = set[str](), [MADE]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += MOVES[state]
    assert reached == set(STATES)


@pytest.mark.parametrize(("from_", "to"), [*itertools.product(STATES, STATES)])
def test_a_claim_moves_as_the_graph_says(from_: str, to: str) -> None:
    claim = a_claim(from_)
    role = CITIZEN if to == WITHDRAWN else STEWARD
    if may_move(from_, to):
        assert move(claim, to, by=None, role=role, words="We looked.").state == to
        assert claim.steps.last().to_state == to
    else:
        with pytest.raises(NotAllowed):
            move(claim, to, by=None, role=role, words="We looked.")
        assert Claim.objects.get(pk=claim.pk).state == from_


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("to", sorted(ANSWERED))
def test_only_some_may_answer_and_only_in_words(role: str, to: str) -> None:
    if role not in MAY_ANSWER:
        with pytest.raises(NotAllowed):
            move(a_claim(), to, by=None, role=role, words="We looked.")
        return
    with pytest.raises(NotAllowed):
        move(a_claim(), to, by=None, role=role, words="  ")
    answered = move(a_claim(), to, by=None, role=role, words="We looked.")
    assert (answered.answer, answered.answered_at is None) == ("We looked.", False)


def test_a_claim_goes_to_the_owner_of_the_register() -> None:
    claim = a_claim()
    assert (claim.source, claim.owner, claim.contact) == (
        "vehicles",
        "The police",
        "vehicles@registers.example",
    )


def test_while_it_is_open_no_step_may_rest_on_the_fact() -> None:
    claim = a_claim()
    assert disputed_facts("person") == {"working_cars"}
    assert blocks_adverse_step("person", ["wages_month", "working_cars"], [])
    assert not blocks_adverse_step("person", ["wages_month"], [])
    assert not blocks_adverse_step("somebody else", ["working_cars"], [])
    move(claim, WITH_OWNER, by=None, role=STEWARD)
    assert blocks_adverse_step("person", ["working_cars"], [])
    withdraw(claim)
    assert not blocks_adverse_step("person", ["working_cars"], [])


def test_a_second_claim_of_one_person_about_a_fact_is_the_first_one_with_more_words() -> None:
    claim = a_claim()
    assert a_claim().pk == claim.pk and not claim.added.exists(), "the same again adds nothing"
    more = Made("person", "person", a_fact(), said="100", claimed="1", words="I sold one of two.")
    for _ in range(2):
        assert make_claim(more).pk == claim.pk
    assert [step.words for step in claim.added] == ["I sold one of two.\n1"]
    assert claim.words == "I sold it." and Claim.objects.count() == 1


def test_a_claim_of_another_about_the_fact_is_another_and_each_has_an_answer() -> None:
    first = a_claim()
    second = make_claim(Made("person", "parent", a_fact(), said="100", claimed="2", words="It was stolen."))
    assert second.pk != first.pk and (second.words, second.made_by) == ("It was stolen.", "parent")
    assert list(first.others) == [second]
    move(first, "corrected", by=None, role=STEWARD, words="It was sold.")
    second.refresh_from_db()
    assert second.is_open and not second.answer and disputed_facts("person") == {"working_cars"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(
            person="person",
            made_by="parent",
            fact="working_cars",
            made_at=second.made_at,
            due_on=second.due_on,
        )


def test_who_waits_for_a_human_adds_to_what_they_asked_and_another_asks_anew(
    officials: dict[str, User],
) -> None:
    first = ask_for_a_human("person", "person", "category", "Why E?", assisted_by=officials["front_desk"])
    assert first.assisted_by == officials["front_desk"]
    for _ in range(2):
        assert ask_for_a_human("person", "person", "asp_unconditional", "And why no aid?").pk == first.pk
    first.refresh_from_db()
    assert first.words.startswith("Why E?") and first.words.count("And why no aid?") == 1
    assert "asp_unconditional" in first.words and first.about == "category"
    assert ask_for_a_human("person", "guardian", "", "Please look").pk != first.pk
    with pytest.raises(TooLong):
        for number in range(10):
            ask_for_a_human("person", "person", "", f"{number}" * 2000)
    answer_request(first, by=officials["social_worker"], words="We looked.")
    assert ask_for_a_human("person", "person", "", "Once more").pk != first.pk


def test_open_requests_of_before_are_joined_and_nothing_is_lost(db: None) -> None:
    joined = import_module("familycard.office.claims.migrations.0004_one_open_request_of_each")
    asked = [
        SimpleNamespace(person="p", made_by=by, about=about, words=words, made_at=timezone.now(), pk=n)
        for n, (by, about, words) in enumerate(
            [("p", "", "One"), ("q", "", "Two"), ("p", "category", "Three")]
        )
    ]
    gone = list[str]()
    for one in asked:
        one.save = lambda update_fields: None
        one.delete = lambda one=one: gone.append(one.words)
    rows = SimpleNamespace(filter=lambda **_: SimpleNamespace(order_by=lambda *_: asked))
    apps = SimpleNamespace(get_model=lambda *_: SimpleNamespace(objects=rows))
    joined.join_open_requests(apps, None)
    assert gone == ["Three"] and asked[1].words == "Two"
    assert asked[0].words.startswith("One\n\n[") and asked[0].words.endswith(", category] Three")
