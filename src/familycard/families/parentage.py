"""Parentage that cannot be: a child older than the parent, a circle of parents.

Every recorded parentage of residents is looked at, also of grown-up children whom no tie
joins, because a false record must be mended whoever it joins today. Where a birth date is
missing the record is followed, but nobody can check it, so the composition is unknown.
Kinds that rest on the same records share what was found.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from familycard.families.forming import Forming
from familycard.families.one_person import scope_of_tie
from familycard.families.pairs import is_checked
from familycard.families.rows import rows_of
from familycard.families.shared import quoted
from familycard.pack.expression import compile_condition
from familycard.pack.model import Tie, TieMapping

Marks = npt.NDArray[np.bool_]


def check_parentage(formed: Sequence[Forming]) -> None:
    """Note the faults of recorded parentage, and leave what `cut_refuted` asks for: once for kinds of the same records."""
    first: dict[tuple[str, ...], Forming] = {}
    for forming in formed:
        first.setdefault(_recorded_pairs(forming), forming)
    first.pop((), None)
    for rows, forming in first.items():
        forming.records.parentages[rows] = f"cut_{len(forming.records.parentages)}"
        forming.make_view("pairs", " union all ".join(rows))
        _make_refuted(forming)
        _note_age_faults(forming)
        _cut_circles(forming, forming.records.parentages[rows])


def cut_refuted(forming: Forming) -> None:
    """Leave `cut`: ties that would make somebody their own ancestor; whose they are is of unknown composition."""
    rows, checked = _recorded_pairs(forming), forming.records.parentages
    if not rows:
        forming.make_view("cut", "select 0::bigint as child, 0::bigint as parent where false")
        return
    forming.make_view("cut", f'select * from "{forming.records.table(checked[rows])}"')
    forming.doubt(f'select unnest([child, parent]) from "{forming.table("cut")}"', "cycle_of_parents")


def suspect_pairs(forming: Forming) -> pa.Table:
    """The pairs (child, parent) among which circles of parents are looked for."""
    rows = _recorded_pairs(forming)
    if not rows:
        return _NO_EDGES.select(["child", "parent"])
    forming.make_view("pairs", " union all ".join(rows))
    _make_refuted(forming)
    return _suspect_edges(forming).select(["child", "parent"])


def _make_refuted(forming: Forming) -> None:
    """Leave `refuted`: each pair once whose ages are wrong or unknown. The rest is millions, and never kept."""
    forming.hold(
        "refuted",
        f"""
        select child, parent, min(source) as source, min(child_born) as child_born,
               min(parent_born) as parent_born, bool_and(gap) as gap
        from "{forming.table("pairs")}" where gap is not true group by child, parent""",
    )


def _recorded_pairs(forming: Forming) -> tuple[str, ...]:
    known, kind = forming.records.texts.pairs, forming.kind
    if id(kind) not in known:
        texts = {
            _pairs_of(forming, tie, mapping)
            for tie in forming.levels
            for mapping in tie.mappings
            if is_checked(tie, mapping)
        }
        known[id(kind)] = kind, tuple(sorted(texts))
    return known[id(kind)][1]


def _pairs_of(forming: Forming, tie: Tie, mapping: TieMapping) -> str:
    kept, names = "true", frozenset[str]()
    if mapping.when is not None:
        compiled = compile_condition(mapping.when, scope_of_tie(forming.records, tie, mapping))
        kept, names = f"({compiled.sql}) is not false", compiled.names
    return f"""
        select _one as child, _two as parent, {quoted(mapping.source)} as source, _one_born as child_born,
               _two_born as parent_born, _gap as gap
        from ({rows_of(forming.records, tie, mapping, names)}) where {kept}"""


def _note_age_faults(forming: Forming) -> None:
    forming.add(
        "found",
        f"""
        select 'child_older_than_parent', child, parent, false, source,
               'born ' || date_diff('day', parent_born, child_born) || ' days after the parent'
        from "{forming.table("refuted")}" where gap is false""",
    )


def _cut_circles(forming: Forming, out: str) -> None:
    """Leave the shared table `out` (child, parent): ties that no age can decide.

    Births that are properly apart cannot go round, so every circle has a tie with a false or
    unknown gap. The false ones are dropped for their ages; where a circle is left, its ties of
    unknown gap are cut: fewest that surely cut it, whatever the order of rows.
    """
    edges = _suspect_edges(forming)
    if edges.num_rows == 0:
        forming.records.hold(out, "select 0::bigint as child, 0::bigint as parent where false")
        return
    gap = edges["gap"].combine_chunks()
    is_unknown = gap.is_null().to_numpy(zero_copy_only=False)
    is_false = ~gap.fill_null(True).to_numpy(zero_copy_only=False)
    in_any = _on_circle(edges, np.ones(len(gap), dtype=bool))
    in_rest = _on_circle(edges, ~is_false)
    _note_circles(forming, edges.filter(pa.array((in_any & is_false) | (in_rest & is_unknown))))
    cut = edges.filter(pa.array(in_rest & is_unknown)).select(["child", "parent"])
    forming.engine.register(forming.records.table(out), cut)


def _note_circles(forming: Forming, edges: pa.Table) -> None:
    forming.engine.register(forming.table("circles"), edges)
    forming.add(
        "found",
        f"""
        select 'cycle_of_parents', child, parent, false, source, null
        from "{forming.table("circles")}" semi join "{forming.table("pairs")}" using (child, parent)""",
    )


def _suspect_edges(forming: Forming) -> pa.Table:
    """Ties from the descendants of suspect ones: the only place where circles can be."""
    pairs = forming.table("pairs")
    if not forming.count("refuted"):
        return _NO_EDGES
    forming.make("reached", f'select distinct child as person from "{forming.table("refuted")}"')
    forming.hold("front", f'select person from "{forming.table("reached")}"')
    while forming.count("front"):
        forming.hold(
            "front",
            f"""
            select distinct child as person from "{pairs}" e
            semi join "{forming.table("front")}" f on f.person = e.parent
            anti join "{forming.table("reached")}" r on r.person = e.child""",
        )
        forming.add("reached", f'select person from "{forming.table("front")}"')
    reached = f'select person from "{forming.table("reached")}"'
    return forming.engine.arrow(
        f"""
        select child, parent, min(source) as source, bool_and(gap) as gap from "{pairs}"
        where child in ({reached}) and parent in ({reached}) group by child, parent order by child, parent"""
    )


_NO_EDGES = pa.table(
    {
        "child": pa.array([], pa.int64()),
        "parent": pa.array([], pa.int64()),
        "source": pa.array([], pa.string()),
        "gap": pa.array([], pa.bool_()),
    }
)


def _on_circle(edges: pa.Table, kept: Marks) -> Marks:
    """Which kept ties run within a strong component, that is, lie on a circle."""
    ends = np.concatenate([edges["child"].to_numpy(), edges["parent"].to_numpy()])
    _, place = np.unique(ends, return_inverse=True)
    child, parent = place[: edges.num_rows], place[edges.num_rows :]
    size = int(place.max()) + 1
    graph = coo_matrix(
        (np.ones(int(kept.sum()), dtype=np.int8), (child[kept], parent[kept])), shape=(size, size)
    )
    _, label = connected_components(graph, directed=True, connection="strong")
    circle: Marks = kept & (label[child] == label[parent])
    return circle
