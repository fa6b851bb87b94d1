"""Closing a case ends help: against a family it rests on no fact that somebody disputes or that nobody confirmed.

What a person says is presumed true until the register's owner has answered (Administrative Procedural Code
art. 15), and a row that was linked by name takes nothing away by itself. With the family's word it is no step
against it.
"""

from __future__ import annotations

from collections.abc import Mapping

from familycard.office.cards.limits import basis_of, unconfirmed_of
from familycard.office.claims.services import blocks_adverse_step
from familycard.programmes.resting import names_of_programme
from familycard.snapshot.reach import names_of_scorecard
from familycard.snapshot.reader import Reader


def is_blocked(reader: Reader, family: Mapping[str, int]) -> bool:
    """Whether the case of a family may be closed only with its word; `family` are its persons by reference.

    Nobody asks which facts a worker had in mind: all count on which the category or a right rests.
    """
    facts = reader.snapshot.remember("facts of the card", lambda: _facts(reader))
    return any(
        blocks_adverse_step(reference, facts, unconfirmed_of(reader, person))
        for reference, person in family.items()
    )


def _facts(reader: Reader) -> frozenset[str]:
    pack = reader.pack
    names = set[str]().union(*map(names_of_programme, pack.programmes.values()))
    return basis_of(reader, names.union(*map(names_of_scorecard, pack.scorecards.values())))
