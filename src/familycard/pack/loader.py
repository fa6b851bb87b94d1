"""Loads a country pack: a folder of data files becomes one typed value, or a PackError with file and line."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

from familycard.errors import PackError
from familycard.pack.contract import Source
from familycard.pack.contract_reader import read_contract
from familycard.pack.model import Label, Pack, Place, Tile
from familycard.pack.reading.areas_file import read_areas_file
from familycard.pack.reading.checks_file import read_checks_file, read_statistics_file
from familycard.pack.reading.citations_file import read_citations_file
from familycard.pack.reading.fields import Reading, fault
from familycard.pack.reading.fits_file import read_fit_file
from familycard.pack.reading.indicators_file import read_indicators_file
from familycard.pack.reading.office_file import read_office_file
from familycard.pack.reading.pack_file import read_pack_file
from familycard.pack.reading.parameters_file import read_parameters_file
from familycard.pack.reading.programmes_file import read_programme_file
from familycard.pack.reading.scorecards_file import read_scorecard_file
from familycard.pack.reading.tiles_file import read_tiles_file
from familycard.pack.reading.units_file import read_units_file
from familycard.pack.reading.yaml_places import Node, read_yaml
from familycard.pack.references import reference_faults

_FILES = (
    "pack.yaml",
    "units.yaml",
    "parameters.yaml",
    "checks.yaml",
    "statistics.yaml",
    "citations.yaml",
    "office.yaml",
    "areas.csv",
    "tiles.csv",
)
_FOLDERS = ("sources", "indicators", "scorecards", "programmes", "fits")
_MADE_UP = "synthetic"
"""What the made-up country is made of: beside the pack, not part of it."""
_CHECKED_SUFFIXES = (".yaml", ".yml", ".csv", ".py")


class _Part(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def place(self) -> Place: ...


Part = TypeVar("Part", bound=_Part)
Content = TypeVar("Content")


def load_pack(path: Path) -> Pack:
    """The pack in a folder; the first fault is raised as PackError with file, line and what to do."""
    return read_pack(path, Reading())


def read_pack(path: Path, reading: Reading) -> Pack:
    """The pack, with its faults raised or collected as `reading` says.

    Without a readable ``pack.yaml`` nothing else can be understood: that is always raised.
    """
    folder = _Folder(path, reading)
    frame = read_pack_file(read_yaml(path / "pack.yaml"), reading)
    folder.refuse_strangers()
    areas = folder.areas()
    pack = Pack(
        path=path,
        id=frame.id,
        title=frame.title,
        country=frame.country,
        languages=reading.languages,
        currency=reading.currency.code,
        minor_digits=reading.currency.minor_digits,
        identifiers=frame.identifiers,
        people=frame.people,
        leap_day=frame.leap_day,
        card_unit=frame.card_unit,
        card_scorecard=frame.card_scorecard,
        sources=folder.sources(),
        parameters=folder.one("parameters.yaml", read_parameters_file) or {},
        units=folder.one("units.yaml", read_units_file) or {},
        indicators=by_id(
            (i for items in folder.each("indicators", read_indicators_file) for i in items),
            "indicator",
            reading,
        ),
        scorecards=folder.named("scorecards", read_scorecard_file, "scorecard"),
        programmes=folder.named("programmes", read_programme_file, "programme"),
        checks=by_id(folder.one("checks.yaml", read_checks_file) or (), "check", reading),
        statistics=by_id(folder.one("statistics.yaml", read_statistics_file) or (), "statistic", reading),
        areas=areas,
        tiles=folder.tiles(areas),
        fits=folder.named("fits", read_fit_file, "fit"),
        citations=folder.one("citations.yaml", read_citations_file) or {},
        office=folder.one("office.yaml", read_office_file),
        digest=digest(path),
    )
    for error in reference_faults(pack):
        reading.report(error)
    return pack


def digest(path: Path) -> str:
    """SHA-256 over the pack's files in the order of their names: each name, its length and its bytes."""
    total = hashlib.sha256()
    for name, file in sorted((file.relative_to(path).as_posix(), file) for file in _files(path)):
        content = file.read_bytes()
        total.update(f"{name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def by_id(parts: Iterable[Part], what: str, reading: Reading) -> dict[str, Part]:
    """Parts by id, in their order; a doubled id is a fault."""
    found: dict[str, Part] = {}
    for part in parts:
        if part.id in found:
            first = found[part.id].place
            message = f"{what} `{part.id}` already stands in {first.file}:{first.line}; rename one"
            reading.report(fault(message, part.place))
        found.setdefault(part.id, part)
    return found


class _Folder:
    """The files of one pack folder."""

    def __init__(self, path: Path, reading: Reading) -> None:
        if not path.is_dir():
            raise PackError("there is no such folder; name the folder that holds pack.yaml", path)
        if not (path / "pack.yaml").is_file():
            raise PackError("this folder holds no pack.yaml, so it is no country pack", path)
        self.path = path
        self.reading = reading

    def refuse_strangers(self) -> None:
        """A misnamed file would be passed over in silence, so each one that could be meant is a fault."""
        for file in _files(self.path):
            name = file.relative_to(self.path).as_posix()
            folder, _, rest = name.rpartition("/")
            is_known = name in _FILES or (folder in _FOLDERS and rest.endswith(".yaml"))
            if file.suffix in _CHECKED_SUFFIXES and not is_known:
                advice = "a pack holds no Python" if file.suffix == ".py" else "see docs/pack-format.md"
                self.reading.report(PackError(f"no file of this name belongs to a pack; {advice}", file))

    def one(self, name: str, read: Callable[[Node, Reading], Content]) -> Content | None:
        """A file's content, or nothing where the file is missing or broken."""
        if not (self.path / name).is_file():
            return None
        with self.reading.going_on():
            return read(read_yaml(self.path / name), self.reading)
        return None

    def each(self, folder: str, read: Callable[[Node, Reading], Content]) -> list[Content]:
        """The contents of a folder's files, in the order of their names."""
        contents = (
            self.one(f"{folder}/{file.name}", read) for file in sorted((self.path / folder).glob("*.yaml"))
        )
        return [content for content in contents if content is not None]

    def named(self, folder: str, read: Callable[[Node, Reading], Part], what: str) -> dict[str, Part]:
        """Parts of which each has a file of its own name."""
        parts = by_id(self.each(folder, read), what, self.reading)
        for part in parts.values():
            stem = Path(part.place.file).stem
            if stem != part.id:
                message = f"{what} `{part.id}` stands in {stem}.yaml; give both one name"
                self.reading.report(fault(message, part.place))
        return parts

    def sources(self) -> dict[str, Source]:
        """The contracts by id, which is their file's name."""
        sources = {}
        for file in sorted((self.path / "sources").glob("*.yaml")):
            with self.reading.going_on():
                sources[file.stem] = read_contract(file)
        return sources

    def areas(self) -> Mapping[str, Label]:
        """The names of areas; nothing where the pack has none."""
        file = self.path / "areas.csv"
        if not file.is_file():
            return {}
        with self.reading.going_on():
            return read_areas_file(file, str(file), self.reading)
        return {}

    def tiles(self, areas: Mapping[str, Label]) -> Mapping[str, Tile]:
        """Where areas stand on a map of tiles; nothing where the pack does not say."""
        file = self.path / "tiles.csv"
        if not file.is_file():
            return {}
        with self.reading.going_on():
            return read_tiles_file(file, str(file), self.reading, areas)
        return {}


def _files(path: Path) -> list[Path]:
    """All files of the pack but hidden ones, which belong to editors and systems, and the made-up country's."""
    files = (file for file in sorted(path.rglob("*")) if file.is_file())
    return [file for file in files if not _is_beside(file.relative_to(path).parts)]


def _is_beside(parts: tuple[str, ...]) -> bool:
    return parts[0] == _MADE_UP or any(part.startswith(".") for part in parts)
