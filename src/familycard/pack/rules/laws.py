"""Rules about what rests on law: values, programmes, conditions and the lawyers' cases."""

from __future__ import annotations

from collections.abc import Iterator

from familycard.errors import PackError
from familycard.pack.dependencies import person_levels, programme_levels, unit_levels
from familycard.pack.model import Pack
from familycard.pack.rules.finding import Finding, Rule

LEAST_CASES = 4
_NEEDED_STATUSES = ("eligible", "not_eligible", "cannot_tell")


class ValueHasALaw(Rule):
    """Every value of a parameter names the law it comes from."""

    def check(self, pack: Pack) -> Iterator[Finding]:
        for parameter in pack.parameters.values():
            for value in parameter.values:
                if not value.law.strip():
                    message = f"parameter {parameter.id} from {value.from_} has no `law`; name its source"
                    yield self.finding(message, value.place)


class ValueIsVerified(Rule):
    """Values and programmes that nobody has verified are named, so that somebody does."""

    severity = "warning"

    def check(self, pack: Pack) -> Iterator[Finding]:
        for parameter in pack.parameters.values():
            unverified = [value for value in parameter.values if not value.verified]
            if unverified:
                message = f"parameter {parameter.id}: {len(unverified)} of {len(parameter.values)} unverified"
                yield self.finding(message, unverified[0].place)
        for programme in pack.programmes.values():
            if not programme.verified:
                yield self.finding(f"programme {programme.id} is unverified", programme.place)


class ProgrammeHasALaw(Rule):
    """Every programme, and each of its conditions, names the article of law it follows."""

    def check(self, pack: Pack) -> Iterator[Finding]:
        for programme in pack.programmes.values():
            if not programme.law.strip():
                yield self.finding(f"programme {programme.id} has no `law`", programme.place)
            if not programme.conditions:
                yield self.finding(f"programme {programme.id} has no conditions", programme.place)
            for condition in programme.conditions:
                if not condition.law.strip():
                    message = f"programme {programme.id}: condition `{condition.id}` has no `law`"
                    yield self.finding(message, condition.when.place)


class ProgrammeHasCases(Rule):
    """Every programme has four cases or more, among them yes, no and cannot tell."""

    def check(self, pack: Pack) -> Iterator[Finding]:
        for programme in pack.programmes.values():
            statuses = {case.expect["status"] for case in programme.cases}
            missing = [status for status in _NEEDED_STATUSES if status not in statuses]
            if missing:
                message = f"programme {programme.id} has no case that expects {' or '.join(missing)}"
                yield self.finding(message, programme.place)
            elif len(programme.cases) < LEAST_CASES:
                message = (
                    f"programme {programme.id} has {len(programme.cases)} cases; add one on the boundary"
                )
                yield self.finding(message, programme.place)


class CasesHaveNames(Rule):
    """No two cases of a programme have one name."""

    def check(self, pack: Pack) -> Iterator[Finding]:
        for programme in pack.programmes.values():
            seen = set()
            for case in programme.cases:
                if case.name in seen:
                    yield self.finding(f"case `{case.name}` stands there twice; rename one", case.place)
                seen.add(case.name)


class ExclusionNeedsReceipt(Rule):
    """A programme that excludes another says by `received` how one knows that it is received."""

    def check(self, pack: Pack) -> Iterator[Finding]:
        for programme in pack.programmes.values():
            for other_id in (*programme.exclusive_with, *programme.excluded_by):
                other = pack.programmes.get(other_id)
                if other is not None and other.received is None:
                    message = f"{programme.id} is excluded by {other_id}, which has no `received`: nobody could tell"
                    yield self.finding(message, programme.place)


class MoneyHasAnAmount(Rule):
    """A programme of money has an amount, a service has none."""

    def check(self, pack: Pack) -> Iterator[Finding]:
        for programme in pack.programmes.values():
            if programme.kind == "money" and programme.amount is None:
                yield self.finding(
                    f"programme {programme.id} pays money but has no `amount`", programme.place
                )
            if programme.kind == "service" and programme.amount is not None:
                message = f"programme {programme.id} is a service with an `amount`; make it `kind: money`"
                yield self.finding(message, programme.place)


class NothingNeedsItself(Rule):
    """Formulas and programmes can be put in an order: none needs itself through others."""

    def check(self, pack: Pack) -> Iterator[Finding]:
        for levels in (person_levels, unit_levels, programme_levels):
            try:
                levels(pack)
            except PackError as error:
                yield self.from_error(error)
