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

BITS = 63
"""Flags in one number, whose sign is left alone."""


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


def folded(rows: str, key: str, first: str, folds: Mapping[str, str]) -> str:
    """The query of one row a key of the view `rows`, with columns folded, as `interface.Engine.fold` says.

    What is true of one row is true of the key: whether a value is missing, or is one that settles
    `any` or `all`. All such questions are bits of a few numbers, for Spark keeps, sends and asks
    for every column of an aggregate by itself.
    """
    of_rows: list[str] = []
    flags = _Flags()
    told = [_folded(column, how, first, flags, of_rows) for column, how in folds.items()]
    listed = ", ".join([name(key), *flags.columns(), *of_rows])
    return f"select {', '.join([name(key), *told])} from (select {listed} from {rows} group by {name(key)})"


class _Flags:
    """Questions of single rows, each a bit of a column over all rows of a key."""

    def __init__(self) -> None:
        self._asked: list[str] = []

    def of_some(self, question: str) -> str:
        """Whether it holds for one row of the key at least."""
        number, bit = divmod(len(self._asked), BITS)
        self._asked.append(f"if({question}, {2**bit}L, 0L)")
        return f"_flags_{number} & {2**bit}L != 0L"

    def columns(self) -> list[str]:
        numbers = [self._asked[at : at + BITS] for at in range(0, len(self._asked), BITS)]
        return [f"bit_or({' | '.join(bits)}) as _flags_{place}" for place, bits in enumerate(numbers)]


def _folded(column: str, how: str, first: str, flags: _Flags, of_rows: list[str]) -> str:
    """A column of a key, from flags and from what is taken from its rows, to which it adds."""
    value = name(column)

    def taken(sql: str) -> str:
        of_rows.append(f"{sql} as _taken_{len(of_rows)}")
        return f"_taken_{len(of_rows) - 1}"

    if how == "head":
        return f"{taken(f'max({value}) filter (where {name(first)})')} as {value}"
    unknown = flags.of_some(f"{value} is null")
    match how:
        case "any":
            found = f"if({flags.of_some(value)}, true, if({unknown}, null, false))"
        case "all":
            found = f"if({flags.of_some(f'not {value}')}, false, if({unknown}, null, true))"
        case "only":
            low, high = taken(f"min({value})"), taken(f"max({value})")
            found = f"if({unknown} or {low} != {high}, null, {low})"
        case "count":
            found = f"if({unknown}, null, {taken(f'count_if({value})')})"
        case _:
            found = f"if({unknown}, null, {taken(f'{how}({value})')})"
    return f"{found} as {value}"


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
