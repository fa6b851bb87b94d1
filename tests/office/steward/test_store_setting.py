"""The office is told where the store is, or says that it was not."""

from __future__ import annotations

from pathlib import Path

from familycard.office.deployment import deployment
from familycard.office.serve import environment


def test_the_demo_tells_its_office_where_the_store_is(tmp_path: Path) -> None:
    told = environment(
        tmp_path / "office", tmp_path, is_made_up=True, is_https=False, store=tmp_path / "store"
    )
    assert deployment(told).store == tmp_path / "store"


def test_an_office_may_do_without(tmp_path: Path) -> None:
    untold = environment(tmp_path / "office", tmp_path, is_made_up=True, is_https=False)
    assert (deployment(untold).store, deployment(untold).review) == (None, None)
