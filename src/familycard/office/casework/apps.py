"""The app of cases."""

from __future__ import annotations

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "familycard.office.casework"
    label = "casework"

    def ready(self) -> None:
        """A worker's open cases are within their scope, and addresses may name cases and steps."""
        from familycard.office.access.grounds import register_cases
        from familycard.office.access.objects import register
        from familycard.office.casework.models import Case, Step, Verification
        from familycard.office.casework.services import cases_of

        register_cases(cases_of)
        register("case", Case)
        register("step", Step)
        register("verification", Verification)
