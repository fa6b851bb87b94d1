"""Formulas over indicators, in the order of what they need."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from familycard.pack.dependencies import indicator_levels
from familycard.pack.expression import compile_expression
from familycard.pack.model import Indicator
from familycard.pack.scope import Scope
from familycard.pack.types import Type


def with_formulas(
    formulas: Sequence[Indicator],
    rows: str,
    scope: Scope,
    type_of: Callable[[Indicator], Type],
    keep: Sequence[str],
) -> str:
    """A query of the columns `keep` of `rows` (a table or a subquery) and of each formula's value."""
    for level in indicator_levels(formulas):
        values = (
            f'{compile_expression(i.formula, scope, type_of(i)).sql} as "{i.id}"'
            for i in level
            if i.formula is not None
        )
        rows = f"(select *, {', '.join(values)} from {rows})"
    columns = [f'"{name}"' for name in (*keep, *(i.id for i in formulas))]
    return f"select {', '.join(columns)} from {rows}"
