"""Reads one ODCS 3.1 contract into a `Source`.

The file is first held to the subset in ``docs/pack-format.md``, key by key with its line,
because a key that is silently ignored is a rule that somebody believes in and nobody
applies. The contract's own pydantic models (`open-data-contract-standard`) then check the
shapes that the standard gives. Source: https://bitol.io/, Open Data Contract Standard 3.1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from open_data_contract_standard.model import OpenDataContractStandard
from pydantic import ValidationError

from familycard.errors import PackError
from familycard.pack.contract import Column, RowRule, Source
from familycard.pack.contract_column import read_column
from familycard.pack.contract_yaml import Node, parse

TOP = [
    "apiVersion",
    "kind",
    "id",
    "name",
    "version",
    "status",
    "description",
    "team",
    "slaProperties",
    "servers",
    "customProperties",
    "schema",
]
DESCRIPTION = ["purpose", "limitations", "usage"]
TEAM = ["name", "description", "members"]
MEMBER = ["username", "name", "role", "description"]
SLA = ["property", "value", "unit"]
SERVER = ["server", "type", "path", "format", "schema", "description"]
SCHEMA = ["name", "physicalName", "description", "logicalType", "properties", "quality"]
QUALITY = ["type", "engine", "name", "implementation", "description"]
CONTRACT_KEYS = [
    "titles",
    "owner",
    "contact",
    "legal_basis",
    "delimiter",
    "encoding",
    "quote",
    "line_breaks",
    "min_rows",
    "max_refused",
    "extracted_on",
    "covers",
]
FORMATS = ("csv", "parquet", "jsonl", "postgresql")
DAYS_OF_UNIT = {"d": 1, "w": 7, "m": 31, "y": 366}


def read_contract(path: Path) -> Source:
    """The contract in `path`; PackError, with file and line, for whatever is outside the subset."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PackError(f"the contract cannot be read: {error.strerror}", path) from error
    top = parse(content, path)
    top.only(TOP)
    _check_standard(top)
    return _source(top, path, hashlib.sha256(content).hexdigest())


def _check_standard(top: Node) -> None:
    """Shapes that the standard itself gives, by its own models."""
    if top.text("kind") != "DataContract":
        raise top.error("`kind` must be DataContract", "kind")
    if not top.text("apiVersion").startswith("v3."):
        raise top.error("`apiVersion` must be v3.1.0", "apiVersion")
    try:
        OpenDataContractStandard.model_validate(_for_models(top.plain()))
    except ValidationError as error:
        first = error.errors()[0]
        line = top.line_of([part for part in first["loc"] if isinstance(part, str | int)])
        where = ".".join(str(part) for part in first["loc"])
        raise PackError(f"`{where}` is not as the standard says: {first['msg']}", top.file, line) from error


