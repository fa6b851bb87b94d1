"""A registration names programmes about which a yes or no tells nothing that the law protects."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import call_command
from machines import PROGRAMME, Machine, problem

from familycard.errors import UsageError
from familycard.office.api.models import Partner
from familycard.office.api.partners import answerable_programmes, register
from familycard.office.cards.answers import is_answerable
from familycard.office.consents.models import Consent
from familycard.programmes.resting import names_of_programme
from familycard.snapshot.reader import Reader

GUARDIANSHIP, DISABILITY, ALIMONY = "guardian_allowance", "disability_allowance", "rent_subsidy"


@pytest.mark.parametrize(
    ("programme", "why"), [(GUARDIANSHIP, "sealed"), (DISABILITY, "restricted"), (ALIMONY, "restricted")]
)
def test_a_programme_that_rests_on_protected_facts_is_refused(
    db: None, reader: Reader, programme: str, why: str
) -> None:
    with pytest.raises(UsageError, match=f"`{programme}`: its rule rests on {why} facts"):
        register(reader, "bank", "A bank", "bank", "bank_application", [PROGRAMME, programme])
    assert not Partner.objects.exists(), "nothing of it is registered"


def test_what_another_programme_rests_on_counts_as_well(reader: Reader) -> None:
    supplement = reader.pack.programmes["asp_child_supplement"]
    assert any(name.startswith("programme.") for name in names_of_programme(supplement))
    assert not is_answerable(reader, supplement.id)
    assert is_answerable(reader, PROGRAMME) and is_answerable(reader, "age_pension")


def test_the_command_refuses_it_as_well(db: None, reader: Reader) -> None:
    with pytest.raises(UsageError, match="rests on sealed facts"):
        call_command("register_partner", "bank", "A bank", "bank", "bank_application", GUARDIANSHIP)
    assert not Partner.objects.exists()


def test_a_programme_that_came_to_rest_on_protected_facts_is_answered_no_longer(
    machine: Machine, consent: Consent, person: str, identifier_of: Callable[[str], str], reader: Reader
) -> None:
    partner = Partner.objects.get()
    partner.programmes = [DISABILITY, PROGRAMME]
    partner.save()
    consent.programme = DISABILITY
    consent.save()
    assert problem(machine.ask(identifier_of(person), DISABILITY)) == (403, "not-registered")
    assert [programme.id for programme in answerable_programmes(reader, partner)] == [PROGRAMME]
