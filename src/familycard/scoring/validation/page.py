"""The report as one HTML page that needs nothing else: tables, plots as SVG, the model card last but whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from familycard.scoring.validation.plots import calibration_plot, errors_plot, groups_plot

NAMES: Mapping[str, str] = {
    "r_squared": "R², whole points",
    "r_squared_before_rounding": "R² before rounding",
    "rank_correlation": "Rank correlation (Spearman)",
    "macro_f1": "Macro-F1 of categories",
    "exclusion_error_20": "Exclusion error, fixed line at 20 %",
    "inclusion_error_20": "Inclusion error, fixed line at 20 %",
    "exclusion_error_40": "Exclusion error, fixed line at 40 %",
    "inclusion_error_40": "Inclusion error, fixed line at 40 %",
    "fixed_rate_error_20": "Error at a fixed rate of 20 %",
    "fixed_rate_error_40": "Error at a fixed rate of 40 %",
    "calibration_slope": "Slope of measured on said (1 keeps its word)",
    "mean_error": "Mean of said less measured (on the scale fitted)",
}
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
table{border-collapse:collapse;margin:1rem 0;display:block;overflow-x:auto}th,td{border-bottom:1px solid #ccc;padding:.3rem .7rem;text-align:left}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}caption{text-align:left;font-weight:600}svg{max-width:100%;height:auto}
"""


def report_page(report: Mapping[str, Any], language: str) -> str:
    """The whole page, in the order in which one should doubt a score."""
    title = f"What the scorecard {report['fit']} can be trusted with"
    body = "\n".join(part for section in _sections(report, language) for part in section)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _sections(report: Mapping[str, Any], language: str) -> Iterator[Iterable[str]]:
    yield _summary(report, language)
    yield _errors(report)
    yield (
        "<h2>Calibration</h2>",
        calibration_plot(report["calibration"]),
        _calibration(report["calibration"]),
    )
    yield _categories(report["categories"])
    yield _groups(report)
    yield _failed(report)
    if report.get("drift"):
        yield _drift(report["drift"])
    yield ("<h2>Model card</h2>", *_card(report["model_card"], language))


def _summary(report: Mapping[str, Any], language: str) -> Iterator[str]:
    survey, folds = report["survey"], report["folds"]
    target = report["target"]["label"].get(language, report["target"]["name"])
    yield (
        f"<p>Measured: {escape(target)}. {survey['rows']:,} families of {escape(survey['of'])} in {survey['clusters']:,} "
        f"clusters. Every figure is out of fold: a family is scored by points fitted without it and its neighbours "
        f"({folds['folds']} folds; {min(folds['indicators_each'])} to {max(folds['indicators_each'])} indicators of "
        f"{folds['candidates']}). In brackets the middle 95 % of draws of whole clusters.</p>"
    )


def _errors(report: Mapping[str, Any]) -> Iterator[str]:
    published = report["published"]
    yield "<h2>Errors</h2>"
    rows = [
        [
            NAMES[name],
            _range(one),
            _number(published["average"].get(name)),
            _number(published["best"].get(name)),
        ]
        for name, one in report["measures"].items()
    ]
    yield _table("", ["", "here", "published, average", "published, best"], rows)
    yield f"<p>Published: {escape(published['source'])}. Other countries and other targets: a yardstick, no contest.</p>"
    yield errors_plot(report["measures"], published["average"])
    loss = report["rounding"]["relative_loss"]
    if loss is not None:
        yield f"<p>Whole points, and the limits of experts, cost {100 * loss:.2f} % of the R² before them.</p>"
    rows = [
        [one["scorecard"], *(_number(one[k]) for k in one if k != "scorecard")] for one in report["by_hand"]
    ]
    if rows:
        heads = ["written by hand", *(NAMES[k] for k in report["by_hand"][0] if k != "scorecard")]
        yield _table("Scorecards of experts on the same families", heads, rows)


