"""Rules about the map of tiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from familycard.pack.model import Pack
from familycard.pack.place import Place
from familycard.pack.rules.finding import Finding, Rule


class TilesMakeAMap(Rule):
    """Where an area's parts have tiles, each has one, and no two lie on one place; else the office lays them in order."""

    severity = "warning"

    def check(self, pack: Pack) -> Iterator[Finding]:
        for codes in _by_parent(pack.areas).values():
            tiled = [code for code in codes if code in pack.tiles]
            if not tiled:
                continue
            for code in codes:
                if code not in pack.tiles:
                    place = Place("tiles.csv", 1)
                    yield self.finding(f"area `{code}` has no tile, others beside it have", place)
            taken: dict[tuple[int, int], str] = {}
            for code in tiled:
                tile = pack.tiles[code]
                first = taken.setdefault((tile.column, tile.row), code)
                if first != code:
                    yield self.finding(f"area `{code}` lies on the tile of `{first}`; move one", tile.place)


def _by_parent(areas: Mapping[str, object]) -> dict[str, list[str]]:
    """Areas by the one they lie in, whose code theirs begins with; those that lie in none under an empty code."""
    found: dict[str, list[str]] = {}
    for code in areas:
        parents = (code[:length] for length in range(len(code) - 1, 0, -1))
        found.setdefault(next((one for one in parents if one in areas), ""), []).append(code)
    return found
