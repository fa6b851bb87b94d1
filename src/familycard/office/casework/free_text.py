"""Who reads the free text of a case: what people write of a family may name an address, whatever the form asks.

Where somebody of the family is protected (`confidential_address` of ``pack.yaml``), lives with who is, or has an
alert in force, it is read by who may read the alert: the case's worker and the supervisor of its area. Whoever else
sees the family reads that there is a text which only they read. A worker may close any note or visit in the same
way, and the words are the same, so they do not tell who is in danger. On paper such text stands for nobody.
"""

from __future__ import annotations

from functools import cached_property

from django.utils.translation import gettext as _

from familycard.office.access.middleware import Access
from familycard.office.cards.lists import is_found_by_identifier_alone
from familycard.office.casework.alerts import endangered, may_read_alerts
from familycard.office.casework.models import Case


class FreeText:
    """The free text about the family of a page's person, as far as the page's viewer may read it."""

    def __init__(self, access: Access, *, on_paper: bool = False) -> None:
        self._access, self._on_paper = access, on_paper

    def read(self, case: Case, words: str, *, is_closed: bool = False) -> str:
        """The words, or that only others read them; nothing where there are none. `is_closed`: who wrote them closed them."""
        return words if not words or self.may_read(case, is_closed=is_closed) else self.instead

    def may_read(self, case: Case, *, is_closed: bool = False) -> bool:
        """Whether the viewer may read the free text of a case."""
        if not self._on_paper and may_read_alerts(self._access.viewer, case):
            return True
        return not is_closed and not self._is_confidential

    @property
    def instead(self) -> str:
        """What everybody else reads."""
        return _("A text that only the worker of this case and their supervisor read.")

    @cached_property
    def _is_confidential(self) -> bool:
        return is_found_by_identifier_alone(self._access, endangered())
