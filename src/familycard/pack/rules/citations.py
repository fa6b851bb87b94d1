"""Rules about the words of the law: every clause that the pack cites is told in each language, and no other."""

from __future__ import annotations

from collections.abc import Iterator

from familycard.pack.model import Pack, Place, clauses_of
from familycard.pack.rules.finding import Finding, Rule


class CitationIsTranslated(Rule):
    """Where a pack has `citations.yaml`, it tells every clause of a citation in each language that it uses."""

    severity = "warning"

    def check(self, pack: Pack) -> Iterator[Finding]:
        spoken = {language for citation in pack.citations.values() for language in citation.label}
        for clause, place in _clauses(pack).items():
            citation = pack.citations.get(clause)
            told = citation.label if citation else {}
            missing = [language for language in pack.languages if language in spoken and language not in told]
            if missing:
                message = f"`{clause}` has no words in {', '.join(missing)}; add them to citations.yaml"
                yield self.finding(message, citation.place if citation else place)


class CitationIsUsed(Rule):
    """Every clause of `citations.yaml` stands in a `law` or a `familycard.legal_basis` of the pack, or in its ``office.yaml``."""

    severity = "warning"

    def check(self, pack: Pack) -> Iterator[Finding]:
        cited = _clauses(pack)
        for clause, citation in pack.citations.items():
            if clause not in cited:
                yield self.finding(f"nothing cites `{clause}`; mend it or delete it", citation.place)


def _clauses(pack: Pack) -> dict[str, Place]:
    """Every clause of the pack's citations, with the first place where it stands."""
    first: dict[str, Place] = {}
    for law, place in _citations(pack):
        for clause in clauses_of(law):
            first.setdefault(clause, place)
    return first


def _citations(pack: Pack) -> Iterator[tuple[str, Place]]:
    if pack.office:
        place = Place("office.yaml", 1)
        yield from ((law, place) for law in pack.office.citations())
    for source in pack.sources.values():
        yield source.legal_basis, Place(str(source.file), 1)
    for parameter in pack.parameters.values():
        yield from ((value.law, value.place) for value in parameter.values)
    yield from ((kind.law, kind.place) for kind in pack.units.values())
    yield from ((indicator.law, indicator.place) for indicator in pack.indicators.values())
    for programme in pack.programmes.values():
        yield programme.law, programme.place
        yield from ((one.law, one.when.place) for one in programme.conditions)
