"""Addresses of stewards' pages."""

from __future__ import annotations

from django.urls import path

from familycard.office.steward import linkage, views

app_name = "steward"
urlpatterns = [
    path("sources/", views.sources, name="sources"),
    path("sources/<slug:source>/", views.source, name="source"),
    path("faults/", views.faults, name="faults"),
    path("faults/<slug:fault>/", views.fault, name="fault"),
    path("linkage/", linkage.queue, name="linkage"),
    path("linkage/<str:person>/<slug:source>/<slug:file>/<int:row>/", linkage.pair, name="pair"),
]
