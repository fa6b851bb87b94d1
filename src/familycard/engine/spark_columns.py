"""What the embedded engine does with dense columns, as SQL for Spark: wide rows, folds, look-ups, the first of many.

Every text here is Spark's own. Keys are joined and grouped by themselves, so that Spark shuffles
each relation once by the key and goes on from there; where it can, a grouping has no window,
because partial sums make a hub cheap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from familycard.engine.interface import Part

LONGEST = 2**63


def name(column: str) -> str:
    """A name as Spark quotes it.

    >>> name("mother.died_on")
    '`mother.died_on`'
    """
    return "`" + column.replace("`", "``") + "`"


def literal(value: Any) -> str:
    """A value as Spark writes it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case date():
            return f"date '{value.isoformat()}'"
        case int():
            return str(value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def laid_beside(part: Part, place: int, column: str) -> str:
    """A part's column of a key: of its row, else what silence means; unknown where the key is in doubt.

    `p<place>` are the part's rows, and `doubts.d<place>` says whether the key is in doubt.
    """
    value = f"p{place}.{name(column)}"
    absent = part.absent.get(column)
    told = value if absent is None else f"if(p{place}._has, {value}, {literal(absent)})"
    settled = column in part.settled_by_true
    if column in part.only_true:
        return f"if({value}, true, null)" if settled else f"if(false, {value}, null)"
    if not part.doubted:
        return told
    in_doubt = f"coalesce(doubts.d{place}, false)"
    if settled:
        in_doubt += f" and not coalesce({value}, false)"
    return f"if({in_doubt}, null, {told})"


def doubts_of(parts: Mapping[int, str]) -> str:
    """One row a key in doubt, and of which parts, from the queries of keys of each."""
    all_ = " union all ".join(
        f"select {place} as _part, * from (select * from ({query}) as _d(_key))"
        for place, query in parts.items()
    )
    flags = ", ".join(f"bool_or(_part = {place}) as d{place}" for place in parts)
    return f"select _key, {flags} from ({all_}) where _key is not null group by _key"


def folded(column: str, how: str, first: str) -> str:
    """A column folded over the rows of a key, as `interface.Engine.fold` says."""
    value = name(column)
    if how == "head":
        return f"max({value}) filter (where {name(first)}) as {value}"
    whole = f"count({value}) = count(*)"
    some = {
        "sum": f"if({whole}, sum({value}), null)",
        "count": f"if({whole}, count_if({value}), null)",
        "min": f"if({whole}, min({value}), null)",
        "max": f"if({whole}, max({value}), null)",
        "only": f"if({whole} and min({value}) = max({value}), min({value}), null)",
        "any": f"if(bool_or({value}), true, if({whole}, false, null))",
        "all": f"if(not bool_and({value}), false, if({whole}, true, null))",
    }
    return f"{some[how]} as {value}"


def beside_each(at: Mapping[str, Sequence[str]], key: str, rows: str, table: str) -> str:
    """Rows with columns of a table beside them, once for each column that holds a key of it."""
    columns, joins = ["r.*"], []
    for place, (column, names) in enumerate(at.items()):
        columns += [f"t{place}.{name(n)} as {name(f'{column}__{n}')}" for n in names]
        joins.append(f"left join {name(table)} t{place} on t{place}.{name(key)} = r.{name(column)}")
    return f"select {', '.join(columns)} from {rows} r {' '.join(joins)}"


def first_row(key: str, order: Sequence[str], rows: str) -> str:
    """The row of each key that is first in an order."""
    by = ", ".join(map(name, order))
    best = f"min_by(struct(*), struct({by})) as _best"
    return f"select _best.* from (select {best} from {rows} group by {name(key)})"
