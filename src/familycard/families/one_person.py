"""Conditions on one person alone, settled once a person and not once a row.

`age_years(child.birth_date, as_of) < 18` is the same for a child in every row of every
register and for every kind of units. So a tie's conditions are narrowed: such a part becomes
a name of its own, ``child._says_0``, a column of `residents` with what is said of a person
without a role: `age_years(birth_date, as_of) < 18`.
"""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from familycard.families.shared import Records
from familycard.pack.expression import compile_condition
from familycard.pack.grammar import dotted, parse
from familycard.pack.model import Expression, Tie, TieMapping, UnitKind
from familycard.pack.scope import Name, Scope
from familycard.pack.scopes import column, tie_scope
from familycard.pack.types import BOOLEAN

_LOGIC = (exp.And, exp.Or, exp.Not, exp.Paren)
_ASKS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Between)


def narrowed(records: Records, kind: UnitKind) -> UnitKind:
    """A kind whose ties ask of one person only what `residents` says already."""
    known = records.texts.narrowed
    if id(kind) not in known:
        ties, attach = (
            tuple(_narrowed_tie(records, tie) for tie in level) for level in (kind.ties, kind.attach)
        )
        known[id(kind)] = kind, replace(kind, ties=ties, attach=attach)
    return known[id(kind)][1]


def scope_of_tie(records: Records, tie: Tie, mapping: TieMapping) -> Scope:
    """The names at hand in a narrowed tie's conditions."""
    scope = tie_scope(records.pack, tie, mapping, records.as_of)
    said = {
        f"{role}.{name}": Name(column(f"{role}.{name}"), BOOLEAN)
        for role in tie.between
        for name in records.said.values()
    }
    return replace(scope, resolve=lambda name: said.get(name) or scope.resolve(name))


def _narrowed_tie(records: Records, tie: Tie) -> Tie:
    # Each mapping has a scope of its own, but roles mean the same in all of them.
    scope = tie_scope(records.pack, tie, tie.mappings[0], records.as_of)

    def narrow(expression: Expression | None) -> Expression | None:
        return None if expression is None else _narrowed(records, tie, expression, scope)

    return replace(tie, when=narrow(tie.when), unless=narrow(tie.unless))


def _narrowed(records: Records, tie: Tie, expression: Expression, scope: Scope) -> Expression:
    """The expression with names in the place of its parts on one person; itself where that is not the same SQL."""
    whole = compile_condition(expression, scope)
    parts: dict[str, exp.Expr] = {}
    text = _replaced(records, tie, parse(expression).copy(), parts).sql()
    if not parts:
        return expression
    told = {name: _part_as_name(part, scope) for name, part in parts.items()}
    short = Expression(text, expression.place)
    again = compile_condition(
        short, replace(scope, resolve=lambda name: told.get(name) or scope.resolve(name))
    )
    if again.sql != whole.sql:
        return expression
    return short


def _part_as_name(part: exp.Expr, scope: Scope) -> Name:
    return Name(compile_condition(Expression(part.sql()), scope).sql, BOOLEAN)


def _replaced(records: Records, tie: Tie, node: exp.Expr, parts: dict[str, exp.Expr]) -> exp.Expr:
    role = _only_role(records, tie, node)
    if role is not None and node.find(*_ASKS):
        name = f"{role}.{_said(records, role, node)}"
        parts[name] = node.copy()
        return exp.column(name.partition(".")[2], table=role)
    if isinstance(node, _LOGIC):
        for key in ("this", "expression"):
            inner = node.args.get(key)
            if isinstance(inner, exp.Expr):
                node.set(key, _replaced(records, tie, inner, parts))
    return node


def _only_role(records: Records, tie: Tie, node: exp.Expr) -> str | None:
    """The one role whose person a condition asks of, beside the date and the pack's parameters."""
    names = {dotted(found) for found in node.find_all(exp.Column)}
    names -= {"as_of", *records.pack.parameters}
    roles = {name.partition(".")[0] if "." in name else "" for name in names}
    return next(iter(roles)) if len(roles) == 1 and roles <= set(tie.between) else None


def _said(records: Records, role: str, node: exp.Expr) -> str:
    """The column of `residents` that says this of a person."""
    bare = node.copy()
    for found in list(bare.find_all(exp.Column)):
        if dotted(found).startswith(f"{role}."):
            found.set("table", None)
    return records.said.setdefault(bare.sql(), f"_says_{len(records.said)}")
