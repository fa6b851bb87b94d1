"""Kinds of damage that deliveries really have, usable on any contract's sample.

`ROW_DAMAGE` spoils single records, `FILE_DAMAGE` the file as a whole (it must be refused), and
`HARMLESS` only looks like damage: every value is still true and must be kept. A kind that a
contract gives no occasion for is None.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass, replace

from samples import Sample, _quoted, physical

from familycard.pack.types import Kind

NUMBERS = (Kind.INTEGER, Kind.NUMBER, Kind.MONEY)


@dataclass(frozen=True)
class Spoiled:
    """Lines that take the place of one record, and the column (header) and rule that refuse it.

    `rule` None: the record is still true and must be accepted. `column` None: the record as a whole.
    """

    lines: tuple[str, ...]
    rule: str | tuple[str, ...] | None
    column: str | None = None


RowDamage = Callable[[Sample, int], Spoiled | None]


def _line(sample: Sample, cells: list[str]) -> str:
    return sample.source.delimiter.join(_quoted(cell, sample.source.delimiter) for cell in cells)


def _cell(sample: Sample, row: int, place: int, cell: str, *rules: str) -> Spoiled:
    cells = list(sample.rows[row])
    cells[place] = cell
    return Spoiled((_line(sample, cells),), rules, sample.header[place])


def _in(kinds: tuple[Kind, ...], change: Callable[[str], str], *rules: str) -> RowDamage:
    """Damage to the first filled cell of some kinds."""

    def damage(sample: Sample, row: int) -> Spoiled | None:
        for place in sample.columns(*kinds):
            cell, column = sample.rows[row][place], sample.column(place)
            if cell and not column.recode and not column.allowed:
                return _cell(sample, row, place, change(cell), *rules)
        return None

    return damage


def _in_identifier(change: Callable[[str], str], *rules: str, checked: bool = True) -> RowDamage:
    def damage(sample: Sample, row: int) -> Spoiled | None:
        for place in sample.columns(Kind.TEXT):
            if sample.column(place).identifies == "iin" and sample.rows[row][place]:
                return _cell(sample, row, place, change(sample.rows[row][place]), *rules)
        return None

    return damage


def _in_free_text(change: Callable[[str], str], *rules: str) -> RowDamage:
    def damage(sample: Sample, row: int) -> Spoiled | None:
        for place in sample.columns(Kind.TEXT):
            column = sample.column(place)
            if (
                not (column.identifies or column.pattern or column.allowed or column.recode)
                and sample.rows[row][place]
            ):
                return _cell(sample, row, place, change(sample.rows[row][place]), *rules)
        return None

    return damage


def _in_date(cell: str) -> RowDamage:
    """A wrong day written in the form that the contract gives."""

    def damage(sample: Sample, row: int) -> Spoiled | None:
        for place in sample.columns(Kind.DATE):
            form = sample.column(place).format or "%Y-%m-%d"
            is_future = cell > "2026"
            if "%d" in form and not (is_future and sample.column(place).maximum == "any"):
                year, month, day = cell.split("-")
                shown = form.replace("%Y", year).replace("%m", month).replace("%d", day)
                rules = ("future", "maximum") if is_future else ("type",)
                return _cell(sample, row, place, shown, *rules)
        return None

    return damage


def _beyond_bounds(cell: str, rule: str) -> RowDamage:
    """Money beyond the bounds that hold where the contract states none, or none below zero."""

    def damage(sample: Sample, row: int) -> Spoiled | None:
        for place in sample.columns(Kind.MONEY):
            stated = getattr(sample.column(place), rule)
            if stated is None or (rule == "minimum" and not stated.startswith("-")):
                return _cell(sample, row, place, cell, rule)
        return None

    return damage


def _blank_required(sample: Sample, row: int) -> Spoiled | None:
    for column in physical(sample.source):
        place = sample.header.index(column.physical_name or "")
        if column.required and place in sample.columns(*Kind):
            return _cell(sample, row, place, "", "required")
    return None


def _not_allowed(sample: Sample, row: int) -> Spoiled | None:
    for place in sample.columns(Kind.TEXT):
        if sample.column(place).allowed:
            return _cell(sample, row, place, "ни то ни сё", "allowed")
    return None


def _field_too_many(sample: Sample, row: int) -> Spoiled:
    return Spoiled((_line(sample, [*sample.rows[row], "x"]),), "fields")


def _field_too_few(sample: Sample, row: int) -> Spoiled | None:
    return (
        Spoiled((_line(sample, list(sample.rows[row][:-1])),), "fields") if len(sample.header) > 1 else None
    )


def _cut_short(sample: Sample, row: int) -> Spoiled | None:
    return Spoiled((sample.rows[row][0][:3],), "fields") if len(sample.header) > 1 else None


def _header_again(sample: Sample, row: int) -> Spoiled:
    return Spoiled((_line(sample, list(sample.header)),), "header")


def _long_cell(sample: Sample, row: int) -> Spoiled:
    return Spoiled((_line(sample, ["я" * 5_000_000, *sample.rows[row][1:]]),), "too_long")


def _stray_quotes(sample: Sample, row: int) -> Spoiled:
    return Spoiled(
        (_line(sample, list(sample.rows[row])).replace(sample.rows[row][0], 'a "b" c', 1),), "quoting"
    )


def _number_of_19_digits(sample: Sample, row: int) -> Spoiled | None:
    return _in(NUMBERS, lambda cell: "9" * 19, "type")(sample, row)


def _quoted_cells(sample: Sample, row: int) -> Spoiled:
    cells = sample.source.delimiter.join(f'"{cell}"' for cell in sample.rows[row])
    return Spoiled((cells,), None)


def _padded(sample: Sample, row: int) -> Spoiled:
    cells = [f" \t{cell}  " for cell in sample.rows[row]]
    return Spoiled((sample.source.delimiter.join(cells),), None)


def _padded_hard(sample: Sample, row: int) -> Spoiled:
    cells = [f"\u00a0{cell}\u202f" for cell in sample.rows[row]]
    return Spoiled((sample.source.delimiter.join(cells),), None)


def _empty_lines(sample: Sample, row: int) -> Spoiled:
    return Spoiled(("", _line(sample, list(sample.rows[row])), ""), None)


def _leading_zeros(sample: Sample, row: int) -> Spoiled | None:
    spoiled = _in(NUMBERS, lambda cell: cell if cell.startswith("-") else "000" + cell)(sample, row)
    return replace(spoiled, rule=None) if spoiled else None


def _control_digit(cell: str) -> str:
    return cell[:-1] + str((int(cell[-1]) + 1) % 10)


ROW_DAMAGE: dict[str, RowDamage] = {
    "a control digit that is off by one": _in_identifier(_control_digit, "checksum"),
    "an identifier that lost a digit": _in_identifier(lambda cell: cell[1:], "pattern"),
    "an identifier that lost its leading zeros": _in_identifier(lambda cell: cell.lstrip("8"), "pattern"),
    "an identifier in scientific notation": _in_identifier(lambda cell: "8.50101E+11", "pattern"),
    "an identifier with a Cyrillic letter for a digit": _in_identifier(
        lambda cell: "З" + cell[1:], "pattern"
    ),
    "30 February": _in_date("2024-02-30"),
    "29 February of a common year": _in_date("2023-02-29"),
    "month 13": _in_date("2024-13-01"),
    "a date in the future": _in_date("2031-01-01"),
    "a date in the other order": _in((Kind.DATE,), lambda cell: "31/12/2020", "type"),
    "a two-digit year": _in((Kind.DATE,), lambda cell: cell[2:], "minimum", "type"),
    "a date as a spreadsheet's serial number": _in((Kind.DATE,), lambda cell: "45292", "type"),
    "a word for a date": _in((Kind.DATE,), lambda cell: "вчера", "type"),
    "year nought": _in((Kind.DATE,), lambda cell: cell.replace(cell[:4], "0000", 1), "type", "minimum"),
    "a date with an Arabic digit": _in((Kind.DATE,), lambda cell: cell[:-1] + "٣", "type"),
    "negative money": _beyond_bounds("-5", "minimum"),
    "money beyond any purse": _beyond_bounds("99999999999999", "maximum"),
    "money of thirds of a tiyn": _in((Kind.MONEY,), lambda cell: "10.333", "type"),
    "money with its currency": _in((Kind.MONEY,), lambda cell: cell + " KZT", "type"),
    "a decimal comma": _in(NUMBERS, lambda cell: "12,5", "type"),
    "thousands parted by spaces": _in(NUMBERS, lambda cell: "1 000", "type"),
    "thousands parted by hard spaces": _in(NUMBERS, lambda cell: "1\u00a0000", "type"),
    "scientific notation": _in(NUMBERS, lambda cell: "1e3", "type"),
    "not a number": _in(NUMBERS, lambda cell: "NaN", "type"),
    "infinity": _in(NUMBERS, lambda cell: "inf", "type"),
    "hexadecimal": _in(NUMBERS, lambda cell: "0x1F", "type"),
    "a letter O for a nought": _in(NUMBERS, lambda cell: "1O", "type"),
    "a number of 19 digits": _number_of_19_digits,
    "a number of 400 digits": _in(NUMBERS, lambda cell: "9" * 400, "type"),
    "two minus signs": _in(NUMBERS, lambda cell: "--1", "type"),
    "a spreadsheet error": _in(NUMBERS, lambda cell: "#REF!", "type"),
    "a truth value that is neither": _in((Kind.BOOLEAN,), lambda cell: "maybe", "type"),
    "a blank that the contract requires": _blank_required,
    "a value that is not allowed": _not_allowed,
    "formula injection with =": _in_free_text(lambda cell: "=HYPERLINK(0)", "formula"),
    "formula injection with @": _in_free_text(lambda cell: "@SUM(A1)", "formula"),
    "formula injection behind a tab": _in_free_text(lambda cell: "\t=1+1", "formula"),
    "a control character": _in_free_text(lambda cell: cell[0] + "\x07" + cell[1:], "unreadable"),
    "a lost letter": _in_free_text(lambda cell: "\ufffd" + cell[1:], "unreadable"),
    "a mark that turns text round": _in_free_text(lambda cell: "\u202e" + cell, "unreadable"),
    "the separator that the reader uses itself": _in_free_text(lambda cell: cell + "\x1fx", "unreadable"),
    "a field too many": _field_too_many,
    "a field too few": _field_too_few,
    "a record cut short": _cut_short,
    "the header inside the file": _header_again,
    "a cell of 10 MB": _long_cell,
    "stray quotation marks": _stray_quotes,
    "cells in quotation marks": _quoted_cells,
    "cells with spaces round them": _padded,
    "cells with hard spaces round them": _padded_hard,
    "empty lines": _empty_lines,
    "numbers with leading zeros": _leading_zeros,
}


def _bytes(sample: Sample) -> bytes:
    return sample.encoded()


def _doubled_column(sample: Sample) -> bytes:
    rows = tuple((*row, row[0]) for row in sample.rows)
    return replace(sample, header=(*sample.header, sample.header[0]), rows=rows).encoded()


def _missing_column(sample: Sample) -> bytes:
    rows = tuple(row[1:] for row in sample.rows)
    return replace(sample, header=sample.header[1:], rows=rows).encoded()


def _renamed_column(sample: Sample) -> bytes:
    return replace(sample, header=(sample.header[0] + "_2", *sample.header[1:])).encoded()


def _unclosed_quote(sample: Sample) -> bytes:
    first, rest = sample.content().split("\n", 1)
    return f'{first}\n"{rest}'.encode(sample.source.encoding)


def _other_delimiter(sample: Sample) -> bytes:
    return sample.content(delimiter="|").encode(sample.source.encoding)


def _is_utf8(sample: Sample) -> bool:
    return sample.source.encoding == "utf-8"


def _other_encoding(sample: Sample) -> bytes | None:
    """Letters beyond ASCII in UTF-8 where a single-byte encoding is due, and the other way round."""
    text = sample.content() + "Әділет,Ж"
    return text.encode("cp1251", "replace") if _is_utf8(sample) else text.encode()


def _mixed_encodings(sample: Sample) -> bytes | None:
    if not _is_utf8(sample):
        return None
    return _bytes(sample) + "Ж".encode("cp1251") * 3 + b"\n" + "Ж".encode()


FILE_DAMAGE: dict[str, Callable[[Sample], bytes | None]] = {
    "an empty file": lambda sample: b"",
    "only line ends": lambda sample: b"\n\n\n",
    "only a header": lambda sample: _bytes(replace(sample, rows=())),
    "no header": lambda sample: sample.content().split("\n", 1)[1].encode(sample.source.encoding),
    "a doubled column": _doubled_column,
    "a missing column": _missing_column,
    "a renamed column": _renamed_column,
    "another delimiter": _other_delimiter,
    "an unclosed quotation mark": _unclosed_quote,
    "a NUL byte": lambda sample: _bytes(sample)[:-4] + b"\0" + _bytes(sample)[-4:],
    "a tail of NUL bytes": lambda sample: _bytes(sample) + b"\0" * 4096,
    "mixed encodings": _mixed_encodings,
    "another encoding": _other_encoding,
    "UTF-16 for UTF-8": lambda sample: sample.content().encode("utf-16"),
    "a cut inside a letter": lambda sample: _bytes(sample) + "я".encode()[:1] if _is_utf8(sample) else None,
    "binary garbage": lambda sample: bytes(range(1, 256)) * 64,
    "gzip cut short": lambda sample: gzip.compress(_bytes(sample))[:-12],
    "gzip with a wrong sum": lambda sample: gzip.compress(_bytes(sample))[:-8] + b"12345678",
    "gzip with garbage behind": lambda sample: gzip.compress(_bytes(sample)) + b"garbage",
    "gzip with a damaged middle": lambda sample: _flipped(gzip.compress(_bytes(sample))),
    "a ZIP archive": lambda sample: b"PK\x03\x04" + _bytes(sample),
    "an HTML page of an error": lambda sample: b"<html><body>502 Bad Gateway</body></html>\n",
}


def _flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return (
        content[:middle] + bytes(byte ^ 0xFF for byte in content[middle : middle + 8]) + content[middle + 8 :]
    )


def _reordered(sample: Sample) -> bytes:
    order = list(reversed(range(len(sample.header))))
    rows = tuple(tuple(row[place] for place in order) for row in sample.rows)
    return replace(sample, header=tuple(sample.header[place] for place in order), rows=rows).encoded()


def _extra_column(sample: Sample) -> bytes:
    rows = tuple((*row, "=cmd") for row in sample.rows)
    return replace(sample, header=(*sample.header, "not_in_the_contract"), rows=rows).encoded()


HARMLESS: dict[str, Callable[[Sample], bytes]] = {
    "as it should be": _bytes,
    "a byte order mark": lambda sample: b"\xef\xbb\xbf" + _bytes(sample),
    "CRLF line ends": lambda sample: sample.content(line_end="\r\n").encode(sample.source.encoding),
    "CR line ends": lambda sample: sample.content(line_end="\r").encode(sample.source.encoding),
    "no line end at the end": lambda sample: _bytes(sample).rstrip(b"\n"),
    "columns in another order": _reordered,
    "a column that the contract does not name": _extra_column,
    "gzip": lambda sample: gzip.compress(_bytes(sample)),
    "gzip in two parts": lambda sample: (
        gzip.compress(_bytes(sample)[:50]) + gzip.compress(_bytes(sample)[50:])
    ),
}
