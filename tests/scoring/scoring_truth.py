"""A made-up survey whose truth is known: what families consume, by a rule that the tests can read."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from familycard.pack.fit import Candidate, Cuts, Fit, Group, Target
from familycard.pack.model import Adjustment, Expression, Override

DAY = date(2025, 12, 31)
ROWS = 3_000
LUCK = 0.35
"""Deviation of what no indicator knows, in the logarithm of consumption."""
KINDS = ("couple", "lone_parent", "lone_elder")
FIT = Fit(
    id="made", title={"en": "Made"}, unit="family", provenance={}, why={},
    target=Target("consumption", {"en": "Consumption"}, True, least=1_000),
    weight="weight", persons="members", household=None, cluster=("village",),
    candidates=(
        Candidate("members"), Candidate("children", override=Override({"en": "no child is wealth"}, at_most=0)),
        Candidate("working_members", 1), Candidate("owns_no_dwelling", -1), Candidate("family_type"),
        Candidate("income_to_line", 1), Candidate("elders"),
    ),
    pairs=3, middle=500, step=100,
    cuts=Cuts("shares", (("E", "0.2"), ("C", "0.5"), ("A", None))),
    category_labels={"E": {}, "C": {}, "A": {}},
    groups=(Group("size", "members", {}, bands=(3, 5)), Group("dwelling", "owns_no_dwelling", {})),
    alike=("members", "children"), card={"purpose": {"en": "a test"}},
    adjustments=(Adjustment("poor", Expression("income_to_line < 0.3"), {}, at_most=380),),
)  # fmt: skip


def made_table(rows: int = ROWS, seed: int = 1) -> pa.Table:
    """Families of a rule: a third of the incomes is unknown, and unknown means a little less."""
    dice = np.random.default_rng(seed)
    children, working = dice.integers(0, 5, rows), dice.integers(0, 4, rows)
    no_dwelling, kind = dice.random(rows) < 0.3, dice.integers(0, 3, rows)
    income = np.exp(dice.normal(0.3, 0.7, rows))
    unknown = dice.random(rows) < 0.33
    well = 10 + 0.25 * working - 0.12 * children - 0.3 * no_dwelling - 0.2 * (kind == 1)
    well += np.where(unknown, -0.2, 0.5 * np.log(income)) + LUCK * dice.normal(size=rows)
    return pa.table(
        {
            "members": 1 + children + dice.integers(0, 3, rows),
            "children": children,
            "working_members": working,
            "owns_no_dwelling": no_dwelling,
            "family_type": [KINDS[k] for k in kind],
            "income_to_line": pa.array((income * 10_000).astype(np.int64), mask=unknown),
            "elders": dice.integers(0, 2, rows),
            "weight": dice.uniform(0.5, 2, rows),
            "village": dice.integers(0, rows // 10, rows),
            "consumption": np.exp(well),
        }
    )
