"""Rules about contracts: who answers for a register, on what ground it is read, and what each column is for."""

from __future__ import annotations

from collections.abc import Iterator

from familycard.pack.model import Pack, Place
from familycard.pack.rules.finding import Finding, Rule

_ASKED = {
    "owner": "`familycard.owner`: whose register it is",
    "contact": "`familycard.contact`: whom to write to about a wrong row",
    "legal_basis": "`familycard.legal_basis`: what allows it to be read",
    "purpose": "`description.purpose`: why it is needed",
    "cadence": "`slaProperties` with `frequency`: how often it is sent",
    "freshness_days": "`slaProperties` with `latency`: from which age on it is stale",
}


class ContractIsAnsweredFor(Rule):
    """Every contract names its owner, a digital contact, a legal basis, a purpose, its cadence and freshness."""

    def check(self, pack: Pack) -> Iterator[Finding]:
        for source in pack.sources.values():
            for key, what in _ASKED.items():
                if not getattr(source, key):
                    yield self.finding(f"contract {source.id} lacks {what}", Place(str(source.file), 1))


class ColumnSaysItsUses(Rule):
    """Every column lists what it may be used for (`familycard.uses`), so that nothing is permitted by silence."""

    def check(self, pack: Pack) -> Iterator[Finding]:
        for source in pack.sources.values():
            for column in source.columns:
                if not column.says_uses:
                    message = f"{source.id}.{column.name} lists no uses; say `familycard.uses`, as narrowly as you can"
                    yield self.finding(message, Place(str(source.file), column.line))


class NamedRowNeedsItsPerson(Rule):
    """A register with names requires its person's identifier: a row without one is then linked by name, or waits."""

    def check(self, pack: Pack) -> Iterator[Finding]:
        for source in pack.sources.values():
            if not pack.can_be_linked(source):
                continue
            subject = source.by_name[source.subject or ""]
            if not subject.required:
                yield self.finding(
                    f"{source.id}.{subject.name} may be blank, so such a row would be accepted as nobody's; "
                    "say `required: true`, and `familycard link` finds its person by name",
                    Place(str(source.file), subject.line),
                )
