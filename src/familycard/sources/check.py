"""A contract compiled into one SQL statement over the all-text relation.

The statement reads the records once and leaves the table ``checked``: `_file`, `_row`, `_record`,
one typed column a contract column (an identifier is still text), and for a refused row
`_why`: a list of {place, rule, value, words}. What rows must keep together (keys, doubles) is
judged afterwards by `duplicates`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from familycard.sources.known import table_of
from familycard.sources.quick import may_be_blank, quick_cell, quick_value
from familycard.sources.read_parquet import TypedCell
from familycard.sources.resolving import place_of

SHOWN_VALUE_LENGTH = 200
ROW_RULE, WHOLE_RECORD = -1, -2
"""Places in `_why` that are not columns."""


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

    def statement(self, records: str, line: str, typed: Mapping[int, TypedCell] | None = None) -> str:
        """SQL that makes the table ``checked`` from the records' SQL and the SQL of their shown text.

        `typed` says which columns the records also hold as values (`p<n>`): their text is made where it is needed.
        """
        return f"CREATE OR REPLACE TEMP TABLE checked AS {self._select(records, line, typed or {})}"

    def _select(self, records: str, line: str, typed: Mapping[int, TypedCell]) -> str:
        plans = [
            plan_cell(column, f"s{n}", f"t{n}", value(column), self.kind(column), self.bounds)
            for n, column in enumerate(self.physical)
        ]
        cells = "".join(f", {_unless_quick(sql.trimmed(f'c{n}'))} AS s{n}" for n in range(len(plans)))
        texts = "".join(f", {_unless_quick(plan.text)} AS t{n}" for n, plan in enumerate(plans))
        values = "".join(
            f", CASE WHEN _quick THEN w{n} ELSE {plan.value} END AS {value(column)}"
            for n, (plan, column) in enumerate(zip(plans, self.physical, strict=True))
        )
        broken = [
            (n, _first(plan.rules, "_quick OR _fault IS NOT NULL"), f"c{n}")
            for n, plan in enumerate(plans)
            if plan.rules
        ]
        for number, column in enumerate(self.derived, len(self.physical)):
            rules = tuple(value_rules(column, value(column), value(column), self.kind(column), self.bounds))
            if rules := tuple(rule for rule in rules if rule.name != "type"):
                shown = f"CAST({value(column)} AS VARCHAR)"
                broken.append((number, _first(rules, "_fault IS NOT NULL"), shown))
        return f"""
SELECT _file, _row{", _record" if self.needs_record else ""}, {", ".join(value(c) for c in (*self.physical, *self.derived))},
  {"".join(f"{place_of(name)}, " for name in sorted(self.joined))}_refused, CASE WHEN _refused THEN {self._why(broken)} END AS _why, CASE WHEN _refused THEN {line} END AS _line,
  {self._subject_text()} AS _subject
FROM (SELECT *, _fault IS NOT NULL{"".join(f" OR e{n} IS NOT NULL" for n, _, _ in broken)}{self._any_rule()} AS _refused
  FROM (SELECT *{"".join(f", {rule.broken} AS e{n}" for n, rule, _ in broken)}{self._row_rules()}
    FROM (SELECT *{self._sums()}
      FROM (SELECT *{self._derivations()}
        FROM (SELECT *{values}
          FROM (SELECT *{texts}
            FROM (SELECT *{cells} FROM ({self._quick(records, typed)}))))))))"""

    def _quick(self, records: str, typed: Mapping[int, TypedCell]) -> str:
        """The records with `_quick`, whether no cell needs a closer look, and then `w<n>`, the cells' values."""
        sums, values, every = "", "", ["_fault IS NULL"]
        joins, persons, texts = "", "", []
        for n, column in enumerate(self.physical):
            kind = self.kind(column)
            if kind is not None and column.name in self.joined:
                joins += f" LEFT JOIN {table_of(kind.id)} j{n} ON j{n}.value = r.c{n}"
                persons += f", j{n}.person AS {place_of(column.name)}"
                values += f", CASE WHEN {place_of(column.name)} IS NOT NULL THEN c{n} END AS w{n}"
                every.append(f"(w{n} IS NOT NULL OR {may_be_blank(column, f'c{n}')})")
                continue
            if n in typed and (value := quick_value(column, f"p{n}", f"w{n}", typed[n].type, self.bounds)):
                values += f", {value.value} AS w{n}"
                every.append(f"({value.within} OR {'false' if column.required else f'p{n} IS NULL'})")
                texts.append(f"CASE WHEN NOT _quick THEN {typed[n].text} END AS c{n}")
                continue
            if kind is not None and kind.checksum != "none":
                sums += f", {arithmetic_sql(f'c{n}', kind.checksum)} AS k{n}"
            quick = quick_cell(column, f"c{n}", f"w{n}", kind, f"k{n}", self.bounds)
            values += f", {quick.value if quick else 'NULL'} AS w{n}"
            every.append(f"({quick.within if quick else 'false'} OR {may_be_blank(column, f'c{n}')})")
        replaced = f" REPLACE ({', '.join(texts)})" if texts else ""
        return f"""SELECT *{replaced} FROM (SELECT *, coalesce({" AND ".join(every)}, false) AS _quick
FROM (SELECT *{values} FROM (SELECT *{sums} FROM (SELECT r.*{persons} FROM ({records}) r{joins}))))"""

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
                return f"CASE WHEN _refused THEN CASE WHEN _quick THEN c{number} ELSE t{number} END END"
        return f"CAST({value(self.source.by_name[self.source.subject or ''])} AS VARCHAR)"

    def _derivations(self) -> str:
        return "".join(
            f", {compile_expression(self._expression(column.derived or '', column.line), self.scope, column.type).sql}"
            f" AS {value(column)}"
            for column in self.derived
        )

    def _sums(self) -> str:
        """The arithmetic of checksums, each a column of its own."""
        found = []
        for number, column in enumerate((*self.physical, *self.derived)):
            if (kind := self.kind(column)) is not None and kind.checksum != "none":
                text = f"t{number}" if column.derived is None else value(column)
                found.append(f", {arithmetic_sql(text, kind.checksum)} AS {sum_name(text)}")
        return "".join(found)

    def _row_rules(self) -> str:
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


def _unless_quick(expression: str) -> str:
    return f"CASE WHEN NOT _quick THEN {expression} END"


def _first(rules: Sequence[Rule], spared: str) -> Rule:
    """Rules as one: which is the first broken, and its words; `spared` is SQL for rows that break none."""
    cases = " ".join(f"WHEN {rule.broken} THEN {sql.text(rule.name)}" for rule in rules)
    words = " ".join(f"WHEN {rule.broken} THEN {rule.words}" for rule in rules)
    return Rule("", f"CASE WHEN {spared} THEN NULL {cases} END", f"CASE {words} END")


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