def _calibration(rows: Sequence[Mapping[str, Any]]) -> str:
    heads = ["tenth", "families", "points said", "points measured"]
    return _table(
        "",
        heads,
        [[str(r["tenth"]), f"{r['families']:,}", f"{r['said']:.0f}", f"{r['measured']:.0f}"] for r in rows],
    )


def _categories(categories: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>Categories</h2>"
    letters = categories["letters"]
    lines = [
        [a, *(f"{100 * x:.1f}" for x in line)]
        for a, line in zip(letters, categories["measured_by_said"], strict=True)
    ]
    yield _table("Per cent of the people: measured (lines) and said (columns)", ["", *letters], lines)


def _groups(report: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>By group</h2>"
    yield "<p>Who is poor and who is helped is decided among all families; figures are of what that does to each group.</p>"
    shown = (
        "r_squared",
        "rank_correlation",
        "macro_f1",
        "fixed_rate_error_20",
        "fixed_rate_inclusion_20",
        "fixed_rate_error_40",
        "helped_20",
    )
    heads = [
        "",
        "families",
        "R²",
        "rank",
        "F1",
        "exclusion 20 %",
        "inclusion 20 %",
        "exclusion 40 %",
        "helped at 20 %",
    ]
    for group, rows in report["groups"].items():
        yield _table(
            group,
            heads,
            [[r["value"], f"{r['families']:,}", *(_range(r[name]) for name in shown)] for r in rows],
        )
    if report["groups_not_in_survey"]:
        lacking = ", ".join(report["groups_not_in_survey"])
        yield f"<p>Not told, for the survey does not know it: {escape(lacking)}.</p>"
    yield groups_plot(report["groups"], "fixed_rate_error_20", "exclusion error at a fixed rate of 20 %")


def _failed(report: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>Whom it fails most</h2>"
    rows = [
        [
            ", ".join(f"{k} {v}" for k, v in one["who"].items()),
            f"{one['families']:,}",
            str(one["poor_families"]),
            _number(one["exclusion_error_20"]),
        ]
        for one in report["failed_most"]
    ]
    yield _table(
        "Poor families left out most often at a fixed rate of 20 %",
        ["who", "families", "of them poor", "exclusion error"],
        rows,
    )
    rows = [
        [
            one["indicator"],
            f"{one['mean_of_missed']:g}",
            f"{one['mean_of_found']:g}",
            f"{one['deviations_apart']:+.2f}",
        ]
        for one in report["missed_beside_found"]
    ]
    yield _table(
        "What tells the poor who are missed from those found",
        ["indicator", "mean of missed", "mean of found", "deviations apart"],
        rows,
    )


def _drift(drift: Mapping[str, Any]) -> Iterator[str]:
    yield "<h2>Drift</h2>"
    yield f"<p>From {escape(drift['before'])} to {escape(drift['after'])}: population stability index; 0.1 asks for a look, 0.25 for a new fit.</p>"
    yield _table(
        "",
        ["", "index", "verdict"],
        [[one["name"], f"{one['index']:.4f}", one["verdict"]] for one in drift["rows"]],
    )


def _card(card: Mapping[str, Mapping[str, str]], language: str) -> Iterator[str]:
    for key, label in card.items():
        yield f"<h3>{escape(key.replace('_', ' ').capitalize())}</h3>\n<p>{escape(label.get(language) or next(iter(label.values())))}</p>"


def _range(one: Mapping[str, float | None]) -> str:
    if one["value"] is None:
        return "—"
    return (
        f"{one['value']:.3f} [{one['low']:.3f}, {one['high']:.3f}]"
        if one["low"] is not None
        else f"{one['value']:.3f}"
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col"{_side(place)}>{escape(text)}</th>' for place, text in enumerate(heads))
    body = "".join(
        "<tr>"
        + "".join(f"<td{_side(place)}>{escape(text)}</td>" for place, text in enumerate(row))
        + "</tr>\n"
        for row in rows
    )
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>"


def _side(place: int) -> str:
    return ' class="n"' if place else ""
