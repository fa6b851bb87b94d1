"""Families worth showing first: the same ones for the same snapshot."""

from __future__ import annotations

from dataclasses import dataclass

from familycard.indicators.tables import scores, unit_values
from familycard.pack.model import Label
from familycard.programmes.unused import UNUSED
from familycard.snapshot.reader import Reader


@dataclass(frozen=True)
class Example:
    """A family and why it is shown."""

    unit: int
    why: Label


WITH_UNUSED: Label = {
    "en": "A family with a right that it does not use",
    "ru": "Семья с неиспользуемым правом",
}
IN_NEED: Label = {"en": "A family in the greatest need", "ru": "Семья в наибольшей нужде"}
UNDECIDED: Label = {
    "en": "A family of which too little is known",
    "ru": "Семья, о которой известно слишком мало",
}
ORDINARY: Label = {"en": "An ordinary family", "ru": "Обычная семья"}


def examples(reader: Reader) -> list[Example]:
    """Up to three families: one with an unused right, one in need, one that cannot be placed (else an ordinary one)."""
    kind = reader.pack.card_unit
    known = f"from {unit_values(kind)} u"
    card = reader.pack.card_scorecard
    wanted = [
        (
            WITH_UNUSED,
            (
                f"select r.unit {known} join {UNUSED} r on r.unit = u.unit where u.composition_known"
                f" and u.members between 3 and 8 and r.unused_monthly > 0 order by r.unused_monthly desc, r.unit"
            ),
        ),
    ]
    if card is not None:
        scored = f"{known} join {scores(card)} s on s.unit = u.unit where u.members between 2 and 8"
        wanted += [
            (IN_NEED, f"select u.unit {scored} and s.score is not null order by s.score, u.unit"),
            (
                UNDECIDED,
                f"select u.unit {scored} and s.category is null order by s.highest - s.lowest, u.unit",
            ),
        ]
    wanted.append(
        (ORDINARY, f"select u.unit {known} where u.composition_known order by abs(u.members - 4), u.unit")
    )
    found: list[Example] = []
    for why, query in wanted:
        rows = [int(row[0]) for row in reader.engine.rows(f"{query} limit 5")]
        fresh = [unit for unit in rows if unit not in {e.unit for e in found}]
        if fresh and len(found) < 3:
            found.append(Example(fresh[0], why))
    return found
