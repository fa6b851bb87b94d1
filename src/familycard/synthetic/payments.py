"""What the state pays, month by month, to those who have a right and use it.

Amounts follow the coefficients in ``synthetic/benefits.yaml`` (Social Code), in whole tenge,
rounded up. A right is not always used: the shares there leave unused rights on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from familycard.synthetic.months import MONTHS
from familycard.synthetic.tables import Bools, Ints

BENEFITS = (
    "age_pension",
    "base_pension",
    "disability",
    "survivor",
    "disabled_child",
    "carer",
    "birth",
    "child_care",
    "child_care_insured",
    "multi_child",
    "awarded_mother",
    "asp",
    "asp_child",
    "housing_assistance",
    "unemployment",
    "special_allowance",
)
_CODE = {name: number for number, name in enumerate(BENEFITS)}


@dataclass
class Payments:
    """Payments gathered so far; `amount` in KZT."""

    person: list[Ints] = field(default_factory=list)
    benefit: list[Ints] = field(default_factory=list)
    month: list[Ints] = field(default_factory=list)
    amount: list[Ints] = field(default_factory=list)
    _summed: tuple[Ints, Ints, Ints, Ints] | None = None

    def pay(self, benefit: str, person: Ints, amount: Ints, months: Bools) -> None:
        """Pay `amount` (a value a person) in the months marked (persons × months)."""
        self._summed = None
        row, month = np.nonzero(months & (amount > 0)[:, None])
        self.person.append(person[row])
        self.benefit.append(np.full(len(row), _CODE[benefit]))
        self.month.append(month)
        self.amount.append(amount[row])

    def summed(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Person, benefit, month, KZT: one row a kind and month, in this order."""
        if self._summed is None:
            self._summed = self._sum()
        return self._summed

    def _sum(self) -> tuple[Ints, Ints, Ints, Ints]:
        key = np.concatenate(self.person) * len(BENEFITS) + np.concatenate(self.benefit)
        key = key * MONTHS + np.concatenate(self.month)
        unique, place = np.unique(key, return_inverse=True)
        total = np.zeros(len(unique), np.int64)
        np.add.at(total, place, np.concatenate(self.amount))
        rest, month = np.divmod(unique, MONTHS)
        person, benefit = np.divmod(rest, len(BENEFITS))
        return person, benefit, month, total


def whole(amount: np.ndarray | float) -> Ints:
    """Rounded up to a whole tenge; a millionth is forgiven, because coefficients are held as floats."""
    return np.ceil(np.asarray(amount, dtype=np.float64) - 1e-6).astype(np.int64)


def always(count: int) -> Bools:
    """All months of `count` persons."""
    return np.ones((count, MONTHS), bool)
