"""How the text of an expression becomes a tree: a strict alphabet, then sqlglot's parser with no functions.

sqlglot normalises functions of known dialects (``months_between`` would become a node
with another meaning), so this dialect knows none: each call stays as written and
`functions` alone decides what it means. The alphabet is checked first, because SQL has
comments, quotes and prefixes that no reader of a law expects.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.parser import Parser

from familycard.errors import ExpressionError
from familycard.pack.model import Expression

LENGTH_MAX = 10_000
"""Characters of an expression; the longest of law and scorecards have a few hundred."""


LINKS_MAX = 255
"""Operators in a chain such as ``a + b + c``; the engine reads sums of up to a thousand."""
TOO_DEEP = "it is nested too deeply; give its parts names, as indicators of their own."
TOO_LARGE = "it grows too large; give its parts names, as indicators of their own."


class _PackParser(Parser):
    FUNCTIONS: ClassVar[dict[str, Any]] = {}
    FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {}
    NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {}
    NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {"CASE": Parser.NO_PAREN_FUNCTION_PARSERS["CASE"]}


class PackDialect(Dialect):
    """The language of packs."""

    parser_class: Any = _PackParser


_TEXT = r"'(?:[^']|'')*'"
_TEXTS = re.compile(_TEXT)
_MONEY_LITERAL = re.compile(rf"({_TEXT})|\bmoney\s*({_TEXT})", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ALIEN = re.compile(r"!(?!=)|==|[^A-Za-z0-9_\s.,()<>=+*/!'-]", re.ASCII)


@lru_cache(maxsize=8192)
def _parse(text: str) -> exp.Expr | None:
    trees = PackDialect().parse(_MONEY_LITERAL.sub(_money_as_call, text))
    return trees[0] if trees else None


def _money_as_call(match: re.Match[str]) -> str:
    return match[1] or f"money({match[2]})"


def parse(expression: Expression) -> exp.Expr:
    """The tree of an expression; the same object for the same text, so never change it."""
    text = expression.text.strip()
    _check_alphabet(expression, text)
    try:
        tree = _parse(text)
    except RecursionError as error:
        raise failure(expression, TOO_DEEP) from error
    except SqlglotError as error:
        raise failure(expression, _reason(error)) from error
    if tree is None:
        raise failure(expression, _reason(SqlglotError()))
    return tree


def _check_alphabet(expression: Expression, text: str) -> None:
    if not text:
        raise failure(expression, "the expression is empty.")
    if len(text) > LENGTH_MAX:
        raise failure(expression, f"it has {len(text)} characters, more than {LENGTH_MAX}; split it.")
    bare = _TEXTS.sub("''", text)
    if ";" in bare or "--" in bare or "/*" in bare:
        raise failure(expression, "one expression only, without `;` or comments (write `- -x` with a space).")
    if "'" in bare.replace("''", ""):
        raise failure(expression, "a quotation mark `'` is not closed.")
    if '"' in bare:
        raise failure(expression, "a text stands in single quotation marks: kind = 'flat'.")
    alien = _ALIEN.search(bare) or _CONTROL.search(text)
    if alien:
        raise failure(expression, f"{alien[0]!a} (`{alien[0]}`) is not a character of expressions.")


def _reason(error: SqlglotError) -> str:
    place = error.errors[0] if isinstance(error, ParseError) and error.errors else {}
    near = str(place.get("highlight") or "").strip()
    where = f"goes wrong at `{near}`" if near else "breaks off or misses a part"
    return f"it {where}; look for a missing operand, `)`, `then` or `end`, or a name that is a word of SQL."


def failure(expression: Expression, message: str) -> ExpressionError:
    """The error about an expression: its text in one line, what is wrong, its file and line."""
    text = " ".join(expression.text.split())
    shown = text if len(text) <= 160 else f"{text[:150]}…"
    place = expression.place
    return ExpressionError(f"In `{shown}`: {message}", place.file or None, place.line or None)


def dotted(column: exp.Column | exp.Dot) -> str:
    """The name as written: ``child.birth_date``, ``programme.asp.status``."""
    return ".".join(part.name for part in column.parts)


def links(node: exp.Expr, kinds: tuple[type[exp.Expr], ...]) -> list[exp.Expr]:
    """The operators of ``a + b - c`` from left to right; the parser nests them to the left."""
    found: list[exp.Expr] = []
    while isinstance(node, kinds):
        found.append(node)
        node = node.this
    return found[::-1]


def chain(node: exp.Expr, *kinds: type[exp.Expr]) -> list[exp.Expr]:
    """The operands of ``a + b - c`` from left to right."""
    found = links(node, kinds)
    return [found[0].this, *(link.expression for link in found)]
