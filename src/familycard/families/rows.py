"""The rows of one source as ties of two residents, with every name that conditions use beside them."""

from __future__ import annotations

from collections.abc import Collection

from familycard.families.forming import Forming, quoted
from familycard.pack.model import Tie, TieMapping
from familycard.pack.scopes import column, people_attributes


def via_of(mapping: TieMapping) -> str:
    """What `via` says of a tie: the mapping's label or else its source."""
    return mapping.via or mapping.source


def rows_of(forming: Forming, tie: Tie, mapping: TieMapping, names: Collection[str], people: str) -> str:
    """A query: ``_file, _row, _one, _two``, the ends' birth dates and doubts, and each of `names` as a column.

    `people` is a query of those who may be ends, as the table `people`. A row whose role
    is blank, or a person who is not among them, gives no tie.
    """
    one, two = (column(mapping.columns[role]) for role in tie.between)
    columns = [
        's."_file" as _file, s."_row" as _row, one.person as _one, two.person as _two',
        "one.birth_date as _one_born, two.birth_date as _two_born",
        "one.is_shaky as _one_shaky, two.is_shaky as _two_shaky",
    ]
    columns += [
        f"{sql} as {column(name)}"
        for name, sql in sorted(_names(forming, tie, mapping).items())
        if name in names
    ]
    columns += [
        f"{alias}.is_known as {column(f'{role}.is_known')}"
        for role, alias in zip(tie.between, ("one", "two"), strict=True)
        if any(name.startswith(f"{role}.") for name in names)
    ]
    if tie.started in forming.pack.sources[mapping.source].by_name and tie.started not in names:
        columns.append(f"s.{column(tie.started or '')} as {column(tie.started or '')}")
    return f"""
        select {", ".join(columns)}
        from "{forming.inputs.sources[mapping.source]}" s
        join ({people}) one on one.person = s.{one}
        join ({people}) two on two.person = s.{two}"""


def _names(forming: Forming, tie: Tie, mapping: TieMapping) -> dict[str, str]:
    """SQL of every name that a tie's conditions may use and that is not a literal."""
    names = {name: f"s.{column(name)}" for name in forming.pack.sources[mapping.source].by_name}
    names["via"] = quoted(via_of(mapping))
    # Unknown where either address is missing: two unknown addresses may be one.
    names["same_address"] = "one.address = two.address"
    persons = [*people_attributes(forming.pack), *forming.pack.indicators]
    for role, alias in zip(tie.between, ("one", "two"), strict=True):
        names |= {f"{role}.{name}": f"{alias}.{column(name)}" for name in persons}
    return names
