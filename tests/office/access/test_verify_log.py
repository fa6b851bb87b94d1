"""The auditor's program names the first record that is not as it was written, whatever was done to the log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from familycard.office.access.chain import FIELDS, NOTHING, Sealed, link
from familycard.office.access.verify_log import COLUMNS, Verdict, verify

KEY = b"k" * 32
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
Record = dict[str, Any]


def log_of(records: int) -> list[Record]:
    """A log of some records, as it was written."""
    log: list[Record] = []
    for number in range(1, records + 1):
        values = (
            number,
            BEGIN + timedelta(seconds=number),
            7,
            "w",
            "role",
            "p",
            "visit",
            "",
            ["a", "b"],
            "s",
        )
        record = dict(zip(FIELDS, values, strict=True))
        previous = log[-1]["hash"] if log else NOTHING
        log.append({**record, "previous": previous, "hash": link(KEY, previous, record)})
    return log


def judged(log: list[Record], written: list[Record], index: list[tuple[int, str]] | None = None) -> Verdict:
    """What the program says of a log whose seal was set when it was written."""
    if index is None:
        index = [(record["sequence"], person) for record in written for person in record["persons"]]
        index = [(number, person) for number, person in index if number in [r["sequence"] for r in log]]
    return verify(log, index, KEY, Sealed(written[-1]["sequence"], written[-1]["hash"]))


WHOLE = log_of(12)
NUMBERS = some.integers(0, len(WHOLE) - 1)
OTHER_VALUES = some.one_of(
    some.none(),
    some.text(max_size=5),
    some.integers(),
    some.datetimes(timezones=some.just(UTC)),
    some.just(["a"]),
)


def test_a_log_that_nobody_touched_is_whole() -> None:
    assert judged(WHOLE, WHOLE) == Verdict(12, None)
    assert verify([], [], KEY, None).is_whole


@given(NUMBERS, some.sampled_from(COLUMNS), OTHER_VALUES)
def test_any_edit_of_any_column_is_found(number: int, column: str, value: Any) -> None:
    if WHOLE[number][column] == value:
        return
    log = [dict(record) for record in WHOLE]
    log[number][column] = value
    fault = judged(log, WHOLE).fault
    assert fault is not None and fault.record == number + 1


@given(NUMBERS)
def test_a_removed_record_is_found(number: int) -> None:
    fault = judged(WHOLE[:number] + WHOLE[number + 1 :], WHOLE).fault
    assert fault is not None
    assert (fault.record, fault.kind) == (number + 1, "cut off" if number + 1 == len(WHOLE) else "missing")


@given(NUMBERS, NUMBERS)
def test_two_records_that_changed_places_are_found(one: int, other: int) -> None:
    if one == other:
        return
    log = [dict(record) for record in WHOLE]
    for here, there in ((one, other), (other, one)):
        log[here] = {**WHOLE[there], "sequence": here + 1}
    fault = judged(log, WHOLE).fault
    assert fault is not None and fault.record == min(one, other) + 1


@given(some.integers(0, len(WHOLE) - 1))
def test_an_end_that_was_cut_off_is_found_by_the_seal(kept: int) -> None:
    fault = judged(WHOLE[:kept], WHOLE).fault
    assert fault is not None and (fault.record, fault.kind) == (kept + 1, "cut off")


@given(NUMBERS)
def test_a_record_that_was_put_in_is_found(number: int) -> None:
    later = [{**record, "sequence": record["sequence"] + 1} for record in WHOLE[number:]]
    put_in = {**WHOLE[number], "name": "nobody"}
    fault = judged([*WHOLE[:number], put_in, *later], WHOLE).fault
    assert fault is not None and fault.record == number + 1


def test_a_log_written_anew_without_the_key_is_found() -> None:
    forged = log_of(12)
    for record in forged:
        record["hash"] = link(b"x" * 32, record["previous"], record)
    fault = judged(forged, WHOLE).fault
    assert fault is not None and fault.record == 1


def test_a_log_written_anew_with_the_key_is_found_by_the_seal() -> None:
    other = [dict(record) for record in log_of(12)]
    previous = other[10]["hash"]
    other[11]["reason"] = "something else"
    other[11]["hash"] = link(KEY, previous, other[11])
    fault = judged(other, WHOLE).fault
    assert fault is not None and (fault.record, fault.kind) == (12, "changed")


@pytest.mark.parametrize("change", ["hidden", "added", "another"])
def test_an_index_that_hides_a_look_from_the_person_is_found(change: str) -> None:
    index = [(record["sequence"], person) for record in WHOLE for person in record["persons"]]
    place = index.index((5, "b"))
    if change == "hidden":
        del index[place]
    elif change == "added":
        index.insert(place, (5, "c"))
    else:
        index[place] = (5, "c")
    fault = judged(WHOLE, WHOLE, index).fault
    assert fault is not None and (fault.record, fault.kind) == (5, "index")
    extra = verify(WHOLE, [(r["sequence"], p) for r in WHOLE for p in r["persons"]] + [(99, "a")], KEY, None)
    assert extra.fault is not None and extra.fault.record == 99
