"""What goes over the wire: requests are refused when they hold anything else, answers hold nothing else."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

DISCLAIMER = (
    "A potential right, worked out from registers by a machine: whether the person has it is decided by the "
    "body responsible. Take no adverse decision about the person on this answer alone."
)
Number = Annotated[int, Field(ge=1, le=2**63 - 1, examples=[1])]
ProgrammeId = Annotated[
    str, Field(max_length=80, pattern="^[a-z][a-z0-9_]*$", examples=["multi_child_allowance"])
]


class Words(Schema):
    """The same words in three languages."""

    kk: str = Field(examples=["Көпбалалы отбасыларға арналған жәрдемақы"])
    ru: str = Field(examples=["Пособие многодетным семьям"])
    en: str = Field(examples=["Allowance for families with many children"])


class Programme(Schema):
    """A programme of the published catalogue. Amounts and conditions are on the pages for people."""

    id: ProgrammeId
    title: Words
    law: str = Field(examples=["Social Code art. 90-92"])
    verified: bool = Field(description="Whether a lawyer has compared the rule with the law's text.")


class Status(Schema):
    """Which snapshot is published, and of which day it speaks."""

    snapshot: str = Field(examples=["2025-12-31-0a1b2c3d"])
    as_of: date = Field(examples=["2025-12-31"])


class Question(Schema):
    """One person, one programme."""

    model_config = ConfigDict(extra="forbid")

    identifier: str = Field(
        max_length=32,
        pattern="^[0-9A-Za-z-]+$",
        description="The person's identification number. It stands in the body, never in an address.",
        examples=["850101300017"],
    )
    programme: ProgrammeId


class Answer(Schema):
    """Yes, no, or cannot tell; and what is needed to prove later that it was asked."""

    receipt: Number = Field(description="The row of the access log, which the person can read.")
    programme: ProgrammeId
    answer: Literal["yes", "no", "cannot_tell"]
    as_of: date = Field(description="The day of which the answer speaks.", examples=["2025-12-31"])
    snapshot: str = Field(examples=["2025-12-31-0a1b2c3d"])
    asked_at: datetime = Field(examples=["2026-01-15T10:00:00Z"])
    basis: str = Field(description="The legal basis of the question.", examples=["bank_application"])
    disclaimer: str = Field(default=DISCLAIMER, examples=[DISCLAIMER])


class ProblemKind(Schema):
    """A kind of problem that this API answers with."""

    type: str = Field(examples=["/api/v1/problems#no-consent"])
    status: int = Field(examples=[403])
    title: str = Field(examples=["There is no live consent"])
    meaning: str = Field(description="What happened, and what to do about it.")


class Token(Schema):
    """An access token (RFC 6749 section 5.1)."""

    access_token: str
    expires_in: int = Field(examples=[600])
    token_type: str = Field(examples=["Bearer"])
    scope: str = Field(examples=["questions"])


class TokenRefused(Schema):
    """Why there is no token (RFC 6749 section 5.2)."""

    error: str = Field(examples=["invalid_client"])
    error_description: str = Field(default="", examples=["Invalid credentials given."])
