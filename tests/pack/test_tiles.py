"""Where areas stand on a map of tiles: read strictly, and what makes no map is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from packs_read import pack_of

from familycard.errors import PackError
from familycard.pack.lint import lint_pack
from familycard.pack.loader import load_pack

HERE = Path(__file__).parent
AREAS = "code,parent,name_en,name_kk\n10,,Abai,Абай\n11,,Aqmola,Ақмола\n1010,10,Semei,Семей\n1018,10,Kurchatov,Курчатов\n"
TILES = "code,column,row,name_en,name_kk\n10,0,1,Abai,Абай\n11,1,0,Aqmola,Ақмола\n1010,0,0,Semei,Семей\n1018,1,0,K.,К.\n"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The small pack, with two regions, the districts of one, and their tiles."""
    folder = tmp_path / "small"
    shutil.copytree(HERE / "small_pack", folder)
    (folder / "areas.csv").write_text(AREAS, encoding="utf-8")
    (folder / "tiles.csv").write_text(TILES, encoding="utf-8")
    return folder


def found(pack: Path) -> list[tuple[str, int, str]]:
    """What the lint says of the map: severity, line and words."""
    return [
        (one.severity, one.line, one.message) for one in lint_pack(pack) if one.rule == "tiles-make-a-map"
    ]


def test_a_tile_has_its_place_and_its_words(pack: Path) -> None:
    tile = load_pack(pack).tiles["1018"]
    assert (tile.column, tile.row, tile.title) == (1, 0, {"en": "K.", "kk": "К."})
    assert found(pack) == []


def test_each_map_stands_for_itself(pack: Path) -> None:
    (pack / "tiles.csv").write_text(TILES.replace("1010,0,0", "1010,0,1"), encoding="utf-8")
    assert found(pack) == [], "a district may have the place that a region has"


@pytest.mark.parametrize(
    ("there", "instead", "line", "says"),
    [
        ("1018,1,0,K.,К.\n", "", 1, "area `1018` has no tile, others beside it have"),
        ("1018,1,0", "1018,0,0", 5, "area `1018` lies on the tile of `1010`; move one"),
        ("11,1,0", "11,0,1", 3, "area `11` lies on the tile of `10`; move one"),
    ],
)
def test_what_makes_no_map_is_named(pack: Path, there: str, instead: str, line: int, says: str) -> None:
    (pack / "tiles.csv").write_text(TILES.replace(there, instead), encoding="utf-8")
    assert found(pack) == [("warning", line, says)]


@pytest.mark.parametrize(
    ("there", "instead", "says"),
    [
        ("1018,1,0", "1099,1,0", "`1099` is no area of areas.csv"),
        ("1018,1,0", "1010,1,0", "area `1010` stands here twice"),
        ("1018,1,0", "1018,east,0", "whole numbers from 0"),
        ("1018,1,0", "1018,-1,0", "whole numbers from 0"),
        ("K.,К.", "K.,", "its name in each language"),
        ("1018,1,0,K.,К.", "1018,1,0,K.", "4 cells, the header has 5"),
        ("column", "place", "the header must be code,column,row,name_en,name_kk"),
    ],
)
def test_a_fault_stops_the_pack_and_names_its_line(pack: Path, there: str, instead: str, says: str) -> None:
    (pack / "tiles.csv").write_text(TILES.replace(there, instead), encoding="utf-8")
    with pytest.raises(PackError, match="tiles.csv") as refused:
        load_pack(pack)
    assert says in str(refused.value)


def test_every_area_of_kazakhstan_has_its_tile() -> None:
    kz = pack_of("kz")
    assert kz.tiles.keys() == kz.areas.keys()
