"""The graph of a case's states: whole, and closed to everything that it does not list."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from familycard.office.accounts.models import User
from familycard.office.casework import services
from familycard.office.casework.models import Case, Handover
from familycard.office.casework.states import MOVES, ImpossibleMove, State, check_move

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("rules")]


@pytest.fixture
def case(officials: dict[str, User]) -> Case:
    return services.open_case(
        officials["citizen"].person, "3510", "unused", officials["social_worker"], date(2026, 12, 1)
    )


def test_every_state_is_in_the_graph_and_can_be_left() -> None:
    assert set(MOVES) == set(State)
    assert all(MOVES.values())
    assert set().union(*MOVES.values()) == set(State)


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
def test_only_listed_moves_are_possible(before: State, after: State) -> None:
    if after in MOVES[before]:
        check_move(before, after)
    else:
        with pytest.raises(ImpossibleMove):
            check_move(before, after)


def test_the_database_refuses_a_state_that_there_is_not(case: Case) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state="forgotten")


def test_a_person_has_one_open_case(case: Case, officials: dict[str, User]) -> None:
    again = services.open_case(case.person, "3510", "request", officials["supervisor"])
    assert again.pk == case.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(
            person=case.person, area="3510", why="unused", opened_by=case.opened_by, due_on=date(2026, 12, 1)
        )


def test_a_closed_case_is_opened_again_with_its_history(case: Case, officials: dict[str, User]) -> None:
    worker = officials["social_worker"]
    services.decide(case, State.CLOSED, worker, "The family moved in with relatives and wants no help.")
    again = services.open_case(case.person, "3511", "request", officials["supervisor"])
    assert (again.pk, again.state, again.area, again.assigned_to) == (
        case.pk,
        State.NEW,
        "3511",
        officials["supervisor"],
    )
    assert list(again.decisions.values_list("before", "after")) == [("new", "closed"), ("closed", "new")]


def test_every_move_leaves_a_decision_and_a_refused_one_leaves_nothing(case: Case) -> None:
    with pytest.raises(ImpossibleMove):
        services.decide(case, State.PLANNED, case.opened_by, "")
    assert not case.decisions.exists()
    services.decide(case, State.ASSESSED, case.opened_by, "Spoke with the mother by phone.")
    assert case.decisions.get().words == "Spoke with the mother by phone."


def test_a_plan_brings_the_case_forward_and_sets_when_it_is_due(case: Case) -> None:
    worker = case.opened_by
    late = services.plan_step(case, worker, "job_search", date(2027, 1, 20))
    services.plan_step(case, worker, "open_account", date(2026, 12, 3))
    case.refresh_from_db()
    assert (case.state, case.due_on) == (State.PLANNED, date(2026, 12, 3))
    services.finish_step(case.steps.get(measure="open_account"), worker, "The account is open.")
    case.refresh_from_db()
    assert case.due_on == late.due_on


def test_a_case_is_given_on_by_who_has_it_or_by_a_supervisor(case: Case, officials: dict[str, User]) -> None:
    other = User.objects.create(username="other", role="social_worker")
    with pytest.raises(services.NotTheirs):
        services.hand_over(case, other, other, "I want it")
    services.hand_over(case, other, officials["social_worker"], "On leave from Monday.")
    case.refresh_from_db()
    assert case.assigned_to == other
    services.hand_over(case, officials["social_worker"], officials["supervisor"], "Back from leave.")
    assert list(Handover.objects.values_list("before__username", "after__username")) == [
        ("social_worker", "other"),
        ("other", "social_worker"),
    ]


def test_a_workers_open_cases_follow_the_persons_and_end_with_the_case(case: Case) -> None:
    worker = case.opened_by
    assert services.cases_of(worker) == {case.person}
    services.decide(case, State.CLOSED, worker, "Done.")
    assert services.cases_of(worker) == frozenset()
