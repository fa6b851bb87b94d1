"""CSV records to cells (RFC 4180, with the contract's delimiter and quote)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from familycard.errors import SourceError
from familycard.pack.contract import Source
from familycard.sources.records import QUOTED_SEPARATOR, SEPARATOR
from familycard.sources.sql import WHITE, text

LONGEST_CELL_BYTES = 1 << 20


def header(line: str, file: str, source: Source, wanted: Sequence[str]) -> tuple[str, ...]:
    """The header's names; SourceError where one is doubled or one that the contract names is missing."""
    names = tuple(_unquoted(name, source) for name in line.split(SEPARATOR.decode()))
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise SourceError(f"{file}: the header names '{doubled[0][:80]}' twice. Deliver the file again.")
    missing = [name for name in wanted if name not in names]
    if missing:
        found = ", ".join(names)[:200]
        raise SourceError(
            f"{file}: the header lacks '{missing[0]}', which the contract names; it has: {found}. Check the "
            f"delimiter ('{source.delimiter}' in the contract) and deliver the file again."
        )
    return names


def _unquoted(name: str, source: Source) -> str:
    name = name.strip(WHITE)
    quote = source.quote
    if quote and re.fullmatch(f"{re.escape(quote)}.*{re.escape(quote)}", name, re.DOTALL):
        name = name[1:-1].replace(quote * 2, quote).strip(WHITE)
    return name.replace(QUOTED_SEPARATOR.decode(), source.delimiter)


def select(
    number: int, table: str, head: str, names: Sequence[str], source: Source, wanted: Sequence[str]
) -> str:
    """SQL over the registered records of one file (see `cells`): see `read` for its columns."""
    places = [names.index(name) + 1 for name in wanted]
    fault, says = _faults(head, len(names), source)
    cells = "".join(
        f", CASE WHEN _plain THEN a{n} {_cell(place, source)} END AS c{n}" for n, place in enumerate(places)
    )
    return f"""
SELECT {number} AS _file, _row, _line, hash(_line) AS _record, _fault,
  CASE WHEN _fault IS NOT NULL THEN {says} END AS _says{cells}
FROM (SELECT *, CASE WHEN NOT _plain THEN {fault} END AS _fault FROM (
  SELECT *, CASE WHEN NOT _plain THEN string_split(_line, chr(31)) END AS f FROM {table})
WHERE _row > 0 AND _line <> '')"""


def shown_line(source: Source) -> str:
    """SQL of a record's text with the delimiters that the file has."""
    return f"replace(replace(_line, chr(31), {text(source.delimiter)}), chr(30), {text(source.delimiter)})"


def _faults(head: str, width: int, source: Source) -> tuple[str, str]:
    """The rule that a record as a whole breaks, and the words for it."""
    quoting = ""
    if source.quote:
        quote = re.escape(source.quote)
        whole = text(f"(?s){quote}(?:[^{quote}]|{quote}{quote})*{quote}\\s*")
        quoting = (
            f"WHEN contains(_line, {text(source.quote)}) AND len(list_filter(f, lambda cell: "
            f"contains(cell, {text(source.quote)}) AND NOT regexp_full_match(cell, {whole}))) > 0 THEN 'quoting'"
        )
    fault = f"""CASE WHEN _line = {text(head)} THEN 'header'
      WHEN strlen(_line) > {LONGEST_CELL_BYTES}
        AND list_max(list_transform(f, lambda cell: strlen(cell))) > {LONGEST_CELL_BYTES} THEN 'too_long'
      WHEN len(f) <> {width} THEN 'fields' {quoting} END"""
    says = f"""CASE _fault WHEN 'header' THEN 'the header stands again inside the file'
      WHEN 'too_long' THEN 'a cell is longer than 1 MB'
      WHEN 'fields' THEN concat('the record has ', len(f), ' fields; the header has {width}')
      ELSE 'a quotation mark stands inside a cell that is not quoted as RFC 4180 says' END"""
    return fault, says


def _cell(place: int, source: Source) -> str:
    cell = f"f[{place}]"
    if source.quote:
        quote = text(source.quote)
        inner = f"replace(rtrim({cell})[2:-2], {quote} || {quote}, {quote})"
        inner = f"replace({inner}, chr(30), {text(source.delimiter)})"
        cell = f"CASE WHEN starts_with({cell}, {quote}) THEN {inner} ELSE {cell} END"
    return f"WHEN _fault IS NULL THEN {cell}"
