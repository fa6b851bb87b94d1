"""What is kept of an emergency: attempts counted, one finding that stays, never by who broke the glass."""

from __future__ import annotations

from typing import Any

import pytest

from familycard.office.access.decide import Subject
from familycard.office.access.models import BrokenGlass
from familycard.office.accounts.models import User
from familycard.office.citizen.models import Message
from familycard.office.emergency import services
from familycard.office.emergency.models import Miss

pytestmark = pytest.mark.database
SUBJECT = Subject(1, "P" * 32, 1, "3510")
REASON = "The mother is in hospital, three children are alone"


@pytest.fixture
def glass(officials: dict[str, User]) -> BrokenGlass:
    """A social worker looked at somebody outside the own area."""
    made = services.break_glass(officials["social_worker"], SUBJECT, REASON)
    assert made is not None
    return made


def test_nobody_reviews_their_own(officials: dict[str, User]) -> None:
    own = services.break_glass(officials["supervisor"], SUBJECT, REASON)
    assert own is not None
    with pytest.raises(services.OwnReview):
        services.review(own, officials["supervisor"], was_right=True, finding="It was me")
    assert services.notices([SUBJECT.reference])[0].is_reviewed is False


def test_the_first_finding_stays(glass: BrokenGlass, officials: dict[str, User]) -> None:
    for was_right, finding in ((False, "They were with their father."), (True, "Changed my mind")):
        services.review(glass, officials["supervisor"], was_right=was_right, finding=finding)
    (notice,) = services.notices([SUBJECT.reference])
    assert (notice.was_right, notice.finding) == (False, "They were with their father.")
    assert not services.to_review(("35",)).exists()


def test_it_waits_for_the_supervisors_of_its_area_alone(glass: BrokenGlass) -> None:
    assert list(services.to_review(("35",))) == [glass]
    assert not services.to_review(("10",)).exists() and not services.to_review(()).exists()


def test_an_attempt_too_many_leaves_nothing_and_tells_nobody(
    officials: dict[str, User], settings: Any
) -> None:
    settings.BREAK_GLASS_A_DAY = 2
    worker = officials["social_worker"]
    assert services.break_glass(worker, None, REASON) is None
    assert services.break_glass(worker, SUBJECT, REASON) is not None
    for subject in (None, SUBJECT):
        with pytest.raises(services.TooMany):
            services.break_glass(worker, subject, REASON)
    assert (Miss.objects.count(), BrokenGlass.objects.count(), Message.objects.count()) == (1, 1, 1)
