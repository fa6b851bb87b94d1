"""The access log: each row linked to the one before it, the last one sealed outside the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from familycard.office.access.log import append, as_hashed, link
from familycard.office.access.models import Look, LookedAt

ROW = {
    "user": 1,
    "name": "worker",
    "role": "social_worker",
    "page": "x",
    "purpose": "visit",
    "reason": "",
    "snapshot": "s",
}


@pytest.mark.django_db(transaction=True)
def test_rows_are_linked_and_sealed() -> None:
    first, second = append(["b", "a", "b"], **ROW), append(["c"], **ROW)
    assert (first.sequence, second.sequence, second.previous) == (1, 2, first.hash)
    assert first.persons == ["a", "b"]
    for look in Look.objects.order_by("sequence"):
        assert look.hash == link(settings.ACCESS_LOG_KEY, look.previous, as_hashed(look))
    assert Path(settings.ACCESS_LOG_SEAL).read_text() == f"{2:020d} {second.hash}\n"
    assert LookedAt.objects.filter(person="b").get().look == first
