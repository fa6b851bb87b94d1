"""What may not be held against anybody: whatever rests on a row that the model linked and no person has confirmed.

A link may give and never takes. So of each subject it is found, condition by condition, whether it rests on such
a row, of the subject or of a member of its unit; where it then fails, it is not known instead, and an amount that
rests on one is not told (`rule.py`).
Families are told before of which persons and ties such rows are, so that nobody leaves a unit by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from familycard.engine.interface import Engine
from familycard.indicators.tables import UNCONFIRMED, doubts, members, subject_key, tie_evidence
from familycard.pack.model import Pack
from familycard.programmes.resting import PERSON, Basis, basis_of, deciding
from familycard.programmes.rule import Rule, amount_in_doubt, doubt_of, narrowest, receipt_in_doubt

_NOTHING_HIDDEN = frozenset[str]()
"""Nothing may be taken away by what is sealed either."""
_KEPT = f"select person, unnest(string_split(indicators, ',')) as indicator from {UNCONFIRMED}"
"""Persons with the indicators that keep an unconfirmed row of theirs."""


def make_doubts(engine: Engine, pack: Pack, subject: str, rules: Sequence[Rule]) -> None:
    """Make `doubts(subject)` where anything is in doubt: the key and columns of `doubt_of`, `amount_in_doubt` and
    `receipt_in_doubt`.

    A subject without a row, and a programme without a column, has no doubts.
    """
    engine.drop(doubts(subject))
    if not engine.has(UNCONFIRMED):
        return
    columns = dict(_columns(pack, subject, rules))
    rows = _rows(pack, subject, [basis for of in columns.values() for basis in of.values()])
    if not rows:
        return
    key, every = subject_key(subject), f"every_{doubts(subject)}"
    masks = ", ".join(f'{_mask(of)} as "{name}"' for name, of in columns.items())
    engine.make(every, f"select key as {key}, {masks} from ({' union all '.join(rows)}) _rows group by key")
    highest_of = ", ".join(f'max("{name}")' for name in columns)
    [highest] = engine.rows(f"select {highest_of} from {every}")
    used = [f'"{name}"' for name, found in zip(columns, highest, strict=True) if found]
    if used:
        engine.make(doubts(subject), f"select {key}, {', '.join(used)} from {every}")
    engine.drop(every)


def doubted(engine: Engine, subject: str) -> tuple[str, ...]:
    """The columns of `doubts(subject)` beside the key: what is in doubt of anybody; none as most often."""
    if not engine.has(doubts(subject)):
        return ()
    names = engine.arrow(f"select * from {doubts(subject)} limit 0").column_names
    return tuple(name for name in names if name != subject_key(subject))


def with_doubts(rows: str, subject: str, columns: Sequence[str]) -> str:
    """A query with these columns of doubts beside its rows, which have the subject's key; itself without any."""
    if not columns:
        return rows
    key = subject_key(subject)
    beside = ", ".join(f'coalesce(_d."{name}", 0) as "{name}"' for name in columns)
    return f"select _r.*, {beside} from ({rows}) _r left join {doubts(subject)} _d on _d.{key} = _r.{key}"


def unsure_of_persons(engine: Engine, pack: Pack) -> dict[str, str]:
    """By indicator that decides who belongs to a unit: a query of those of whom it rests on such a row.

    By such a row nobody must leave a unit.
    """
    if not engine.has(UNCONFIRMED):
        return {}
    kept = {str(id_) for (id_,) in engine.rows(f"select distinct indicator from ({_KEPT}) _kept")}
    found = {}
    for name in sorted(frozenset[str]().union(*(deciding(kind) for kind in pack.units.values()))):
        taken = {id_ for _, id_ in basis_of(pack, PERSON, name, _NOTHING_HIDDEN).taken} & kept
        if name in pack.indicators and taken:
            found[name] = f"select person from ({_KEPT}) _kept where indicator in ({_texts(taken)})"
    return found


