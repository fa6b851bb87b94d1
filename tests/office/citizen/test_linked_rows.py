"""Pages say what rests on a row that was linked by name, to whoever sees the value, and that a person must decide first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from citizens_pages import CitizenIs, Couple
from django.test import Client

from familycard.engine.interface import ROWS_BY_KEY
from familycard.engine.row_file import RowFile, write_rows
from familycard.office.cards.limits import basis_of, unconfirmed_of
from familycard.office.cards.references import person_of, reference
from familycard.office.claims.services import blocks_adverse_step
from familycard.office.consents.services import give
from familycard.programmes.explain import CANNOT_TELL, ProgrammeResult
from familycard.snapshot.reader import Reader, Right
from familycard.snapshot.rows import LINKED, Rows

SAYS = {
    "en": "Rests on a row that was linked by name and birth date, not by its identifier",
    "ru": "Основано на записи, которая отнесена к человеку по имени и дате рождения",
    "kk": "аты-жөні мен туған күні бойынша байланыстырылған жазбаға негізделген",
}
DECIDES = {
    "en": "a person has to confirm the link",
    "ru": "эту связь должен подтвердить человек",
    "kk": "бұл байланысты адам растауы керек",
}


IN_DOUBT = {
    "en": "This would not be met, by a row that was linked",
    "ru": "Это условие не выполнялось бы из-за записи",
    "kk": "жазбаға байланысты бұл шарт орындалмас еді",
}
EXCLUSION_IN_DOUBT = {
    "en": "Another payment would exclude this, by a row that was linked",
    "ru": "Другая выплата исключала бы эту из-за записи",
    "kk": "жазбаға байланысты басқа төлем мұны болдырмас еді",
}


def linked(folder: Path, person: int, decided_by: str = "model") -> Rows:
    """A row of the pension fund about a person, accepted by a link, as a build writes it."""
    row = {
        "person": person, "indicators": "wages_month", "source": "pension_contributions", "file": 0, "row": 7,
        "extracted_on": date(2025, 12, 31), "likelihood_millionths": 998700, "words": "surname is the same",
        "decided_by": decided_by, "decided_on": date(2026, 1, 1),
    }  # fmt: skip
    write_rows([pa.Table.from_pylist([row])], "person", folder / LINKED / ROWS_BY_KEY)
    return Rows((RowFile(folder / LINKED / ROWS_BY_KEY),))


@pytest.fixture
def her_wages_are_linked(
    reader: Reader, couple: Couple, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    monkeypatch.setitem(reader.snapshot.rows, LINKED, linked(tmp_path, couple.wife))
    yield


def page(client: Client, address: str, language: str = "en") -> str:
    client.cookies["language"] = language
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_the_data_held_about_somebody_say_which_value_rests_on_a_linked_row(
    her_wages_are_linked: None, couple: Couple, citizen_is: CitizenIs, language: str
) -> None:
    shown = page(citizen_is(couple.wife), "/my/data/", language)
    assert SAYS[language] in shown
    assert ("99,87" if language != "en" else "99.87") in shown
    child = page(citizen_is(couple.wife), f"/my/data/?of={reference(couple.child)}", language)
    assert SAYS[language] not in child


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_the_points_and_a_programme_say_so_and_that_a_person_decides_first(
    her_wages_are_linked: None, couple: Couple, citizen_is: CitizenIs, language: str
) -> None:
    give(reference(couple.husband), reference(couple.wife))
    wife = citizen_is(couple.wife)
    for address in ("/my/category/", "/my/rights/asp_unconditional/"):
        shown = page(wife, address, language)
        assert SAYS[language] in shown, address
        assert DECIDES[language] in shown, address
    # A programme that asks nothing of wages.
    assert SAYS[language] not in page(wife, "/my/rights/multi_child_allowance/", language)


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_a_condition_and_an_exclusion_in_doubt_say_that_a_person_decides_first(
    reader: Reader, couple: Couple, citizen_is: CitizenIs, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    give(reference(couple.husband), reference(couple.wife))
    wife, address = citizen_is(couple.wife), "/my/rights/asp_unconditional/"
    for words in (IN_DOUBT, EXCLUSION_IN_DOUBT):
        assert words[language] not in page(wife, address, language)
    explain = reader.explain

    def in_doubt(right: Right) -> ProgrammeResult:
        result = explain(right)
        conditions = (replace(one, answer=CANNOT_TELL, is_in_doubt=True) for one in result.conditions)
        return replace(result, status=CANNOT_TELL, conditions=tuple(conditions))

    monkeypatch.setattr(reader, "explain", in_doubt)
    monkeypatch.setattr(ProgrammeResult, "is_exclusion_in_doubt", True)
    shown = page(wife, address, language)
    for words in (IN_DOUBT, EXCLUSION_IN_DOUBT):
        assert words[language] in shown


def test_who_may_not_see_a_member_learns_nothing_of_the_link(
    her_wages_are_linked: None, couple: Couple, citizen_is: CitizenIs
) -> None:
    husband = citizen_is(couple.husband)
    for address in ("/my/data/", "/my/category/", "/my/rights/asp_unconditional/", "/my/"):
        assert SAYS["en"] not in page(husband, address), address


def test_where_no_row_was_linked_no_page_says_so(couple: Couple, citizen_is: CitizenIs) -> None:
    give(reference(couple.husband), reference(couple.wife))
    for address in ("/my/data/", "/my/category/", "/my/rights/asp_unconditional/"):
        assert SAYS["en"] not in page(citizen_is(couple.wife), address)


@pytest.mark.django_db
def test_no_step_against_the_person_may_rest_on_it_until_a_person_has_confirmed_it(
    reader: Reader, couple: Couple, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = basis_of(reader, ["income_per_member"])
    assert "wages_month" in facts
    her = reference(couple.wife)
    assert person_of(her) == couple.wife
    assert not blocks_adverse_step(her, facts, unconfirmed_of(reader, couple.wife))
    monkeypatch.setitem(reader.snapshot.rows, LINKED, linked(tmp_path / "model", couple.wife))
    assert blocks_adverse_step(her, facts, unconfirmed_of(reader, couple.wife))
    assert not blocks_adverse_step(her, facts, unconfirmed_of(reader, couple.husband))
    assert not blocks_adverse_step(her, basis_of(reader, ["age"]), unconfirmed_of(reader, couple.wife))
    by_person = linked(tmp_path / "person", couple.wife, decided_by="A. Clerk")
    monkeypatch.setitem(reader.snapshot.rows, LINKED, by_person)
    assert not blocks_adverse_step(her, facts, unconfirmed_of(reader, couple.wife))
