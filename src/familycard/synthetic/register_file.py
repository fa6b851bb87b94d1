"""Reads `synthetic/registers/<source>.yaml`: who has rows in a drawn register, and what stands in its columns.

The grammar is in ``docs/made-up-registers.md``. Whatever does not fit the source's contract
is a PackError with file and line, before anything is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from familycard.pack.contract import Column, Source
from familycard.pack.expression import compile_condition
from familycard.pack.model import Expression, Pack
from familycard.pack.reading.fields import Fields, Reading, entries_of, fault, items_of
from familycard.pack.reading.values import Currency
from familycard.pack.reading.yaml_places import Node, Text, read_yaml
from familycard.pack.scope import Compiled
from familycard.synthetic.drawings import Drawn, RowMonth, RowYear
from familycard.synthetic.months import MONTHS
from familycard.synthetic.register_column import read_drawn, share_of, value_of
from familycard.synthetic.traits import trait_scope


@dataclass(frozen=True)
class Group:
    """Some residents, and how many rows each of them has."""

    who: Compiled
    shares: tuple[tuple[int, float], ...]
    """(from age, share): what part of those has rows."""
    least: int
    most: int
    months: int
    """Rows are the last so many months of the year; 0 where they are not months."""
    fixed: Mapping[str, Any]
    """Columns that this group sets."""


@dataclass(frozen=True)
class Register:
    """A drawn register: one file of the grammar, checked against its contract."""

    source: Source
    groups: tuple[Group, ...]
    columns: Mapping[str, Drawn]
    slips: float = 0.0
    """What part of its rows names its subject by no sound number: a wrong one, or none."""


def read_registers(pack: Pack) -> dict[str, Register]:
    """The drawn registers of a pack, by source; a file without a source is a fault."""
    folder = pack.path / "synthetic" / "registers"
    registers = {}
    for file in sorted(folder.glob("*.yaml")):
        if file.stem not in pack.sources:
            raise fault("no source of the pack has this name; see sources/", read_yaml(file).place)
        registers[file.stem] = read_register(file, pack.sources[file.stem], pack)
    return registers


def read_register(file: Path, source: Source, pack: Pack) -> Register:
    """One file."""
    reading = Reading(pack.languages, Currency(pack.currency, pack.minor_digits))
    fields = Fields(read_yaml(file), f"register {source.id}", ("groups", "columns", "slips"), reading)
    nodes = items_of(fields.node("groups"), "groups")
    if not nodes:
        raise fault("`groups` is empty; say who has rows", fields.at("groups"))
    groups = tuple(_group(node, source, pack, reading) for node in nodes)
    columns = _columns(fields, source, pack, reading)
    _check_columns(fields, source, groups, columns)
    return Register(source, groups, columns, _slips(fields, source, pack))


def _slips(fields: Fields, source: Source, pack: Pack) -> float:
    if "slips" in fields and not pack.can_be_linked(source):
        raise fault(
            "`slips` belongs to a register with names: nobody could tell whose row it is", fields.at("slips")
        )
    return share_of(fields.text("slips", "0"), fields.at("slips"))


def _group(node: Node, source: Source, pack: Pack, reading: Reading) -> Group:
    fields = Fields(node, "group", ("who", "share", "by_age", "rows", "set"), reading)
    scope = trait_scope(pack.currency, pack.minor_digits, pack.leap_day)
    least, most, months = _rows(fields)
    return Group(
        who=compile_condition(Expression(fields.text("who"), fields.at("who")), scope),
        shares=_shares(fields, reading),
        least=least,
        most=most,
        months=months,
        fixed=_fixed(fields, source, reading),
    )


def _shares(fields: Fields, reading: Reading) -> tuple[tuple[int, float], ...]:
    if "by_age" not in fields:
        return ((0, share_of(fields.text("share", "1"), fields.at("share"))),)
    if "share" in fields:
        raise fault("a group has `share` or `by_age`, not both", fields.at("share"))
    entries = [Fields(node, "by_age", ("from", "value"), reading) for node in fields.items("by_age")]
    shares = tuple((e.integer("from"), share_of(e.text("value"), e.at("value"))) for e in entries)
    if not shares or shares[0][0] != 0 or list(shares) != sorted(shares):
        raise fault("`by_age` begins with `from: 0` and goes on to higher ages", fields.at("by_age"))
    return shares


def _rows(fields: Fields) -> tuple[int, int, int]:
    """Least and most rows a resident, and months where the rows are months."""
    if "rows" not in fields:
        return 1, 1, 0
    node = fields.node("rows")
    if isinstance(node, Text):
        if node.text == "months":
            return MONTHS, MONTHS, MONTHS
        count = fields.integer("rows")
        return _within(fields, count, count), count, 0
    rows = fields.fields("rows", ("least", "most", "months"))
    if "months" in rows:
        months = rows.integer("months")
        if not 1 <= months <= MONTHS or "least" in rows or "most" in rows:
            raise fault(f"`months` stands alone and is 1 to {MONTHS}", rows.place)
        return months, months, months
    least, most = rows.integer("least"), rows.integer("most")
    return _within(rows, least, most), most, 0


def _within(fields: Fields, least: int, most: int) -> int:
    if not 1 <= least <= most:
        raise fault("`rows` is a number from 1, or `least` up to `most`", fields.place)
    return least


def _fixed(fields: Fields, source: Source, reading: Reading) -> dict[str, Any]:
    if "set" not in fields:
        return {}
    entries = entries_of(fields.node("set"), "set").entries
    return {
        name: value_of(node, column_of(source, name, node), reading.currency)
        for name, node in entries.items()
    }


def column_of(source: Source, name: str, node: Node) -> Column:
    """The contract's column of this name; derived ones are not sent."""
    column = source.by_name.get(name)
    if column is None or column.derived is not None:
        sent = ", ".join(c.name for c in source.columns if c.derived is None)
        raise fault(f"the contract `{source.id}` has no column `{name}`; it has {sent}", node.place)
    return column


def _columns(fields: Fields, source: Source, pack: Pack, reading: Reading) -> dict[str, Drawn]:
    columns: dict[str, Drawn] = {}
    for name, node in entries_of(fields.node("columns"), "columns").entries.items():
        column = column_of(source, name, node)
        columns[name] = read_drawn(node, column, tuple(columns), reading)
    return columns


def _check_columns(
    fields: Fields, source: Source, groups: tuple[Group, ...], columns: Mapping[str, Drawn]
) -> None:
    """Each column sent is drawn, or set by every group; months need rows that are months."""
    set_by_all = set(groups[0].fixed).intersection(*(group.fixed for group in groups))
    for column in source.columns:
        if column.derived is None and column.name not in columns and column.name not in set_by_all:
            message = (
                f"the contract's column `{column.name}` is missing; say under `columns` what stands in it"
            )
            raise fault(message, fields.at("columns"))
    by_month = any(isinstance(drawn.how, RowMonth) for drawn in columns.values())
    if by_month and not all(group.months for group in groups):
        raise fault("`month: row` needs `rows: months` in each group", fields.at("groups"))
    by_year = any(isinstance(drawn.how, RowYear) for drawn in columns.values())
    if by_year and any(group.months for group in groups):
        raise fault("`year: row` counts back, a year a row; with months write `value:`", fields.at("groups"))