def unconfirmed_ties(engine: Engine, pack: Pack) -> dict[str, str]:
    """By source of ties, a query of the places of such rows: a tie by one must not take anybody from another."""
    if not engine.has(UNCONFIRMED):
        return {}
    sources = {source for kind in pack.units.values() for source in kind.sources}
    found = engine.rows(f"select distinct source from {UNCONFIRMED} order by source")
    return {
        source: f"select file, row from {UNCONFIRMED} where source = '{source}'"
        for (source,) in found
        if source in sources
    }


def _columns(pack: Pack, subject: str, rules: Iterable[Rule]) -> Iterator[tuple[str, dict[int, Basis]]]:
    """Each column with the bases of its bits; those without any are left out."""
    for rule in rules:
        of_bits = {1 << one.bit: _basis(pack, subject, one.compiled.names) for one in rule.conditions}
        of_bits = {bit: basis for bit, basis in of_bits.items() if basis != Basis()}
        if of_bits:
            yield doubt_of(rule.programme.id), of_bits
        amount = _basis(pack, subject, rule.due.names if rule.due else ())
        if amount != Basis():
            yield amount_in_doubt(rule.programme.id), {1: amount}
        receipt = _basis(pack, subject, rule.received.names)
        if receipt != Basis():
            yield receipt_in_doubt(rule.programme.id), {1: receipt}


def _basis(pack: Pack, subject: str, names: Iterable[str]) -> Basis:
    found = Basis()
    for name in names:
        found |= basis_of(pack, subject, name, _NOTHING_HIDDEN)
    return found


def _mask(of_bits: dict[int, Basis]) -> str:
    """SQL over rows of one subject: the bits whose basis one of the rows is of."""
    bits = (
        f"max(case when what in ({_whats(basis)}) then {bit} else 0 end)" for bit, basis in of_bits.items()
    )
    return f"cast({' + '.join(bits)} as {narrowest(max(of_bits).bit_length() - 1)})"


def _whats(basis: Basis) -> str:
    """What a row may be of, as `_rows` says it: an indicator of somebody, or the composition of a unit."""
    return _texts({f"{whose}.{id_}" for whose, id_ in basis.taken} | basis.kinds)


def _texts(texts: Iterable[str]) -> str:
    return ", ".join(f"'{text}'" for text in sorted(texts))


def _rows(pack: Pack, subject: str, bases: Iterable[Basis]) -> list[str]:
    """Queries of `key` and `what`: of which subjects anything rests on an unconfirmed row, and on what of whom."""
    whole = Basis()
    for basis in bases:
        whole |= basis
    queries = [_taken(subject, whose) for whose in sorted({whose for whose, _ in whole.taken})]
    return queries + [
        _tied(pack, subject, kind) for kind in sorted(whole.kinds) if pack.units[kind].by is None
    ]


def _taken(subject: str, whose: str) -> str:
    if whose == PERSON:
        return f"select person as key, '{PERSON}.' || indicator as what from ({_KEPT}) _kept"
    of = f"select m.unit, k.indicator from ({_KEPT}) k join {members(whose)} m on m.person = k.person"
    return (
        f"select {_key(subject)} as key, '{whose}.' || indicator as what from {_of_unit(subject, whose, of)}"
    )


def _tied(pack: Pack, subject: str, kind: str) -> str:
    """Of a unit's subjects: where such a row holds it together."""
    places = " or ".join(
        f"(e.tie = {tie} and e.mapping = {place} and u.source = '{mapping.source}')"
        for tie, of in enumerate(pack.units[kind].all_ties)
        for place, mapping in enumerate(of.mappings)
    )
    of = (
        f"select distinct e.unit from {tie_evidence(kind)} e"
        f' join {UNCONFIRMED} u on u.file = e.file and u."row" = e."row" where {places}'
    )
    return f"select {_key(subject)} as key, '{kind}' as what from {_of_unit(subject, kind, of)}"


def _key(subject: str) -> str:
    return "o.person" if subject == PERSON else "f.unit"


def _of_unit(subject: str, kind: str, found: str) -> str:
    """Units that were found, of a person those in which the person is."""
    of_members = f" join {members(kind)} o on o.unit = f.unit" if subject == PERSON else ""
    return f"({found}) f{of_members}"
