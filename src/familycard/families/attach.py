"""Attachments: who is alone after all ties is added to one person's unit, rule by rule."""

from __future__ import annotations

from familycard.families.candidates import counted
from familycard.families.choose import held, keep_ties
from familycard.families.forming import Forming
from familycard.families.ties import make_candidates, note_undecided


def join_components(forming: Forming, edges: str | None = None) -> None:
    """Leave `components` of the ties that hold, or of other edges; each is named by who heads it.

    The head is an adult first, then the oldest, then the lowest person number. Any adult is
    older than any child, so the order of births (`seniority`) says it all; unknown births come last.
    """
    forming.make_view("nodes", f'select person as node, seniority as rank from "{forming.table("people")}"')
    forming.make_view("edges", edges or f'select one as a, two as b from "{forming.table("live")}"')
    forming.engine.components(*(forming.table(name) for name in ("nodes", "edges", "components")))


def attach_leftovers(forming: Forming) -> list[str]:
    """Apply the rules in their order; who is left over is counted anew before each.

    A leftover may be attached to another leftover: components resolve such chains. The
    tables of all attachments that rules allow, of leftovers or not, are returned.
    """
    tables = []
    for level in range(len(forming.kind.ties), len(forming.levels)):
        table = make_candidates(forming, level).table
        alone = f'select node from "{forming.table("components")}" where size = 1'
        forming.hold("waiting", f'select * from "{table}" where one in ({alone})')
        waiting = counted(forming.engine, forming.table("waiting"))
        note_undecided(forming, level, waiting)
        keep_ties(forming, level, waiting, one_anchor=True)
        _join_held(forming, level)
        tables.append(table)
    return tables


def _join_held(forming: Forming, level: int) -> None:
    """Join whole components by the attachments just held, without counting everybody anew."""
    components, joined = forming.table("components"), forming.table("joined")
    forming.hold(
        "edges_of_held",
        f"""
        select x.component as a, y.component as b from "{forming.table(held(level))}"
        join "{components}" x on x.node = one join "{components}" y on y.node = two""",
    )
    if not forming.count("edges_of_held"):
        return
    forming.hold(
        "touched",
        f"""
        select node, seniority as rank, size from "{components}" join "{forming.table("people")}" on person = node
        semi join (select distinct unnest([a, b]) as node from "{forming.table("edges_of_held")}") using (node)""",
    )
    forming.engine.components(forming.table("touched"), forming.table("edges_of_held"), joined)
    forming.hold(
        "components",
        f"""
        select c.node, coalesce(j.component, c.component) as component, coalesce(j.size, c.size) as size
        from "{components}" c left join (
            select j.node, j.component, sum(t.size) over (partition by j.component)::bigint as size
            from "{joined}" j join "{forming.table("touched")}" t on t.node = j.node) j on j.node = c.component""",
    )
