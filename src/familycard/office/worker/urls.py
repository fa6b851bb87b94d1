"""Addresses of the social worker."""

from __future__ import annotations

from django.urls import path

from familycard.office.worker import family, listing, reviews, work

app_name = "worker"
urlpatterns = [
    path("", listing.my_list, name="list"),
    path("search/", listing.search, name="search"),
    path("family/<str:person>/", family.family, name="family"),
    path("family/<str:person>/paper/", family.paper, name="paper"),
    path("family/<str:person>/case/", work.open_case, name="open_case"),
    path("case/<int:case>/note/", work.note, name="note"),
    path("case/<int:case>/visit/", work.visit, name="visit"),
    path("case/<int:case>/plan/", work.plan, name="plan"),
    path("case/<int:case>/hand-over/", work.hand_over, name="hand_over"),
    path("case/<int:case>/state/", work.decide, name="decide"),
    path("case/<int:case>/alert/", work.alert, name="alert"),
    path("step/<int:step>/", work.step, name="step"),
    path("claim/<int:claim>/", reviews.claim, name="claim"),
    path("request/<int:human_request>/", reviews.human_request, name="human_request"),
    path("verification/<int:verification>/", work.verification, name="verification"),
]
