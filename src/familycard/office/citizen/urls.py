"""Addresses of the citizen's pages."""

from __future__ import annotations

from django.urls import path

from familycard.office.citizen import agreeing, asking, seeing

app_name = "citizen"
urlpatterns = [
    path("", seeing.overview, name="overview"),
    path("family/", seeing.family, name="family"),
    path("category/", seeing.category, name="category"),
    path("rights/", seeing.rights, name="rights"),
    path("rights/<slug:programme>/", seeing.right, name="right"),
    path("data/", seeing.data, name="data"),
    path("data/<str:member>/<slug:fact>/wrong/", asking.wrong, name="wrong"),
    path("looks/", seeing.looks, name="looks"),
    path("claims/", asking.claims, name="claims"),
    path("claims/<int:claim>/", asking.claim, name="claim"),
    path("claims/<int:claim>/withdraw/", asking.withdraw_claim, name="withdraw_claim"),
    path("human/", asking.human, name="human"),
    path("consents/", agreeing.consents, name="consents"),
    path("consents/<int:consent>/withdraw/", agreeing.withdraw_consent, name="withdraw_consent"),
    path("consents/partners/<slug:partner>/", agreeing.partner, name="partner"),
    path("acting/", agreeing.acting, name="acting"),
    path("message/", asking.message, name="message"),
]
