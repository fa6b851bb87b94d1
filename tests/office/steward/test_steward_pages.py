"""The steward's journey: which source is ill, why, whom to call; and nothing of anybody on the way."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from django.conf import settings
from django.test import Client
from django.utils.html import escape
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from quarantine_planted import plant

from familycard.office.access.models import Look, LookedAt

SignedIn = Callable[[str], Client]
PLANTED = ["Құпиябекова", "850101300012", "Secretov-Өмір", "1985.13.45", "777001", "жасырын мекенжай 17"]
"""Values that somebody is to be protected by; each stands in quarantine, in the value, the message and the record."""


@pytest.fixture(scope="module")
def store(country: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The country's store with planted values in one source's quarantine, and a load before of another."""
    made = tmp_path_factory.mktemp("steward") / "store"
    shutil.copytree(country.parent / "store", made)
    (load,) = (made / "loads" / "marriages").iterdir()
    said = plant(load, PLANTED)
    before = load.parent / "0000000000000000"
    shutil.copytree(load, before)
    said["quality"] |= {"rows_read": said["quality"]["rows_read"] * 2}
    said["extracted_on"] = "2025-11-01"
    (before / "load.json").write_text(json.dumps(said))
    return made


@pytest.fixture
def steward(signed_in: SignedIn, store: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setattr(settings, "DEPLOYMENT", replace(settings.DEPLOYMENT, store=store))
    yield signed_in("steward")


def page(client: Client, path: str, language: str = "en") -> str:
    client.cookies["language"] = language
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_all_sources_are_listed_with_their_state(steward: Client) -> None:
    shown = page(steward, "/steward/sources/")
    assert shown.count('href="/steward/sources/') > 90
    assert "Marriages" in shown or "marriages" in shown
    assert f">{len(PLANTED)}<" in shown, "refused rows"


def test_a_source_says_what_was_refused_whom_to_call_and_how_it_drifts(steward: Client) -> None:
    shown = page(steward, "/steward/sources/marriages/")
    assert "marriages@registers.example" in shown
    assert "<code>pattern</code>" in shown
    assert "<code>Яяяяяяяяяяя</code>" in shown, "the mask of a Cyrillic surname"
    assert "999999999999" in shown
    assert "rows read" in shown and "What moved most" in shown


@pytest.mark.parametrize(
    ("language", "law"),
    [
        ("kk", "«Неке (ерлі-зайыптылық) және отбасы туралы» кодекс; тексерілуі тиіс"),
        ("ru", "Кодекс «О браке (супружестве) и семье»; подлежит проверке"),
        ("en", "Code on Marriage and Family; to be verified"),
    ],
)
def test_a_source_cites_its_law_in_the_pages_language(steward: Client, language: str, law: str) -> None:
    assert law in page(steward, "/steward/sources/marriages/", language)


def test_no_value_from_quarantine_is_on_any_steward_page(steward: Client) -> None:
    paths = ["/steward/sources/", "/steward/sources/marriages/", "/steward/faults/", "/steward/linkage/"]
    for language in ("kk", "ru", "en"):
        for path in paths:
            shown = page(steward, path, language)
            found = [value for value in PLANTED if value in shown]
            assert found == [], (path, language)


SECRETS = st.text(alphabet="бвгҒҚһzXqñ123456780-@ ", min_size=8, max_size=40).filter(
    lambda text: sum(character.isalnum() for character in text) >= 8
)


@hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(values=st.lists(SECRETS, min_size=1, max_size=40))
def test_whatever_is_refused_no_page_tells_it(steward: Client, store: Path, values: list[str]) -> None:
    plant(next((store / "loads" / "vehicles").iterdir()), values)
    shown = page(steward, "/steward/sources/vehicles/")
    assert shown.count("<code>pattern</code>") == len(values) + 1
    assert [value for value in values if value in shown or escape(value) in shown] == []


def test_a_real_store_keeps_its_values_too(steward: Client, store: Path) -> None:
    """Every value that intake itself refused is looked for on every page of its source."""
    for file in sorted(store.glob("loads/*/*/quarantine.parquet")):
        source = file.parents[1].name
        rows = duckdb.sql(f"select value from '{file}' where length(value) > 5 limit 20").fetchall()
        shown = page(steward, f"/steward/sources/{source}/") if rows else ""
        assert [value for (value,) in rows if value in shown] == []


def test_where_the_store_is_not_named_the_pages_say_so(signed_in: SignedIn) -> None:
    client = signed_in("steward")
    assert "FAMILYCARD_STORE" in page(client, "/steward/sources/")
    assert "FAMILYCARD_STORE" in page(client, "/steward/sources/marriages/")
    assert "FAMILYCARD_REVIEW" in page(client, "/steward/linkage/")


def test_a_broken_store_is_no_broken_page(
    signed_in: SignedIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEPLOYMENT", replace(settings.DEPLOYMENT, store=tmp_path))
    assert "cannot be read" in page(signed_in("steward"), "/steward/sources/")


def test_faults_are_counted_without_anybody_and_listed_by_reference_with_a_look(steward: Client) -> None:
    shown = page(steward, "/steward/faults/")
    assert "Faults in ties" in shown and not LookedAt.objects.exists()
    fault = re.findall(r'href="/steward/faults/(\w+)/"', shown)[0]
    listed = page(steward, f"/steward/faults/{fault}/")
    look = Look.objects.get()
    assert (look.purpose, look.role) == ("data_quality", "steward")
    assert look.persons and all(person in listed for person in look.persons)


def test_what_is_not_there_is_not_found(steward: Client) -> None:
    assert steward.get("/steward/sources/nothing/").status_code == 404
    assert steward.get("/steward/faults/nothing/").status_code == 404


@pytest.mark.parametrize("role", ["citizen", "social_worker", "analyst", "administrator"])
def test_nobody_else_opens_the_stewards_pages(signed_in: SignedIn, role: str) -> None:
    client = signed_in(role)
    for path in ("/steward/sources/", "/steward/linkage/", "/steward/faults/"):
        assert client.get(path).status_code == 403
