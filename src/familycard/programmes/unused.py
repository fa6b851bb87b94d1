"""Rights that a family has and does not use, and payments without a right.

An unused right is a programme that is eligible and known not to be received. What they
are worth together is the best set that the law lets a family hold at once: of programmes
that exclude each other only the best compatible ones count, and an income-tested amount
falls by the counted income that the other unused rights would bring. Services and
rationed places are counted, not priced.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from familycard.engine.interface import Engine
from familycard.indicators.tables import FAULTS, empty, entitlements, members, subject_key
from familycard.pack.model import Pack, Programme
from familycard.pack.scopes import column
from familycard.programmes.evaluate import programmes_of, subjects_of
from familycard.programmes.rule import shut_out_by

UNUSED = "unused"
WITHOUT_RIGHT = "without_right"
_MONEY = ("counted", "uncounted", "tested", "one_off")


def make_unused(engine: Engine, pack: Pack) -> None:
    """Make the table `UNUSED`: one row a card unit with unused rights, by unit."""
    selects = [_by_subject(pack, subject) for subject in subjects_of(pack)]
    if not selects:
        engine.make(UNUSED, empty(_COLUMNS))
        return
    sums = ", ".join(f"sum({name}) as {name}" for name in (*_MONEY, "rights", "services"))
    engine.make(
        UNUSED,
        "select unit, cast(rights as integer) as unused_count, cast(services as integer) as unused_services,"
        " cast(uncounted + counted + greatest(tested - counted, 0) as bigint) as unused_monthly,"
        " cast(one_off as bigint) as unused_one_off, programmes from (select m.unit, " + sums + ","
        " string_agg(programmes, ',' order by subject, key) as programmes"
        f" from ({' union all '.join(selects)}) r join {members(pack.card_unit)} m on m.person = r.key"
        " where rights > 0 group by m.unit) order by unit",
    )


_COLUMNS = {
    "unit": "BIGINT",
    "unused_count": "INTEGER",
    "unused_services": "INTEGER",
    "unused_monthly": "BIGINT",
    "unused_one_off": "BIGINT",
    "programmes": "VARCHAR",
}


def _by_subject(pack: Pack, subject: str) -> str:
    """One row a subject: its key (a unit's key is its head's person), money by kind, and counts."""
    programmes = programmes_of(pack, subject)
    key = subject_key(subject)
    unused = {
        p.id: f"coalesce({_c(p, 'status')} = 'eligible' and not {_c(p, 'received')}, false)"
        for p in programmes
    }
    tests = list(unused.values())
    services = [unused[p.id] for p in programmes if p.kind != "money" or p.amount is None]
    names = ", ".join(f"case when {unused[p.id]} then '{p.id}' end" for p in programmes)
    worths = "".join(
        f", {_worth(p, unused[p.id])} as {_w(i)}"
        for i, p in enumerate(programmes)
        if _money_kind(p) is not None
    )
    rows = (
        f"select {key} as key, {_how_many(tests)} as rights, {_how_many(services)} as services,"
        f" concat_ws(',', {names}) as programmes{worths} from {entitlements(subject)}"
    )
    groups = [g for g in _best_sets(programmes) if len(g) > 1]
    chosen = "".join(f", {_choice(g, programmes)} as _set_{n}" for n, g in enumerate(groups))
    sums = ", ".join(f"{_sum(name, groups, programmes)} as {name}" for name in _MONEY)
    return (
        f"select '{subject}' as subject, key, rights, services, programmes, {sums}"
        f" from (select *{chosen} from ({rows}))"
    )


def _how_many(tests: list[str]) -> str:
    return " + ".join(f"(case when {test} then 1 else 0 end)" for test in tests) or "0"


def _w(position: int) -> str:
    return f"_worth_{position}"


def _money_kind(programme: Programme) -> str | None:
    """Which sum an unused programme adds to; None for what is not money."""
    if programme.kind != "money" or programme.amount is None:
        return None
    if programme.amount.frequency != "monthly":
        return "one_off"
    return "tested" if programme.income_tested else "counted" if programme.counts_as_income else "uncounted"


def _worth(programme: Programme, unused: str) -> str:
    return f"(case when {unused} then coalesce({_c(programme, 'amount')}, 0) else 0 end)"


def _choice(sets: list[tuple[int, ...]], programmes: Sequence[Programme]) -> str:
    """SQL of the position of the set worth most: monthly money first, then one-off money, then order."""

    def total(chosen: tuple[int, ...], *, monthly: bool) -> str:
        kinds = {i: _money_kind(programmes[i]) for i in chosen}
        return " + ".join(_w(i) for i, k in kinds.items() if k and (k != "one_off") == monthly) or "0"

    pairs = [f"struct_pack(m := {total(s, monthly=True)}, o := {total(s, monthly=False)})" for s in sets]
    best = f"greatest({', '.join(pairs)})"
    branches = " ".join(f"when {pair} = {best} then {n}" for n, pair in enumerate(pairs))
    return f"(case {branches} end)"


def _sum(name: str, groups: list[list[tuple[int, ...]]], programmes: Sequence[Programme]) -> str:
    grouped = {i for sets in groups for chosen in sets for i in chosen}
    parts = [_w(i) for i, p in enumerate(programmes) if _money_kind(p) == name and i not in grouped]
    for n, sets in enumerate(groups):
        sums = [
            " + ".join(_w(i) for i in chosen if _money_kind(programmes[i]) == name) or "0" for chosen in sets
        ]
        if any(total != "0" for total in sums):
            branches = " ".join(f"when {position} then {total}" for position, total in enumerate(sums))
            parts.append(f"(case _set_{n} {branches} end)")
    return " + ".join(parts) or "0"


def _c(programme: Programme, part: str) -> str:
    return column(f"{programme.id}__{part}")


def _best_sets(programmes: Sequence[Programme]) -> list[list[tuple[int, ...]]]:
    """For each group of programmes that exclude each other: its largest compatible sets, by position."""
    position = {p.id: i for i, p in enumerate(programmes)}
    clash = {
        frozenset((i, position[other]))
        for i, p in enumerate(programmes)
        for other in shut_out_by(p)
        if other in position
    }
    groups: list[set[int]] = [{i} for i in range(len(programmes))]
    for pair in clash:
        touched = [g for g in groups if g & pair]
        groups = [g for g in groups if not g & pair] + [set().union(*touched)]
    return [_largest_compatible(sorted(group), clash) for group in sorted(groups, key=min)]


def _largest_compatible(group: list[int], clash: set[frozenset[int]]) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = []
    for size in range(len(group), 0, -1):
        for chosen in combinations(group, size):
            apart = not any(frozenset(pair) in clash for pair in combinations(chosen, 2))
            if apart and not any(set(chosen) < set(larger) for larger in found):
                found.append(chosen)
    return found


def make_without_right(engine: Engine, pack: Pack) -> None:
    """Make `WITHOUT_RIGHT`: what is received though a condition is known to fail; for a human to look at.

    Received and cannot tell is never "without a right"; nor is anyone named whose ties the
    registers contradict (a row in `FAULTS` by now), because the fault may lie with the register.
    """
    engine.make(
        _CONTRADICTED,
        f"select distinct unnest([person, other]) as person from {FAULTS} where person is not null",
    )
    selects = [_without_right(programme) for programme in pack.programmes.values()]
    nothing = empty({"subject": "VARCHAR", "unit": "BIGINT", "person": "BIGINT", "programme": "VARCHAR"})
    query = " union all ".join(selects) or nothing
    engine.make(WITHOUT_RIGHT, f"select * from ({query}) order by subject, programme, unit, person")
    engine.drop(_CONTRADICTED)


_CONTRADICTED = "contradicted"


def _without_right(programme: Programme) -> str:
    subject = programme.unit
    key = subject_key(subject)
    test = f"{_c(programme, 'status')} = 'not_eligible' and {_c(programme, 'received')}"
    doubtful = f"select person from {_CONTRADICTED}"
    if key == "unit":
        doubtful = f"select unit from {members(subject)} semi join {_CONTRADICTED} using (person)"
    unit, person = ("key", "null") if key == "unit" else ("null", "key")
    return (
        f"select '{subject}' as subject, cast({unit} as bigint) as unit, cast({person} as bigint) as person,"
        f" '{programme.id}' as programme from (select {key} as key, * from {entitlements(subject)})"
        f" where {test} and key not in ({doubtful})"
    )
