"""Rows with a column of each type that tables have, for hypothesis to draw."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

TYPES = {
    "count": pa.int64(),
    "small": pa.int8(),
    "is_true": pa.bool_(),
    "day": pa.date32(),
    "word": pa.dictionary(pa.int32(), pa.string()),
    "text": pa.string(),
}
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "count": st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(-300, 9),
    "small": st.none() | st.integers(-128, 127),
    "is_true": st.none() | st.booleans(),
    "day": st.none() | st.dates(),
    "word": st.none() | st.sampled_from(["eligible", "not_eligible", "ғ"]),
    "text": st.none() | st.text(max_size=9),
}
