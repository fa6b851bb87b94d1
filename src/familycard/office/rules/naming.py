"""What a rule names: the indicators it rests on and the values of law that it uses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from familycard.office.pages.templatetags.shown import money, number
from familycard.pack.model import Indicator, Pack, Parameter, ParameterValue, Programme, Scorecard
from familycard.pack.types import Kind

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
AREAS_SHOWN = 1
"""Of a value that differs by area, only how many there are is shown."""


@dataclass(frozen=True)
class InForce:
    """A value of law on a day: one, or one an area."""

    parameter: Parameter
    values: tuple[ParameterValue, ...]
    shown: str
    """The one value in words; blank where areas differ."""

    @property
    def is_verified(self) -> bool:
        """Whether somebody has read all of it in the law."""
        return all(value.verified for value in self.values)


def texts_of(programme: Programme) -> list[str]:
    """The expressions of a programme."""
    amount = [programme.amount.expression.text] if programme.amount else []
    return [condition.when.text for condition in programme.conditions] + amount


def names_in(texts: Iterable[str]) -> set[str]:
    """All names in some expressions.

    >>> sorted(names_in(["children_counted >= 4", "4 * mrp"]))
    ['children_counted', 'mrp']
    """
    return {name for text in texts for name in _NAME.findall(text)}


def indicators_of(pack: Pack, texts: Iterable[str]) -> list[Indicator]:
    """The indicators that expressions name, in the pack's order."""
    names = names_in(texts)
    return [indicator for indicator in pack.indicators.values() if indicator.id in names]


def parameters_of(pack: Pack, texts: Iterable[str], on: date) -> list[InForce]:
    """The values of law that expressions name, on a day."""
    names = names_in(texts)
    return [_in_force(pack, one, on) for one in pack.parameters.values() if one.id in names]


def _in_force(pack: Pack, parameter: Parameter, on: date) -> InForce:
    values = parameter.on(on)
    shown = _shown(pack, parameter, values[0]) if len(values) == AREAS_SHOWN else ""
    return InForce(parameter, values, shown)


def _shown(pack: Pack, parameter: Parameter, value: ParameterValue) -> str:
    said = value.value
    if isinstance(said, bool | str):
        return str(said)
    if parameter.type.kind is Kind.MONEY:
        return money(said)
    return number(scaled(said, parameter.type.scale))


def scaled(value: int, digits: int) -> Decimal:
    """A stored integer as the number that it means.

    >>> scaled(15000, 4), scaled(40000, 4), scaled(10, 0)
    (Decimal('1.5'), Decimal('4'), Decimal('10'))
    """
    plain = Decimal(value).scaleb(-digits).normalize()
    return plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain


def rests_on(scorecard: Scorecard) -> list[str]:
    """The expressions and names of a scorecard."""
    texts = [name for term in scorecard.terms for name in term.named]
    texts += [term.when.text for term in scorecard.terms if term.when]
    return texts + [adjustment.when.text for adjustment in scorecard.adjustments]
