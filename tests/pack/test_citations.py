"""Citations of law in the pack's languages: clause by clause, and the lint names what is missing or idle."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from familycard.errors import PackError
from familycard.pack.lint import lint_pack
from familycard.pack.loader import load_pack
from familycard.pack.model import Pack

Break = Callable[[str, str, str], Path]

FILE = "citations.yaml"
LAW = "law: Social Code art. 95\n"


def test_a_citation_is_told_clause_by_clause(broken: Break) -> None:
    pack = load_pack(broken(FILE, "", "Tax Code: {kk: Салық кодексі}\nnot read: {kk: оқылмаған}\n"))
    assert pack.cite("Tax Code; not read", "kk") == "Салық кодексі; оқылмаған"
    assert pack.cite("Tax Code; Land Code", "kk") == "Салық кодексі; Land Code"
    assert pack.cite("Tax Code; not read", "en") == "Tax Code; not read"
    assert pack.cite("", "kk") == ""


def test_a_pack_without_the_file_cites_as_it_always_did(small_pack: Path) -> None:
    assert load_pack(small_pack).cite("Tax Code; not read", "kk") == "Tax Code; not read"


def test_a_pack_kept_by_an_older_snapshot_has_no_citations(broken: Break) -> None:
    kept = TypeAdapter(Pack)
    pack = load_pack(broken(FILE, "", "Tax Code: {kk: Салық кодексі}\n"))
    assert kept.validate_json(kept.dump_json(pack)).cite("Tax Code", "kk") == "Салық кодексі"
    older = json.loads(kept.dump_json(pack))
    del older["citations"]
    assert kept.validate_json(json.dumps(older)).cite("Tax Code", "kk") == "Tax Code"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("Tax Code: {kk: Салық кодексі}\nTax Code; not read: {kk: ж}\n", 2, "several clauses"),
        ("Tax Code: {ru: Налоговый кодекс}\n", 1, "`ru` is not a key here"),
        ("Tax Code: {kk: }\n", 1, "`kk` is empty"),
        ("- Tax Code\n", 1, "must be a map"),
    ],
)
def test_a_fault_is_named_with_file_and_line(broken: Break, text: str, line: int, said: str) -> None:
    with pytest.raises(PackError) as raised:
        load_pack(broken(FILE, "", text))
    assert said in raised.value.message
    assert (Path(raised.value.file or "").name, raised.value.line) == (FILE, line)


def warnings(folder: Path, rule: str) -> dict[str, tuple[str, int]]:
    """What a rule of citations says, by the clause, with the place it names."""
    found = [finding for finding in lint_pack(folder) if finding.rule == rule]
    assert all(finding.severity == "warning" for finding in found)
    return {one.message.split("`")[1]: (Path(one.file).name, one.line) for one in found}


def test_the_lint_names_each_clause_without_words_once_and_where_it_stands(broken: Break) -> None:
    broken("programmes/other_aid.yaml", LAW, "law: Tax Code; Social Code art. 95; not read\n")
    folder = broken(FILE, "", "not read: {kk: оқылмаған}\nart. 95(1): {en: article 95(1)}\n")
    found = warnings(folder, "citation-is-translated")
    assert found["Tax Code"] == found["Social Code art. 95"] == ("other_aid.yaml", 1)
    assert found["art. 95(1)"] == (FILE, 2)
    assert found["Budget law 2026"][0] == "parameters.yaml"
    assert "not read" in found, "one line of the file is in English, so all are asked for it"


def test_a_language_in_which_no_clause_is_told_is_not_asked_for(broken: Break) -> None:
    folder = broken(FILE, "", "art. 95(1): {kk: 95-баптың 1-тармағы}\n")
    messages = [one.message for one in lint_pack(folder) if one.rule == "citation-is-translated"]
    assert messages
    assert all("no words in kk;" in message for message in messages)


def test_the_lint_names_a_clause_that_nothing_cites(broken: Break) -> None:
    folder = broken(FILE, "", "art. 95(1): {kk: 95-баптың 1-тармағы}\nTax Code: {kk: Салық кодексі}\n")
    assert warnings(folder, "citation-is-used") == {"Tax Code": (FILE, 2)}


def test_a_pack_without_the_file_is_asked_for_nothing(small_pack: Path) -> None:
    assert not [one for one in lint_pack(small_pack) if one.rule.startswith("citation")]
