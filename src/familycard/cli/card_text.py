"""A family's card in the terminal: short without `--explain`, every reason with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from familycard.cli.linked_text import linked_after, linked_lines
from familycard.cli.output import literal
from familycard.cli.words import Titled, Words
from familycard.pack.model import Label, UnitKind
from familycard.pack.types import Kind, Type
from familycard.programmes.explain import Compared, ProgrammeResult
from familycard.scoring.explain import ScoreResult
from familycard.snapshot.changes import MISSING_FACT, OWN_STEP, changes
from familycard.snapshot.facts import Fact, facts
from familycard.snapshot.memberships import Evidence, Member
from familycard.snapshot.reader import Card, Reader, Right

MARKS = {"yes": "✓", "no": "✗", "cannot_tell": "?"}
FREQUENCIES = {"monthly": "a_month", "yearly": "a_year", "one_off": "once"}


def card_lines(reader: Reader, card: Card, words: Words, *, explain: bool) -> Iterator[str]:
    """The card, line by line; `explain` adds every point and condition."""
    words = MarkupWords(words.pack, words.language)
    title = words.label(reader.pack.title)
    yield f"[bold]{words('family_card')}[/bold] · {title} · {words('as_of')} {card.as_of.isoformat()}"
    yield ""
    if card.score is not None:
        yield from _score(reader, card.score, words, explain=explain)
    yield f"[bold]{words('members')}[/bold]"
    yield from (f"  {line}" for member in card.members for line in _member(reader, card, member, words))
    yield ""
    yield from _spheres(reader, card, words)
    yield from _rights(reader, card, words, explain=explain)
    if card.faults:
        yield f"[bold]{words('questions')}[/bold]"
        yield from (f"  {text}" for text in _faults(reader, card, words))
        yield ""
    yield f"[dim]{words('automatic')}[/dim]"
    yield f"[dim]{words('potential')}[/dim]"


class MarkupWords(Words):
    """Words whose brackets are printed: a name or a label such as `[red]` is text, never markup."""

    def __call__(self, word: str) -> str:
        """A word of the card, as markup."""
        return literal(super().__call__(word))

    def status(self, text: str | None) -> str:
        """A programme's status, as markup."""
        return self("missing").lower() if text is None else literal(super().status(text))

    def label(self, label: Label) -> str:
        """A pack's label, as markup."""
        return literal(super().label(label))

    def law(self, citation: str) -> str:
        """A citation of law, as markup."""
        return literal(super().law(citation))

    def source(self, source: Titled) -> str:
        """A register's name, as markup."""
        return literal(super().source(source))

    def value(self, value: Any, type_: Type) -> str:
        """A value, as markup."""
        return literal(super().value(value, type_))


def _score(reader: Reader, score: ScoreResult, words: Words, *, explain: bool) -> Iterator[str]:
    labels = score.card.category_labels
    if score.category is not None:
        category = f"{literal(score.category)} ({words.label(labels[score.category])})"
    else:
        letters = [letter for letter, _ in score.card.categories]
        first, last = letters.index(score.category_lowest), letters.index(score.category_highest)
        between = f" {words('or')} ".join(map(literal, letters[first : last + 1]))
        category = f"{between}: {words('not_enough_data')}"
    number = str(score.score) if score.score is not None else f"{score.lowest} … {score.highest}"
    yield f"[bold]{words('category')} {category}[/bold] · {words('score')} {number}"
    yield f"[dim]{words.label(score.card.provenance)}[/dim]"
    yield ""
    yield from linked_lines(score.links, words)
    if explain:
        yield from _bill(reader, score, words)


def _bill(reader: Reader, score: ScoreResult, words: Words) -> Iterator[str]:
    yield f"[bold]{words('points_add_up')}[/bold]"
    yield f"  {score.card.base:>6}  {words('base')}"
    for line in score.lines:
        if line.points == 0 and line.before_override is None:
            continue
        points = f"{line.points:+}" if line.points is not None else f"{line.lowest:+}…{line.highest:+}"
        shown = [_fact(one, words) for one in facts(reader.snapshot.catalogue, score, line.names)]
        label = f"{words.label(line.term.label)}: "
        text = "; ".join(shown)
        yield f"  {points:>6}  {text if text.startswith(label) else label + text}"
        if line.before_override is not None and line.term.override is not None:
            why = words.label(line.term.override.why)
            yield f"          [dim]{words('override')} {line.before_override:+}: {why}[/dim]"
    zero = [
        words.label(line.term.label)
        for line in score.lines
        if line.points == 0 and line.before_override is None
    ]
    if zero:
        yield f"  [dim]{'+0':>6}  {'; '.join(zero)}[/dim]"
    if score.adjustment:
        why = "; ".join(words.label(a.why) for a in score.applied)
        yield f"  {score.adjustment:>+6}  {words('adjustment')}: {why}"
    number = str(score.score) if score.score is not None else f"{score.lowest}…{score.highest}"
    yield f"  {number:>6}  {words('sum')}"
    yield ""


