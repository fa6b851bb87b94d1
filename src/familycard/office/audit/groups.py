"""Results by group: how many families are in the neediest categories, the mean score, and who takes a programme up.

All counts pass disclosure control (`desk/`) by the rule that analysts are under, so a count is the same figure on
their pages and here; intervals are of what is shown. A difference between groups
is no proof of a fault: groups differ in need. It says where to look.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from familycard.desk.counts import Condition, Counts, counts_of
from familycard.desk.means import means
from familycard.desk.segments import shown_by_step
from familycard.desk.take_up import take_up
from familycard.desk.vocabulary import NO, OTHER, REGION, UNKNOWN, YES, Step
from familycard.office.analyst.answers import rule
from familycard.office.audit.intervals import Share, wilson
from familycard.office.pages.templatetags.shown import label, number
from familycard.pack.model import Label, Pack
from familycard.pack.types import Kind
from familycard.snapshot.open import OpenSnapshot

BY = (
    REGION,
    "head_is_a_woman",
    "family_type",
    "children",
    "is_lone_parent_family",
    "elders",
    "disabled_children",
    "members_of_group_1_or_2",
)
"""By what results are compared, as far as the snapshot has it."""
NEEDIEST = 2
"""So many categories at the needy end are counted together."""
SCORE, CATEGORY, SEX = "card.score", "card.category", "sex"


@dataclass(frozen=True)
class Group:
    """One group: families of whom the category is known, those in need, the mean score. None is hidden."""

    title: str
    families: int | None
    needy: Share | None
    mean_score: int | None


@dataclass(frozen=True)
class Comparison:
    """The groups by one name."""

    name: str
    title: Label
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Taken:
    """How a programme is taken up: of those eligible, the share known to receive it."""

    id: str
    title: Label
    eligible: int | None
    taken: Share | None


def needy_letters(pack: Pack) -> tuple[str, ...]:
    """The categories at the needy end."""
    scorecard = pack.scorecards[str(pack.card_scorecard)]
    return tuple(letter for letter, _ in scorecard.categories[:NEEDIEST])


def comparisons(snapshot: OpenSnapshot, *, allow_restricted: bool) -> list[Comparison]:
    """Families in need and mean scores by every group that there is."""
    counts = counts_of(snapshot, rule(), allow_restricted=allow_restricted)
    names = [name for name in BY if name in counts.names]
    counts.prepare([CATEGORY, SCORE, *names])
    return [Comparison(name, _title(counts, name), tuple(_groups(counts, name))) for name in names]


def _title(counts: Counts, name: str) -> Label:
    about = counts.names[name]
    return {language: _("Region") for language in about.label} if name == REGION else about.label


def _groups(counts: Counts, name: str) -> list[Group]:
    pack, words = counts.snapshot.pack, counts.vocabulary(name)
    whole = shown_by_step(counts, [counts.known(CATEGORY)], name)
    needy = [_of_category(counts, letter, name) for letter in needy_letters(pack)]
    averages = means(counts, (), SCORE, name)
    found = []
    for step in words.steps:
        families, parts = whole[step.id], [one[step.id] for one in needy]
        if families is None and step.id in (OTHER, UNKNOWN):
            continue
        share = None if families is None or None in parts else wilson(sum(filter(None, parts)), families)
        mean = None if families is None else averages.get(step.id)
        found.append(Group(step_title(counts, name, step), families, share, mean))
    return found


def _of_category(counts: Counts, letter: str, name: str) -> dict[str, int | None]:
    return shown_by_step(counts, counts.asked([Condition(CATEGORY, letter)]), name)


def step_title(counts: Counts, name: str, step: Step) -> str:
    """A step in words: an area's name, a value's label, yes or no, or a range."""
    pack = counts.snapshot.pack
    known = {YES: _("yes"), NO: _("no"), UNKNOWN: _("not known"), OTHER: _("others")}
    if step.id in known:
        return known[step.id]
    if name == SEX:
        return {"F": _("women"), "M": _("men")}.get(step.id, step.id)
    if name == REGION:
        return label(pack.areas.get(step.id)) or step.id
    if counts.names[name].type.kind is Kind.TEXT:
        return label(pack.indicators[name].value_labels.get(step.id)) or step.id
    return _range(step)


def _range(step: Step) -> str:
    if step.lowest is None and step.below is None:
        return _("any value")
    if step.lowest is None:
        return number(0) if step.below == 1 else _("below %(below)s") % {"below": number(step.below)}
    if step.below is None:
        return _("%(least)s and more") % {"least": number(step.lowest)}
    if step.below == step.lowest + 1:
        return number(step.lowest)
    return f"{number(step.lowest)}–{number(step.below - 1)}"


def take_up_of_all(snapshot: OpenSnapshot, *, allow_restricted: bool) -> list[Taken]:
    """The programmes that may be counted, each in its own subjects; the least taken up first, hidden ones last."""
    found = [
        Taken(
            one.programme.id,
            one.programme.title,
            one.eligible,
            wilson(one.takes, one.eligible) if one.takes is not None and one.eligible else None,
        )
        for one in take_up(snapshot, rule(), allow_restricted=allow_restricted)
    ]
    return sorted(found, key=lambda one: (one.taken is None, one.taken.share if one.taken else 0))


def take_up_by_group(snapshot: OpenSnapshot, programme: str, *, allow_restricted: bool) -> list[Comparison]:
    """Of whom a programme is for, the share known to receive it, by group."""
    level = snapshot.pack.programmes[programme].unit
    counts = counts_of(snapshot, rule(), level, allow_restricted=allow_restricted)
    status, received = f"programme.{programme}.status", f"programme.{programme}.received"
    if status not in counts.names or received not in counts.names:
        return []
    names = [name for name in (*BY, SEX) if name in counts.names]
    counts.prepare([status, received, *names])
    eligible = counts.asked([Condition(status, "eligible")])
    takes = counts.asked([Condition(status, "eligible"), Condition(received, YES)])
    found = []
    for name in names:
        whole, part = (shown_by_step(counts, asked, name) for asked in (eligible, takes))
        groups = []
        for step in counts.vocabulary(name).steps:
            of, took = whole[step.id], part[step.id]
            if of is None and step.id in (OTHER, UNKNOWN):
                continue
            share = wilson(took, of) if of and took is not None else None
            groups.append(Group(step_title(counts, name, step), of, share, None))
        found.append(Comparison(name, _title(counts, name), tuple(groups)))
    return found
