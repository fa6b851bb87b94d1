"""The SQL that follows each person's result through a chain of snapshots.

A column ``at_0``, ``at_1``, … holds the result in each snapshot, the first and the last being
those compared. On the way a result that cannot be told is passed over, and so is a person who
is not there; one that is the same as in the first or the last snapshot counts as told.
"""

from __future__ import annotations

from collections.abc import Sequence

from familycard.indicators.tables import entitlements, members, scores
from familycard.pack.model import Pack
from familycard.pack.scopes import column
from familycard.snapshot.basis import CATEGORY
from familycard.snapshot.comparison import ABSENT
from familycard.snapshot.overview import category_sql

BOTH = "_both"
"""person, unit_after: everybody who has a card family in the first snapshot and in the last."""
CAUSES = "_causes"
"""person, unit_after, result, before, on_the_way (the results between), after, direction, causes."""
NO_UNIT = "none"
"""The status of a programme of whose kind of unit the person has none."""
Chain = Sequence[tuple[Pack, str]]
"""The pack of each snapshot, and the prefix of its tables."""


def results_of(a: Pack, b: Pack) -> list[str]:
    """``category`` where both packs have a card's scorecard, and the programmes of either."""
    has_categories = a.card_scorecard is not None and b.card_scorecard is not None
    return [*([CATEGORY] if has_categories else []), *dict.fromkeys([*a.programmes, *b.programmes])]


def causes_query(result: str, chain: Chain, labels: Sequence[str]) -> str:
    """Who has another result in the last snapshot than in the first, with the causes.

    `labels` name the steps; there is one snapshot more than steps.
    """
    last = len(labels)
    sides = [_told(result, pack, prefix) for pack, prefix in chain]
    ends = (
        f"select p.person, p.unit_after, x.value as at_0, x.is_known as known_0,"
        f" y.value as at_{last}, y.is_known as known_{last}"
        f" from {BOTH} p join ({sides[0]}) x using (person) join ({sides[-1]}) y using (person)"
        " where x.value <> y.value"
    )
    between = range(1, last)
    columns = "".join(f", m{i}.value as at_{i}, m{i}.is_known as known_{i}" for i in between)
    joins = "".join(f" left join ({sides[i]}) m{i} on m{i}.person = e.person" for i in between)
    rows = f"select e.*{columns} from ({ends}) e{joins}"
    passed = ", ".join(f"at_{i}" for i in between)
    return (
        f"select person, unit_after, '{result}' as result, at_0 as before,"
        f" cast([{passed}] as varchar[]) as on_the_way, at_{last} as after,"
        f" {_direction(result, chain[0][0], chain[-1][0], last)} as direction,"
        f" array_to_string(found_causes, ' and ') as causes"
        f" from (select *, {_causes(labels)} as found_causes from ({_carried(rows, last)}))"
    )


def _told(result: str, pack: Pack, prefix: str) -> str:
    """person, value and is_known of everybody with a card family in a snapshot."""
    card = f"{prefix}{members(pack.card_unit)} c"
    if result == CATEGORY:
        named = f"{category_sql(pack)} as value, category is not null as is_known"
        table = f"(select unit, {named} from {prefix}{scores(pack.card_scorecard or '')})"
        return f"select c.person, s.value, s.is_known from {card} join {table} s using (unit)"
    if result not in pack.programmes:
        return f"select c.person, '{ABSENT}' as value, true as is_known from {card}"
    subject = pack.programmes[result].unit
    status = f"e.{column(f'{result}__status')}"
    told = f"coalesce({status}, '{NO_UNIT}') as value, {status} is distinct from 'cannot_tell' as is_known"
    if subject == "person":
        return (
            f"select c.person, {told} from {card} left join {prefix}{entitlements(subject)} e using (person)"
        )
    return (
        f"select c.person, {told} from {card} left join {prefix}{members(subject)} m on m.person = c.person"
        f" left join {prefix}{entitlements(subject)} e on e.unit = m.unit"
    )


def _carried(rows: str, last: int) -> str:
    """Adds to each snapshot whether it tells the result, and the last result told up to it."""
    told = "".join(
        f", coalesce(known_{i} or at_{i} in (at_0, at_{last}), false) as told_{i}" for i in range(1, last)
    )
    query = f"select *, true as told_0, true as told_{last}{told}, at_0 as carried_0 from ({rows})"
    for i in range(1, last + 1):
        query = (
            f"select *, case when told_{i} then at_{i} else carried_{i - 1} end as carried_{i} from ({query})"
        )
    return query


def _causes(labels: Sequence[str]) -> str:
    """The causes of the steps in which the result changes, each once, in order."""
    items = []
    for i, label in enumerate(labels, start=1):
        cause = f"case when told_{i - 1} then '{label}' else 'unclear' end"
        items.append(f"case when carried_{i} <> carried_{i - 1} then {cause} end")
    kept = f"list_filter([{', '.join(items)}], lambda x: x is not null)"
    return f"list_filter({kept}, lambda x, i: list_position({kept}, x) = i)"


def _direction(result: str, a: Pack, b: Pack, last: int) -> str:
    """SQL of the direction; a result that was or is not known is no move."""
    before, after = "at_0", f"at_{last}"
    known = f"when not known_0 and known_{last} then 'became_known' when not known_0 then 'other'"
    known += f" when not known_{last} then 'became_unknown'"
    if result != CATEGORY:
        return (
            f"case {known} when {after} = 'eligible' then 'gained'"
            f" when {before} = 'eligible' then 'lost' else 'other' end"
        )
    order = [[letter for letter, _ in p.scorecards[p.card_scorecard or ""].categories] for p in (a, b)]
    if order[0] != order[1]:
        # Letters of another scale are neither higher nor lower.
        return f"case {known} else 'other' end"
    letters = "[" + ", ".join("'" + letter.replace("'", "''") + "'" for letter in order[0]) + "]"
    rises = f"list_position({letters}, {after}) > list_position({letters}, {before})"
    return f"case {known} when {rises} then 'up' else 'down' end"
