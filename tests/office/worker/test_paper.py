"""What leaves on paper: what the table of access lets a page of paper show, and nothing that a drawer should not hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from html import unescape

import pytest
from django.test import Client

from familycard.office.access import middleware
from familycard.office.access.table import Sensitivity, grants, table
from familycard.snapshot.names import sensitivity_by_programme
from familycard.snapshot.reader import Reader, Right

SignedIn = Callable[[str], Client]
FAMILY, PAPER = "/worker/family/{}/", "/worker/family/{}/paper/"


@pytest.fixture
def all_eligible(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Every programme says yes of everybody, and nobody receives it; the sensitivity of each by its title."""
    rights = reader.rights

    def planted(people: Iterable[int]) -> list[Right]:
        return [replace(right, status="eligible", received=False) for right in rights(people)]

    monkeypatch.setattr(reader, "rights", planted)
    sensitivity = sensitivity_by_programme(reader.pack)
    return {reader.pack.programmes[id_].title["en"]: level for id_, level in sensitivity.items()}


def titles(page: bytes) -> set[str]:
    """The programmes in the page's table of rights."""
    rights = page.decode().split('id="rights"')[1].split("</table>")[0]
    return {unescape(one).strip() for one in re.findall(r'<th scope="row">(.*?)<br>', rights)}


@pytest.mark.parametrize("role", ["social_worker", "supervisor"])
def test_paper_names_no_programme_that_rests_on_restricted_facts(
    purposeful: SignedIn, citizen: str, all_eligible: dict[str, str], role: str
) -> None:
    client = purposeful(role)
    screen, paper = (client.get(page.format(citizen)).content for page in (FAMILY, PAPER))
    on_screen, on_paper = titles(screen), titles(paper)
    beyond = {title for title in on_screen if all_eligible[title] in ("restricted", "sealed")}
    assert beyond, "the screen names them, so the paper has something to leave out"
    assert on_paper == on_screen - beyond and on_paper
    assert not [title for title in beyond if title in unescape(paper.decode())]


def test_how_many_are_not_named_is_the_same_for_everybody(
    purposeful: SignedIn, citizen: str, reader: Reader, neighbour: str
) -> None:
    client, told = purposeful("social_worker"), set()
    client.post(f"/access/purpose/{neighbour}/", {"purpose": "casework", "reason": ""})
    for person in (citizen, neighbour):
        page = client.get(PAPER.format(person)).content.decode()
        told.add(re.search(r"(\d+) more programmes rest on facts that stay on the screen", page)[1])
    beyond = [
        id_ for id_, level in sensitivity_by_programme(reader.pack).items() if level not in ("open", "own")
    ]
    assert told == {str(len(beyond))}


def test_the_table_of_access_alone_decides(
    purposeful: SignedIn, citizen: str, all_eligible: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, page = purposeful("social_worker"), table().pages["worker:paper"]
    wider = {"social_worker": replace(page.grants["social_worker"], sensitivity=Sensitivity.restricted)}
    monkeypatch.setattr(middleware, "grants", lambda name: wider if name == "worker:paper" else grants(name))
    paper = client.get(PAPER.format(citizen)).content
    assert "restricted" in {all_eligible[title] for title in titles(paper)}
    assert "stay on the screen" not in paper.decode()
