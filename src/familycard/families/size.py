"""Units that are too big lose their ties of the lowest priority until they fit."""

from __future__ import annotations

from familycard.families.attach import join_components
from familycard.families.forming import Forming
from familycard.families.records import quoted


def keep_to_size(forming: Forming) -> None:
    """Drop from `live`, level by level from the last, the ties inside components above `max_members`.

    All ties of a level go at once within such a component, since none of them is better
    founded than another. What no lower level can mend falls apart into single persons.
    Each drop is a fault. `components` fits afterwards.
    """
    for level in reversed(range(len(forming.levels))):
        _make_too_big(forming)
        if not forming.count("too_big"):
            return
        _drop_level(forming, level)


def _make_too_big(forming: Forming) -> None:
    components = forming.table("components")
    forming.make(
        "too_big",
        f"""
        select node from "{components}" semi join (
            select component from "{components}" group by component
            having count(*) > {forming.kind.max_members}) using (component)""",
    )


def _drop_level(forming: Forming, level: int) -> None:
    live = forming.table("live")
    inside = f'level = {level} and one in (select node from "{forming.table("too_big")}")'
    forming.add(
        "found",
        f"""
        select 'too_many_members', one, two, true, source, {quoted(forming.levels[level].id)}
        from "{live}" join "{forming.table("mappings")}" using (level, mapping) where {inside}""",
    )
    forming.make("live", f'select * from "{live}" where not ({inside})')
    join_components(forming)
