"""A contract compiled into SQL over the text of cells.

The statement judges the rows that `first_look` did not find to be good and leaves the table ``judged``:
`_file`, `_row`, `_record`, one typed column a contract column (an identifier is still text), and for
a refused row `_why`: a list of {place, rule, value, words}. What rows must keep together (keys,
doubles) is judged afterwards by `duplicates`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from familycard.errors import PackError
from familycard.pack.contract import Column, Source
from familycard.pack.expression import Scope, compile_condition, compile_expression
from familycard.pack.model import Expression, IdentifierKind, Pack, Place
from familycard.pack.scope import Name
from familycard.sources import sql
from familycard.sources.check_column import Bounds, Rule, plan_cell, sum_name, value_rules
from familycard.sources.duplicates import keys_of
from familycard.sources.identifiers import arithmetic_sql
from familycard.sources.resolving import place_of

SHOWN_VALUE_LENGTH = 200
ROW_RULE, WHOLE_RECORD = -1, -2
"""Places in `_why` that are not columns."""
RECORD_AS_A_WHOLE = ("_line", "_fault", "_says")
"""What is packed behind the cells of a row that wants a closer look."""


@dataclass(frozen=True)
class Checks:
    """The compiled checks of a source."""

    source: Source
    physical: tuple[Column, ...]
    derived: tuple[Column, ...]
    identifiers: Mapping[str, IdentifierKind]
    bounds: Bounds
    scope: Scope
    joined: frozenset[str] = frozenset()
    """Identifying columns that are looked up in the tables of known identifiers (see `resolving`)."""

    def statement(self, line: str) -> str:
        """SQL that makes the table ``judged`` from the rows of ``looked`` that want a closer look.

        `line` is the SQL of a record's shown text over its cells.
        """
        return f"CREATE OR REPLACE TEMP TABLE judged AS {self._select(line)}"

    def _select(self, line: str) -> str:
        plans = [
            plan_cell(column, f"s{n}", f"t{n}", value(column), self.kind(column), self.bounds)
            for n, column in enumerate(self.physical)
        ]
        cells = "".join(f", {sql.trimmed(f'c{n}')} AS s{n}" for n in range(len(plans)))
        texts = "".join(f", {plan.text} AS t{n}" for n, plan in enumerate(plans))
        values = "".join(
            f", {plan.value} AS {value(column)}" for plan, column in zip(plans, self.physical, strict=True)
        )
        broken = [(n, _first(plan.rules), f"c{n}") for n, plan in enumerate(plans) if plan.rules]
        for number, column in enumerate(self.derived, len(self.physical)):
            if rules := self.derived_rules(column):
                broken.append((number, _first(rules), f"CAST({value(column)} AS VARCHAR)"))
        return f"""
SELECT {", ".join(self.kept)}, _refused, CASE WHEN _refused THEN {self._why(broken)} END AS _why,
  CASE WHEN _refused THEN {line} END AS _line, {self._subject_text()} AS _subject
