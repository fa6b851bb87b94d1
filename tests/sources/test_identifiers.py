"""Checksums of identifiers: the published vectors, and SQL and Python as one."""

from __future__ import annotations

import random

import duckdb
import pytest

from familycard.sources.identifiers import (
    CHECKSUMS,
    arithmetic_sql,
    has_valid_checksum,
    holds_sql,
    kz_control_digit,
)

VALID = {
    "kz_iin": [
        "850101300005", "850101300015", "991231400129", "050630500077", "120229600039",
        "900101300811", "900101300823", "900101300835",
    ],
    "iban": ["KZ86125KZT5004100100", "KZ90999TEST000000001"],
}  # fmt: skip


def by_sql(values: list[str | None], checksum: str) -> list[bool | None]:
    table = duckdb.connect()
    table.execute("CREATE TABLE given AS SELECT unnest(?) AS value", [values])
    held = holds_sql("value", checksum, "arithmetic")
    rows = table.execute(
        f"SELECT {held} FROM (SELECT value, {arithmetic_sql('value', checksum)} AS arithmetic FROM given)"
    )
    return [row[0] for row in rows.fetchall()]


@pytest.mark.parametrize("checksum", ["kz_iin", "kz_bin"])
def test_the_published_numbers_of_kazakhstan_hold(checksum: str) -> None:
    assert all(has_valid_checksum(value, checksum) for value in VALID["kz_iin"])
    assert all(by_sql(list(VALID["kz_iin"]), checksum))


def test_the_published_account_numbers_hold() -> None:
    assert all(has_valid_checksum(value, "iban") for value in VALID["iban"])
    assert all(by_sql(list(VALID["iban"]), "iban"))


@pytest.mark.parametrize("serial", ["90010130080", "90010130161"])
def test_a_serial_without_a_control_digit_is_never_valid(serial: str) -> None:
    assert kz_control_digit(serial) is None
    assert not any(by_sql([f"{serial}{digit}" for digit in range(10)], "kz_iin"))


@pytest.mark.parametrize("checksum", CHECKSUMS)
def test_sql_and_python_say_the_same_of_any_text(checksum: str) -> None:
    dice = random.Random(7)
    values = [
        *VALID["kz_iin"],
        *VALID["iban"],
        "",
        "85010130000٥",
        "8501013000055",
        "kz86125kzt5004100100",
        " ",
    ]
    for value in [*VALID["kz_iin"], *VALID["iban"]] * 40:
        place = dice.randrange(len(value))
        values.append(value[:place] + dice.choice("0123456789AZ") + value[place + 1 :])
    found = by_sql(list(values), checksum)
    assert found == [has_valid_checksum(value, checksum) for value in values]
    assert checksum == "none" or {True, False} == set(found) or checksum == "mod97"


def test_the_eleventh_digit_alone_is_not_protected_as_the_rules_of_2003_have_it() -> None:
    assert has_valid_checksum("850101300005", "kz_iin") and has_valid_checksum("850101300015", "kz_iin")


def test_mod_97_holds_where_the_remainder_is_one() -> None:
    assert has_valid_checksum("98", "mod97") and by_sql(["98", "97", "99", "A1"], "mod97")[:3] == [
        True,
        False,
        False,
    ]
