"""Addresses of representations."""

from __future__ import annotations

from django.urls import path

from familycard.office.representation import views

app_name = "representation"
urlpatterns = [
    path("", views.waiting, name="waiting"),
    path("<int:representation>/", views.decide, name="decide"),
    path("<int:representation>/step-back/", views.step_back, name="step_back"),
    path("desk/<str:person>/", views.record, name="record"),
    path("desk/<str:person>/<int:recorded>/end/", views.end_at_desk, name="end_at_desk"),
    path("mine/", views.mine, name="mine"),
    path("mine/<int:recorded>/end/", views.end, name="end"),
]
