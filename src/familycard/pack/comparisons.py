"""A condition taken apart into the comparisons it is made of, for showing value and threshold."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property

from sqlglot import exp

from familycard.pack.expression import names_in
from familycard.pack.grammar import parse
from familycard.pack.model import Expression

_SIGNS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "≠",
    exp.LT: "<",
    exp.LTE: "≤",
    exp.GT: ">",
    exp.GTE: "≥",
}

_DATE_CAST = re.compile(r"CAST\(('[^']*') AS DATE\)")


@dataclass(frozen=True)
class Comparison:
    """`value` against `threshold`; without a sign the value itself is a yes or no.

    >>> [(c.value.text, c.sign, c.threshold and c.threshold.text)
    ...  for c in comparisons(Expression("not a and b >= 2 * c"))]
    [('a', '', None), ('b', '≥', '2 * c')]
    """

    value: Expression
    whole: Expression
    """The comparison itself, as a condition."""
    sign: str = ""
    threshold: Expression | None = None
    values: tuple[str, ...] = ()
    """The list of an ``in``."""

    @cached_property
    def names(self) -> frozenset[str]:
        """The names on both sides."""
        return names_in(self.value) | (names_in(self.threshold) if self.threshold else frozenset())


def comparisons(expression: Expression) -> list[Comparison]:
    """The comparisons and bare yes/no names under the and/or/not of a condition, as they stand."""
    return _take(parse(expression), expression)


def _take(node: exp.Expr, whole: Expression) -> list[Comparison]:
    if isinstance(node, exp.And | exp.Or):
        return _take(node.this, whole) + _take(node.expression, whole)
    if isinstance(node, exp.Not) and not isinstance(node.this, exp.And | exp.Or | exp.Paren):
        # "not x" is shown as x with its value; whether it holds is asked of the whole.
        return [replace(inner, whole=_text(node, whole)) for inner in _take(node.this, whole)]
    if isinstance(node, exp.Not | exp.Paren):
        return _take(node.this, whole)
    this = _text(node, whole)
    sign = _SIGNS.get(type(node))
    if sign is not None:
        return [Comparison(_text(node.this, whole), this, sign, _text(node.expression, whole))]
    if isinstance(node, exp.Between):
        value = _text(node.this, whole)
        low, high = _text(node.args["low"], whole), _text(node.args["high"], whole)
        at_least = _text(exp.GTE(this=node.this.copy(), expression=node.args["low"].copy()), whole)
        at_most = _text(exp.LTE(this=node.this.copy(), expression=node.args["high"].copy()), whole)
        # Each bound is answered for itself: who is too old is still old enough.
        return [Comparison(value, at_least, "≥", low), Comparison(value, at_most, "≤", high)]
    if isinstance(node, exp.In):
        items = tuple(str(item.this) for item in node.expressions)
        return [Comparison(_text(node.this, whole), this, "∈", values=items)]
    return [Comparison(this, this)] if list(node.find_all(exp.Column)) else []


def _text(node: exp.Expr, whole: Expression) -> Expression:
    """The text of a part, such that `grammar.parse` reads it again."""
    return Expression(_DATE_CAST.sub(r"date \1", node.sql(dialect="duckdb")), whole.place)
