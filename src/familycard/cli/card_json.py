"""A card as JSON: stable keys, amounts in minor units with their currency, no register numbers of persons."""

from __future__ import annotations

from typing import Any

from familycard.cli.linked_text import linked_json
from familycard.pack.model import Label
from familycard.programmes.explain import ProgrammeResult
from familycard.scoring.explain import ScoreLine, ScoreResult
from familycard.snapshot.changes import changes
from familycard.snapshot.facts import Fact, facts
from familycard.snapshot.memberships import Member
from familycard.snapshot.reader import Card, Reader, Right
from familycard.sources.linkage.links import Links


def card_json(reader: Reader, card: Card, *, explain: bool) -> dict[str, Any]:
    """The whole card; with `explain` the conditions of every programme."""
    position = {member.person: n for n, member in enumerate(card.members)}
    reasons = reader.explanations(card.rights) if explain else [None] * len(card.rights)
    return {
        "snapshot": card.snapshot,
        "as_of": card.as_of,
        "currency": reader.pack.currency,
        "minor_digits": reader.pack.minor_digits,
        "composition_known": card.composition_known,
        "members": [_member(m, position) for m in card.members],
        "score": _score(reader, card.score) if card.score else None,
        "facts": [_fact(one) for one in card.facts],
        "rights": [
            _right(reader, right, position, result)
            for right, result in zip(card.rights, reasons, strict=True)
        ],
        "unused": {
            "count": card.unused_count,
            "services": card.unused_services,
            "monthly_minor": card.unused_monthly_minor,
            "one_off_minor": card.unused_one_off_minor,
        },
        "questions": [
            {
                "fault": f["fault"],
                "member": position.get(f["person"]),
                "detail": f["detail"],
                "advice": _advice(reader, f["fault"]),
            }
            for f in card.faults
        ],
    }


def _member(member: Member, position: dict[int, int]) -> dict[str, Any]:
    return {
        "member": position[member.person],
        "role": member.role,
        "name": member.name,
        "birth_date": member.birth_date,
        "sex": member.sex,
        "evidence": [
            {
                "tie": e.tie,
                "via": e.via,
                "source": e.source,
                "row": e.row,
                "other": None if e.other is None else position.get(e.other),
            }
            for e in member.evidence
        ],
    }


def _advice(reader: Reader, fault: str) -> Label | None:
    """What an official should do about a contradiction, where a check of the pack says so."""
    check = reader.pack.checks.get(fault)
    return (check.advice or None) if check else None


def _score(reader: Reader, score: ScoreResult) -> dict[str, Any]:
    return {
        "scorecard": score.card.id,
        "official": score.card.official,
        "base": score.card.base,
        "lines": [
            {
                "term": line.term.id,
                "label": line.term.label,
                "sphere": line.term.sphere,
                "points": line.points,
                "lowest": line.lowest,
                "highest": line.highest,
                "override": _override(line),
                "facts": [_fact(f) for f in facts(reader.snapshot.catalogue, score, line.names)],
            }
            for line in score.lines
        ],
        "adjustment": score.adjustment,
        "adjustment_why": [adjustment.why for adjustment in score.applied],
        "score": score.score,
        "lowest": score.lowest,
        "highest": score.highest,
        "category": score.category,
        "category_lowest": score.category_lowest,
        "category_highest": score.category_highest,
        **_links(score.links),
    }


def _override(line: ScoreLine) -> dict[str, Any] | None:
    """What experts' limit changed of a line, and why; None where it changed nothing."""
    if line.before_override is None or line.term.override is None:
        return None
    return {"points_before": line.before_override, "why": line.term.override.why}


def _fact(one: Fact) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": one.label,
        "value": one.value,
        "type": str(one.type),
        "measured_in": one.measured_in,
        "sources": [
            {"source": o.source, "extracted_on": o.extracted_on, "stale": o.stale} for o in one.origins
        ],
        "law": one.law,
        "verified": one.verified,
        "linked": linked_json(one.linked),
    }


def _links(links: Links) -> dict[str, Any]:
    """The linked rows behind a result, and whether a person must confirm one before anything adverse."""
    return {"linked": linked_json(links.all), "needs_decision": links.need_decision}


def _right(
    reader: Reader, right: Right, position: dict[int, int], result: ProgrammeResult | None
) -> dict[str, Any]:
    amount = right.programme.amount
    shown: dict[str, Any] = {
        "programme": right.programme.id,
        "title": right.programme.title,
        "summary": right.programme.summary or None,
        "law": right.programme.law,
        "verified": right.programme.verified,
        "subject": right.programme.unit,
        "member": position.get(right.key),
        "status": right.status,
        "amount_minor": right.amount_minor,
        "frequency": amount.frequency if amount else None,
        "received": right.received,
        "payee": right.programme.payee,
        "route": right.programme.route,
        "needs": right.programme.needs,
        "discretion": right.programme.discretion,
    }
    if result is not None:
        shown |= _reasons(reader, result)
    return shown


def _reasons(reader: Reader, result: ProgrammeResult) -> dict[str, Any]:
    catalogue = reader.snapshot.catalogue
    return {
        **_links(result.links),
        "exclusion_in_doubt": result.is_exclusion_in_doubt,
        "conditions": [
            {
                "id": one.condition.id,
                "label": one.condition.label,
                "law": one.condition.law,
                "answer": one.answer,
                "in_doubt": one.is_in_doubt,
                "comparisons": [
                    {
                        "value": c.value,
                        "value_type": str(c.type),
                        "sign": c.comparison.sign,
                        "threshold": c.threshold
                        if c.comparison.threshold
                        else list(c.comparison.values) or None,
                    }
                    for c in one.compared
                ],
                "facts": [_fact(f) for f in facts(catalogue, result, one.names)],
                "withheld": one.is_withheld,
            }
            for one in result.conditions
        ],
        "could_change": [
            {"kind": c.kind, "fact": c.fact.name if c.fact else None, "step": c.step or None}
            for c in changes(catalogue, result)
        ],
    }