def _spheres(reader: Reader, card: Card, words: Words) -> Iterator[str]:
    """What is there or not known; nothing and no would bury it."""
    yield f"[bold]{words('facts')}[/bold]"
    for sphere in dict.fromkeys(reader.pack.indicators[one.name].sphere for one in card.facts):
        shown = [
            f
            for f in card.facts
            if reader.pack.indicators[f.name].sphere == sphere and (f.value or f.value is None)
        ]
        if shown:
            yield f"  [italic]{words(f'sphere_{sphere}')}[/italic]"
            yield from (f"    {_fact(one, words)}" for one in shown)
    yield ""


def _fact(one: Fact, words: Words) -> str:
    """Label, value, unit, and where it comes from."""
    parts = [f"{words.label(one.label)}: [bold]{words.fact_value(one)}[/bold]"]
    where = [
        f"{words.source(o)}, {o.extracted_on or '—'}{', ' + words('stale') if o.stale else ''}"
        for o in one.origins
    ]
    if one.law and not one.origins:
        where.append(words.law(one.law))
    if not one.verified:
        where.append(words("unverified"))
    shown = f"{parts[0]} [dim]({'; '.join(where)})[/dim]" if where else parts[0]
    return shown + linked_after(one.linked, words)


def _member(reader: Reader, card: Card, member: Member, words: Words) -> Iterator[str]:
    names = _names(card)
    born = f", {member.birth_date.isoformat()}" if member.birth_date else ""
    head = f" — {words('head')}" if member.role == "head" else ""
    yield f"[bold]{names[member.person]}[/bold] {literal(member.sex or '')}{born}{head}"
    ties = {t.id: t for t in _card_kind(reader).all_ties}
    for evidence in _own_evidence(card, member):
        tie, source = ties[evidence.tie], reader.pack.sources[evidence.source]
        other = "" if evidence.other is None else names.get(evidence.other, "")
        yield (
            f"  [dim]{words.label(tie.title) or tie.id}: {other}"
            f" ({words.source(source)}, #{evidence.row})[/dim]"
        )
    if not member.evidence and len(card.members) == 1:
        yield f"  [dim]{words('alone')}[/dim]"


def _names(card: Card) -> dict[int, str]:
    """By person, as markup: the name, or the place on the card where the registers have none."""
    members = enumerate(card.members, 1)
    return {member.person: literal(member.name or f"№ {place}") for place, member in members}


def _own_evidence(card: Card, member: Member) -> list[Evidence]:
    """The ties to show beside a member: each tie once, beside the younger of the two."""
    later = card.members[card.members.index(member) + 1 :]
    shown_later = {(e.tie, e.source, e.file, e.row) for other in later for e in other.evidence}
    return [e for e in member.evidence if (e.tie, e.source, e.file, e.row) not in shown_later]


def _card_kind(reader: Reader) -> UnitKind:
    return reader.pack.units[reader.pack.card_unit]


def _rights(reader: Reader, card: Card, words: Words, *, explain: bool) -> Iterator[str]:
    yield f"[bold]{words('rights')}[/bold]"
    if card.unused_count:
        total = words.money(card.unused_monthly_minor)
        once = (
            f" + {words.money(card.unused_one_off_minor)} {words('once')}"
            if card.unused_one_off_minor
            else ""
        )
        yield f"  [bold green]{words('unused_total')}: {card.unused_count} · {total} {words('a_month')}{once}[/bold green]"
    names = _names(card)
    shown = [right for right in card.rights if _is_shown(right, explain=explain)]
    groups = _alike(shown)
    explained = [alike[0] for alike in groups if explain and alike[0].status != "not_in_force"]
    results = dict(zip(map(_name, explained), reader.explanations(explained), strict=True))
    for alike in groups:
        whose = ", ".join(names[r.person] for r in alike if r.person in names)
        result = results.get(_name(alike[0]))
        yield from (f"  {line}" for line in _right(reader, alike[0], whose, words, result))
    yield ""


def _name(right: Right) -> tuple[str, int]:
    return right.programme.id, right.key


def _alike(rights: Sequence[Right]) -> list[list[Right]]:
    """Persons of whom a programme says the same stand on one line."""
    groups: dict[tuple[Any, ...], list[Right]] = {}
    for right in rights:
        apart = None if right.amount_minor is None else right.key
        key = (right.programme.id, right.status, right.received, apart)
        groups.setdefault(key, []).append(right)
    return list(groups.values())


def _is_shown(right: Right, *, explain: bool) -> bool:
    """A person's programmes that plainly do not concern the person would bury the others."""
    if right.status == "eligible" or right.received:
        return True
    return right.status in ("cannot_tell", "excluded") or (explain and right.person is None)


