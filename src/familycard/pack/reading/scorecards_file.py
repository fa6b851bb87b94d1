"""Reads ``scorecards/<id>.yaml``: integer points for ranges of indicators, and the cut-offs."""

from __future__ import annotations

from familycard.pack.model import Adjustment, Bin, Label, Override, Scorecard, Term
from familycard.pack.reading.fields import (
    Fields,
    Reading,
    entries_of,
    fault,
    items_of,
    text_of,
    whole_number,
)
from familycard.pack.reading.indicators_file import SPHERES
from familycard.pack.reading.yaml_places import Entries, Node

_KEYS = [
    "id",
    "title",
    "unit",
    "official",
    "provenance",
    "base",
    "terms",
    "adjustments",
    "categories",
    "category_labels",
]
_TERM_KEYS = [
    "id",
    "label",
    "why",
    "bins",
    "values",
    "otherwise",
    "when",
    "points",
    "table",
    "rows",
    "columns",
    "missing",
    "missing_row",
    "missing_column",
    "override",
    "sphere",
]
_TERM_KINDS = ("bins", "values", "when", "table")


def read_scorecard_file(node: Node, reading: Reading) -> Scorecard:
    """The scorecard; orders and references are checked by the caller and by lint."""
    fields = Fields(node, "scorecard", _KEYS, reading)
    categories = _categories(entries_of(fields.node("categories"), "categories"))
    return Scorecard(
        id=fields.id(),
        title=fields.label("title"),
        unit=fields.id("unit"),
        provenance=fields.label("provenance"),
        base=fields.integer("base"),
        terms=reading.each(items_of(fields.node("terms"), "terms"), lambda item: _term(item, reading)),
        adjustments=reading.each(fields.items("adjustments"), lambda item: read_adjustment(item, reading)),
        categories=categories,
        category_labels=read_category_labels(fields, [letter for letter, _ in categories]),
        official=fields.boolean("official", False),
        place=fields.place,
    )


def _categories(entries: Entries) -> tuple[tuple[str, int | None], ...]:
    """Letters with their limits, ascending, the open one last, however the file orders them."""
    limits: dict[str, int | None] = {}
    for letter, node in entries.entries.items():
        content = entries_of(node, f"categories.{letter}").entries
        if set(content) - {"below"}:
            raise fault(f"category {letter}: only `below` is allowed", node.place)
        limits[letter] = whole(content["below"], "below") if "below" in content else None
    if sum(limit is None for limit in limits.values()) != 1:
        raise fault("exactly one category, the best, has no `below`", entries.place)
    numbers = [limit for limit in limits.values() if limit is not None]
    if len(set(numbers)) < len(numbers):
        raise fault("two categories have the same `below`; each needs its own", entries.place)
    return tuple(sorted(limits.items(), key=lambda item: (item[1] is None, item[1] or 0)))


def read_category_labels(fields: Fields, letters: list[str]) -> dict[str, Label]:
    """What each category is called."""
    entries = entries_of(fields.node("category_labels"), "category_labels").entries
    labels = {letter: fields.reading.label(node, f"category {letter}") for letter, node in entries.items()}
    if set(labels) != set(letters):
        raise fault("`category_labels` must name exactly the categories", fields.at("category_labels"))
    return labels


def _term(node: Node, reading: Reading) -> Term:
    fields = Fields(node, "term", _TERM_KEYS, reading)
    id_ = fields.id()
    fields.what = f"term {id_}"
    kinds = [kind for kind in _TERM_KINDS if kind in fields]
    if len(kinds) != 1:
        raise fault(f"term {id_} needs exactly one of {', '.join(_TERM_KINDS)}", fields.place)
    kind = kinds[0]
    return Term(
        id=id_,
        label=fields.label("label"),
        why=fields.label("why"),
        bins=fields.optional_id("bins"),
        bin_points=_bins(fields) if kind == "bins" else (),
        values=fields.optional_id("values"),
        value_points=_value_points(fields) if kind == "values" else {},
        otherwise=fields.optional_integer("otherwise"),
        when=fields.optional_expression("when"),
        points=fields.integer("points") if kind == "when" else 0,
        table=_pair(fields) if kind == "table" else None,
        rows=fields.texts("rows"),
        columns=fields.texts("columns"),
        grid=_grid(fields) if kind == "table" else (),
        missing=_missing(fields, kind),
        missing_row=_missing_line(fields, "missing_row", "columns"),
        missing_column=_missing_line(fields, "missing_column", "rows"),
        override=read_override(fields) if "override" in fields else None,
        sphere=fields.choice("sphere", SPHERES) if "sphere" in fields else None,
        place=fields.place,
    )


