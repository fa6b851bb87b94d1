"""Random well-typed expressions mean in the engine what they mean in plain Python."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from evaluating import TYPES, column_of
from kleene import COMPARED, TRUTHS, at_most, both, either, opposite


@dataclass(frozen=True)
class Sample:
    """An expression beside what it means in Python."""

    text: str
    meaning: Callable[[Mapping[str, Any]], Any]


def strictly(function: Callable[..., Any], *parts: Sample) -> Callable[[Mapping[str, Any]], Any]:
    """Unknown where any part is."""

    def meaning(row: Mapping[str, Any]) -> Any:
        values = [part.meaning(row) for part in parts]
        return None if None in values else function(*values)

    return meaning


class Samples:
    """Random well-typed expressions of integers and conditions."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def integer(self, levels: int) -> Sample:
        shape = self.random.choice(
            ("name", "literal", "sum", "product", "case", "extreme", "divide", "minus")
        )
        if levels == 0 or shape == "name":
            name = self.random.choice("abc")
            return Sample(name, lambda row: row[name])
        if shape == "literal":
            number = self.random.randint(-3, 9)
            return Sample(str(number), lambda row: number)
        x, y = self.integer(levels - 1), self.integer(levels - 1)
        if shape == "sum":
            return Sample(f"({x.text} - {y.text} + 1)", strictly(lambda p, q: p - q + 1, x, y))
        if shape == "product":
            return Sample(f"({x.text}) * ({y.text})", strictly(lambda p, q: p * q, x, y))
        if shape == "minus":
            return Sample(f"(- {x.text})", strictly(lambda p: -p, x))
        if shape == "divide":
            return Sample(f"money_div({x.text}, 3, down)", strictly(lambda p: p // 3, x))
        if shape == "extreme":
            return Sample(f"greatest({x.text}, {y.text})", strictly(max, x, y))
        c = self.condition(levels - 1)

        def chosen(row: Mapping[str, Any]) -> Any:
            truth = c.meaning(row)
            return None if truth is None else (x if truth else y).meaning(row)

        return Sample(f"(case when {c.text} then {x.text} else {y.text} end)", chosen)

    def condition(self, levels: int) -> Sample:
        shape = self.random.choice(("name", "and", "or", "not", "compare", "in", "between"))
        if levels == 0 or shape == "name":
            name = self.random.choice(("flag", "other"))
            return Sample(name, lambda row: row[name])
        if shape in ("and", "or"):
            p, q = self.condition(levels - 1), self.condition(levels - 1)
            join = both if shape == "and" else either
            return Sample(f"({p.text} {shape} {q.text})", lambda row: join(p.meaning(row), q.meaning(row)))
        if shape == "not":
            p = self.condition(levels - 1)
            return Sample(f"(not {p.text})", lambda row: opposite(p.meaning(row)))
        x, y = self.integer(levels - 1), self.integer(levels - 1)
        if shape == "compare":
            sign = self.random.choice(sorted(COMPARED))
            return Sample(f"({x.text} {sign} {y.text})", strictly(COMPARED[sign], x, y))
        if shape == "in":
            return Sample(f"({x.text} in (0, 1, -2))", strictly(lambda v: v in (0, 1, -2), x))
        z = self.integer(levels - 1)
        return Sample(
            f"({x.text} between {y.text} and {z.text})",
            lambda row: both(
                at_most(y.meaning(row), x.meaning(row)), at_most(x.meaning(row), z.meaning(row))
            ),
        )


@pytest.mark.parametrize("seed", range(60))
def test_random_expressions_mean_in_the_engine_what_they_mean_in_python(seed: int) -> None:
    samples = Samples(seed)
    sample = samples.condition(4) if seed % 2 else samples.integer(4)
    choose = samples.random.choice
    rows = [
        {name: choose((-2, 0, 1, 5, None)) for name in "abc"}
        | {"flag": choose(TRUTHS), "other": choose(TRUTHS)}
        for _ in range(60)
    ]
    assert set(rows[0]) <= set(TYPES)
    assert column_of(sample.text, rows) == [sample.meaning(row) for row in rows]