FROM (SELECT *, _fault IS NOT NULL{"".join(f" OR e{n} IS NOT NULL" for n, _, _ in broken)}{self._any_rule()} AS _refused
  FROM (SELECT *{"".join(f", {rule.broken} AS e{n}" for n, rule, _ in broken)}{self.row_rules()}
    FROM (SELECT *{self.sums((*self.physical, *self.derived))}
      FROM (SELECT *{self.derivations()}
        FROM (SELECT *{values}
          FROM (SELECT *{texts}
            FROM (SELECT *{cells} FROM ({self._not_quick()}))))))))"""

    def _not_quick(self) -> str:
        """The records of ``looked`` that want a closer look, as `first_look` packed them."""
        names = [*(f"c{n}" for n in range(len(self.physical))), *RECORD_AS_A_WHOLE]
        texts = "".join(f", _text[{place}] AS {name}" for place, name in enumerate(names, 1))
        kept = [name for name in self.kept if name not in self._valued]
        return f"SELECT {', '.join(kept)}{texts} FROM looked WHERE NOT _quick"

    @property
    def kept(self) -> tuple[str, ...]:
        """The SQL names of what is kept of a row that is not refused."""
        record = ["_record"] if self.needs_record else []
        return ("_file", "_row", *record, *self._valued, *(place_of(name) for name in sorted(self.joined)))

    @property
    def _valued(self) -> tuple[str, ...]:
        return tuple(value(column) for column in (*self.physical, *self.derived))

    def derived_rules(self, column: Column) -> tuple[Rule, ...]:
        """The rules of a derived column, which has its type as it is made."""
        rules = value_rules(column, value(column), value(column), self.kind(column), self.bounds)
        return tuple(rule for rule in rules if rule.name != "type")

    @property
    def needs_record(self) -> bool:
        """Whether rows are told apart by the whole record, for want of a key."""
        return not keys_of(self.source)

    def kind(self, column: Column) -> IdentifierKind | None:
        return self.identifiers[column.identifies] if column.identifies else None

    @property
    def places(self) -> tuple[str, ...]:
        """What stands at the places of `_why`: headers, then names of derived columns."""
        return tuple(column.physical_name or column.name for column in (*self.physical, *self.derived))

    def place_of(self, name: str) -> int:
        """The place in `_why` of a column."""
        return [column.name for column in (*self.physical, *self.derived)].index(name)

    def _subject_text(self) -> str:
        """The text that says which household a refused row is about."""
        if self.source.subject_of is None:
            return "CAST(NULL AS VARCHAR)"
        for number, column in enumerate(self.physical):
            if column.name == self.source.subject:
                return f"CASE WHEN _refused THEN t{number} END"
        return f"CAST({value(self.source.by_name[self.source.subject or ''])} AS VARCHAR)"

    def derivations(self) -> str:
        """The derived columns, over the values of the physical ones."""
        return "".join(
            f", {compile_expression(self._expression(column.derived or '', column.line), self.scope, column.type).sql}"
            f" AS {value(column)}"
            for column in self.derived
        )

    def sums(self, columns: Iterable[Column]) -> str:
        """The arithmetic of the columns' checksums, each a column of its own."""
        found = []
        for column in columns:
            if (kind := self.kind(column)) is not None and kind.checksum != "none":
                text = f"t{self.physical.index(column)}" if column.derived is None else value(column)
                found.append(f", {arithmetic_sql(text, kind.checksum)} AS {sum_name(text)}")
        return "".join(found)

    def row_rules(self) -> str:
        """Whether each rule of the row holds, as `r<n>`."""
        return "".join(
            f", {compile_condition(self._expression(rule.expression, rule.line), self.scope).sql} AS r{n}"
            for n, rule in enumerate(self.source.row_rules)
        )

    def _any_rule(self) -> str:
        return "".join(f" OR coalesce(NOT r{n}, false)" for n in range(len(self.source.row_rules)))

    def _expression(self, text: str, line: int) -> Expression:
        return Expression(text, Place(str(self.source.file), line))

    def _why(self, broken: Sequence[tuple[int, Rule, str]]) -> str:
        """The list of what a refused row breaks; a record that is broken as a whole breaks only that."""
        found = [
            f"CASE WHEN e{n} IS NOT NULL THEN {_reason(n, f'e{n}', shown, rule.words)} END"
            for n, rule, shown in broken
        ]
        for n, rule in enumerate(self.source.row_rules):
            words = sql.text(f"the row breaks `{rule.expression}`")
            reason = _reason(ROW_RULE, sql.text(rule.name), "CAST(NULL AS VARCHAR)", words)
            found.append(f"CASE WHEN r{n} = false THEN {reason} END")
        whole = _reason(WHOLE_RECORD, "_fault", "CAST(NULL AS VARCHAR)", "_says")
        parts = (
            f"list_filter([{', '.join(found)}], lambda reason: reason IS NOT NULL)" if found else f"[{whole}]"
        )
        return f"CASE WHEN _fault IS NOT NULL THEN [{whole}] ELSE {parts} END"


def value(column: Column) -> str:
    """The SQL name of a column's value."""
    return sql.name(column.name)


def _first(rules: Sequence[Rule]) -> Rule:
    """Rules as one: which is the first broken, and its words; a record broken as a whole breaks none."""
    cases = " ".join(f"WHEN {rule.broken} THEN {sql.text(rule.name)}" for rule in rules)
    words = " ".join(f"WHEN {rule.broken} THEN {rule.words}" for rule in rules)
    return Rule("", f"CASE WHEN _fault IS NOT NULL THEN NULL {cases} END", f"CASE {words} END")


def _reason(place: int, rule: str, shown: str, words: str) -> str:
    return f"{{'place': {place}, 'rule': {rule}, 'value': left({shown}, {SHOWN_VALUE_LENGTH}), 'words': {words}}}"


def compile_checks(
    source: Source, pack: Pack, extracted_on: date | None, joined: frozenset[str] = frozenset()
) -> Checks:
    """The checks of a source; PackError (file, line) where the contract names what is not there."""
    for column in source.columns:
        if column.identifies is not None and column.identifies not in pack.identifiers:
            raise PackError(
                f"column '{column.name}' identifies '{column.identifies}', which pack.yaml does not describe",
                source.file,
                column.line,
            )
    physical = tuple(column for column in source.columns if column.derived is None)
    names = {column.name: Name(value(column), column.type, column.is_nullable) for column in physical}
    derived = tuple(column for column in source.columns if column.derived is not None)
    scope = Scope(
        names.get,
        allow_is_null=True,
        leap_day=pack.leap_day,
        minor_digits=pack.minor_digits,
        currency=pack.currency,
        known_names=lambda: list(names),
    )
    bounds = Bounds(pack.minor_digits, extracted_on)
    return Checks(source, physical, derived, pack.identifiers, bounds, scope, joined)