def _bins(fields: Fields) -> tuple[Bin, ...]:
    bins = []
    for node in items_of(fields.node("points"), "points"):
        item = Fields(node, fields.what, ("below", "points"), fields.reading)
        bins.append(Bin(item.optional_text("below"), item.integer("points")))
    if not bins or bins[-1].below is not None or any(bin_.below is None for bin_ in bins[:-1]):
        message = f"{fields.what}: every bin but the last has `below`, the last is open"
        raise fault(message, fields.at("points"))
    return tuple(bins)


def _value_points(fields: Fields) -> dict[str, int]:
    entries = entries_of(fields.node("points"), "points").entries
    return {value: whole(node, f"points.{value}") for value, node in entries.items()}


def _pair(fields: Fields) -> tuple[str, str]:
    names = fields.texts("table")
    if len(names) != 2:
        raise fault(f"{fields.what}: `table` names two indicators", fields.at("table"))
    return names[0], names[1]


def _grid(fields: Fields) -> tuple[tuple[int, ...], ...]:
    """Points by row and column: one more than there are cut-offs in each direction."""
    rows = items_of(fields.node("points"), "points")
    grid = tuple(tuple(whole(cell, "points") for cell in items_of(row, "points")) for row in rows)
    height, width = len(fields.texts("rows")) + 1, len(fields.texts("columns")) + 1
    if len(grid) != height or any(len(row) != width for row in grid):
        raise fault(f"{fields.what}: `points` must be {height} rows of {width}", fields.at("points"))
    return grid


def _missing(fields: Fields, kind: str) -> int | None:
    if kind == "when" and "missing" in fields:
        raise fault(
            f"{fields.what}: a `when` has no `missing`; write a term by `values`", fields.at("missing")
        )
    return fields.optional_integer("missing")


def _missing_line(fields: Fields, key: str, along: str) -> tuple[int, ...]:
    """Points where one of a table's two indicators is unknown, by the bins of the other."""
    if key not in fields:
        return ()
    points = tuple(whole(node, key) for node in fields.items(key))
    if "table" not in fields or len(points) != len(fields.texts(along)) + 1:
        message = f"{fields.what}: `{key}` is of a table and has one number more than `{along}`"
        raise fault(message, fields.at(key))
    return points


def read_override(fields: Fields) -> Override:
    """What experts allow a term's points to be."""
    override = fields.fields("override", ("at_least", "at_most", "why"))
    if "at_least" not in override and "at_most" not in override:
        raise fault("an override needs `at_least`, `at_most` or both", fields.at("override"))
    at_least, at_most = override.optional_integer("at_least"), override.optional_integer("at_most")
    if at_least is not None and at_most is not None and at_least > at_most:
        raise fault("an override's `at_least` lies above its `at_most`", fields.at("override"))
    return Override(override.label("why"), at_least, at_most)


def read_adjustment(node: Node, reading: Reading) -> Adjustment:
    """A floor or a cap of the whole score."""
    fields = Fields(node, "adjustment", ("id", "when", "why", "at_most", "at_least"), reading)
    if ("at_most" in fields) == ("at_least" in fields):
        raise fault("an adjustment needs either `at_most` or `at_least`", fields.place)
    return Adjustment(
        id=fields.id(),
        when=fields.expression("when"),
        why=fields.label("why"),
        at_most=fields.optional_integer("at_most"),
        at_least=fields.optional_integer("at_least"),
        place=fields.place,
    )


def whole(node: Node, what: str) -> int:
    """A whole number; PackError otherwise."""
    try:
        return whole_number(text_of(node, what))
    except ValueError as error:
        raise fault(f"`{what}`: {error}", node.place) from error
