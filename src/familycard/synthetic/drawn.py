"""Draws the registers that a pack describes in `synthetic/registers/`, block by block.

All conditions of all registers are evaluated in one pass of DuckDB over the block's
traits; the columns are drawn with numpy. The chance of each register and column depends on
the seed, the block and its name alone, so one more register changes no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from familycard.pack.contract import Source
from familycard.synthetic.drawings import Rows, filled
from familycard.synthetic.emit import Table
from familycard.synthetic.made import Made
from familycard.synthetic.months import MONTHS
from familycard.synthetic.register_file import Group, Register
from familycard.synthetic.tables import NEVER, NOBODY, Bools, Ints
from familycard.synthetic.traits import Traits


def draw_registers(registers: Mapping[str, Register], made: Made) -> dict[str, Table]:
    """The drawn registers of a block."""
    traits = Traits(made)
    chosen = _chosen(registers, traits)
    return {name: _draw(register, chosen[name], traits) for name, register in registers.items()}


def _chosen(registers: Mapping[str, Register], traits: Traits) -> dict[str, list[Bools]]:
    """By register and group: the residents for whom the condition is true."""
    groups = [(name, group) for name, register in registers.items() for group in register.groups]
    found: dict[str, list[Bools]] = {name: [] for name in registers}
    if not groups:
        return found
    table = traits.table(frozenset[str]().union(*(group.who.names for _, group in groups)))
    shown = ", ".join(
        f"coalesce({group.who.sql}, false) as g{number}" for number, (_, group) in enumerate(groups)
    )
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("traits", table)
        truths = connection.sql(f"select {shown} from traits").fetchnumpy()
    for number, (name, _) in enumerate(groups):
        found[name].append(np.asarray(truths[f"g{number}"], dtype=bool))
    return found


def _draw(register: Register, chosen: list[Bools], traits: Traits) -> Table:
    source = register.source
    dice = traits.made.dice(f"{source.id}: rows")
    holders = [
        _holders(group, is_in, traits, dice) for group, is_in in zip(register.groups, chosen, strict=True)
    ]
    if traits.made.block.number == 0 and not any(len(holder) for holder in holders):
        holders = _somebody(chosen, dice)
    parts = [_rows(group, holder, dice) for group, holder in zip(register.groups, holders, strict=True)]
    sizes = [len(resident) for resident, _ in parts]
    resident, order = (np.concatenate([part[n] for part in parts]) for n in (0, 1))
    rows = Rows(traits, resident, order, source.id, source.subject, register.columns)
    table = {
        column.name: _values(rows, column.name, register.groups, sizes)
        for column in source.columns
        if column.derived is None
    }
    return _kept(source, table)


def _holders(group: Group, is_in: Bools, traits: Traits, dice: np.random.Generator) -> Ints:
    """The share of a group that has rows."""
    resident = np.flatnonzero(is_in)
    ages, shares = np.array([age for age, _ in group.shares]), np.array([share for _, share in group.shares])
    share = shares[np.searchsorted(ages, traits["age"][resident], side="right") - 1]
    chosen: Ints = resident[dice.random(len(resident)) < share]
    return chosen


def _somebody(chosen: list[Bools], dice: np.random.Generator) -> list[Ints]:
    """One resident of the first group that has any: in a small country, too, no register is empty."""
    holders: list[Ints] = [np.empty(0, np.int64) for _ in chosen]
    for number, is_in in enumerate(chosen):
        if is_in.any():
            holders[number] = dice.choice(np.flatnonzero(is_in), 1)
            break
    return holders


def _rows(group: Group, resident: Ints, dice: np.random.Generator) -> tuple[Ints, Ints]:
    """By row of a group: the resident, and the number of the row (the month, where rows are months)."""
    counts = dice.integers(group.least, group.most + 1, len(resident))
    order = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(resident, counts), order + (MONTHS - group.months if group.months else 0)


def _values(rows: Rows, name: str, groups: tuple[Group, ...], sizes: list[int]) -> Any:
    """A column: drawn, but set where a row's group sets it."""
    if not any(name in group.fixed for group in groups):
        return rows.column(name)
    drawn = rows.column(name) if name in rows.drawings else None
    parts, start = [], 0
    for group, size in zip(groups, sizes, strict=True):
        parts.append(
            filled(group.fixed[name], size) if name in group.fixed else _slice(drawn, start, start + size)
        )
        start += size
    if isinstance(parts[0], pa.Array):
        return pa.concat_arrays(parts)
    return np.concatenate(parts)


def _slice(values: Any, start: int, stop: int) -> Any:
    return values[start:stop] if isinstance(values, np.ndarray) else values.slice(start, stop - start)


def _kept(source: Source, table: Table) -> Table:
    """Without rows that lack what the contract requires, and with the first row of each key."""
    kept = np.ones(len(next(iter(table.values()))), bool)
    for column in source.columns:
        if column.required and column.name in table:
            kept &= ~_is_blank(table[column.name], column.identifies is not None)
    keys = [source.primary_key] if source.primary_key else []
    keys += [(column.name,) for column in source.columns if column.unique]
    for key in keys:
        kept &= _is_first([_codes(table[name]) for name in key if name in table], kept)
    if kept.all():
        return table
    return {
        name: values[kept] if isinstance(values, np.ndarray) else values.filter(pa.array(kept))
        for name, values in table.items()
    }


def _is_blank(values: Any, is_person: bool) -> Bools:
    if isinstance(values, pa.Array):
        return np.asarray(values.is_null())
    blank: Bools = values == (NOBODY if is_person else NEVER)
    return blank


def _codes(values: Any) -> Ints:
    """Equal numbers for equal values."""
    if isinstance(values, pa.Array):
        codes = values.dictionary_encode().indices
        return np.asarray(codes.fill_null(-1), dtype=np.int64)
    return np.asarray(values, dtype=np.int64)


def _is_first(key: list[Ints], kept: Bools) -> Bools:
    """Whether a row is the first kept one with its key."""
    rows = np.flatnonzero(kept)
    order = np.lexsort([codes[rows] for codes in reversed(key)])
    ordered = [codes[rows][order] for codes in key]
    is_new = np.zeros(len(rows), bool)
    is_new[:1] = True
    for codes in ordered:
        is_new[1:] |= codes[1:] != codes[:-1]
    first = np.zeros(len(kept), bool)
    first[rows[order[is_new]]] = True
    return first