def _for_models(value: Any) -> Any:
    """Decimals as text: the standard's models know floats only, and we never use theirs."""
    if isinstance(value, dict):
        return {key: _for_models(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_for_models(item) for item in value]
    return str(value) if isinstance(value, Decimal) else value


def _source(top: Node, path: Path, digest: str) -> Source:
    identifier = top.text("id")
    if identifier != path.stem:
        raise top.error(f"`id` is '{identifier}', but the file is {path.name}: give both one name", "id")
    table = _only_schema(top)
    readings = [read_column(item) for item in table.items("properties")]
    if not readings:
        raise table.error("a contract has at least one column under `properties`", "properties")
    columns = tuple(reading.column for reading in readings)
    _check_columns(table, columns)
    keys = sorted((r.key_position, n) for n, r in enumerate(readings) if r.key_position is not None)
    subjects = [r for r in readings if r.is_subject or r.subject_of]
    if len(subjects) > 1:
        raise PackError(
            "a contract has one subject: two columns say `familycard.subject`",
            top.file,
            subjects[1].column.line,
        )
    servers = _servers(top, table)
    return Source(
        id=identifier,
        title=top.text_or("name", identifier),
        file=path,
        format=servers[0][0],
        location=servers[0][1],
        further_locations=tuple(servers[1:]),
        columns=columns,
        primary_key=tuple(columns[n].name for _, n in keys),
        row_rules=tuple(_row_rule(item) for item in table.items("quality")),
        subject=subjects[0].column.name if subjects else None,
        subject_of=subjects[0].subject_of if subjects else None,
        digest=digest,
        **_description(top),
        **_service_level(top),
        **_custom(top),
    )


def _only_schema(top: Node) -> Node:
    tables = top.items("schema")
    if len(tables) != 1:
        raise top.error(f"a contract has exactly one schema object, not {len(tables)}", "schema")
    tables[0].only(SCHEMA)
    return tables[0]


def _check_columns(table: Node, columns: tuple[Column, ...]) -> None:
    names: set[str] = set()
    for column in columns:
        if column.name in names:
            raise PackError(f"the column '{column.name}' stands here twice", table.file, column.line)
        names.add(column.name)
    if all(column.physical_name is None for column in columns):
        raise table.error("every column is derived: nothing is read from the file", "properties")


def _row_rule(node: Node) -> RowRule:
    node.only(QUALITY)
    if node.text("type") != "custom" or node.text("engine") != "familycard":
        raise node.error("a quality rule is `type: custom, engine: familycard`", "type")
    line = node.line("implementation")
    return RowRule(node.text("name"), node.text("implementation"), line)


def _servers(top: Node, table: Node) -> list[tuple[str, str]]:
    found = [_server(node, table) for node in top.items("servers")]
    if not found:
        raise top.error("`servers` must say where the data are: {server, type, path, format}", "servers")
    return found


def _server(node: Node, table: Node) -> tuple[str, str]:
    node.only(SERVER)
    kind = node.text("type")
    database = kind in ("postgres", "postgresql")
    form = node.text_or("format", "postgresql" if database else None)
    if form not in FORMATS or (form == "postgresql") != database:
        raise node.error(
            f"format '{form}' of a '{kind}' server: local files are csv, parquet or jsonl", "format"
        )
    if not database and kind != "local":
        raise node.error(f"server type '{kind}' is not read: use local or postgresql", "type")
    if not database:
        return form, node.text("path")
    name = table.text_or("physicalName", table.text("name"))
    return form, node.text_or("path", f"{node.text_or('schema', 'public')}.{name}")


def _description(top: Node) -> dict[str, Any]:
    if (node := top.child("description")) is not None:
        node.only(DESCRIPTION)
    if (team := top.child("team")) is not None:
        team.only(TEAM)
        for member in team.items("members"):
            member.only(MEMBER)
    return {"purpose": node.text_or("purpose", "") if node else ""}


def _service_level(top: Node) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for node in top.items("slaProperties"):
        node.only(SLA)
        name, unit = node.text("property"), node.text_or("unit", "d")
        if name == "frequency":
            found["cadence"] = f"{node.text('value')} {unit}"
        elif name == "latency" and unit in DAYS_OF_UNIT:
            found["freshness_days"] = node.whole("value") * DAYS_OF_UNIT[unit]
        else:
            raise node.error(
                f"service level '{name}' in '{unit}' is not read: frequency, latency; d, w, m, y"
            )
    return found


def _custom(top: Node) -> dict[str, Any]:
    values = top.custom(CONTRACT_KEYS)
    found: dict[str, Any] = {
        key: values[key].text("value") for key in ("owner", "contact", "legal_basis") if key in values
    }
    for key in ("delimiter", "encoding", "quote"):
        if key in values:
            found[key] = _file_setting(key, values[key])
    if "titles" in values:
        found["titles"] = _titles(values["titles"])
    if "line_breaks" in values:
        found["line_breaks"] = values["line_breaks"].flag("value")
    if "min_rows" in values:
        found["min_rows"] = values["min_rows"].whole("value")
    if "max_refused" in values:
        found["max_refused"] = _share(values["max_refused"])
    if "extracted_on" in values:
        found["extracted_on"] = values["extracted_on"].day("value")
    if "covers" in values:
        found |= _covers(values["covers"])
    return found


def _file_setting(key: str, node: Node) -> str:
    text = node.raw_text("value")
    if key == "encoding":
        try:
            "".encode(text)
        except LookupError as error:
            raise node.error(f"no such encoding: '{text}'", "value") from error
    elif key == "delimiter" and (not text or text in ("\n", "\r", '"')):
        raise node.error("the delimiter is one or more characters other than line ends and quotes", "value")
    elif key == "quote" and (len(text) > 1 or not text.isascii()):
        raise node.error("the quote is one ASCII character, or empty where the file quotes nothing", "value")
    return text


def _titles(node: Node) -> Mapping[str, str]:
    titles = node.child("value")
    if titles is None:
        raise node.error("`familycard.titles` is {language: title}", "value")
    return {language: titles.text(language) for language in titles.plain()}


def _share(node: Node) -> str:
    text = node.text("value")
    try:
        share = Decimal(text)
    except InvalidOperation:
        share = Decimal(-1)
    if not 0 <= share <= 1:
        raise node.error(f"'{text}' is not a share between 0 and 1", "value")
    return text


def _covers(node: Node) -> Mapping[str, date | None]:
    period = node.child("value")
    if period is None:
        raise node.error("`familycard.covers` is {from: DATE, to: DATE}", "value")
    period.only(("from", "to"))
    return {"covers_from": period.day("from"), "covers_to": period.day("to")}
