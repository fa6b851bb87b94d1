"""All addresses. Each stands in ``access/table.yaml``, which says who may open it; else nobody may."""

from __future__ import annotations

from django.conf.urls.i18n import urlpatterns as language_patterns
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("familycard.office.pages.urls")),
    path("my/", include("familycard.office.citizen.urls")),
    path("", include("familycard.office.rules.urls")),
    path("access/", include("familycard.office.access.urls")),
    path("administration/", include("familycard.office.administration.urls")),
    path("api/", include("familycard.office.api.urls")),
    path("audit/", include("familycard.office.audit.urls")),
    path("steward/", include("familycard.office.steward.urls")),
    path("desk/", include("familycard.office.desks.urls")),
    path("emergency/", include("familycard.office.emergency.urls")),
    path("representation/", include("familycard.office.representation.urls")),
    path("team/", include("familycard.office.supervisor.urls")),
    path("worker/", include("familycard.office.worker.urls")),
    path("analyst/", include("familycard.office.analyst.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/", include("allauth.socialaccount.urls")),
    path("account/oidc/", include("familycard.office.accounts.urls")),
    path("language/", include(language_patterns)),
]

handler403 = "familycard.office.pages.views.forbidden"
handler404 = "familycard.office.pages.views.not_found"
# Asked by allauth, which limits how often a password or a code may be tried.
handler429 = "familycard.office.pages.views.too_many"
handler500 = "familycard.office.pages.views.failed"
