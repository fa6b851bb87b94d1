"""Names, steps and values in words of the page's language."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from familycard.desk.counts import Counts
from familycard.desk.vocabulary import AREA, NO, OTHER, REGION, UNKNOWN, YES, Step
from familycard.office.analyst.question import PERSON, condition, name_of
from familycard.office.pages.templatetags.shown import label, money, number
from familycard.pack.model import Pack
from familycard.pack.types import RATIO_SCALE, Kind, Type
from familycard.snapshot.names import SearchName

NAMES = {
    "card.category": gettext_noop("Category of need"),
    "card.score": gettext_noop("Score"),
    "card.unused_count": gettext_noop("Unused rights, how many"),
    "card.unused_monthly": gettext_noop("Unused rights, worth a month"),
    "sex": gettext_noop("Sex"),
    "citizenship": gettext_noop("Citizenship"),
    AREA: gettext_noop("District"),
    REGION: gettext_noop("Region"),
}
PARTS = {
    "status": gettext_noop("%(programme)s: right"),
    "amount": gettext_noop("%(programme)s: amount"),
    "received": gettext_noop("%(programme)s: received"),
}
WORDS = {
    UNKNOWN: gettext_lazy("not known"),
    YES: gettext_lazy("yes"),
    NO: gettext_lazy("no"),
    OTHER: gettext_lazy("other"),
}
STATUSES = {
    "eligible": gettext_lazy("conditions met"),
    "not_eligible": gettext_lazy("conditions not met"),
    "not_in_force": gettext_lazy("not in force"),
    "excluded": gettext_lazy("excluded by another payment"),
    "unknown": gettext_lazy("cannot tell"),
}
SEXES = {"F": gettext_lazy("women"), "M": gettext_lazy("men")}


def name_title(about: SearchName) -> str:
    """What a name is called."""
    if about.name in NAMES:
        return _(NAMES[about.name])
    part = about.name.rpartition(".")[2]
    if about.name.startswith("programme.") and part in PARTS:
        return _(PARTS[part]) % {"programme": label(about.label)}
    return label(about.label) or about.name


def level_title(pack: Pack, level: str) -> str:
    """Whom a level counts."""
    if level == PERSON:
        return _("Persons")
    if level == pack.card_unit:
        return _("Families")
    return label(pack.units[level].title)


def step_title(pack: Pack, about: SearchName, step: Step) -> str:
    """What a step is called: a word, or a range of values."""
    if step.lowest is not None or step.below is not None:
        return range_title(pack, about, step.lowest, step.below)
    if about.name in (AREA, REGION) and step.id in pack.areas:
        return label(pack.areas[step.id])
    last = about.name.rpartition(".")[2]
    own: dict[str, object] = {}
    if last == "status":
        own = dict(STATUSES)
    elif last == "sex":
        own = dict(SEXES)
    elif last in pack.indicators:
        own = {word: label(words) for word, words in pack.indicators[last].value_labels.items()}
    return str(own.get(step.id) or WORDS.get(step.id) or step.id)


def range_title(pack: Pack, about: SearchName, lowest: int | None, below: int | None) -> str:
    """A range of values as stored, from `lowest` to below `below`."""
    is_whole = about.type.kind is Kind.INTEGER
    if is_whole and below is not None:
        return _whole(lowest, below - 1, can_be_below_nothing=about.name == "card.score")
    low, high = (value_title(pack, about.type, value) for value in (lowest, below))
    if lowest is None and below is None:
        return _("known")
    if lowest is None:
        return _("less than %(limit)s") % {"limit": high}
    if below is None:
        return _("%(limit)s or more") % {"limit": low}
    return f"{low} – {high}"


def _whole(lowest: int | None, highest: int, *, can_be_below_nothing: bool) -> str:
    if lowest is None and highest == 0 and not can_be_below_nothing:
        return number(0)
    if lowest is None:
        return _("up to %(limit)s") % {"limit": number(highest)}
    return number(lowest) if lowest == highest else f"{number(lowest)}–{number(highest)}"


def value_title(pack: Pack, type_: Type, value: int | None) -> str:
    """A value as stored, written out."""
    if type_.kind is Kind.MONEY:
        return money(value)
    digits = RATIO_SCALE if type_.kind is Kind.RATIO else type_.scale
    return number(value if value is None or not digits else Decimal(value).scaleb(-digits).normalize())


def condition_title(pack: Pack, counts: Counts, text: str) -> str:
    """A condition of an address, as a sentence."""
    about = counts.about(name_of(text))
    asked = condition(text)
    if asked.step is None:
        return f"{name_title(about)}: {range_title(pack, about, asked.at_least, asked.below)}"
    words = counts.vocabulary(about.name)
    return f"{name_title(about)}: {step_title(pack, about, words.steps[words.place(asked.step)])}"


def share_title(value: float | None) -> str:
    """Per cent of a share; what is hidden says so."""
    return _("hidden") if value is None else f"{number(Decimal(str(value)))} %"


def shares_title(lowest: float | None, highest: float | None) -> str:
    """A share that has a lowest and a highest value; one where they are the same."""
    if lowest == highest:
        return share_title(lowest)
    if lowest is None:
        return _("at most %(share)s") % {"share": share_title(highest)}
    if highest is None:
        return _("at least %(share)s") % {"share": share_title(lowest)}
    return _("%(lowest)s to %(highest)s") % {"lowest": share_title(lowest), "highest": share_title(highest)}
