"""How far doubt reaches: units whose composition is unknown because of what happened in another.

Ties touch only their own persons. Attachments reach further: who may have been left over,
in a unit of unknown composition, may have been attached to somebody else, whose unit is then
unknown too. A component above `max_members` was cut by its size, so one unknown
member makes all its pieces unknown.
"""

from __future__ import annotations

from familycard.families.attach import attachments
from familycard.families.forming import Forming


def make_doubtful_components(forming: Forming) -> None:
    """Leave `doubtful`: the components, before the cut by size, of unknown composition."""
    components = forming.table("components")
    forming.make("whole", f'select * from "{components}"')
    forming.make(
        "doubtful",
        f"""
        select distinct component from "{components}"
        semi join "{forming.table("doubts")}" d on d.person = node""",
    )
    if forming.kind.attach:
        _reach_anchors(forming)


def spread_doubt(forming: Forming) -> None:
    """Put every unit in doubt that is part of a doubtful component and has no doubt of its own."""
    forming.make(
        "direct",
        f"""
        select distinct component from "{forming.table("components")}"
        semi join "{forming.table("doubts")}" d on d.person = node""",
    )
    forming.doubt(
        f"""
        select w.node from "{forming.table("whole")}" w
        semi join "{forming.table("doubtful")}" d on d.component = w.component
        join "{forming.table("components")}" c on c.node = w.node
        anti join "{forming.table("direct")}" x on x.component = c.component""",
        "undecided_neighbour",
    )


def _reach_anchors(forming: Forming) -> None:
    first = len(forming.kind.ties)
    tables = [forming.table(attachments(level)) for level in range(first, len(forming.levels))]
    whole = forming.table("whole")
    forming.make(
        "reaches",
        f"""
        select distinct a.component as from_component, b.component as to_component
        from ({" union all ".join(f'select one, two from "{table}"' for table in tables)})
        join "{whole}" a on a.node = one join "{whole}" b on b.node = two
        where a.component <> b.component""",
    )
    forming.make("front", f'select component from "{forming.table("doubtful")}"')
    while forming.count("front"):
        forming.make(
            "front",
            f"""
            select distinct to_component as component from "{forming.table("reaches")}"
            semi join "{forming.table("front")}" f on f.component = from_component
            anti join "{forming.table("doubtful")}" d on d.component = to_component""",
        )
        forming.add("doubtful", f'select component from "{forming.table("front")}"')
