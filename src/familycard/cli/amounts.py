"""Amounts of memory, as people write them."""

from __future__ import annotations

import re

from familycard.errors import UsageError

LEAST_MEMORY = 512 << 20


def size(text: str) -> int:
    """An amount of memory in bytes; UsageError for what is none, or too little to work with.

    >>> size("4GiB") == 4 << 30
    True
    """
    found = re.fullmatch(r"([0-9]+) ?(MiB|GiB)", text.strip())
    if found is None:
        raise UsageError(f"`{text}` is no amount of memory; write it as 4GiB or 800MiB.")
    bytes_ = int(found[1]) << {"MiB": 20, "GiB": 30}[found[2]]
    if bytes_ < LEAST_MEMORY:
        raise UsageError(f"{text} is too little; a build needs at least {LEAST_MEMORY >> 20}MiB.")
    return bytes_
