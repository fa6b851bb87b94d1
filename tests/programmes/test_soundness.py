"""What is said in spite of unknown facts stays true whatever those facts turn out to be (S. C. Kleene, 1938)."""

from __future__ import annotations

import pytest
from packs_read import pack_of
from random_facts import random_facts, rule_and_columns, verdicts, with_gaps

from familycard.engine.duck import DuckEngine
from familycard.pack.model import Pack

ROWS = 4_000
LOADED = {id_: pack_of(id_) for id_ in ("kz", "es")}
PROGRAMMES = [(pack, id_) for pack in LOADED.values() for id_ in pack.programmes]


@pytest.fixture(scope="module")
def engine() -> DuckEngine:
    return DuckEngine(threads=1)


@pytest.mark.parametrize(("pack", "id_"), PROGRAMMES, ids=lambda v: v if isinstance(v, str) else v.id)
def test_a_verdict_on_partial_facts_holds_for_the_whole_facts(
    pack: Pack, id_: str, engine: DuckEngine
) -> None:
    rule, columns = rule_and_columns(pack, pack.programmes[id_])
    facts = random_facts(pack, columns, ROWS, seed=1)
    engine.register("whole", facts)
    settled = 0
    for share in (0.1, 0.4):
        engine.register("partial", with_gaps(facts, share, seed=2))
        rows = engine.rows(
            f"select p.status, w.status, p.amount, w.amount, p.received, w.received"
            f" from ({verdicts(engine, rule, 'partial')}) p join ({verdicts(engine, rule, 'whole')}) w using (_row)"
            f" where p.status <> 'cannot_tell' or p.received is not null"
        )
        assert [r for r in rows if r[0] not in ("cannot_tell", r[1])] == []
        assert [r for r in rows if r[2] is not None and r[2] != r[3]] == []
        assert [r for r in rows if r[4] is not None and r[4] != r[5]] == []
        settled += sum(r[0] != "cannot_tell" for r in rows)
    assert settled > 50
