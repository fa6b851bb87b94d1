"""With a month to compare with, as a demo builds it, the list of who fell and the moves between categories are filled."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client

from familycard.desk.worklist import Waiting
from familycard.office.accounts.models import User
from familycard.office.cards.lists import totals
from familycard.snapshot.reader import Reader

SignedIn = Callable[[str], Client]


def test_the_list_names_who_fell_with_the_category_before_and_now(
    signed_in: SignedIn, accounts: dict[str, User], reader: Reader
) -> None:
    everywhere = [code for code in reader.pack.areas if len(code) == 2]
    assert totals(reader, everywhere)[Waiting.FELL] > 0
    worker = accounts["social_worker"]
    worker.areas.all().delete()
    for code in everywhere:
        worker.areas.create(area=code)
    page = signed_in("social_worker").get("/worker/?list=fell").content.decode()
    moves = re.findall(r"<td>([A-E]) → ([A-E])</td>", page)
    assert moves and all(before < now and now in "DE" for before, now in moves)


def test_an_analyst_sees_moves_between_categories(signed_in: SignedIn) -> None:
    page = signed_in("analyst").get("/analyst/flows/").content.decode()
    shown = re.findall(r'<td class="number">\s*([\d\s\u00a0\u202f]+?)\s*</td>', page)
    assert len(shown) >= 4
