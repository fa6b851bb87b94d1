"""How far doubt reaches: units whose composition is unknown because of what happened in another.

Ties touch only their own persons. Attachments reach further: who may have been left over,
in a unit of unknown composition, may have been attached to somebody else, whose unit is then
unknown too. A component above `max_members` was cut by its size, so one unknown
member makes all its pieces unknown.

A tie that rests on what nobody has confirmed joins, but takes nobody away: whoever would be left
over without it, and could then be attached to somebody, may belong there; and what it lifts above
`max_members` may not have to be cut.
"""

from __future__ import annotations

from collections.abc import Sequence

from familycard.families.choose import held
from familycard.families.forming import Forming, both_ends


def doubt_what_the_unconfirmed_prevents(forming: Forming, attachments: Sequence[str]) -> None:
    """Note whom a tie that nobody has confirmed keeps from an attachment, or in a component too big to stay whole.

    `attachments` are the tables of all attachments that rules allow. Nothing to do where all rows are confirmed.
    """
    if not (forming.inputs.unconfirmed or forming.inputs.unsure):
        return
    ties = len(forming.kind.ties)
    shaky = [both_ends(forming.table(held(n)), "one_shaky or two_shaky") for n in range(len(forming.levels))]
    firm = [both_ends(forming.table(held(n)), "not (one_shaky or two_shaky)") for n in range(ties)]
    forming.hold("shaky", f"select distinct person from ({' union all '.join(shaky)})")
    if attachments:
        allowed = " union all ".join(f'select one as person from "{table}"' for table in attachments)
        tied = " union all ".join([*firm, "select 0::bigint as person where false"])
        forming.doubt(
            f"""
            select person from "{forming.table("shaky")}" semi join ({allowed}) using (person)
            anti join ({tied}) t using (person)""",
            "unconfirmed_tie",
        )
    forming.doubt(
        f"""
        select person from "{forming.table("shaky")}" join "{forming.table("components")}" on node = person
        where size > {forming.kind.max_members}""",
        "unconfirmed_tie",
    )


def make_doubtful_components(forming: Forming, attachments: Sequence[str]) -> None:
    """Leave `doubtful`: the components, before the cut by size, of unknown composition.

    `attachments` are the tables of all attachments that rules allow.
    """
    forming.make("doubtful", _in_doubt(forming))
    if attachments:
        _reach_anchors(forming, attachments)


def spread_doubt(forming: Forming, whole: str) -> None:
    """Put every unit in doubt that is part of a doubtful component and has no doubt of its own.

    `whole` names the components before the cut by size.
    """
    forming.hold(
        "near_doubt",
        f"""
        select node as person from "{whole}"
        semi join "{forming.table("doubtful")}" d on d.component = "{whole}".component""",
    )
    forming.doubt(
        f"""
        select person from "{forming.table("near_doubt")}" join "{forming.table("components")}" c on c.node = person
        anti join ({_in_doubt(forming)}) x on x.component = c.component""",
        "undecided_neighbour",
    )


def _in_doubt(forming: Forming) -> str:
    """A query of the components that have a doubt of their own."""
    return f"""
        select distinct component from "{forming.table("components")}"
        semi join "{forming.table("doubts")}" d on d.person = node"""


def _reach_anchors(forming: Forming, attachments: Sequence[str]) -> None:
    """Follow the allowed attachments from doubtful components, step by step: few are reached."""
    components = forming.table("components")
    allowed = " union all ".join(f'select one, two from "{table}"' for table in attachments)
    forming.hold("front", f'select component from "{forming.table("doubtful")}"')
    while forming.count("front"):
        forming.hold(
            "anchors",
            f"""
            select distinct two as person from ({allowed}) semi join (
                select node from "{components}" c semi join "{forming.table("front")}" f
                on f.component = c.component) n on n.node = one""",
        )
        forming.hold(
            "front",
            f"""
            select distinct component from "{components}" semi join "{forming.table("anchors")}" a on a.person = node
            anti join "{forming.table("doubtful")}" d using (component)""",
        )
        forming.add("doubtful", f'select component from "{forming.table("front")}"')
