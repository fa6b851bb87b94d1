"""A family as a viewer may see it: who counts and why, its category, how the points add up.

What rests on somebody whose data the viewer may not see is not a number that is blanked out but
absent: the lines of the scorecard then are the same for every such family, and so nothing can be
learned from them, not by a difference of totals and not by what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.http import Http404
from django.utils import timezone

from familycard.office.access.middleware import Access
from familycard.office.cards.limits import sensitivity_of
from familycard.office.cards.references import reference
from familycard.office.cards.sight import Sight, is_minor, sight_of
from familycard.pack.model import Label, Tie
from familycard.scoring.explain import ScoreLine, ScoreResult
from familycard.snapshot.facts import Fact, facts
from familycard.snapshot.memberships import Evidence, Member
from familycard.snapshot.reader import Placing, Reader
from familycard.snapshot.rows import of_members, unit_column
from familycard.sources.linkage.links import Links


@dataclass(frozen=True)
class Reason:
    """Why somebody counts: the tie in the pack's words, and to whom; no register and no row of it.

    One and the same tie may come from a record of birth or from an adoption, and which is sealed:
    where a register behind a tie keeps something under seal, `register` is empty for everybody.
    """

    tie: Label
    other: str
    """The other's name; empty where the viewer may not see who it is."""
    is_viewer: bool
    register: Label


@dataclass(frozen=True)
class ShownMember:
    """A member of the family."""

    person: int
    reference: str
    name: str
    """Empty where the member counts by another member's data alone."""
    is_subject: bool
    is_head: bool
    is_minor: bool
    is_seen: bool
    """Whether the member's own data may be shown."""
    born: date | None
    """None also where it may not be shown."""
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class BillLine:
    """A line of the scorecard: its points with the facts behind them, or that they are not shown."""

    term: str
    label: Label
    why: Label
    is_shown: bool
    points: int | None = None
    lowest: int = 0
    highest: int = 0
    facts: tuple[Fact, ...] = ()
    override: Label | None = None
    before_override: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its facts."""
        return tuple(fact.name for fact in self.facts)


@dataclass(frozen=True)
class Bill:
    """How the points add up; `is_whole` where every line and so the sum may be shown."""

    base: int
    lines: tuple[BillLine, ...]
    is_whole: bool
    adjustment: int = 0
    adjustment_why: tuple[Label, ...] = ()
    score: int | None = None
    lowest: int = 0
    highest: int = 0

    @property
    def missing(self) -> tuple[BillLine, ...]:
        """The lines whose points are not known."""
        return tuple(line for line in self.lines if line.is_shown and line.points is None)

    @property
    def links(self) -> Links:
        """The rows without an identifier behind the lines that are shown."""
        return Links({fact.name: fact.linked for line in self.lines for fact in line.facts if fact.linked})

    @property
    def is_hidden(self) -> bool:
        """Whether no line may be shown."""
        return not any(line.is_shown for line in self.lines)


@dataclass(frozen=True)
class Family:
    """The family of the page's person, for one viewer and one request."""

    access: Access
    sight: Sight
    unit: int
    people: tuple[Member, ...]
    """All members, for the functions of this folder; pages show `members`."""

    @property
    def reader(self) -> Reader:
        """The published snapshot."""
        return self.access.reader

    @property
    def as_of(self) -> date:
        """The date that the registers speak of."""
        return self.reader.as_of

    @cached_property
    def is_whole(self) -> bool:
        """Whether every member's data may be shown, and so what is summed over them."""
        return self.sight.sees_all(member.person for member in self.people) and self.sight.allows(
            "restricted"
        )

    @cached_property
    def whole_kinds(self) -> frozenset[str]:
        """The kinds of units (the family of a law) of which the viewer sees all members, wherever a seen member belongs."""
        pack, rows = self.reader.pack, self.reader.snapshot.rows["person"]
        seen = rows.find(
            (m.person for m in self.people if self.sight.sees(m.person)), map(unit_column, pack.units)
        )

        def is_seen(kind: str) -> bool:
            units = {row[unit_column(kind)] for row in seen} - {None}
            members = self.reader.snapshot.rows[of_members(kind)].find(units)
            return self.sight.sees_all(row["person"] for row in members)

        return frozenset(pack.units if self.sight.persons is None else filter(is_seen, pack.units))

    @cached_property
    def members(self) -> tuple[ShownMember, ...]:
        """Who counts and why."""
        return tuple(_member(self, one) for one in self.people)

    @cached_property
    def placing(self) -> Placing | None:
        """The category, which every member may know."""
        return self.reader.placing(self.unit)

    @cached_property
    def bill(self) -> Bill | None:
        """The points, as far as they may be shown; None where the pack has no scorecard."""
        return bill_of(self)

    @property
    def seen(self) -> tuple[ShownMember, ...]:
        """The members whose own data may be shown; the page's person first."""
        return tuple(sorted((m for m in self.members if m.is_seen), key=lambda m: not m.is_subject))

    @property
    def hidden_count(self) -> int:
        """How many members' data count without being shown."""
        return sum(not member.is_seen for member in self.members)

    def member(self, text: str) -> ShownMember:
        """The member with a reference whose data may be shown; Http404 for anybody else."""
        for one in self.seen:
            if one.reference == text:
                return one
        raise Http404


