"""Ties that may hold, for one kind: dated rows whose conditions are true or unknown."""

from __future__ import annotations

from familycard.families.candidates import candidates_query, counted
from familycard.families.forming import Forming, both_ends
from familycard.families.pairs import is_checked
from familycard.families.shared import Candidates, quoted
from familycard.families.source_rows import pair_of
from familycard.pack.model import TieMapping


def make_candidates(forming: Forming, level: int) -> Candidates:
    """The ties of one level that hold or are undecided (columns: `candidates.py`).

    Kinds with the same tie share the table; one that excludes persons has a copy without them.
    """
    tie = forming.levels[level]
    candidates = _without_the_excluded(
        forming, level, _shared(forming, candidates_query(forming.records, tie))
    )
    if tie.parentage and candidates.unchecked:
        forming.doubt(both_ends(candidates.table, "gap is null"), f"age_unchecked:{tie.id}")
    return candidates


def let_go(forming: Forming, level: int) -> None:
    """Drop the candidates of a level that is done, unless another kind asks for them."""
    records = forming.records
    query = candidates_query(records, forming.levels[level])
    records.awaited[query] -= 1
    if records.awaited[query] <= 0 and query in records.candidates:
        records.engine.drop(records.candidates.pop(query).table)
    records.engine.drop(forming.table(_of_kind(level)))


def note_undecided(forming: Forming, level: int, candidates: Candidates) -> None:
    """A tie of unknown condition joins nobody, and both ends' units are of unknown composition."""
    if not candidates.undecided:
        return
    tie, table = forming.levels[level], candidates.table
    forming.doubt(both_ends(table, "holds is null"), f"undecided_tie:{tie.id}")
    forming.add(
        "found",
        f"""
        select 'undecided_tie', one, two, true, source, {quoted(tie.id)}
        from "{table}" t join "{forming.table("mappings")}" m on m.level = {level} and m.mapping = t.mapping
        where holds is null""",
    )


def note_ties_with_oneself(forming: Forming) -> None:
    """A row that ties a resident to himself is dropped and listed."""
    asked = {pair_of(forming.levels[level], mapping) for level, _, mapping in mappings_of(forming)}
    if asked:
        forming.add(
            "found",
            f"""
            select 'tie_with_oneself', person, person, false, source, null
            from "{forming.records.table("with_oneself")}"
            semi join "{forming.table("people")}" using (person)
            where pair in ({", ".join(map(quoted, sorted(asked)))})""",
        )


def mappings_of(forming: Forming) -> list[tuple[int, int, TieMapping]]:
    """Every mapping with its level and its place in the tie."""
    return [
        (level, place, mapping)
        for level, tie in enumerate(forming.levels)
        for place, mapping in enumerate(tie.mappings)
    ]


def _shared(forming: Forming, query: str) -> Candidates:
    records = forming.records
    if query not in records.candidates:
        name = f"candidates_{len(records.made)}"
        records.hold(name, query)
        records.candidates[query] = counted(records.engine, records.table(name))
    return records.candidates[query]


def _without_the_excluded(forming: Forming, level: int, shared: Candidates) -> Candidates:
    """The candidates between members of the kind, without the ties that are cut; the same where that is all."""
    joins, kept, columns = [], [], ["*"]
    if forming.kind.excludes is not None and forming.count("excluded"):
        excluded = forming.table("excluded")
        joins += [f'left join "{excluded}" x{role} on x{role}.person = {role}' for role in ("one", "two")]
        kept += [f"x{role}.surely is not true" for role in ("one", "two")]
        shaky = ", ".join(f"{r}_shaky or x{r}.person is not null as {r}_shaky" for r in ("one", "two"))
        columns = [f"t.* replace ({shaky})"]
    tie = forming.levels[level]
    checked = [str(place) for place, mapping in enumerate(tie.mappings) if is_checked(tie, mapping)]
    if checked and forming.count("cut"):
        joins.append(f'left join "{forming.table("cut")}" c on c.child = one and c.parent = two')
        kept.append(f"not (c.child is not null and mapping in ({', '.join(checked)}))")
        columns = columns if columns != ["*"] else ["t.*"]
    if not joins:
        return shared
    name = _of_kind(level)
    forming.hold(
        name,
        f'select {", ".join(columns)} from "{shared.table}" t {" ".join(joins)} where {" and ".join(kept)}',
    )
    return counted(forming.engine, forming.table(name))


def _of_kind(level: int) -> str:
    return f"candidates_{level}"
