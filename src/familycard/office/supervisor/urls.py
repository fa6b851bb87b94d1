"""Addresses of the supervisor."""

from __future__ import annotations

from django.urls import path

from familycard.office.supervisor import views

app_name = "supervisor"
urlpatterns = [
    path("", views.team, name="team"),
    path("<int:worker>/", views.worker, name="worker"),
    path("ageing/", views.ageing, name="ageing"),
    path("ageing/chart.svg", views.ageing_chart, name="ageing_chart"),
]
