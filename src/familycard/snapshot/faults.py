"""Faults of a snapshot as a whole: how many of each kind, and which, for whoever has the records mended."""

from __future__ import annotations

from dataclasses import dataclass

from familycard.indicators.tables import FAULTS
from familycard.snapshot.open import OpenSnapshot


@dataclass(frozen=True)
class FaultCount:
    """How often a fault was found; `kind` is the kind of unit (or person), `source` the register, blank if none."""

    fault: str
    kind: str
    source: str
    count: int


@dataclass(frozen=True)
class FaultFound:
    """One fault; persons are the core's numbers."""

    person: int
    """Whom it was found at; of a unit its head."""
    other: int | None
    kind: str
    source: str


def fault_counts(snapshot: OpenSnapshot) -> tuple[FaultCount, ...]:
    """The faults by what, of which units and in which register, the commonest first."""
    return snapshot.remember("fault counts", lambda: _counts(snapshot))


def _counts(snapshot: OpenSnapshot) -> tuple[FaultCount, ...]:
    with snapshot.engine.connection.cursor() as cursor:
        rows = cursor.execute(
            f"""select fault, coalesce(kind, ''), coalesce(source, ''), count(*) from {FAULTS}
group by all order by 4 desc, 1, 2, 3"""
        ).fetchall()
    return tuple(FaultCount(*row) for row in rows)


def faults_found(snapshot: OpenSnapshot, fault: str, offset: int = 0, limit: int = 50) -> list[FaultFound]:
    """Some of the faults of one name, in the order of persons."""
    with snapshot.engine.connection.cursor() as cursor:
        rows = cursor.execute(
            f"""select person, other, coalesce(kind, ''), coalesce(source, '') from {FAULTS}
where fault = ? order by all limit ? offset ?""",
            [fault, limit, offset],
        ).fetchall()
    return [FaultFound(*row) for row in rows]
