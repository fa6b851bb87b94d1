"""Registers sent as JSON Lines are JSON, whatever the columns hold."""

from __future__ import annotations

import io
import json
from datetime import date

import pyarrow as pa

from familycard.synthetic.emit import _JsonLines


def test_texts_and_days_are_quoted_and_blanks_are_null() -> None:
    file = io.BytesIO()
    table = pa.table(
        {
            "iin": ["880310700002"],
            "amount": [211443],
            "started_on": [date(2022, 8, 2)],
            "ended_on": pa.array([None], pa.date32()),
            "is_working": [True],
        }
    )
    _JsonLines(file).write_table(table)
    assert json.loads(file.getvalue()) == {
        "iin": "880310700002",
        "amount": 211443,
        "started_on": "2022-08-02",
        "ended_on": None,
        "is_working": True,
    }
