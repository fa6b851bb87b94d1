"""Which of several ties is kept: at most one parent for a child, at most one spouse.

Each rule looks only at the ties of one person at a time, never at what another rule did
elsewhere. So a wrong or missing row can change the units of its own persons and of nobody
far away, and the refusal of a row puts in doubt exactly the units that it may have changed.
"""

from __future__ import annotations

from familycard.families.forming import Forming
from familycard.families.records import quoted
from familycard.families.ties import LIVE
from familycard.pack.model import Tie

_ORDER = "lateness, two, mapping, file, row"
"""Latest start, then lowest person; the rest only makes the order total."""
_HELD = "level, mapping, file, row, one, two, lateness, worst, one_shaky, two_shaky"
"""Columns of `held`."""


def keep_ties(forming: Forming, level: int, candidates: str, *, one_anchor: bool = False) -> None:
    """Add to `live` the ties of one level that are kept among its candidates.

    `one_anchor` keeps at most one tie for the first role even where the tie has no `prefer`.
    """
    tie = forming.levels[level]
    held = f'select {_HELD} from "{forming.table(candidates)}" where holds'
    if tie.prefer or one_anchor:
        _keep_preferred(forming, tie, candidates, held)
    else:
        forming.make("held", held)
    if tie.at_most_one == "each":
        _keep_one_for_each(forming, level)
    elif tie.at_most_one == "first":
        _keep_one_for_first(forming, level)
    forming.add("live", f'select {LIVE} from "{forming.table("held")}"')


def _keep_preferred(forming: Forming, tie: Tie, candidates: str, held: str) -> None:
    forming.make(
        "held",
        f"{held} qualify row_number() over (partition by one order by worst, {_ORDER}) = 1",
    )
    # Another tie may have come first, or the chosen one may have to go: then both are open.
    forming.doubt(
        f"""
        select unnest([t.one, t.two, c.two])
        from "{forming.table(candidates)}" t join "{forming.table("held")}" c on c.one = t.one
        where t.holds and t.two <> c.two
          and (c.two_shaky or (t.best, t.lateness, t.two) < (c.worst, c.lateness, c.two))""",
        f"undecided_preference:{tie.id}",
    )


def _keep_one_for_each(forming: Forming, level: int) -> None:
    """Keep a couple only where each is the other's best; a couple recorded twice is one couple."""
    forming.make(
        "partners",
        f"""
        select person, partner, min(lateness) as lateness, bool_or(shaky) as shaky, min(mapping) as mapping
        from (select one as person, two as partner, lateness, two_shaky as shaky, mapping
              from "{forming.table("held")}"
              union all
              select two, one, lateness, one_shaky, mapping from "{forming.table("held")}")
        group by person, partner""",
    )
    _drop_all_but_best(forming, level)
    dropped = f'select person, partner from "{forming.table("dropped")}"'
    _hold_only(forming, f"(one, two) not in ({dropped}) and (two, one) not in ({dropped})")


def _keep_one_for_first(forming: Forming, level: int) -> None:
    forming.make(
        "partners",
        f"""
        select one as person, two as partner, min(lateness) as lateness, bool_or(two_shaky) as shaky,
               min(mapping) as mapping
        from "{forming.table("held")}" group by one, two""",
    )
    _drop_all_but_best(forming, level)
    _hold_only(forming, f'(one, two) not in (select person, partner from "{forming.table("dropped")}")')


def _drop_all_but_best(forming: Forming, level: int) -> None:
    """Leave `dropped`: person, partner, for whom the person has a better one; as faults where a rule is named."""
    tie, partners = forming.levels[level], forming.table("partners")
    forming.make(
        "dropped",
        f"""
        select person, partner, mapping, first_value(shaky) over best as better_is_shaky,
               first_value(partner) over best as better
        from "{partners}" semi join (
            select person from "{partners}" group by person having count(*) > 1) using (person)
        window best as (partition by person order by lateness, partner)
        qualify row_number() over best > 1""",
    )
    forming.doubt(
        f'select unnest([person, partner, better]) from "{forming.table("dropped")}" where better_is_shaky',
        f"undecided_preference:{tie.id}",
    )
    if tie.rule is not None:
        forming.add(
            "found",
            f"""
            select {quoted(tie.rule)}, person, partner, false, source, null
            from "{forming.table("dropped")}" d join "{forming.table("mappings")}" m
              on m.level = {level} and m.mapping = d.mapping""",
        )


def _hold_only(forming: Forming, condition: str) -> None:
    if forming.count("dropped"):
        forming.make("held", f'select * from "{forming.table("held")}" where {condition}')
