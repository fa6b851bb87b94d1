"""Rights that a family has and does not use, and payments without a right.

An unused right is a programme that is eligible and known not to be received. What they
are worth together is the best set that the law lets a family hold at once: of programmes
that exclude each other only the best compatible ones count, and an income-tested amount
falls by the counted income that the other unused rights would bring. Services and
rationed places are counted, not priced.

With U, T and C the sums of uncounted, income-tested and counted amounts a set is worth
U + C + max(T - C, 0) = max(U + T, U + C) a month. So the best set is the best by U + T or
the best by U + C, and each of the two is found for every subject and group by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations

from familycard.engine.interface import Engine
from familycard.indicators.tables import FAULTS, empty, entitlements, members, subject_key, undecided
from familycard.pack.model import Pack, Programme
from familycard.pack.once import once
from familycard.pack.scopes import column
from familycard.programmes.doubts import doubted, with_doubts
from familycard.programmes.evaluate import programmes_of, subjects_of
from familycard.programmes.rule import receipt_in_doubt, shut_out_by

UNUSED = "unused"
WITHOUT_RIGHT = "without_right"
_WAYS = {"tested": ("uncounted", "tested"), "counted": ("uncounted", "counted")}
"""The two ways of adding up monthly money, one of which finds the best set."""


def make_unused(engine: Engine, pack: Pack) -> None:
    """Make the table `UNUSED`: one row a card unit with unused rights, by unit."""
    subjects = subjects_of(pack)
    if not subjects:
        engine.make(UNUSED, empty(_COLUMNS))
        return
    for subject in subjects:
        engine.derive(_rights(subject), _by_subject(pack, subject))
    # Most people use all their rights: the others are found first.
    selects = [f"from {_rights(subject)} where has_unused" for subject in subjects]
    ways = [f"{part}_{way}" for way in _WAYS for part in ("monthly", "one_off")]
    sums = ", ".join(f"sum({name}) as {name}" for name in (*ways, "rights", "services"))
    best = ", ".join(f"struct_pack(m := monthly_{way}, o := one_off_{way})" for way in _WAYS)
    engine.make(
        UNUSED,
        "select unit, cast(rights as integer) as unused_count, cast(services as integer) as unused_services,"
        f" cast(greatest({best}).m as bigint) as unused_monthly, cast(greatest({best}).o as bigint) as unused_one_off,"
        f" programmes from (select m.unit, {sums},"
        " string_agg(programmes, ',' order by subject, key) as programmes"
        f" from ({' union all '.join(selects)}) r join {members(pack.card_unit)} m on m.person = r.key"
        " group by m.unit) order by unit",
    )
    engine.drop(*map(_rights, subjects))


def _rights(subject: str) -> str:
    """The table of what subjects do not use."""
    return f"rights_{subject}"


_COLUMNS = {
    "unit": "BIGINT",
    "unused_count": "INTEGER",
    "unused_services": "INTEGER",
    "unused_monthly": "BIGINT",
    "unused_one_off": "BIGINT",
    "programmes": "VARCHAR",
}


@once
def _by_subject(pack: Pack, subject: str) -> str:
    """One row a subject: its key (a unit's key is its head's person), whether it has unused rights, money by kind, and counts."""
    programmes = programmes_of(pack, subject)
    key = subject_key(subject)
    tests = [
        f"coalesce({_c(p, 'status')} = 'eligible' and not {_c(p, 'received')}, false)" for p in programmes
    ]
    # Asked once each: counts, names and worths all rest on them.
    asked = "".join(f", {test} as {_u(i)}" for i, test in enumerate(tests))
    amounts = [_c(p, "amount") for p in programmes if _money_kind(p) is not None]
    all_ = f"(select {', '.join([key, *amounts])}{asked} from {entitlements(subject)})"
    services = [_u(i) for i, p in enumerate(programmes) if p.kind != "money" or p.amount is None]
    names = ", ".join(f"case when {_u(i)} then '{p.id}' end" for i, p in enumerate(programmes))
    worths = "".join(
        f", {_worth(p, _u(i))} as {_w(i)}" for i, p in enumerate(programmes) if _money_kind(p) is not None
    )
    rows = (
        f"select {key} as key, {' or '.join(map(_u, range(len(programmes))))} as has_unused,"
        f" {_how_many(map(_u, range(len(programmes))))} as rights, {_how_many(services)} as services,"
        f" concat_ws(',', {names}) as programmes{worths} from {all_}"
    )
    groups = _best_sets(programmes)
    several = {n: sets for n, sets in enumerate(groups) if len(sets) > 1}
    alone = [i for sets in groups if len(sets) == 1 for i in sets[0]]
    chosen = "".join(
        f", {_best(sets, programmes, way)} as _best_{way}_{n}" for way in _WAYS for n, sets in several.items()
    )
    sums = ", ".join(
        f"{' + '.join([_total(alone, programmes, kinds), *(f'_best_{way}_{n}.{field}' for n in several)])}"
        f" as {part}_{way}"
        for way in _WAYS
        for part, field, kinds in (("monthly", "m", _WAYS[way]), ("one_off", "o", ("one_off",)))
    )
    return (
        f"select '{subject}' as subject, key, has_unused, rights, services, programmes, {sums}"
        f" from (select *{chosen} from ({rows}))"
    )


def _how_many(tests: Iterable[str]) -> str:
    return " + ".join(f"(case when {test} then 1 else 0 end)" for test in tests) or "0"


def _u(position: int) -> str:
    return f"_unused_{position}"


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


def _best(sets: list[tuple[int, ...]], programmes: Sequence[Programme], way: str) -> str:
    """SQL of the worth of the best of some sets: monthly money of a way first, then one-off money."""
    pairs = (
        f"struct_pack(m := {_total(chosen, programmes, _WAYS[way])},"
        f" o := {_total(chosen, programmes, ('one_off',))})"
        for chosen in sets
    )
    return f"greatest({', '.join(pairs)})"


def _total(chosen: Iterable[int], programmes: Sequence[Programme], kinds: Collection[str]) -> str:
    worths = (_w(i) for i in chosen if _money_kind(programmes[i]) in kinds)
    return f"cast({' + '.join(worths) or '0'} as bigint)"


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
    registers contradict (a row in `FAULTS` by now), because the fault may lie with the register;
    nor anyone of whose ties a row was refused, which may have shown such a contradiction;
    nor anyone of whose receipt only a row tells that the model linked and nobody has confirmed.
    """
    sources = {pack.people.source}.union(*(kind.sources for kind in pack.units.values()))
    refused = (f"select person from {undecided(source)}" for source in sorted(sources))
    engine.make(
        _CONTRADICTED,
        f"select person from (select unnest([person, other]) as person from {FAULTS}) where person is not null"
        f" union {' union '.join(refused)}",
    )
    subjects = subjects_of(pack)
    for subject in subjects:
        engine.derive(_received(subject), _lacking(pack, subject, doubted(engine, subject)))
    selects = [_without_right(subject) for subject in subjects]
    nothing = empty({"subject": "VARCHAR", "unit": "BIGINT", "person": "BIGINT", "programme": "VARCHAR"})
    query = " union all ".join(selects) or nothing
    engine.make(WITHOUT_RIGHT, f"select * from ({query}) order by subject, programme, unit, person")
    engine.drop(_CONTRADICTED, *map(_received, subjects))


