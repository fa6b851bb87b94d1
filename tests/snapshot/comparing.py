"""Two snapshots compared person by person: what became known, lower or due that was not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from familycard.pack.model import Pack
from familycard.programmes.evaluate import programmes_of, subjects_of

_IS_NEWS = "a.v is not null and b.v is distinct from a.v"
NOT_VALUES = ("unit", "composition_known", "why_unknown", "is_known", "is_resident")


class Comparison:
    """The tables of two snapshots, each by person, and what must not have happened between them.

    Every method gives the differences that break a promise as rows (what, person, before, after).
    """

    def __init__(self, pack: Pack, before: Path, after: Path) -> None:
        self.pack, self.snapshots = pack, {"before": before, "after": after}
        self.connection = duckdb.connect(config={"threads": 2})

    def newly_eligible(self) -> list[tuple[object, ...]]:
        """A programme of the person, or of the person's unit, that is eligible and was not."""
        return self._programmes("status", "a.v = 'eligible' and b.v is distinct from 'eligible'")

    def other_amounts(self) -> list[tuple[object, ...]]:
        """An amount that is stated and was stated otherwise."""
        return self._programmes("amount", "a.v is not null and b.v is not null and a.v <> b.v")

    def other_values(self) -> list[tuple[object, ...]]:
        """An indicator of a person, or of a person's unit, that is known and was not known to be just that."""
        found = []
        for subject in ("person", *self.pack.units):
            before, after = (self._values(subject, one) for one in self.snapshots)
            columns = [c for c in self._columns(before) if c not in (*NOT_VALUES, "person")]
            for name in self._changed(columns, before, after):
                found += self._differing(f"{subject}.{name}", before, after, name, _IS_NEWS)
        return found

    def narrower_scores(self) -> list[tuple[object, ...]]:
        """A range of scores that leaves out a score that was possible, or a stated category that is another."""
        found = []
        for card in self.pack.scorecards.values():
            before, after = (
                f"(select m.person, {{'low': lowest, 'high': highest, 'letter': category}} as v"
                f" from {self._members(card.unit, one)} m join {self._table(f'scores/{card.id}', one)} using (unit))"
                for one in self.snapshots
            )
            test = "a.v.low > b.v.low or a.v.high < b.v.high or a.v.letter <> b.v.letter"
            found += self._differing(card.id, before, after, "v", test)
        return found

    def newly_without_right(self) -> list[tuple[object, ...]]:
        """A payment without a right that was none before."""
        before, after = (self._without_right(one) for one in self.snapshots)
        return self.connection.sql(f"select * from {after} except select * from {before}").fetchall()

    def _programmes(self, part: str, test: str) -> list[tuple[object, ...]]:
        found = []
        for subject in subjects_of(self.pack):
            before, after = (self._entitlements(subject, one) for one in self.snapshots)
            for programme in programmes_of(self.pack, subject):
                found += self._differing(programme.id, before, after, f"{programme.id}__{part}", test)
        return found

    def _differing(
        self, what: str, before: str, after: str, column: str, test: str
    ) -> list[tuple[object, ...]]:
        return self.connection.sql(
            f"select '{what}', person, b.v, a.v from (select person, \"{column}\" as v from {before}) b"
            f' join (select person, "{column}" as v from {after}) a using (person) where {test} order by person'
        ).fetchall()

    def _changed(self, columns: list[str], before: str, after: str) -> list[str]:
        """The columns in which any person has news: one pass over all, since there are hundreds."""
        news = ", ".join(
            f'count_if(a."{c}" is not null and b."{c}" is distinct from a."{c}")' for c in columns
        )
        (counts,) = self.connection.sql(
            f"select {news} from {before} b join {after} a using (person)"
        ).fetchall()
        return [name for name, count in zip(columns, counts, strict=True) if count]

    def _table(self, name: str, one: str) -> str:
        return f"read_parquet('{self.snapshots[one]}/{name}/*.parquet')"

    def _members(self, kind: str, one: str) -> str:
        return f"(select person, unit from {self._table(f'members/{kind}', one)})"

    def _values(self, subject: str, one: str) -> str:
        if subject == "person":
            return f"(select * from {self._table('persons', one)})"
        units, members = self._table(f"units/{subject}", one), self._members(subject, one)
        return f"(select * from {members} join {units} using (unit))"

    def _entitlements(self, subject: str, one: str) -> str:
        table = self._table(f"entitlements/{subject}", one)
        if subject == "person":
            return f"(select * from {table})"
        return f"(select * from {self._members(subject, one)} join {table} using (unit))"

    def _without_right(self, one: str) -> str:
        table = self._table("without_right", one)
        parts = [f"select person, programme from {table} where person is not null"]
        for kind in self.pack.units:
            parts.append(
                f"select m.person, w.programme from {table} w join {self._members(kind, one)} m"
                f" on m.unit = w.unit and w.subject = '{kind}'"
            )
        return f"({' union all '.join(parts)})"

    def _columns(self, relation: str) -> list[str]:
        return list(self.connection.sql(f"select * from {relation} limit 0").columns)

    def counts(self) -> Iterator[tuple[str, int]]:
        """How many persons' units are of unknown composition, before and after."""
        for one in self.snapshots:
            kind = self._values(self.pack.card_unit, one)
            yield (
                one,
                self.connection.sql(f"select count(*) from {kind} where not composition_known").fetchall()[0][
                    0
                ],
            )
