"""What gets through: nothing of SQL but the listed constructs, at any depth, length and alphabet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from evaluating import PLACE, SCOPE, aggregating, compiled, connection, table, value_of
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot.tokens import Tokenizer

from familycard.errors import ExpressionError
from familycard.pack.expression import Name, names_in, scope_of
from familycard.pack.grammar import LENGTH_MAX, LINKS_MAX, parse
from familycard.pack.model import Expression
from familycard.pack.types import INTEGER

HOSTILE = [
    "a; drop table facts",
    "a = 1; --",
    "a -- = 1",
    "a /* hidden */ = 1",
    "a {# hidden #} = 1",
    "{{ a }}",
    "kind = '' or '1'='1'; delete from facts --'",
    "kind = 'x' union select 1",
    "(select 1)",
    "select a from facts",
    "with t as (select 1) select 1",
    "a in (select a from facts)",
    "a in (values (1))",
    "a in unnest(b)",
    "a = any(select 1)",
    "a > all(select 1)",
    "exists(select 1)",
    "from facts",
    "facts.*",
    "*",
    "columns('x')",
    "read_csv('/etc/passwd')",
    "read_text('/etc/passwd')",
    "getenv('HOME')",
    "getvariable('x')",
    "pragma database_list",
    "set threads = 1",
    "attach 'x.db'",
    "copy facts to 'x.csv'",
    "install httpfs",
    "load httpfs",
    "call pragma_version()",
    "drop table facts",
    "insert into facts values (1)",
    "create table x (y int)",
    "alter table facts drop column a",
    "explain a",
    "describe a",
    "row_number() over ()",
    "sum(a) over ()",
    "sum(a) filter (where flag)",
    "lag(a) over (order by b)",
    "list_transform(a, x -> x + 1)",
    "list_transform(a, lambda x: x + 1)",
    "a -> b",
    "a => b",
    "a := b",
    "[a for a in b]",
    "a[1]",
    "{'a': 1}",
    "struct_pack(x := 1)",
    "cast(a as varchar)",
    "cast('2024-01-01' as date)",
    "try_cast(a as date)",
    "a::varchar",
    "'2024-01-01'::date",
    "convert(a, int)",
    "a at time zone 'UTC'",
    "kind collate nocase = 'x'",
    "kind like 'x%'",
    "kind ilike 'x%'",
    "kind similar to 'x'",
    "kind ~ 'x'",
    "kind || code",
    "'a' 'b'",
    "a is distinct from b",
    "a <=> b",
    "a == b",
    "!flag",
    "flag && other",
    "flag xor other",
    "a ** b",
    "a ^ b",
    "a % b",
    "a // b",
    "a div b",
    "a mod b",
    "a | b",
    "a & b",
    "a << 1",
    "a > b ? 1 : 2",
    "if(flag, 1, 2)",
    "iif(flag, 1, 2)",
    "coalesce(a, 0)",
    "nullif(a, 0)",
    "current_date",
    "current_user",
    "now()",
    "random()",
    "uuid()",
    "interval '1' month",
    "a as b",
    "a b",
    "a, b",
    "(a, b)",
    "row(a, b)",
    "$1",
    "?",
    ":x",
    "@x",
    "#1",
    "`a`",
    '"a"',
    "x'41'",
    "b'1'",
    "e'x'",
    "n'x'",
    "r'x'",
    "$$x$$",
    "0x1F",
    "1_000",
    "a (+) = 1",
    "prior a",
    "a.b.c.d.e.f",
    "a.b()",
    "main.least(a, b)",
    "system.main.least(a, b)",
    "least(a, b) limit 1",
    "least(a, b order by c)",
    "a order by b",
    "a where flag",
    "kind = 'a\x00b'",
    "a\u00a0+ b",
    "a \u2212 b",
    "a ≥ b",
    "kind = ‘flat’",
    "\u0430 = 1",
    "a\u200b = 1",
    "１ = a",
    "٣ = a",
    "\ud800",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_sql_but_the_listed_constructs_gets_through(text: str) -> None:
    for scope in (SCOPE, aggregating(), replace(SCOPE, allow_is_null=True)):
        with pytest.raises(ExpressionError, match=r"^programmes/example\.yaml:7: In `"):
            compiled(text, scope)


TOO_DEEP: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "(" * n + "a" + ")" * n,
    "not": lambda n: "not " * n + "flag",
    "minus": lambda n: "- " * n + "a",
    "case": lambda n: "case when flag then " * n + "a" + " end" * n,
    "condition": lambda n: "case when " * n + "flag" + " then flag end" * n,
    "calls": lambda n: "greatest(0, " * n + "a" + ")" * n,
    "division": lambda n: "money_div(" * n + "a" + ", 2, half_up)" * n,
    "months": lambda n: "add_months(" * n + "birth" + ", 1)" * n,
    "product": lambda n: "a * " * n + "a",
    "sum to the right": lambda n: "a + (" * n + "a" + ")" * n,
    "unclosed": lambda n: "(" * n,
    "in": lambda n: "a in (" * n,
}


@pytest.mark.parametrize("shape", TOO_DEEP)
@pytest.mark.parametrize("levels", [50, 500, 3000, 50_000])
def test_deep_nesting_is_an_error_of_the_pack_not_a_crash(shape: str, levels: int) -> None:
    with pytest.raises(ExpressionError) as refusal:
        compiled(TOO_DEEP[shape](levels))
    assert len(str(refusal.value)) < 400


def test_long_chains_and_lists_are_fine_up_to_the_longest_text() -> None:
    most = LINKS_MAX + 1
    assert value_of(" and ".join(["flag"] * most), flag=True) is True
    assert value_of(" or ".join(["flag"] * most), flag=None) is None
    assert value_of(" + ".join(["a"] * most), a=3) == 3 * most
    assert value_of("a" + " - 1" * LINKS_MAX, a=LINKS_MAX) == 0
    for chained in (" and flag", " + a", " or flag"):
        with pytest.raises(ExpressionError, match="grows too large"):
            compiled(chained.split()[-1] + chained * most)
    assert value_of(f"a in ({', '.join(str(n) for n in range(1500))})", a=1499) is True
    branches = " ".join(f"when a = {n} then {n}" for n in range(300))
    assert value_of(f"case {branches} else 0 end", a=299) == 299
    with pytest.raises(ExpressionError, match=f"more than {LENGTH_MAX}; split it"):
        compiled("a" + " + a" * LENGTH_MAX)


def test_ten_levels_are_within_reach_from_deep_inside_a_program() -> None:
    def from_depth(levels: int) -> int:
        return from_depth(levels - 1) if levels else value_of("(" * 10 + "a" + ")" * 10, a=5)

    parse.__globals__["_parse"].cache_clear()
    assert from_depth(300) == 5


WORDS = sorted(word.lower() for word in Tokenizer.KEYWORDS if word.isalpha())


@pytest.mark.parametrize("word", WORDS)
def test_a_name_that_is_a_word_of_sql_is_read_as_that_name_or_refused(word: str) -> None:
    scope = scope_of({word: Name(f'"{word}"', INTEGER), f"x.{word}": Name(f'"x.{word}"', INTEGER)})
    for name in (word, f"x.{word}"):
        try:
            found = compiled(f"{name} = 1", scope)
        except ExpressionError as refusal:
            assert str(refusal).startswith("programmes/example.yaml:7: In `")
        else:
            assert (found.sql, found.names) == (f'("{name}" = 1)', {name})


PIECES = [
    "a",
    "b",
    "rate",
    "pay",
    "birth",
    "kind",
    "flag",
    "other",
    "share",
    "0",
    "1",
    "2.5",
    "'x'",
    "''",
    "true",
    "false",
    "and",
    "or",
    "not",
    "case",
    "when",
    "then",
    "else",
    "end",
    "in",
    "between",
    "is",
    "null",
    "(",
    ")",
    "(",
    ")",
    ",",
    "+",
    "-",
    "*",
    "/",
    "=",
    "<>",
    "<",
    ">=",
    ".",
    "money",
    "date",
    "least(",
    "ratio(",
    "money_div(",
    "half_up",
    "age_years(",
    "sum(",
    "any(",
    "count()",
    "select",
    "from",
    "over",
    "filter",
    "limit",
    "any",
    "all",
    "exists",
    "interval",
    "cast",
    "as",
    "distinct",
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map(" ".join))
def test_any_sequence_of_words_is_refused_or_runs(text: str) -> None:
    for scope in (SCOPE, aggregating()):
        try:
            found = compiled(text, scope)
        except ExpressionError:
            continue
        connection().register("facts", table([]))
        connection().sql(f"select {found.sql} from facts").fetchall()


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=30))
def test_any_text_at_all_is_refused_or_understood(text: str) -> None:
    try:
        compiled(text)
    except ExpressionError as refusal:
        assert refusal.line == 7


def test_calls_that_would_grow_to_megabytes_of_sql_are_refused() -> None:
    assert compiled(TOO_DEEP["division"](3)).sql
    with pytest.raises(ExpressionError, match="grows too large"):
        compiled(TOO_DEEP["division"](20))


def test_whoever_only_reads_the_names_gets_the_same_refusal() -> None:
    with pytest.raises(ExpressionError, match="nested too deeply"):
        names_in(Expression(TOO_DEEP["brackets"](1000), PLACE))
