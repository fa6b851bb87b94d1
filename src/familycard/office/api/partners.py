"""Who a token belongs to, and how a partner is registered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import AccessToken, Application

from familycard.errors import UsageError
from familycard.office.access.decide import Viewer
from familycard.office.access.purposes import choices
from familycard.office.access.roles import ANONYMOUS, PARTNER
from familycard.office.api.models import Partner
from familycard.office.cards.answers import TOLD_TO_OTHERS, is_answerable, protection_of
from familycard.pack.model import Programme
from familycard.snapshot.reader import Reader


def viewer_of_token(request: HttpRequest) -> Viewer:
    """The partner whose live token a request carries (RFC 6750 section 2.1); nobody where there is none.

    The database holds a token's digest alone, so nobody reads a usable token there.
    """
    token = request.headers.get("Authorization", "").partition(" ")[2].strip()
    digest = hashlib.sha256(token.encode()).hexdigest()
    known = AccessToken.objects.select_related("application__partner").filter(token_checksum=digest).first()
    partner = _partner_of(known.application) if known and not known.is_expired() else None
    if known is None or partner is None:
        return Viewer(ANONYMOUS)
    scopes = frozenset(known.scope.split())
    return Viewer(PARTNER, None, known.application.client_id, oauth_scopes=scopes, basis=partner.basis)


def _partner_of(application: Application) -> Partner | None:
    partner: Partner | None = getattr(application, "partner", None)
    today = timezone.localdate()
    if partner is None or partner.start > today or (partner.end is not None and partner.end <= today):
        return None
    return partner


@dataclass(frozen=True)
class Registered:
    """A partner's name and secret; the secret is shown once, the database holds its hash."""

    client_id: str
    secret: str


def register(
    reader: Reader, code: str, name: str, kind: str, basis: str, programmes: Iterable[str]
) -> Registered:
    """Register a partner; UsageError for a kind, a legal basis or a programme of which there can be no questions."""
    if kind not in dict(Partner.KINDS):
        raise UsageError(
            f"There is no kind of partner `{kind}`; write one of {', '.join(dict(Partner.KINDS))}."
        )
    if basis not in choices(PARTNER):
        raise UsageError(f"There is no legal basis `{basis}`; write one of {', '.join(choices(PARTNER))}.")
    asked = sorted(programmes)
    for programme in asked:
        _check_programme(reader, programme)
    secret = str(generate_client_secret())
    with transaction.atomic():
        application = Application.objects.create(
            name=name,
            client_type=Application.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
            client_secret=secret,
        )
        Partner.objects.create(
            code=code,
            name=name,
            kind=kind,
            basis=basis,
            programmes=asked,
            application=application,
        )
    return Registered(application.client_id, secret)


def _check_programme(reader: Reader, programme: str) -> None:
    """UsageError where the published snapshot has no such programme, or its rule rests on protected facts."""
    protection = protection_of(reader, programme)
    if protection is None:
        raise UsageError(f"The published snapshot knows no programme `{programme}`.")
    if protection not in TOLD_TO_OTHERS:
        raise UsageError(
            f"No partner may ask about `{programme}`: its rule rests on {protection} facts, such as health or "
            "a child's guardianship, and a yes or no would tell of them. Register the partner without it."
        )


def answerable_programmes(reader: Reader, partner: Partner) -> list[Programme]:
    """The programmes about which a partner would be answered today, in the pack's order.

    A pack may change after the registration, so what it says today counts.
    """
    return [
        programme
        for programme in reader.pack.programmes.values()
        if programme.id in partner.programmes and is_answerable(reader, programme.id)
    ]


def partners_asking(reader: Reader) -> dict[str, tuple[Partner, list[Programme]]]:
    """By their codes, the partners registered today that would be answered about something, with these programmes."""
    in_force = Partner.objects.on(timezone.localdate()).order_by("name")
    registered = [partner for partner in in_force if isinstance(partner, Partner)]
    found = {partner.code: (partner, answerable_programmes(reader, partner)) for partner in registered}
    return {code: asking for code, asking in found.items() if asking[1]}
