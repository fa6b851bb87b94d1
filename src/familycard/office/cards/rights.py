"""Rights as a viewer may see them: each programme's answer, and why, as far as it rests on what they may see.

The status of a right of the family is for every member; whatever else there is to it (which condition
failed, the amount, whether it is received) may tell of the members on whom it rests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404

from familycard.office.cards.family import Family, ShownMember
from familycard.office.cards.limits import kinds_of, names_behind, sensitivity_of, tells_of_others
from familycard.pack.model import Label, Programme
from familycard.programmes.explain import Compared, ConditionResult, ProgrammeResult
from familycard.snapshot.changes import Change, changes
from familycard.snapshot.facts import Fact, facts
from familycard.snapshot.names import sensitivity_by_programme
from familycard.snapshot.reader import Right
from familycard.sources.linkage.links import NO_LINKS, Links

ELIGIBLE, NOT_ELIGIBLE = "eligible", "not_eligible"
NOT_SHOWN = "not_shown"


@dataclass(frozen=True)
class ShownComparison:
    """A value against its threshold."""

    compared: Compared
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class ShownCondition:
    """A condition in words of the law; `answer` is yes, no, cannot_tell or not_shown."""

    label: Label
    law: str
    answer: str
    comparisons: tuple[ShownComparison, ...] = ()
    facts: tuple[Fact, ...] = ()
    is_withheld: bool = False
    is_in_doubt: bool = False
    """Whether it would fail by a linked row that nobody has confirmed, and so cannot be told."""


@dataclass(frozen=True)
class ShownRight:
    """What one programme says of the family or of one of its members."""

    family: Family
    programme: Programme
    member: ShownMember | None
    """Whose right it is; None for a right of the family (or of what a law calls so)."""
    status: str
    is_open: bool
    """Whether more than the status may be shown."""
    right: Right

    @property
    def amount_minor(self) -> int | None:
        """The amount, where there is one that may be shown."""
        return self.right.amount_minor if self.is_open else None

    @property
    def received(self) -> bool | None:
        """Whether it is received; None where that is not known or may not be shown."""
        receipt = [self.programme.received] if self.programme.received else []
        is_sealed = sensitivity_of(self.family.reader, receipt) == "sealed"
        return self.right.received if self.is_open and not is_sealed else None

    @property
    def state(self) -> tuple[bool, str, int | None]:
        """Received, status and amount: rights that agree in these stand on one line."""
        return bool(self.received), self.status, self.amount_minor

    @property
    def is_unused(self) -> bool:
        """Whether the right is there and, as far as may be shown, not used."""
        return self.status == ELIGIBLE and self.received is not True

    @property
    def frequency(self) -> str:
        """monthly, yearly, one_off or nothing."""
        return self.programme.amount.frequency if self.programme.amount else ""

    @property
    def names(self) -> frozenset[str]:
        """The names of all facts that it rests on."""
        return names_behind(self.family.reader, self.programme)

    @cached_property
    def result(self) -> ProgrammeResult | None:
        """Why; None where it may not be shown, and then it is not read."""
        return self.family.reader.explain(self.right) if self.is_open else None

    @property
    def links(self) -> Links:
        """The rows without an identifier that it rests on; none where it may not be shown why."""
        return self.result.links if self.family.reader.has_linked_rows and self.result else NO_LINKS

    @property
    def is_exclusion_in_doubt(self) -> bool:
        """Whether another programme would shut it out by a linked row that nobody has confirmed; as far as may be shown."""
        return self.result is not None and self.result.is_exclusion_in_doubt

    @cached_property
    def conditions(self) -> tuple[ShownCondition, ...]:
        """Its conditions, with their answers where these may be shown."""
        if self.result is None:
            answer = "yes" if self.status == ELIGIBLE else NOT_SHOWN
            in_force = (c for c in self.programme.conditions if c.is_in_force(self.family.as_of))
            return tuple(ShownCondition(c.label, c.law, answer) for c in in_force)
        return tuple(_condition(self, self.result, one) for one in self.result.conditions)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What could change the answer: facts that may be wrong or are missing, and safe steps."""
        if self.result is None or any(one.is_withheld for one in self.result.decisive):
            return ()
        return changes(self.family.reader.snapshot.catalogue, self.result)


def rights_of(family: Family, programme: str = "") -> tuple[ShownRight, ...]:
    """What every programme (or one) says of the family and of those whose data may be shown; in the pack's order."""
    subject = family.access.about.person
    members = {member.person: member for member in family.seen}
    family.access.look(member.reference for member in members.values())
    own = [r for r in family.reader.rights([subject]) if r.person is None]
    personal = [r for r in family.reader.rights(members) if r.person is not None]
    found = [r for r in (*own, *personal) if programme in ("", r.programme.id)]
    order = {id_: n for n, id_ in enumerate(family.reader.pack.programmes)}
    shown = [_right(family, right, members.get(right.person or -1)) for right in found]
    return tuple(sorted(shown, key=lambda r: (order[r.programme.id], not (r.member and r.member.is_subject))))


def named_programmes(family: Family) -> frozenset[str]:
    """The programmes that a page for those who serve the family may name: of the pack, the same for every family.

    That somebody has a right to a disability's allowance says that they have a disability.
    """
    sensitivity = sensitivity_by_programme(family.reader.pack)
    return frozenset(id_ for id_, level in sensitivity.items() if family.sight.may_name(level))


def rights_by_programme(family: Family, programme: str) -> tuple[ShownRight, ...]:
    """What one programme says; Http404 where the pack has no such programme, or it says nothing of them."""
    found = rights_of(family, programme)
    if not found:
        raise Http404
    return found


def worth_of(family: Family) -> int | None:
    """What the unused rights are worth a month, the best set that can be had together; None where it may not be shown."""
    rows = family.reader.snapshot.rows["unused"].find([family.unit]) if family.is_whole else []
    return rows[0]["unused_monthly"] or None if rows else None


def _right(family: Family, right: Right, member: ShownMember | None) -> ShownRight:
    return ShownRight(family, right.programme, member, right.status, _is_open(family, right.programme), right)


def _is_open(family: Family, programme: Programme) -> bool:
    """Whether all whose data a programme rests on may be seen by the viewer, and all of them whole."""
    reader, names = family.reader, names_behind(family.reader, programme)
    if not family.sight.may_name(sensitivity_of(reader, names)):
        return False
    if programme.unit == "person" and tells_of_others(reader, names):
        return False
    return kinds_of(reader, programme) <= family.whole_kinds


def _condition(right: ShownRight, result: ProgrammeResult, one: ConditionResult) -> ShownCondition:
    condition = one.condition
    catalogue = right.family.reader.snapshot.catalogue
    if one.is_withheld:
        # Which way the sealed part went is for nobody to see, not even by what the open parts leave over.
        answer = "yes" if right.status == ELIGIBLE else NOT_SHOWN
        return ShownCondition(condition.label, condition.law, answer, is_withheld=True)
    compared = [c for c in one.compared if _may_see(right.family, c.comparison.names)]
    return ShownCondition(
        label=condition.label,
        law=condition.law,
        answer=one.answer,
        comparisons=tuple(ShownComparison(c, facts(catalogue, result, c.comparison.names)) for c in compared),
        facts=facts(catalogue, result, one.names) if _may_see(right.family, one.names) else (),
        is_in_doubt=one.is_in_doubt,
    )


def _may_see(family: Family, names: Sequence[str] | frozenset[str]) -> bool:
    return family.sight.allows(sensitivity_of(family.reader, names))
