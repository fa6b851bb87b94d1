"""The app of auditors and of the digital commissioner."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "familycard.office.audit"
    label = "audit"

    def ready(self) -> None:
        """Whose log the commissioner may open is asked when access is decided."""
        from familycard.office.access.grounds import register_cases
        from familycard.office.audit.requests import persons_who_asked

        register_cases(persons_who_asked)
