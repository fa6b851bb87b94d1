"""Attachments: who is alone after all ties is added to one person's unit, rule by rule."""

from __future__ import annotations

from familycard.families.choose import keep_ties
from familycard.families.forming import Forming
from familycard.families.ties import make_candidates, note_undecided


def join_components(forming: Forming) -> None:
    """Leave `components` of the ties that hold."""
    forming.make("nodes", f'select person as node from "{forming.table("people")}"')
    forming.make("edges", f'select distinct one as a, two as b from "{forming.table("live")}"')
    forming.engine.components(*(forming.table(name) for name in ("nodes", "edges", "components")))


def attach_leftovers(forming: Forming) -> None:
    """Apply the rules in their order; who is left over is counted anew before each.

    A leftover may be attached to another leftover: components resolve such chains.
    """
    first = len(forming.kind.ties)
    for level in range(first, len(forming.levels)):
        name = attachments(level)
        make_candidates(forming, level, name)
        forming.make(
            "waiting",
            f"""
            select * from "{forming.table(name)}" where one in (
                select min(node) from "{forming.table("components")}" group by component having count(*) = 1)""",
        )
        note_undecided(forming, level, "waiting")
        keep_ties(forming, level, "waiting", one_anchor=True)
        _join_held(forming)


def _join_held(forming: Forming) -> None:
    """Join whole components by the attachments just held, without counting everybody anew."""
    components, held = forming.table("components"), forming.table("held")
    forming.make(
        "edges",
        f"""
        select distinct x.component as a, y.component as b from "{held}"
        join "{components}" x on x.node = one join "{components}" y on y.node = two""",
    )
    if not forming.count("edges"):
        return
    forming.make("nodes", f'select distinct unnest([a, b]) as node from "{forming.table("edges")}"')
    forming.engine.components(*(forming.table(name) for name in ("nodes", "edges", "joined")))
    forming.make(
        "components",
        f"""
        select c.node, coalesce(j.component, c.component) as component
        from "{components}" c left join "{forming.table("joined")}" j on j.node = c.component""",
    )


def attachments(level: int) -> str:
    """The table of all attachments that a rule allows, of leftovers or not."""
    return f"attachments_{level}"