def _right(
    reader: Reader, right: Right, whose: str, words: Words, result: ProgrammeResult | None
) -> Iterator[str]:
    programme = right.programme
    whose = f" · {whose}" if whose else ""
    amount = f": {words.money(right.amount_minor)} {_frequency(right, words)}" if right.amount_minor else ""
    state = words(right.status)
    if right.is_unused:
        state = f"[bold green]{words('unused')}[/bold green]; {state}"
    elif right.received:
        state = f"{words('received')}; {words('without_right') if right.status == 'not_eligible' else state}"
    doubt = f" [yellow]({words('unverified')})[/yellow]" if not programme.verified else ""
    yield f"[bold]{words.label(programme.title)}[/bold]{whose}{amount} — {state} [dim]({words.law(programme.law)})[/dim]{doubt}"
    if result is not None:
        yield from (f"    {line}" for line in linked_lines(result.links, words))
        if result.is_exclusion_in_doubt:
            yield f"    [yellow]{words('exclusion_in_doubt')}[/yellow]"
        yield from (f"    {line}" for line in _conditions(reader, result, words))
        yield from (f"    {line}" for line in _changes(reader, result, words))


def _frequency(right: Right, words: Words) -> str:
    amount = right.programme.amount
    return words(FREQUENCIES[amount.frequency]) if amount else ""


def _conditions(reader: Reader, result: ProgrammeResult, words: Words) -> Iterator[str]:
    for one in result.conditions:
        yield f"{MARKS[one.answer]} {words.label(one.condition.label)} [dim]({words.law(one.condition.law)})[/dim]"
        if one.is_in_doubt:
            yield f"    [yellow]{words('condition_in_doubt')}[/yellow]"
        for compared in one.compared:
            yield f"    {MARKS[compared.answer]} {_compared(reader, result, compared, words)}"
        if one.is_withheld:
            yield f"    [dim]{words('withheld')}[/dim]"


def _compared(reader: Reader, result: ProgrammeResult, compared: Compared, words: Words) -> str:
    """`value sign threshold`, each with where it comes from."""
    comparison = compared.comparison
    shown = facts(reader.snapshot.catalogue, result, comparison.names)
    label = _labelled(comparison.value.text, shown, words)
    if label is None:
        # Too involved for one line: the facts it rests on say more than its text.
        return "; ".join(_fact(one, words) for one in shown)
    text = f"{label}: [bold]{_value(compared.value, compared.type, words)}[/bold]"
    if comparison.threshold is not None and compared.threshold_type is not None:
        text += f" {comparison.sign} {_value(compared.threshold, compared.threshold_type, words)}"
    elif comparison.values:
        text += f" {comparison.sign} {literal(', '.join(comparison.values))}"
    return text + _where(shown, words) + linked_after((link for one in shown for link in one.linked), words)


def _labelled(expression: str, shown: Sequence[Fact], words: Words) -> str | None:
    """The text of a value with labels for names; None for a `case`."""
    if expression.upper().startswith("CASE "):
        return None
    labels = {one.name: words.label(one.label) for one in shown}
    return re.sub(r"[a-z_][a-z0-9_.]*", lambda match: labels.get(match[0], match[0]), literal(expression))


def _value(value: Any, type_: Type, words: Words) -> str:
    return words.status(value) if type_.kind is Kind.TEXT else words.value(value, type_)


def _where(shown: Sequence[Fact], words: Words) -> str:
    """Sources with their dates, and laws of the thresholds."""
    where = sorted({f"{words.source(o)}, {o.extracted_on or '—'}" for f in shown for o in f.origins})
    where += [
        f"{words.law(f.law)}{'' if f.verified else ', ' + words('unverified')}"
        for f in shown
        if f.law and not f.origins
    ]
    return f" [dim]({'; '.join(where)})[/dim]" if where else ""


def _changes(reader: Reader, result: ProgrammeResult, words: Words) -> Iterator[str]:
    found = changes(reader.snapshot.catalogue, result)
    steps = [_step(change.step, words) for change in found if change.kind == OWN_STEP]
    if steps:
        yield f"→ {words('still_needed' if result.status == 'eligible' else 'own_step')}: {', '.join(steps)}"
    for change in found:
        if change.fact is not None and change.kind != OWN_STEP:
            word = "missing" if change.kind == MISSING_FACT else "if_wrong"
            contact = ", ".join(sorted({literal(o.owner) or words.source(o) for o in change.fact.origins}))
            yield f"→ {words(word)}: {words.label(change.fact.label)}" + (f" ({contact})" if contact else "")


def _step(step: Label | str, words: Words) -> str:
    return words(f"need_{step}") if isinstance(step, str) else words.label(step)


def _faults(reader: Reader, card: Card, words: Words) -> Iterator[str]:
    names = _names(card)
    for fault in card.faults:
        check = reader.pack.checks.get(fault["fault"])
        title = words.label(check.title) if check else literal(fault["fault"].replace("_", " "))
        detail = literal(fault["detail"] or "")
        if check and detail:
            shown = [reader.fact_of(name, value) for name, value in json.loads(fault["detail"]).items()]
            detail = "; ".join(f"{words.label(f.label)}: {words.fact_value(f)}" for f in shown)
        yield f"{title}: {names.get(fault['person'], '')} — {detail}".rstrip(" —")
        if check and check.advice:
            yield f"  [dim]→ {words.label(check.advice)}[/dim]"