def family_of(access: Access) -> Family:
    """The family of the page's person; Http404 for who has none (not resident). Notes whom it names or shows data of."""
    about = access.about
    if about.unit is None:
        raise Http404
    people = access.reader.members(about.unit)
    family = Family(access, sight_of(access, (m.person for m in people)), about.unit, people)
    # Of whom no register says a name, data may be shown all the same.
    access.look(member.reference for member in family.members if member.name or member.is_seen)
    return family


def _member(family: Family, member: Member) -> ShownMember:
    about, sight = family.access.about, family.sight
    is_seen = sight.sees(member.person)
    is_named = member.person in _named(family)
    return ShownMember(
        person=member.person,
        reference=reference(member.person),
        name=member.name if is_named else "",
        is_subject=member.person == about.person,
        is_head=member.role == "head",
        is_minor=is_minor(member.birth_date, timezone.localdate()),
        is_seen=is_seen,
        born=member.birth_date if is_seen else None,
        reasons=tuple(_reasons(family, member)) if is_named else (),
    )


def _named(family: Family) -> frozenset[int]:
    """Whom the viewer may see by name: their own and whom a tie joins to one of them, nobody further.

    A child that a spouse has elsewhere would otherwise stand on the other's page.
    """
    seen = {member.person for member in family.people if family.sight.sees(member.person)}
    joined = {
        evidence.other
        for member in family.people
        if member.person in seen
        for evidence in member.evidence
        if evidence.other is not None
    }
    return frozenset(seen | joined)


def _reasons(family: Family, member: Member) -> Iterable[Reason]:
    names, named = {m.person: m.name for m in family.people}, _named(family)
    ties = {tie.id: tie for tie in family.reader.pack.units[family.reader.pack.card_unit].all_ties}
    once: dict[tuple[str, int], Evidence] = {}
    for evidence in _beside(family.people, member):
        if evidence.other is not None and evidence.other in named:
            once.setdefault((evidence.tie, evidence.other), evidence)
    for (tie, other), evidence in once.items():
        yield Reason(
            tie=ties[tie].title if tie in ties else {"en": tie},
            other=names.get(other, ""),
            is_viewer=other == family.access.about.person,
            register=_register(family.reader, ties.get(tie), evidence),
        )


def _beside(people: tuple[Member, ...], member: Member) -> list[Evidence]:
    """The ties to show beside a member: each once, beside the younger of the two."""
    later = {one.person for one in people[people.index(member) + 1 :]}
    return [evidence for evidence in member.evidence if evidence.other not in later]


def _register(reader: Reader, tie: Tie | None, evidence: Evidence) -> Label:
    sources = {mapping.source for mapping in tie.mappings} if tie else {evidence.source}
    columns = (column for source in sources for column in reader.pack.sources[source].columns)
    if any(column.sensitivity == "sealed" for column in columns):
        return {}
    return reader.pack.sources[evidence.source].titles


def bill_of(family: Family) -> Bill | None:
    """The scorecard as a bill. Without the right to see all members no line is shown, and nothing of them is read."""
    reader = family.reader
    card = reader.pack.scorecards.get(reader.pack.card_scorecard or "")
    if card is None:
        return None
    if not family.is_whole:
        lines = tuple(BillLine(t.id, t.label, t.why, is_shown=False) for t in card.terms)
        return Bill(card.base, lines, is_whole=False)
    score = reader.card(family.unit).score
    assert score is not None
    return _whole_bill(reader, family.sight, score)


def _whole_bill(reader: Reader, sight: Sight, score: ScoreResult) -> Bill:
    lines = tuple(_line(reader, sight, score, line) for line in score.lines)
    if not all(line.is_shown for line in lines):
        return Bill(score.card.base, lines, is_whole=False)
    return Bill(
        base=score.card.base,
        lines=lines,
        is_whole=True,
        adjustment=score.adjustment or 0,
        adjustment_why=tuple(adjustment.why for adjustment in score.applied),
        score=score.score,
        lowest=score.lowest,
        highest=score.highest,
    )


def _line(reader: Reader, sight: Sight, score: ScoreResult, line: ScoreLine) -> BillLine:
    term = line.term
    if not sight.allows(sensitivity_of(reader, line.names)):
        return BillLine(term.id, term.label, term.why, is_shown=False)
    return BillLine(
        term=term.id,
        label=term.label,
        why=term.why,
        is_shown=True,
        points=line.points,
        lowest=line.lowest,
        highest=line.highest,
        facts=facts(reader.snapshot.catalogue, score, line.names),
        override=term.override.why if term.override and line.before_override is not None else None,
        before_override=line.before_override,
    )
