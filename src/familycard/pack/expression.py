"""From the text of an expression to typed SQL.

Only what the whitelist names is allowed (`functions`, `aggregates` and the node types
below), every value has a type, and unknown stays unknown: SQL's NULL follows Kleene's
three-valued logic in and/or/not, and the places where SQL would drop it (``case``,
``greatest``, aggregates) are written out here.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable

from sqlglot import exp

from familycard.errors import ExpressionError
from familycard.pack.aggregates import AGGREGATES, KEEP_ALL, aggregate
from familycard.pack.arithmetic import constant, rescaled
from familycard.pack.functions import FUNCTIONS, same_type
from familycard.pack.grammar import LINKS_MAX, TOO_DEEP, TOO_LARGE, chain, dotted, failure, links, parse
from familycard.pack.literals import day, money, number_or_text
from familycard.pack.model import Expression
from familycard.pack.once import once
from familycard.pack.scope import Compiled, Misuse, Name, Scope, scope_of
from familycard.pack.types import BOOLEAN, TEXT, Kind, Type

DEPTH_MAX = 24
"""Levels of brackets and calls in one another; a chain of `and`, `or`, `+` and `-` is one level."""
SQL_LENGTH_MAX = 200_000
"""Characters of the SQL of one expression: some functions write an argument several times."""

__all__ = ["Compiled", "Name", "Scope", "compile_condition", "compile_expression", "names_in", "scope_of"]


def compile_expression(expression: Expression, scope: Scope, expect: Type | None = None) -> Compiled:
    """Typed SQL of an expression; ExpressionError with file and line where it breaks a rule.

    With `expect` the result is of that type: numbers gain decimals to its scale, never lose any.
    """
    compiler = _Compiler(expression, scope)
    try:
        compiled = compiler.compile(parse(expression))
        return compiled if expect is None else compiler.fit(compiled, expect)
    except Misuse as misuse:
        raise compiler.error(f"{misuse}.") from misuse
    except RecursionError as error:
        raise compiler.error(TOO_DEEP) from error


def compile_condition(expression: Expression, scope: Scope) -> Compiled:
    """Typed SQL of a condition: true, false or NULL."""
    return compile_expression(expression, scope, BOOLEAN)


@once
def names_in(expression: Expression) -> frozenset[str]:
    """All dotted names in an expression, whatever its scope."""
    return frozenset(dotted(column) for column in parse(expression).find_all(exp.Column)) - _WORDS


_WORDS = frozenset({"half_up", "up", "down"})
_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_AMOUNTS = (Kind.MONEY, Kind.INTEGER, Kind.NUMBER)


class _Compiler:
    def __init__(self, expression: Expression, scope: Scope) -> None:
        self.expression = expression
        self.scope = scope
        self.inside_aggregate = False
        self.depth = 0
        handlers: dict[type[exp.Expr], Callable[..., Compiled]] = {
            exp.Column: self.column,
            exp.Literal: number_or_text,
            exp.Boolean: lambda node: Compiled("true" if node.this else "false", BOOLEAN, nullable=False),
            exp.Cast: day,
            exp.Paren: lambda node: self.compile(node.this),
            exp.And: lambda node: self.logic(node, "and"),
            exp.Or: lambda node: self.logic(node, "or"),
            exp.Not: self.negation,
            exp.Neg: self.minus,
            exp.Add: self.sum,
            exp.Sub: self.sum,
            exp.Mul: self.product,
            exp.Case: self.case,
            exp.In: self.membership,
            exp.Between: self.between,
            exp.Is: self.is_null,
            exp.Anonymous: lambda node: self.call(str(node.this).lower(), node.expressions),
        }
        self.handlers = handlers | dict.fromkeys(_COMPARISONS, self.comparison)

    def error(self, message: str) -> ExpressionError:
        return failure(self.expression, message)

    def compile(self, node: exp.Expr) -> Compiled:
        handler = self.handlers.get(type(node))
        if handler is None:
            raise self.error(_forbidden(node))
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise self.error(TOO_DEEP)
        compiled = handler(node)
        self.depth -= 1
        if len(compiled.sql) > SQL_LENGTH_MAX:
            raise self.error(TOO_LARGE)
        return compiled

    def fit(self, compiled: Compiled, expect: Type) -> Compiled:
        kind = compiled.type.kind
        if kind is not expect.kind and not (kind is Kind.INTEGER and expect.kind is Kind.NUMBER):
            raise self.error(f"it gives {compiled.type} where {expect} is needed.")
        if compiled.type.scale > expect.scale:
            raise self.error(
                f"it gives {compiled.type}, more decimals than {expect}; round it with round_money or money_div."
            )
        fitted = rescaled(compiled, expect.scale)
        # Another scale makes it more than the aggregate alone.
        aggregate = fitted.aggregate if fitted.sql == compiled.sql else None
        return Compiled(fitted.sql, expect, fitted.names, fitted.nullable, fitted.is_any, aggregate)

    # Leaves
    def column(self, node: exp.Column) -> Compiled:
        text = dotted(node)
        name = self.name(text)
        return Compiled(name.sql, name.type, frozenset({text}), name.nullable)

    def name(self, text: str) -> Name:
        name = self.scope.resolve(text)
        if name is None:
            near = difflib.get_close_matches(text, self.scope.known_names(), n=1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            raise self.error(f"`{text}` is not known here.{hint}")
        if name.per_row and self.scope.aggregates and not self.inside_aggregate:
            raise self.error(
                f"`{text}` differs from row to row; say which one, as in sum({text}) or only({text})."
            )
        return name

    # Logic and comparison
    def condition(self, node: exp.Expr) -> Compiled:
        compiled = self.compile(node)
        if compiled.type.kind is not Kind.BOOLEAN:
            raise self.error(f"`{node.sql()}` is {compiled.type}, where a condition is needed.")
        return compiled

    def logic(self, node: exp.And | exp.Or, word: str) -> Compiled:
        parts = [self.condition(part) for part in self.operands(node, type(node))]
        return self.joined(f"({f' {word} '.join(part.sql for part in parts)})", BOOLEAN, *parts)

    def operands(self, node: exp.Expr, *kinds: type[exp.Expr]) -> list[exp.Expr]:
        found = chain(node, *kinds)
        if len(found) > LINKS_MAX + 1:
            raise self.error(TOO_LARGE)
        return found

    def negation(self, node: exp.Not) -> Compiled:
        if isinstance(node.this, exp.Is):
            absent = self.is_null(node.this)
            return Compiled(f"(not {absent.sql})", BOOLEAN, absent.names, absent.nullable)
        inner = self.condition(node.this)
        return self.joined(f"(not {inner.sql})", BOOLEAN, inner)

    def comparison(self, node: exp.Binary) -> Compiled:
        sign = _COMPARISONS[type(node)]
        left, right = self.pair(node.this, node.expression, sign)
        return self.joined(f"({left.sql} {sign} {right.sql})", BOOLEAN, left, right)

    def pair(self, a: exp.Expr, b: exp.Expr, sign: str) -> tuple[Compiled, Compiled]:
        left, right = self.compile(a), self.compile(b)
        if left.type.kind is Kind.RATIO and right.type.is_numeric:
            if sign not in ("<", ">="):
                raise self.error("a ratio is rounded down, so it is compared only by `<` and `>=`.")
            if right.type.scale > left.type.scale:
                raise self.error(f"a ratio has {left.type.scale} decimals; `{b.sql()}` has more.")
            return left, rescaled(right, left.type.scale)
        kinds = {left.type.kind, right.type.kind}
        if Kind.MONEY in kinds and len(kinds) > 1:
            raise self.error(
                f"`{a.sql()}` is {left.type} and `{b.sql()}` is {right.type}; "
                f"write money as money '100 {self.scope.currency}'."
            )
        if Kind.BOOLEAN in kinds and sign not in ("=", "<>"):
            raise self.error(f"conditions cannot be compared by `{sign}`.")
        if Kind.RATIO in kinds:
            raise self.error("a ratio stands on the left and is compared with a decimal by `<` or `>=`.")
        left, right = same_type([left, right])
        return left, right

    def membership(self, node: exp.In) -> Compiled:
        items = [self.compile(item) for item in node.expressions]
        if not items or any(item.names for item in items):
            raise self.error("`in` takes a list of literals: kind in ('flat', 'house').")
        value, *rest = same_type([self.compile(node.this), *items])
        return self.joined(f"({value.sql} in ({', '.join(r.sql for r in rest)}))", BOOLEAN, value)

    def between(self, node: exp.Between) -> Compiled:
        parts = [self.compile(part) for part in (node.this, node.args["low"], node.args["high"])]
        value, low, high = same_type(parts)
        if value.type.kind in (Kind.RATIO, Kind.BOOLEAN) or node.args.get("symmetric") is not None:
            raise self.error(
                "`between` takes two limits, the lower first, of numbers, money, dates or texts."
            )
        return self.joined(f"({value.sql} between {low.sql} and {high.sql})", BOOLEAN, value, low, high)

    def is_null(self, node: exp.Is) -> Compiled:
        if not isinstance(node.expression, exp.Null) or not isinstance(node.this, exp.Column):
            raise self.error("`is` is only used as `column is null` or `column is not null`.")
        text = dotted(node.this)
        name = self.name(text)
        if name.absent is not None:
            return Compiled(f"({name.absent})", BOOLEAN, frozenset({text}))
        if not self.scope.allow_is_null:
            raise self.error(
                f"`{text}` is unknown rather than absent when it is missing; `is null` cannot ask that."
            )
        return Compiled(f"({name.sql} is null)", BOOLEAN, frozenset({text}), nullable=False)

    # Arithmetic
    def minus(self, node: exp.Neg) -> Compiled:
        inner = self.compile(node.this)
        if inner.type.kind not in _AMOUNTS:
            raise self.error(f"`-` needs a number or money, not {inner.type}.")
        number = constant(inner)
        # Never `--`, which would begin a comment.
        return self.joined(f"(-{inner.sql})" if number is None else str(-number), inner.type, inner)

    def sum(self, node: exp.Add | exp.Sub) -> Compiled:
        signs = links(node, (exp.Add, exp.Sub))
        first, *rest = same_type([self.compile(part) for part in self.operands(node, exp.Add, exp.Sub)])
        if first.type.kind not in _AMOUNTS:
            hint = "; use days_between, months_between or add_months" if first.type.kind is Kind.DATE else ""
            raise self.error(f"`+` and `-` need numbers or money, not {first.type}{hint}.")
        # The cast keeps small literals from being added as 32-bit integers.
        sql = f"cast({first.sql} as bigint)" + "".join(
            f" {'+' if isinstance(link, exp.Add) else '-'} {part.sql}"
            for link, part in zip(signs, rest, strict=True)
        )
        return self.joined(f"({sql})", first.type, first, *rest)

    def product(self, node: exp.Mul) -> Compiled:
        left, right = self.compile(node.this), self.compile(node.expression)
        kinds = [left.type.kind, right.type.kind]
        if not (left.type.is_numeric or right.type.is_numeric) or any(kind not in _AMOUNTS for kind in kinds):
            raise self.error(f"{left.type} cannot be multiplied by {right.type}.")
        scale = left.type.scale + right.type.scale
        kind = Kind.MONEY if Kind.MONEY in kinds else Kind.NUMBER if Kind.NUMBER in kinds else Kind.INTEGER
        return self.joined(f"(cast({left.sql} as bigint) * {right.sql})", Type(kind, scale), left, right)

    def case(self, node: exp.Case) -> Compiled:
        if node.this is not None:
            raise self.error("write `case when … then …`, each branch with its condition.")
        conditions = [self.condition(branch.this) for branch in node.args["ifs"]]
        default = node.args.get("default")
        values = [self.compile(branch.args["true"]) for branch in node.args["ifs"]]
        values = same_type(values + ([self.compile(default)] if default is not None else []))
        lines = []
        for condition, value in zip(conditions, values, strict=False):
            # SQL passes over an unknown condition; the law cannot.
            lines += [f"when {condition.sql} is null then null"] if condition.nullable else []
            lines.append(f"when {condition.sql} then {value.sql}")
        lines += [f"else {values[-1].sql}"] if default is not None else []
        whole = self.joined(f"(case {' '.join(lines)} end)", values[0].type, *conditions, *values)
        return whole if default is not None else Compiled(whole.sql, whole.type, whole.names, nullable=True)

    # Calls
    def call(self, function: str, nodes: list[exp.Expr]) -> Compiled:
        if function == "money" and len(nodes) == 1:
            return money(nodes[0], self.scope.currency, self.scope.minor_digits)
        if function in AGGREGATES:
            return self.aggregate(function, nodes)
        known = FUNCTIONS.get(function)
        if known is None:
            near = difflib.get_close_matches(function, [*FUNCTIONS, *AGGREGATES], n=1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            raise self.error(f"there is no function `{function}`.{hint}")
        values, words = nodes[: len(nodes) - known.words], nodes[len(nodes) - known.words :]
        arguments = [self.compile(node) for node in values]
        try:
            known.check_count(len(nodes))
            return known.build([*arguments, *map(_word, words)], self.scope)
        except Misuse as misuse:
            raise self.error(f"`{known.signature}` {misuse}.") from misuse

    def aggregate(self, function: str, nodes: list[exp.Expr]) -> Compiled:
        if not self.scope.aggregates:
            raise self.error(f"`{function}` over rows is only allowed in an indicator's `person:`.")
        if self.inside_aggregate:
            raise self.error(f"`{function}` cannot stand inside another aggregate.")
        if [type(node) for node in nodes] == [exp.Star]:
            raise self.error(f"write `{function}()` without the star.")
        self.inside_aggregate = True
        arguments = [self.compile(node) for node in nodes]
        self.inside_aggregate = False
        try:
            return aggregate(function, arguments, self.scope.row_filter or KEEP_ALL)
        except Misuse as misuse:
            raise self.error(f"`{function}` {misuse}.") from misuse

    def joined(self, sql: str, type_: Type, *parts: Compiled) -> Compiled:
        names = frozenset[str]().union(*(part.names for part in parts))
        return Compiled(sql, type_, names, any(part.nullable for part in parts))


def _word(node: exp.Expr) -> Compiled:
    text = dotted(node) if isinstance(node, exp.Column) else node.sql()
    return Compiled(text, TEXT, nullable=False)


def _forbidden(node: exp.Expr) -> str:
    if isinstance(node, exp.Div):
        return "a bare `/` would round silently; use money_div(a, b, rounding) or ratio(a, b)."
    if isinstance(node, exp.Null):
        return "`null` cannot be written; leave out `else`, or ask `column is null` of a source's column."
    shown = node.sql()
    shown = shown if len(shown) <= 60 else f"{shown[:50]}…"
    return f"`{shown}` is not allowed in expressions (docs/pack-format.md lists what is)."
