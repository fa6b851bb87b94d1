"""Whose register says what: who is asked when somebody says that it is wrong."""

from __future__ import annotations

from familycard.snapshot.facts import Origin, origin
from familycard.snapshot.reader import Reader


def owners(reader: Reader) -> dict[str, Origin]:
    """Who answers for the `composition` of families and for the `address` of persons.

    A family is held together by several registers; that of its first tie in the pack's order is asked first.
    """
    pack, catalogue = reader.pack, reader.snapshot.catalogue
    ties = pack.units[pack.card_unit].all_ties
    first = ties[0].mappings[0].source if ties else pack.people.source
    return {"composition": origin(catalogue, first), "address": origin(catalogue, pack.people.source)}
