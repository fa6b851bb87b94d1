"""Addresses of auditors' pages."""

from __future__ import annotations

from django.urls import path

from familycard.office.audit import comparing, counting, views

app_name = "audit"
urlpatterns = [
    path("log/", views.search, name="search"),
    path("log/export/", views.export_log, name="export"),
    path("log/<int:sequence>/", views.look, name="look"),
    path("check/", views.check, name="check"),
    path("figures/", counting.looks, name="figures"),
    path("figures/<slug:by>.svg", counting.chart, name="chart"),
    path("groups/", comparing.groups, name="groups"),
    path("groups/<slug:programme>/", comparing.programme, name="take_up"),
    path("claims/", comparing.claims, name="claims"),
    path("unusual/", counting.advice, name="unusual"),
    path("administrators/", views.administrators, name="administrators"),
    path("requests/", views.requests, name="requests"),
    path("people/<str:person>/", views.person, name="person"),
]
