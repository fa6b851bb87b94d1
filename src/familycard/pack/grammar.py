"""How the text of an expression becomes a tree: sqlglot's parser with every function left to us.

sqlglot normalises functions of known dialects (``months_between`` would become a node
with another meaning), so this dialect knows none: each call stays as written and
`functions` alone decides what it means.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.parser import Parser

from familycard.errors import ExpressionError
from familycard.pack.model import Expression


class _PackParser(Parser):
    FUNCTIONS: ClassVar[dict[str, Any]] = {}
    FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {}
    NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {}
    NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
        k: v for k, v in Parser.NO_PAREN_FUNCTION_PARSERS.items() if k in ("CASE", "ANY", "ALL")
    }


class PackDialect(Dialect):
    """The language of packs."""

    parser_class = _PackParser


_MONEY_LITERAL = re.compile(r"\bmoney\s+('[^']*')")


@lru_cache(maxsize=8192)
def _parse(text: str) -> exp.Expr | None:
    return PackDialect().parse(_MONEY_LITERAL.sub(r"money(\1)", text))[0]


def parse(expression: Expression) -> exp.Expr:
    """The tree of an expression; the same object for the same text, so never change it."""
    text = expression.text.strip()
    place = expression.place
    if not text:
        raise ExpressionError("The expression is empty.", place.file or None, place.line)
    if ";" in text or "--" in text or "/*" in text:
        raise ExpressionError(
            f"`{text}`: one expression only, without `;` or comments.", place.file or None, place.line
        )
    try:
        tree = _parse(text)
    except SqlglotError as error:
        reason = str(error).splitlines()[0].split(". Line")[0]
        raise ExpressionError(
            f"`{text}` cannot be read: {reason}.", place.file or None, place.line
        ) from error
    if tree is None:
        raise ExpressionError("The expression is empty.", place.file or None, place.line)
    return tree


def dotted(column: exp.Column | exp.Dot) -> str:
    """The name as written: ``child.birth_date``, ``programme.asp.status``."""
    return ".".join(part.name for part in column.parts)
