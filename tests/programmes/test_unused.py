"""What unused rights are worth together, against trying every set; and what counts as a payment without a right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from familycard.engine.duck import DuckEngine
from familycard.indicators.tables import FAULTS, empty, entitlements, members, undecided
from familycard.pack.model import Amount, Expression, Pack, Programme
from familycard.programmes.unused import UNUSED, WITHOUT_RIGHT, make_unused, make_without_right

ENGINE = DuckEngine(threads=1)
SCHEMA = {"status": pa.string(), "amount": pa.int64(), "received": pa.bool_()}


@dataclass(frozen=True)
class Right:
    """A programme and what it says of the one unit, or of the one person in it."""

    programme: Programme
    status: str
    amount: int | None
    received: bool | None

    @property
    def is_unused(self) -> bool:
        return self.status == "eligible" and self.received is False


@st.composite
def rights(draw: st.DrawFn) -> list[Right]:
    ids = [f"p{n}" for n in range(draw(st.integers(1, 6)))]
    units = [draw(st.sampled_from(["family", "person"])) for _ in ids]
    found = []
    for n, id_ in enumerate(ids):
        kind = draw(st.sampled_from(["tested", "counted", "uncounted", "one_off", "service"]))
        others = [other for other, unit in zip(ids[:n], units[:n], strict=True) if unit == units[n]]
        frequency = "one_off" if kind == "one_off" else "monthly"
        programme = Programme(
            id_, {}, {}, "law", units[n], (),
            amount=None if kind == "service" else Amount(Expression("x"), frequency, "exact"),
            kind="service" if kind == "service" else "money",
            exclusive_with=tuple(o for o in others if draw(st.booleans())),
            counts_as_income=kind == "counted", income_tested=kind == "tested",
        )  # fmt: skip
        status = draw(st.sampled_from(["eligible"] * 4 + ["not_eligible", "cannot_tell", "excluded"]))
        amount = draw(st.integers(0, 9)) if status == "eligible" and programme.amount else None
        found.append(
            Right(programme, status, amount, draw(st.sampled_from([False, False, False, True, None])))
        )
    return found


def make(pack: Pack, found: Sequence[Right]) -> None:
    given_pack = replace(pack, programmes={r.programme.id: r.programme for r in found}, card_unit="family")
    for subject, key in (("family", "unit"), ("person", "person")):
        columns = {key: pa.array([1], pa.int64())} | {
            f"{r.programme.id}__{part}": pa.array([getattr(r, part)], type_)
            for r in found
            if r.programme.unit == subject
            for part, type_ in SCHEMA.items()
        }
        ENGINE.register("_given", pa.table(columns))
        ENGINE.make(entitlements(subject), "select * from _given")
    ENGINE.make(members("family"), "select 1::bigint as unit, 1::bigint as person")
    for source in given_pack.sources:
        ENGINE.make(undecided(source), empty({"person": "BIGINT"}))
    ENGINE.make(FAULTS, empty({"person": "BIGINT", "other": "BIGINT"}))
    make_unused(ENGINE, given_pack)
    make_without_right(ENGINE, given_pack)


def best_by_trying_all(found: Sequence[Right]) -> tuple[int, int]:
    """Most monthly money of any set that may be held at once, and the most one-off money with it."""
    unused = [r for r in found if r.is_unused]
    worths = []
    for size in range(len(unused) + 1):
        for chosen in combinations(unused, size):
            ids = {r.programme.id for r in chosen}
            if not any(ids & set(r.programme.exclusive_with) for r in chosen):
                worths.append(worth(chosen))
    return max(worths)


def worth(chosen: Sequence[Right]) -> tuple[int, int]:
    money = [r for r in chosen if r.programme.amount and r.amount is not None]
    monthly = [r for r in money if r.programme.amount and r.programme.amount.frequency == "monthly"]
    tested = sum(r.amount or 0 for r in monthly if r.programme.income_tested)
    counted = sum(r.amount or 0 for r in monthly if r.programme.counts_as_income)
    rest = sum(r.amount or 0 for r in monthly) - tested - counted
    # The income-tested aid is what is missing to a line: it falls by the income that the others bring.
    return rest + counted + max(tested - counted, 0), sum(r.amount or 0 for r in money if r not in monthly)


@settings(max_examples=250, deadline=None)
@given(found=rights())
def test_the_worth_of_unused_rights_is_that_of_the_best_set_that_may_be_held_at_once(
    pack: Pack, found: list[Right]
) -> None:
    make(pack, found)
    rows = ENGINE.rows(f"select unused_monthly, unused_one_off, unused_count, unused_services from {UNUSED}")
    unused = [r for r in found if r.is_unused]
    services = sum(r.programme.amount is None for r in unused)
    assert rows == ([(*best_by_trying_all(found), len(unused), services)] if unused else [])


@settings(max_examples=60, deadline=None)
@given(found=rights())
def test_only_what_is_received_though_a_condition_failed_is_without_a_right(
    pack: Pack, found: list[Right]
) -> None:
    make(pack, found)
    wrong = {r.programme.id for r in found if r.status == "not_eligible" and r.received}
    assert {row[0] for row in ENGINE.rows(f"select programme from {WITHOUT_RIGHT}")} == wrong
