"""Formulas over indicators, in the order of what they need."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from familycard.pack.dependencies import indicator_levels
from familycard.pack.expression import compile_expression
from familycard.pack.model import Indicator
from familycard.pack.scope import Scope
from familycard.pack.types import Type


def with_formulas(
    formulas: Sequence[Indicator], rows: str, scope: Scope, type_of: Callable[[Indicator], Type]
) -> str:
    """A query of `rows` (a table or a subquery) with each formula's value as a column."""
    for level in indicator_levels(formulas):
        values = (
            f'{compile_expression(i.formula, scope, type_of(i)).sql} as "{i.id}"'
            for i in level
            if i.formula is not None
        )
        rows = f"(select *, {', '.join(values)} from {rows})"
    return f"select * from {rows}"
