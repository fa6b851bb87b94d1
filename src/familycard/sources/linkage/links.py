"""Rows accepted by a link, as a load keeps them: whose each was taken to be, how sure that is, and who said so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

LINKED_ROWS = "linked.parquet"
"""The table of a load that says which rows were accepted by a link; there is none where none was."""
BY_MODEL = "model"
"""Who decided where no person did."""


@dataclass(frozen=True)
class Link:
    """One row of a register that does not name its person, and how it came to one."""

    source: str
    extracted_on: date | None
    file: int
    row: int
    likelihood_millionths: int
    words: str
    """How the row and the person agree."""
    decided_by: str
    decided_on: date

    @property
    def is_by_model(self) -> bool:
        """Whether no person has decided."""
        return self.decided_by == BY_MODEL

    @property
    def percent(self) -> str:
        """How likely the row is the person's, in per cent with two digits, rounded down."""
        return f"{self.likelihood_millionths // 100 / 100:.2f}"

    @property
    def text(self) -> str:
        """The link in words, for officials."""
        return (
            f"linked: the row names nobody; likelihood {self.percent} %, "
            f"decided by {self.decided_by} on {self.decided_on}; {self.words}"
        )


@dataclass(frozen=True)
class Links:
    """The links behind a result, by the name of the value that rests on them; none for what is sealed."""

    by_name: Mapping[str, tuple[Link, ...]] = field(default_factory=dict)

    def of(self, name: str) -> tuple[Link, ...]:
        """The links that one value rests on."""
        return self.by_name.get(name, ())

    @property
    def all(self) -> tuple[Link, ...]:
        """Each link once."""
        return tuple(dict.fromkeys(link for links in self.by_name.values() for link in links))

    @property
    def need_decision(self) -> bool:
        """Whether a person has to confirm a link before anything is decided against anybody because of it."""
        return any(link.is_by_model for link in self.all)


NO_LINKS = Links()


def links_of_load(source: str, extracted_on: date | None, load: Path) -> dict[tuple[int, int], Link]:
    """Of a load's folder, by (_file, _row): the rows accepted by a link."""
    path = load / LINKED_ROWS
    if not path.is_file():
        return {}
    return {
        (row["_file"], row["_row"]): Link(
            source, extracted_on, row["_file"], row["_row"], row["likelihood_millionths"], row["words"],
            row["decided_by"], row["decided_on"],
        )
        for row in pq.read_table(path).to_pylist()
    }  # fmt: skip
