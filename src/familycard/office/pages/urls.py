"""Addresses of pages about nobody."""

from __future__ import annotations

from django.urls import path

from familycard.office.pages import views

app_name = "pages"
urlpatterns = [
    path("", views.home, name="home"),
    path("licences/", views.licences, name="licences"),
]
