"""Addresses about access itself."""

from __future__ import annotations

from django.urls import path

from familycard.office.access import views

app_name = "access"
urlpatterns = [path("purpose/<str:person>/", views.purpose, name="purpose")]