_CONTRADICTED = "contradicted"


def _received(subject: str) -> str:
    """The table of what subjects receive without a right."""
    return f"received_{subject}"


def _lacks_right(programme: Programme, in_doubt: Collection[str]) -> str:
    doubt = receipt_in_doubt(programme.id)
    is_sure = f' and "{doubt}" = 0' if doubt in in_doubt else ""
    return f"({_c(programme, 'status')} = 'not_eligible' and {_c(programme, 'received')}{is_sure})"


@once
def _lacking(pack: Pack, subject: str, in_doubt: tuple[str, ...]) -> str:
    """One row a subject: its key, whether it receives anything without a right, and what."""
    programmes, rows = programmes_of(pack, subject), entitlements(subject)
    if in_doubt:
        rows = f"({with_doubts(f'select * from {rows}', subject, in_doubt)})"
    lacking = [_lacks_right(p, in_doubt) for p in programmes]
    named = ", ".join(
        f"case when {test} then '{p.id}' end" for p, test in zip(programmes, lacking, strict=True)
    )
    return (
        f"select {subject_key(subject)} as key, {' or '.join(lacking)} as lacks_right, [{named}] as programmes"
        f" from {rows}"
    )


def _without_right(subject: str) -> str:
    doubtful = f"select person from {_CONTRADICTED}"
    if subject_key(subject) == "unit":
        doubtful = f"select unit from {members(subject)} semi join {_CONTRADICTED} using (person)"
    unit, person = ("key", "null") if subject_key(subject) == "unit" else ("null", "key")
    # Few have any: they are found in one pass, and the programmes look at them alone.
    suspects = (
        f"select key, programmes from {_received(subject)} where lacks_right and key not in ({doubtful})"
    )
    return (
        f"select '{subject}' as subject, cast({unit} as bigint) as unit, cast({person} as bigint) as person,"
        f" programme from (select key, unnest(programmes) as programme from ({suspects}))"
        " where programme is not null"
    )
