"""A script that asks ten thousand pairs of segments isolates nobody.

What is measured is how much better than a coin the best guess is whether two segments differ by
nobody or by one to nine families (`advantage`): 0 is nothing learned, 1 is certainty. The same
script against counts that are only rounded shows that it would find them.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from attacks import Pair, advantage, pairs, remainder, some_question

from familycard.desk.counts import Condition, Counts
from familycard.desk.disclosure import Rule
from familycard.desk.question import Asked
from familycard.pack.types import Kind

PAIRS = 10_000
ALLOWED = 0.05
"""Advantage over a coin: of a hundred guesses five more are right than wrong."""


@pytest.fixture(scope="module")
def asked_pairs(counts: Counts) -> list[Pair]:
    counts.prepare(counts.names)
    remembered: dict[tuple[Asked, ...], int | None] = {}

    def answer(question: tuple[Asked, ...]) -> int | None:
        if question not in remembered:
            remembered[question] = counts.total(question).shown
        return remembered[question]

    return pairs(counts, answer, PAIRS, seed=1)


def test_ten_thousand_pairs_tell_nobody_apart(asked_pairs: list[Pair]) -> None:
    both = [pair for pair in asked_pairs if pair.one is not None and pair.other is not None]
    differences = {
        some: [float(abs(pair.one - pair.other)) for pair in both if (pair.true > 0) == some]
        for some in (False, True)
    }
    assert min(map(len, differences.values())) > 100, "an attack that meets nobody tells nothing"
    assert advantage(differences[False], differences[True]) < ALLOWED


@pytest.mark.parametrize("kind", ["less", "limit", "complement", "tautology"])
def test_no_kind_of_pair_tells_more(asked_pairs: list[Pair], kind: str) -> None:
    of_kind = [pair for pair in asked_pairs if pair.kind == kind]
    said = Counter((pair.true > 0, pair.says_something) for pair in of_kind)
    shares = [said[some, True] / max(said[some, True] + said[some, False], 1) for some in (False, True)]
    assert len(of_kind) > 20
    assert abs(shares[0] - shares[1]) < ALLOWED
    assert said[True, True] <= ALLOWED * len(of_kind)


def test_whether_a_count_is_hidden_tells_no_difference(asked_pairs: list[Pair]) -> None:
    hidden = {
        some: [float((p.one is None) != (p.other is None)) for p in asked_pairs if (p.true > 0) == some]
        for some in (False, True)
    }
    # One side may be just below the threshold and the other at it: that tells ten, never one to nine.
    crossing = [p for p in asked_pairs if p.one is None and p.other is not None and p.true > 0]
    assert np.mean(hidden[True]) < 0.25
    assert all((p.other or 0) >= 10 for p in crossing)


def only_rounded(counts: Counts, question: tuple[Asked, ...]) -> int:
    return 5 * round(int(counts.mask(question).sum()) / 5)


def with_noise_of_the_set(counts: Counts, question: tuple[Asked, ...]) -> int | None:
    """The cell-key method: equal sets get equal counts, whatever the question."""
    among = counts.mask(question)
    return counts.rule.shown(int(among.sum()), np.packbits(among).tobytes().hex())


@pytest.mark.parametrize("answer", [only_rounded, with_noise_of_the_set])
def test_the_same_script_finds_families_in_what_others_show(
    counts: Counts, answer: Callable[[Counts, tuple[Asked, ...]], int | None]
) -> None:
    found = pairs(counts, partial(answer, counts), 1_000, seed=2)
    both = [pair for pair in found if pair.one is not None and pair.other is not None]
    none, some = ([pair.says_something for pair in both if (pair.true > 0) == any_] for any_ in (False, True))
    assert not any(none) and np.mean(some) > 0.5, "whenever the two differ, there is somebody, for certain"


def test_other_facts_of_the_same_families_tell_no_more_than_the_noise_lets_through(
    asked_pairs: list[Pair],
) -> None:
    shown = [
        (p.true, float(p.one - p.other)) for p in asked_pairs if p.kind == "instead" and p.one and p.other
    ]
    none, few = (
        [difference for true, difference in shown if true in range_] for range_ in (range(1), range(1, 3))
    )
    assert min(len(none), len(few)) >= 100
    assert advantage(none, few) < 0.15
    differ = [float(np.mean([difference != 0 for difference in of_kind])) for of_kind in (none, few)]
    assert differ[0] > differ[1] / 2, "else two counts that differ would prove that there is somebody"


def test_sums_over_many_tables_do_not_add_up_to_a_hidden_count(counts: Counts) -> None:
    chance, guesses = random.Random(5), list[tuple[int, float]]()
    names = [f"has_{thing}" for thing in ("car", "land", "loan", "cattle", "boat")] + ["region", "children"]
    while len(guesses) < 200:
        question = tuple(some_question(counts, chance, chance.randint(1, 2)))
        name, among = chance.choice(names), counts.mask(question)
        if name in {one.name for one in question} or among.sum() < 30:
            continue
        words = counts.vocabulary(name)
        true = np.bincount(words.codes[among], minlength=len(words.steps))
        for step in sorted(np.flatnonzero(true < counts.rule.threshold), key=lambda one: -true[one])[:1]:
            guesses.append((int(true[step]), remainder(counts, question, name, int(step), names)))
    missed = [abs(guess - true) for true, guess in guesses]
    none, some = ([guess for true, guess in guesses if (true > 0) == any_] for any_ in (False, True))
    assert np.median(missed) > counts.rule.noise_scale
    assert min(len(none), len(some)) >= 20
    assert advantage(none, some) < 0.4, "what two samples of this size differ by at random"


def test_a_limit_moved_by_one_tenge_moves_across_nobody(counts: Counts) -> None:
    values = [name for name, about in counts.names.items() if about.type.kind is Kind.MONEY]
    for name in values:
        for step in counts.vocabulary(name).steps[1:-1]:
            limit = (step.lowest or 0) + 1
            asked = {counts.asked([Condition(name, at_least=limit + moved)]) for moved in (0, 1)}
            assert len(asked) == 1 or step.below == limit + 1


def test_asking_again_in_other_words_gives_the_same_count(counts: Counts) -> None:
    car, phone = Condition("has_car", "yes"), Condition("has_phone", "yes")
    assert counts.total(counts.asked([car, phone])) == counts.total(counts.asked([phone, car]))
    in_region = [Condition("area", "1010"), car]
    assert counts.total(counts.asked(in_region)) == counts.total(
        counts.asked([*in_region, Condition("region", "10")])
    )
    assert counts.cells(counts.asked([car]), ["has_phone"])["yes",] == counts.total(
        counts.asked([car, phone])
    )


def test_noise_changes_no_odds_by_more_than_it_says() -> None:
    rule = Rule(b"any")
    drawn = Counter(rule.noise(f"question {n}") for n in range(40_000))
    for z in range(-8, 8):
        assert abs(np.log(drawn[z] / drawn[z + 1])) < 1 / rule.noise_scale + 0.12, "0.12 is chance, of 40,000"
    assert abs(sum(z * n for z, n in drawn.items()) / 40_000) < 0.1
