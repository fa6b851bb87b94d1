"""How likely two rows are one person: the model of Fellegi and Sunter, estimated by Splink without labels.

I. P. Fellegi, A. B. Sunter, A Theory for Record Linkage (JASA 64, 1969). How often people who are
*not* one agree is seen in random pairs; how often rows of one person agree is estimated by
expectation maximisation within pairs that share a key, once for each of two keys, so that each
field is estimated where it was not the key. Nobody says which pairs are right.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Sequence
from typing import Any

import duckdb
from splink import Linker, SettingsCreator, block_on

from familycard.errors import SourceError
from familycard.sources import sql
from familycard.sources.linkage.blocking import WHOLE, blocks, pairs_of
from familycard.sources.linkage.fields import Field, Kind, column, levels_of, of_kind, reasons, tells_apart
from familycard.sources.linkage.scorers import Embedded, Scorer

SEED = 1
RANDOM_PAIRS = 1e6
LEAST_ALIKE = 10
"""Fewer pairs that agree in names and date teach nothing of how rows of one person differ."""
SHARE_FOUND_BY_ALL_NAMES = 0.6
"""How many of the true pairs agree on names and date exactly: a start, which hardly moves the result."""


def score(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[str],
    fields: Sequence[Field],
    least: float,
    learn_from: Sequence[str] | None = None,
    scorer: Scorer | None = None,
) -> str:
    """SQL of (one, other, probability, weight, tells_apart, words) of the pairs with a probability of `least` or more.

    `tables` are one prepared table (pairs within it) or two: `one` is of the first, `other` of the second. Where they are too few to learn from, `learn_from` are others of the same making. `scorer` is where pairs are scored: in the connection, if not said.
    """
    check_fields(connection, learn_from or tables, fields)
    _check_alike(connection, learn_from or tables, fields)
    scorer = scorer or Embedded(connection)
    taught = _linker(scorer, learn_from or tables, settings(fields, scorer, within=len(tables) == 1))
    _train(taught, fields)
    learned = dict(taught.misc.save_model_to_json())
    rules = [{"blocking_rule": scorer.said(rule)} for rule in blocks(connection, tables, fields)]
    linker = _linker(scorer, tables, learned | {"blocking_rules_to_generate_predictions": rules})
    found = scorer.taken(linker.inference.predict(threshold_match_probability=least).physical_name)
    return (
        "SELECT unique_id_l AS one, unique_id_r AS other, match_probability AS probability, match_weight AS weight, "
        f"{tells_apart(fields)} AS tells_apart, {reasons(fields)} AS words FROM {found}"
    )


def _linker(scorer: Scorer, tables: Sequence[str], model: SettingsCreator | dict[str, Any]) -> Linker:
    # Splink puts the tables of a pair in the order of their names, so these begin with their number.
    number = itertools.count(len(scorer.api._registered_table_names))
    frames = [
        scorer.api.register(scorer.bring(name), dataset_display_name=f"input_{next(number):03d}_{name}")
        for name in tables
    ]
    return Linker(frames, model, log_level=logging.ERROR)


def check_fields(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[str], fields: Sequence[Field]
) -> None:
    """SourceError where there is nothing to compare by."""
    kinds = {field.kind for field in fields}
    if not kinds & {Kind.SURNAME, Kind.GIVEN_NAME} or len(fields) < 2:
        raise SourceError("To link rows they need a name and at least one more column in common with people.")
    for table, field in itertools.product(tables, fields):
        counted = connection.execute(
            f"SELECT count({sql.name(field.name)}), count(*) FROM {table}"
        ).fetchall()
        if counted[0][1] and not counted[0][0]:
            raise SourceError(
                f"{table}: {field.title} is empty in every row, so nothing can be linked by it."
            )


def _check_alike(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[str], fields: Sequence[Field]
) -> None:
    alike = pairs_of(connection, tables, tuple((field, WHOLE) for field in _certain(fields)))
    if alike < LEAST_ALIKE:
        raise SourceError(
            f"Only {alike} pairs of {' and '.join(tables)} agree in {', '.join(f.title for f in _certain(fields))}; at least "
            f"{LEAST_ALIKE} are needed to learn how rows of one person differ, so nothing is linked."
        )


def _certain(fields: Sequence[Field]) -> list[Field]:
    """Fields that rows of one person most often agree in, and of two persons hardly ever."""
    return [field for field in fields if field.kind in (Kind.SURNAME, Kind.GIVEN_NAME, Kind.DATE)]


def settings(fields: Sequence[Field], scorer: Scorer, *, within: bool) -> SettingsCreator:
    """Splink's settings to learn by: what is compared."""
    return SettingsCreator(
        link_type="dedupe_only" if within else "link_only",
        comparisons=[_comparison(field, fields, scorer) for field in fields],
        blocking_rules_to_generate_predictions=[],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=True,
        max_iterations=50,
    )


def _comparison(field: Field, fields: Sequence[Field], scorer: Scorer) -> dict[str, Any]:
    sides = {"l": column("l", field), "r": column("r", field)}
    nothing = {
        "sql_condition": scorer.said(f"{sides['l']} IS NULL OR {sides['r']} IS NULL"),
        "label_for_charts": "unknown",
        "is_null_level": True,
    }
    levels: list[dict[str, Any]] = [nothing]
    for level in levels_of(field, fields):
        when = scorer.said(level.when.format(**sides))
        said: dict[str, Any] = {"sql_condition": when, "label_for_charts": level.says}
        if level.by_rarity:
            said |= {"tf_adjustment_column": field.name, "tf_adjustment_weight": 1.0}
        levels.append(said)
    levels.append({"sql_condition": "ELSE", "label_for_charts": "differs"})
    return {"output_column_name": field.name, "comparison_levels": levels}


def _train(linker: Linker, fields: Sequence[Field]) -> None:
    keys = [field.name for field in fields if field.kind in (Kind.SURNAME, Kind.GIVEN_NAME)]
    birth = of_kind(fields, Kind.DATE)
    certain = block_on(*(field.name for field in _certain(fields)))
    linker.training.estimate_probability_two_random_records_match([certain], recall=SHARE_FOUND_BY_ALL_NAMES)
    # All of the sample at once: to stop early would leave it to the engine which part of it was seen.
    linker.training.estimate_u_using_random_sampling(
        max_pairs=RANDOM_PAIRS, seed=SEED, min_count_per_level=None, num_chunks=1
    )
    for key in ([birth.name] if birth else []), keys:
        if key:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*key))
