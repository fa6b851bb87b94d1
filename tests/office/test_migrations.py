"""The tables of the database are those of the models, on whichever database the tests run."""

from __future__ import annotations

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.database


@pytest.mark.django_db
def test_no_model_has_changed_without_its_migration() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
