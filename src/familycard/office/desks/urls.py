"""Addresses of the desks."""

from __future__ import annotations

from django.urls import path

from familycard.office.desks import views

app_name = "desks"
urlpatterns = [
    path("", views.admit, name="admit"),
    path("code/<int:code>/", views.code, name="code"),
    path("outbox/", views.outbox, name="outbox"),
    path("person/<str:person>/", views.person, name="person"),
    path("person/<str:person>/claim/", views.claim, name="claim"),
    path("person/<str:person>/human/", views.human, name="human"),
    path("finish/", views.finish, name="finish"),
]
