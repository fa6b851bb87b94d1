"""What an intake says of itself: what became of each source and of the delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from familycard.sources.quality import Quality


@dataclass(frozen=True)
class SourceReport:
    """What became of one source."""

    source: str
    outcome: str
    """loaded, unchanged, rechecked, refused (the last good load stays, stale), or absent."""
    load: str | None = None
    quality: Quality | None = None
    reason: str = ""
    """Why the delivery was refused: what, where and what to do."""
    refused_rows: str | None = None
    """Where in the store the rows are that broke a contract too often, as Parquet."""

    def to_json(self) -> dict[str, Any]:
        shown = self.quality.to_json() if self.quality else None
        return {
            "source": self.source,
            "outcome": self.outcome,
            "load": self.load,
            "reason": self.reason,
            "refused_rows": self.refused_rows,
            "quality": shown,
        }


@dataclass(frozen=True)
class IntakeReport:
    """What became of a delivery, source by source in the order in which they were taken in."""

    sources: tuple[SourceReport, ...]
    identity: str | None
    persons: int

    @property
    def is_clean(self) -> bool:
        """Whether nothing was refused as a whole."""
        return all(report.outcome != "refused" for report in self.sources)

    def to_json(self) -> dict[str, Any]:
        return {
            "identity": self.identity,
            "persons": self.persons,
            "sources": [report.to_json() for report in self.sources],
        }
