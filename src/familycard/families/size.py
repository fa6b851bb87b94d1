"""Units that are too big lose their ties of the lowest priority until they fit."""

from __future__ import annotations

from familycard.families.attach import join_components
from familycard.families.choose import held, make_live
from familycard.families.forming import Forming
from familycard.families.shared import quoted


def keep_to_size(forming: Forming) -> str:
    """Drop the ties, level by level from the last, the ties inside components above `max_members`.

    All ties of a level go at once within such a component, since none of them is better
    founded than another. What no lower level can mend falls apart into single persons.
    Each drop is a fault. `components` fits afterwards; the name of the table of components
    before the cut is returned.
    """
    whole = forming.table("components")
    for level in reversed(range(len(forming.levels))):
        _make_too_big(forming)
        if not forming.count("too_big"):
            break
        if whole == forming.table("components"):
            forming.hold("whole", f'select * from "{whole}"')
            whole = forming.table("whole")
        _drop_level(forming, level)
    return whole


def _make_too_big(forming: Forming) -> None:
    forming.hold(
        "too_big",
        f'select node from "{forming.table("components")}" where size > {forming.kind.max_members}',
    )


def _drop_level(forming: Forming, level: int) -> None:
    kept = forming.table(held(level))
    inside = f'one in (select node from "{forming.table("too_big")}")'
    forming.add(
        "found",
        f"""
        select 'too_many_members', one, two, true, source, {quoted(forming.levels[level].id)}
        from "{kept}" t join "{forming.table("mappings")}" m on m.level = {level} and m.mapping = t.mapping
        where {inside}""",
    )
    forming.hold(held(level), f'select * from "{kept}" where not ({inside})')
    make_live(forming, len(forming.levels))
    join_components(forming)
