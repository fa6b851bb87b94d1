"""The roles of the office. `table.yaml` says what each may open; a law test says that it knows no other."""

from __future__ import annotations

ANONYMOUS = "anonymous"
PARTNER = "partner"
CITIZEN = "citizen"
SOCIAL_WORKER = "social_worker"
SUPERVISOR = "supervisor"
FRONT_DESK = "front_desk"
CONTACT_CENTRE = "contact_centre"
ANALYST = "analyst"
APPROVER = "approver"
STEWARD = "steward"
AUDITOR = "auditor"
COMMISSIONER = "commissioner"
ADMINISTRATOR = "administrator"

ROLES = (
    CITIZEN,
    SOCIAL_WORKER,
    SUPERVISOR,
    FRONT_DESK,
    CONTACT_CENTRE,
    ANALYST,
    APPROVER,
    STEWARD,
    AUDITOR,
    COMMISSIONER,
    ADMINISTRATOR,
)
"""Roles of accounts; a visitor who has not signed in is `ANONYMOUS`, the machine of another body is a `PARTNER`."""
