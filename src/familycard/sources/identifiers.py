"""Checksums of identifiers: as DuckDB SQL for tables, and the same in Python for single values.

Only the pattern and the control digit are checked: since Government decree 26.08.2013 no. 853
a Kazakhstan IIN is no longer tied to its holder's birth date or sex (see
``/domain/identifiers.md`` beside the project), so those come from the register.
"""

from __future__ import annotations

from collections.abc import Callable

FIRST_WEIGHTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
LONGEST_MOD97 = 64


def kz_control_digit(first_eleven: str) -> int | None:
    """The twelfth digit of an IIN or BIN; None where the serial cannot be used.

    Two passes modulo 11 (Government decree 22.05.2007 no. 406).

    >>> kz_control_digit("85010130000")
    5
    >>> kz_control_digit("90010130080") is None
    True
    """
    digits = [int(digit) for digit in first_eleven]
    for weights in (FIRST_WEIGHTS, SECOND_WEIGHTS):
        remainder = sum(d * w for d, w in zip(digits, weights, strict=True)) % 11
        if remainder != 10:
            return remainder
    return None


def _is_kz(value: str) -> bool:
    return len(value) == 12 and _is_digits(value) and kz_control_digit(value[:11]) == int(value[11])


def _is_digits(value: str) -> bool:
    return value.isascii() and value.isdecimal()


def _is_mod97(value: str) -> bool:
    """ISO 7064 MOD 97-10 over digits and capital letters (A = 10 … Z = 35): the remainder is 1."""
    if not (value.isascii() and value.isalnum() and value == value.upper()):
        return False
    return int("".join(str(int(character, 36)) for character in value)) % 97 == 1


def _is_iban(value: str) -> bool:
    return len(value) > 4 and _is_mod97(value[4:] + value[:4])


def _kz_sql(value: str) -> str:
    number = f"try_cast({value} AS BIGINT)"
    digits = [f"({number} // {10 ** (11 - place)}) % 10" for place in range(12)]
    first, second = (
        "("
        + " + ".join(f"{weight} * ({digit})" for digit, weight in zip(digits, weights, strict=False))
        + ") % 11"
        for weights in (FIRST_WEIGHTS, SECOND_WEIGHTS)
    )
    # A first remainder of 10 equals no digit; a second one of 10 means an unusable serial, and fails too.
    return f"({first} = {digits[11]} OR ({first} = 10 AND {second} = {digits[11]}))"


def _mod97_sql(value: str) -> str:
    numbers = (
        f"list_transform(string_split({value}, ''), "
        "lambda c: CAST(position(c IN '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') - 1 AS BIGINT))"
    )
    step = "(total * CASE WHEN digit > 9 THEN 100 ELSE 10 END + digit) % 97"
    return f"(list_reduce({numbers}, lambda total, digit: {step}, CAST(0 AS BIGINT)) = 1)"


def _iban_sql(value: str) -> str:
    return _mod97_sql(f"concat(substr({value}, 5), left({value}, 4))")


_PYTHON: dict[str, Callable[[str], bool]] = {
    "none": lambda value: True,
    "kz_iin": _is_kz,
    "kz_bin": _is_kz,
    "mod97": _is_mod97,
    "iban": _is_iban,
}
_DIGITS = "[0-9]{12}"
_LETTERS = f"[0-9A-Z]{{1,{LONGEST_MOD97}}}"
_SQL: dict[str, tuple[str, Callable[[str], str]]] = {
    "none": ("(?s).*", lambda value: "true"),
    "kz_iin": (_DIGITS, _kz_sql),
    "kz_bin": (_DIGITS, _kz_sql),
    "mod97": (_LETTERS, _mod97_sql),
    "iban": (_LETTERS, _iban_sql),
}
CHECKSUMS = tuple(_PYTHON)


def has_valid_checksum(value: str, checksum: str) -> bool:
    """Whether a value's control digits agree; KeyError for a checksum that is not in `CHECKSUMS`.

    >>> has_valid_checksum("KZ86125KZT5004100100", "iban")
    True
    """
    return _PYTHON[checksum](value)


def arithmetic_sql(value_sql: str, checksum: str) -> str:
    """The sum alone, as a DuckDB condition over a text; its result means nothing for a text of another form.

    It is apart from `holds_sql` because DuckDB evaluates the repeated digits of a sum once only where
    the sum is a column of its own (seven times faster).
    """
    return _SQL[checksum][1](value_sql)


def form_of(checksum: str) -> str:
    """The regular expression that every text with this checksum matches as a whole."""
    return _SQL[checksum][0]


def holds_sql(value_sql: str, checksum: str, arithmetic: str) -> str:
    """Whether a text has a valid checksum (true or false for every text), given its `arithmetic_sql`."""
    return f"(regexp_full_match({value_sql}, '{_SQL[checksum][0]}') AND coalesce({arithmetic}, false))"
