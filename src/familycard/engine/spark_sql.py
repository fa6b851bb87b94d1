"""DuckDB's dialect as Spark's: the one place that knows where the two differ.

Most of it is sqlglot's work. What is left is rewritten on the syntax tree before Spark's text is
made of it: rewrites are small, and each says which difference it bridges.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import sqlglot
from sqlglot import exp

_FROM, _TO = "duckdb", "spark"
JARO_WINKLER = "jaro_winkler_of_duckdb"


@lru_cache(4_096)
def _parsed(query: str) -> exp.Expr:
    return sqlglot.parse_one(query, read=_FROM)


@lru_cache(1_024)
def spark_sql(query: str) -> str:
    """The text of a query for Spark.

    >>> spark_sql("select greatest(a) from t semi join u using (k)")
    'SELECT `a` FROM `t` SEMI JOIN `u` USING (`k`)'
    """
    return _rendered(_parsed(query).copy())


def with_columns_of(query: str, table: str, columns: Sequence[str]) -> str | None:
    """Spark's text of a query with more columns of the table under it, where they come up by themselves.

    They do where every step from the table to the outermost select is a ``select *``; None where not.

    >>> with_columns_of('select "b" from (select *, a + 1 as b from t)', "t", ["a"])
    'SELECT `b`, `a` FROM (SELECT *, `a` + 1 AS `b` FROM `t`)'
    """
    tree = _parsed(query).copy()
    if not isinstance(tree, exp.Select) or not _is_passed_up(tree, table):
        return None
    replaced = {alias.alias for star in tree.find_all(exp.Star) for alias in star.args.get("replace") or []}
    if replaced & set(columns):
        return None
    return _rendered(tree.select(*(exp.column(name, quoted=True) for name in columns), copy=False))


def tables_of(query: str) -> frozenset[str]:
    """The names of tables that a query reads."""
    return frozenset(table.name for table in _parsed(query).find_all(exp.Table) if table.name)


def is_part_of_one_table(query: str) -> bool:
    """Whether a query gives rows of one table as they stand, some of its rows and columns: nothing is computed.

    >>> is_part_of_one_table("select a, b as c from t where a > 1"), is_part_of_one_table("select a + 1 from t")
    (True, False)
    """
    tree = _parsed(query)
    if not isinstance(tree, exp.Select):
        return False
    allowed = {"expressions", "from_", "where", "kind", "hint"}
    asked = {key for key, value in tree.args.items() if value}
    simple = all(
        isinstance(e.unalias(), exp.Column | exp.Star | exp.Literal | exp.Null) for e in tree.expressions
    )
    source = tree.args["from_"].this if tree.args.get("from_") else None
    return (
        asked <= allowed
        and simple
        and isinstance(source, exp.Table)
        and len(list(tree.find_all(exp.Select))) == 1
    )


def _is_passed_up(tree: exp.Select, table: str) -> bool:
    source = tree.args["from_"].this
    if tree.args.get("joins") or tree.args.get("group") or tree.args.get("distinct"):
        return False
    if isinstance(source, exp.Table):
        return bool(source.name == table)
    inner = source.this if isinstance(source, exp.Subquery) else None
    return (
        isinstance(inner, exp.Select)
        and any(isinstance(e, exp.Star) for e in inner.expressions)
        and _is_passed_up(inner, table)
    )


def _rendered(tree: exp.Expr) -> str:
    tree = tree.transform(_rewritten, copy=False)
    text: str = tree.sql(dialect=_TO, identify=True, comments=False)
    return text


def _rewritten(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Select):
        return _without_replaced_stars(node)
    if isinstance(node, exp.Greatest | exp.Least) and not node.expressions:
        # Spark wants two values or more to compare.
        only: exp.Expr = node.this
        return only
    if isinstance(node, exp.Not):
        return _without_not_in(node)
    if isinstance(node, exp.JSONObject):
        return _as_json(node)
    if isinstance(node, exp.JarowinklerSimilarity):
        # Spark has others of its own, which round otherwise: `spark_likeness.py`.
        return exp.Anonymous(this=JARO_WINKLER, expressions=[node.this, node.expression])
    return node


def _without_replaced_stars(select: exp.Select) -> exp.Select:
    """``* replace (e as a)`` becomes ``* except (a), e as a``: Spark has no replacing, and columns have names."""
    added: list[exp.Expr] = []
    for item in select.expressions:
        star = item.this if isinstance(item, exp.Column) else item
        if not isinstance(star, exp.Star) or not star.args.get("replace"):
            continue
        replaced = star.args["replace"]
        left_out = [exp.to_identifier(alias.alias, quoted=True) for alias in replaced]
        star.set("except_", [*(star.args.get("except_") or []), *left_out])
        star.set("replace", None)
        added += replaced
    if added:
        select.select(*added, copy=False)
    return select


def _without_not_in(node: exp.Not) -> exp.Expr:
    """``x not in (query)`` becomes ``not exists``: else every executor would get all of the query's rows.

    The two differ only where a null is among the rows; what our queries ask so are numbers of persons.
    """
    inside = node.this.unnest()
    query = inside.args.get("query") if isinstance(inside, exp.In) else None
    if query is None:
        return node
    columns = exp.TableAlias(this=exp.to_identifier("_those"), columns=[exp.to_identifier("_one")])
    those = exp.Subquery(this=query.unnest(), alias=columns)
    same = exp.EQ(this=exp.column("_one", table="_those"), expression=inside.this)
    return exp.Not(this=exp.Exists(this=exp.select("1").from_(those).where(same)))


def _as_json(node: exp.JSONObject) -> exp.Expr:
    """An object of JSON with its nulls, which Spark leaves out unless told otherwise."""
    fields: list[exp.Expr] = []
    for pair in node.expressions:
        fields += [pair.this, pair.expression]
    if not fields:
        return exp.Literal.string("{}")
    option = [exp.Literal.string("ignoreNullFields"), exp.Literal.string("false")]
    keep_nulls = exp.Anonymous(this="map", expressions=option)
    return exp.Anonymous(
        this="to_json", expressions=[exp.Anonymous(this="named_struct", expressions=fields), keep_nulls]
    )
