"""Whatever stands in the registers is printed as it stands: no markup, no command to the terminal."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from town import town

from familycard.cli.card_text import card_lines
from familycard.cli.output import plain, table
from familycard.cli.words import Words
from familycard.pack.model import Citation
from familycard.snapshot.reader import Reader

HOSTILE = "[red]x[/] [/bold] :skull: \x1b[2J\u202e\\"


def printed(*lines: object) -> str:
    out = io.StringIO()
    console = Console(file=out, highlight=False, emoji=False, width=200)
    for line in lines:
        console.print(line, soft_wrap=True)
    return out.getvalue()


def test_names_labels_and_laws_print_literally(tmp_path: Path) -> None:
    snapshot = town(tmp_path)
    reader = Reader(snapshot)
    [(unit,)] = snapshot.engine.rows("select unit from members_family where role = 'head' order by 1 limit 1")
    card = reader.card(unit)
    hostile = replace(card, members=tuple(replace(m, name=HOSTILE, sex=HOSTILE) for m in card.members))
    for explain in (False, True):
        text = printed(*card_lines(reader, hostile, Words(reader.pack, "en"), explain=explain))
        assert plain(HOSTILE) in text
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_laws_are_cited_in_the_cards_language(tmp_path: Path) -> None:
    snapshot = town(tmp_path)
    reader = Reader(snapshot)
    [(unit,)] = snapshot.engine.rows("select unit from members_family where role = 'head' order by 1 limit 1")
    laws = {programme.law for programme in reader.pack.programmes.values()}
    told = {law: Citation(law, {"kk": f"қазақша {n}"}) for n, law in enumerate(sorted(laws))}
    pack = replace(reader.pack, citations=told)
    shown = {
        language: printed(*card_lines(reader, reader.card(unit), Words(pack, language), explain=True))
        for language in ("en", "kk")
    }
    assert any(f"({law})" in shown["en"] for law in laws)
    assert not any(f"({law})" in shown["kk"] for law in laws)
    assert "(қазақша " in shown["kk"]


def test_cells_titles_and_heads_of_tables_print_literally() -> None:
    text = printed(table(HOSTILE, [HOSTILE], [[HOSTILE]]))
    assert text.count(plain(HOSTILE)) == 3
    assert "\x1b" not in text
