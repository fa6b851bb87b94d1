"""Lists of families and searches, as far as a worker's areas go. Every name that is shown is a look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from familycard.desk.search import find, is_confidential
from familycard.desk.worklist import Waiting, Worklists
from familycard.office.access.middleware import Access
from familycard.office.cards.earlier import earlier
from familycard.office.cards.references import person_of, reference
from familycard.pack.model import Label
from familycard.snapshot.memberships import NAME_PARTS
from familycard.snapshot.reader import Reader

PAGE_SIZE = 25


@dataclass(frozen=True)
class Listed:
    """A family on a list, named by its head."""

    person: str
    name: str
    area: Label
    category: str | None
    category_before: str | None
    unused_count: int
    unused_monthly_minor: int
    has_fault: bool


@dataclass(frozen=True)
class ListPage:
    """Some families of a list, how many are on it, and after which the next page begins."""

    families: tuple[Listed, ...]
    total: int
    next_after: str


@dataclass(frozen=True)
class FoundPerson:
    """A person found by a search."""

    person: str
    name: str
    birth_date: date | None
    area: Label


def totals(reader: Reader, areas: Sequence[str]) -> Mapping[Waiting, int]:
    """How many families of these areas stand on each list."""
    return _worklists(reader).totals(areas)


def list_page(access: Access, waiting: Waiting, areas: Sequence[str], after: str = "") -> ListPage:
    """A page of a list, from behind the family of the person `after`."""
    reader = access.reader
    start = person_of(after)
    page = _worklists(reader).page(waiting, areas, after=start, size=PAGE_SIZE)
    names = names_of(access, [reference(family.unit) for family in page.families])
    families = tuple(
        Listed(
            person=reference(family.unit),
            name=names.get(reference(family.unit), ""),
            area=area_title(reader, family.area),
            category=family.category,
            category_before=family.category_before,
            unused_count=family.unused_count,
            unused_monthly_minor=family.unused_monthly_minor,
            has_fault=family.has_fault or not family.composition_known,
        )
        for family in page.families
    )
    return ListPage(families, page.total, reference(page.next_after) if page.next_after is not None else "")


@dataclass(frozen=True)
class FoundPersons:
    """Persons found by a search, whether there are more, and whether only an identifier can find anybody."""

    persons: tuple[FoundPerson, ...]
    is_more: bool
    by_identifier_only: bool


def find_persons(
    access: Access, areas: Sequence[str], text: str, confidential: Iterable[str] = ()
) -> FoundPersons:
    """Persons of these areas whose identifier, name or address the text is; the confidential by identifier alone."""
    persons = {person for text_ in confidential if (person := person_of(text_)) is not None}
    found = find(access.reader.snapshot, areas, text, confidential=persons)
    access.look(reference(one.person) for one in found.persons)
    shown = (
        FoundPerson(reference(one.person), one.name, one.birth_date, area_title(access.reader, one.area))
        for one in found.persons
    )
    return FoundPersons(tuple(shown), found.is_more, found.by_identifier_only)


def is_found_by_identifier_alone(access: Access, confidential: Iterable[str]) -> bool:
    """Whether the page's person's family is protected, lives with who is, or is of one of the confidential.

    Of who belongs to no family today the registers do not say that they are not.
    """
    about = access.about
    if about.unit is None:
        return True
    persons = {person for text in confidential if (person := person_of(text)) is not None}
    return is_confidential(access.reader.snapshot, about.area, about.unit, persons)


def names_of(access: Access, references: Iterable[str]) -> dict[str, str]:
    """Names of persons by reference, in one reading; who is not in the snapshot any more has none."""
    persons = {person: text for text in references if (person := person_of(text)) is not None}
    rows = access.reader.snapshot.rows["person"].find(persons, ("person", *NAME_PARTS))
    access.look(persons[row["person"]] for row in rows)
    return {
        persons[row["person"]]: " ".join(str(row[part]) for part in NAME_PARTS if row.get(part))
        for row in rows
    }


def area_title(reader: Reader, code: str) -> Label:
    """An area's name; its code where the pack has no name for it."""
    return reader.pack.areas.get(code) or {language: code for language in reader.pack.languages}


def areas_within(reader: Reader, codes: Sequence[str]) -> list[str]:
    """The areas of the pack, without those they consist of, that lie in these codes."""
    named = [code for code in reader.pack.areas if code.startswith(tuple(codes))] if codes else []
    whole = {code for code in named for other in named if other != code and other.startswith(code)}
    return sorted(set(named) - whole)


def prepare(reader: Reader) -> None:
    """What workers would wait for first: the lists of all areas."""
    _worklists(reader)


def _worklists(reader: Reader) -> Worklists:
    def make() -> Worklists:
        before = earlier(reader)
        return Worklists(reader.snapshot, before[0].snapshot if before else None)

    return reader.snapshot.remember("office worklists", make)
