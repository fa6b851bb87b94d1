"""The permission table: `table.yaml` read and checked. Whatever does not stand there, nobody may open."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from ruamel.yaml import YAML

from familycard.office.access.roles import ANONYMOUS, PARTNER, ROLES

FILE = Path(__file__).with_name("table.yaml")
EVERYONE, SIGNED_IN = "everyone", "signed_in"
NAMED = "named"
"""The subject of a page whose person only the body of the request names (see `Access.admit`)."""
LANGUAGES = {"kk", "ru", "en"}


class Scope(StrEnum):
    """Whom a page may be about (``table.yaml`` says what each means)."""

    open = "open"
    self = "self"
    area = "area"
    served = "served"
    one = "one"
    aggregate = "aggregate"
    all = "all"


class Sensitivity(IntEnum):
    """How much of a person a page may show; each includes those before it. What is sealed no page shows."""

    none = 0
    open = 1
    own = 2
    restricted = 3

    def allows(self, sensitivity: str) -> bool:
        """Whether a value of a pack's sensitivity may be shown; what is sealed never.

        >>> Sensitivity.own.allows("own"), Sensitivity.own.allows("restricted"), Sensitivity.restricted.allows("sealed")
        (True, False, False)
        """
        return sensitivity != "sealed" and Sensitivity[sensitivity] <= self


@dataclass(frozen=True)
class Grant:
    """What a role may do on a page: about whom, and how much of them it may be shown."""

    scope: Scope
    sensitivity: Sensitivity

    @classmethod
    def read(cls, text: str) -> Grant:
        """A grant as the table writes it, such as ``area/restricted``; ``open`` is a page about nobody.

        ValueError for anything else.
        """
        scope, _, sensitivity = text.partition("/")
        try:
            return cls(Scope(scope), Sensitivity[sensitivity or "none"])
        except (KeyError, ValueError) as error:
            raise ValueError(
                f"`{text}` is no grant; write a scope, or scope/sensitivity such as area/own"
            ) from error


def _is_grant(text: str) -> str:
    Grant.read(text)
    return text


def _has_languages(label: dict[str, str]) -> dict[str, str]:
    if set(label) != LANGUAGES:
        raise ValueError(f"a title needs kk, ru and en; this has {', '.join(sorted(label))}")
    return label


Title = Annotated[dict[str, str], AfterValidator(_has_languages)]


class Page(BaseModel):
    """One page or operation.

    `subject` says whom it is about: nobody, the viewer (or whom they act for), the person that the
    address names, the person whom the object in the address (such as a claim) is about, or the
    person whom the request's body names.
    `purpose` is how a look is accounted for: asked of the viewer, fixed by what the page is for, or
    the one with which a partner is registered. `oauth_scope` is what a partner's token must allow.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title
    who: dict[str, Annotated[str, AfterValidator(_is_grant)]]
    subject: str = "nobody"
    purpose: str = ""
    oauth_scope: str = ""
    parent: str = ""
    menu: bool = False

    @property
    def grants(self) -> dict[str, Grant]:
        """By role; `everyone` and `signed_in` stand for many."""
        found: dict[str, Grant] = {}
        for roles, grant in self.who.items():
            for role in GROUPS.get(roles, (roles,)):
                found[role] = Grant.read(grant)
        return found

    @property
    def is_about_a_person(self) -> bool:
        """Whether one person is meant, who must be within the viewer's scope."""
        return self.subject != "nobody"

    @property
    def is_operation(self) -> bool:
        """Whether it is for machines: refusals are problems (RFC 9457), not pages."""
        return PARTNER in self.who


GROUPS = {EVERYONE: (ANONYMOUS, *ROLES), SIGNED_IN: ROLES}


class Table(BaseModel):
    """All pages by the name of their address, where each role starts, and what a library brings that is closed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: dict[str, str]
    closed: frozenset[str]
    pages: dict[str, Page] = Field(min_length=1)

    @model_validator(mode="after")
    def _knows_what_it_names(self) -> Table:
        """Roles, parents and starts exist; who may start somewhere may open it."""
        for name, page in self.pages.items():
            strangers = set(page.who) - {*GROUPS, *GROUPS[EVERYONE], PARTNER}
            if strangers:
                raise ValueError(f"{name}: there is no role `{min(strangers)}`")
            if page.parent and page.parent not in self.pages:
                raise ValueError(f"{name}: its parent `{page.parent}` is no page")
            if page.who.get(PARTNER, "open") != "open" and not page.oauth_scope:
                raise ValueError(f"{name}: say which OAuth scope a partner needs for it")
        for role, start in self.start.items():
            if start not in self.pages or role not in self.pages[start].grants:
                raise ValueError(f"{role} cannot start at `{start}`")
        return self


@cache
def table() -> Table:
    """The table of this version; pydantic's ValidationError says which line makes no sense."""
    return Table.model_validate(YAML(typ="safe").load(FILE.read_text(encoding="utf-8")))


@cache
def grants(page: str) -> dict[str, Grant]:
    """The grants of a page by role, kept: they are asked for at every request."""
    return table().pages[page].grants
