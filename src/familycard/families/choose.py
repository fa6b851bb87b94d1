"""Which of several ties is kept: at most one parent for a child, at most one spouse.

Each rule looks only at the ties of one person at a time, never at what another rule did
elsewhere. So a wrong or missing row can change the units of its own persons and of nobody
far away, and the refusal of a row puts in doubt exactly the units that it may have changed.
"""

from __future__ import annotations

from familycard.families.forming import Forming
from familycard.families.shared import Candidates, quoted

_ORDER = ("lateness", "two", "mapping", "file", "row")
"""Latest start, then lowest person; the rest only makes the order total."""
_HELD = "mapping, file, row, one, two, lateness, worst, one_shaky, two_shaky"
"""Columns of ``held_<level>``."""


def keep_ties(forming: Forming, level: int, candidates: Candidates, *, one_anchor: bool = False) -> None:
    """Leave ``held_<level>``: the ties of one level that are kept among its candidates.

    `one_anchor` keeps at most one tie for the first role even where the tie has no `prefer`.
    """
    tie = forming.levels[level]
    rows = f'select {_HELD} from "{candidates.table}"{" where holds" if candidates.undecided else ""}'
    if tie.prefer or one_anchor:
        forming.engine.first_of(rows, "one", ("worst", *_ORDER), forming.table(held(level)))
        _doubt_the_choice(forming, level, candidates)
    else:
        forming.hold(held(level), rows)
    if tie.at_most_one == "each":
        _keep_one_for_each(forming, level)
    elif tie.at_most_one == "first":
        _keep_one_for_first(forming, level)


def held(level: int) -> str:
    """The table of the ties of one level that are kept."""
    return f"held_{level}"


def make_live(forming: Forming, levels: int) -> None:
    """Leave `live`: the ties kept at the first so many levels."""
    parts = [
        f'select {level} as level, mapping, file, row, one, two from "{forming.table(held(level))}"'
        for level in range(levels)
    ]
    nothing = (
        "select 0 as level, 0 as mapping, 0 as file, 0::bigint as row, 0::bigint as one, 0::bigint as two"
    )
    forming.derive("live", " union all ".join([*parts, f"{nothing} where false"]))


def _doubt_the_choice(forming: Forming, level: int, candidates: Candidates) -> None:
    """Another tie may have come first, or the chosen one may have to go: then both are open.

    Both can only be where a preference is undecided or an end is shaky, and those are few.
    """
    if not candidates.unsure:
        return
    table = candidates.table
    forming.hold("unsure", f'select distinct one from "{table}" where holds and (best <> worst or two_shaky)')
    unsure = f'semi join "{forming.table("unsure")}" using (one)'
    forming.doubt(
        f"""
        select unnest([t.one, t.two, c.two])
        from (select * from "{table}" {unsure} where holds) t
        join (select * from "{forming.table(held(level))}" {unsure}) c on c.one = t.one
        where t.two <> c.two
          and (c.two_shaky or (t.best, t.lateness, t.two) < (c.worst, c.lateness, c.two))""",
        f"undecided_preference:{forming.levels[level].id}",
    )


def _keep_one_for_each(forming: Forming, level: int) -> None:
    """Keep a couple only where each is the other's best; a couple recorded twice is one couple."""
    kept = forming.table(held(level))
    _drop_all_but_best(
        forming,
        level,
        f"""
        select one as person, two as partner, lateness, two_shaky as shaky, mapping from "{kept}"
        union all select two, one, lateness, one_shaky, mapping from "{kept}"
        """,
    )
    _hold_only(forming, level, "d.person = one and d.partner = two")
    _hold_only(forming, level, "d.person = two and d.partner = one")


def _keep_one_for_first(forming: Forming, level: int) -> None:
    kept = forming.table(held(level))
    _drop_all_but_best(
        forming,
        level,
        f'select one as person, two as partner, lateness, two_shaky as shaky, mapping from "{kept}"',
    )
    _hold_only(forming, level, "d.person = one and d.partner = two")


def _drop_all_but_best(forming: Forming, level: int, partners: str) -> None:
    """Leave `dropped`: person, partner, for whom the person has a better one; as faults where a rule is named.

    `partners` is a query: person, partner, lateness, shaky, mapping; a pair may stand twice.
    """
    tie = forming.levels[level]
    forming.hold(
        "partners",
        f"""
        select person, partner, min(lateness) as lateness, bool_or(shaky) as shaky, min(mapping) as mapping
        from ({partners}) semi join (
            select person from ({partners}) group by person having count(*) > 1) using (person)
        group by person, partner""",
    )
    forming.hold(
        "dropped",
        f"""
        select person, partner, mapping, first_value(shaky) over best as better_is_shaky,
               first_value(partner) over best as better
        from "{forming.table("partners")}"
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


def _hold_only(forming: Forming, level: int, dropped: str) -> None:
    """Take from the ties kept the ties that a row `d` of `dropped` is about."""
    if forming.count("dropped"):
        out = forming.table("dropped")
        forming.hold(
            held(level), f'select h.* from "{forming.table(held(level))}" h anti join "{out}" d on {dropped}'
        )
