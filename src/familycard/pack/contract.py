"""A source's contract as the rest of the house sees it.

The file is the Open Data Contract Standard 3.1 (https://bitol.io/), the subset in
``docs/pack-format.md``; `contract_reader` turns it into these values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from familycard.pack.types import Type

DEFAULT_USES = ("score", "programmes", "family", "check", "statistics", "display")
SENSITIVITIES = ("open", "own", "restricted", "sealed")
"""Who may see a value, from everybody to nobody but the owner of the register."""


@dataclass(frozen=True)
class Column:
    """One column of a source, as stored in its checked table."""

    name: str
    physical_name: str | None
    """Header in the file; None for a derived column."""
    type: Type
    required: bool = False
    unique: bool = False
    identifies: str | None = None
    """Kind of identifier; the checked table then holds the person's number."""
    format: str | None = None
    minimum: str | None = None
    maximum: str | None = None
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    allowed: tuple[str, ...] = ()
    recode: Mapping[str, str] = field(default_factory=dict)
    blank: tuple[str, ...] = ()
    true_values: tuple[str, ...] = ("true", "1")
    false_values: tuple[str, ...] = ("false", "0")
    rounding: str | None = None
    derived: str | None = None
    """Expression over the other columns (ODCS ``transformLogic``)."""
    uses: tuple[str, ...] = DEFAULT_USES
    says_uses: bool = False
    """Whether the contract itself names the uses."""
    sensitivity: str = "own"
    description: str = ""
    line: int = 0

    @property
    def is_nullable(self) -> bool:
        """Whether an accepted row may lack the value."""
        return not self.required or self.identifies is not None


@dataclass(frozen=True)
class RowRule:
    """A condition that every row must keep; a row for which it is false is refused."""

    name: str
    expression: str
    line: int = 0


@dataclass(frozen=True)
class Source:
    """One register of one agency, described by its contract."""

    id: str
    title: str
    """The contract's own `name`; `titles` has it in the pack's languages."""
    file: Path
    format: str
    """csv, parquet, jsonl or postgresql."""
    location: str
    """File pattern under the delivery folder, or ``schema.table`` of a database."""
    columns: tuple[Column, ...]
    further_locations: tuple[tuple[str, str], ...] = ()
    """(format, location) of further servers, tried in turn where the first has nothing."""
    primary_key: tuple[str, ...] = ()
    row_rules: tuple[RowRule, ...] = ()
    subject: str | None = None
    """The identifying column that says whom a row is about."""
    subject_of: str | None = None
    """The people attribute (``household``, ``address``) that `subject` is matched with, if not a person."""
    owner: str = ""
    contact: str = ""
    legal_basis: str = ""
    purpose: str = ""
    cadence: str = ""
    freshness_days: int | None = None
    delimiter: str = ","
    encoding: str = "utf-8"
    quote: str = '"'
    """The quoting character; empty where the file quotes nothing."""
    line_breaks: bool = False
    """Whether a quoted cell may hold line ends; where not, one refuses the file as badly quoted."""
    min_rows: int = 1
    max_refused: str = "0.05"
    """Largest share of refused rows, a decimal; above it nothing of the delivery is used."""
    extracted_on: date | None = None
    covers_from: date | None = None
    covers_to: date | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
    """SHA-256 of the contract's bytes."""

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """Columns by our name."""
        return {column.name: column for column in self.columns}
