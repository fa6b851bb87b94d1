"""From likelihoods to what happens: linked, waiting for a person's decision, or left in quarantine.

A pair is linked when it is all but certain *and* nobody else comes near: two people of one name and
birthday are each unlikely to be told apart, however much both agree with the row. Surname, father and
address are those of a whole family, so they never link alone: given name or birth date must agree as
well. Where a contract says that a person has one row, the row must be the person's best one, too.
"""

from __future__ import annotations

from dataclasses import dataclass

LINKED, WAITS = "linked", "waits"


@dataclass(frozen=True)
class Thresholds:
    """From which probability on a pair is linked, and waits; by how many bits it must be ahead of the next."""

    upper: float = 0.99
    lower: float = 0.5
    ahead_bits: float = 3.0


THRESHOLDS = Thresholds()


def decided(pairs: str, *, one_to_one: bool, thresholds: Thresholds = THRESHOLDS) -> str:
    """SQL of (row, person, probability, weight, next_person, outcome): at most one line for a row.

    `pairs` is SQL of (row, person, probability, weight, tells_apart), a pair once. Ties go to nobody: they wait.
    """
    rest = "ROWS BETWEEN 1 FOLLOWING AND 1 FOLLOWING"
    by_row, by_person = (
        "PARTITION BY row ORDER BY weight DESC, person",
        "PARTITION BY person ORDER BY weight DESC, row",
    )
    own = f" AND nth_of_person = 1 AND ahead_of_row >= {thresholds.ahead_bits}" if one_to_one else ""
    return f"""SELECT row, person, probability, weight, next_person,
  CASE WHEN probability >= {thresholds.upper} AND ahead >= {thresholds.ahead_bits}{own}
    AND tells_apart
    THEN '{LINKED}' ELSE '{WAITS}' END AS outcome
FROM (SELECT *, row_number() OVER ({by_row}) AS nth, row_number() OVER ({by_person}) AS nth_of_person,
    first_value(person) OVER ({by_row} {rest}) AS next_person,
    weight - coalesce(first_value(weight) OVER ({by_row} {rest}), '-inf'::DOUBLE) AS ahead,
    weight - coalesce(first_value(weight) OVER ({by_person} {rest}), '-inf'::DOUBLE) AS ahead_of_row
  FROM ({pairs}))
WHERE nth = 1 AND probability >= {thresholds.lower}"""
