"""Addresses of the rules and models that everybody may read."""

from __future__ import annotations

from django.urls import path

from familycard.office.rules import views

app_name = "rules"
urlpatterns = [
    path("rules/", views.programmes, name="programmes"),
    path("rules/<slug:programme>/", views.programme, name="programme"),
    path("model/", views.model, name="model"),
]
