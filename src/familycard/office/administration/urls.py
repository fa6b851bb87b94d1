"""Addresses of administrators' pages, and of the first password."""

from __future__ import annotations

from django.urls import path

from familycard.office.administration import views

app_name = "administration"
urlpatterns = [
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/new/", views.create, name="create"),
    path("accounts/<int:account>/", views.account, name="account"),
    path("accounts/<int:account>/end/", views.end, name="end"),
    path("accounts/<int:account>/link/", views.link, name="link"),
    path("accounts/<int:account>/areas/<int:area>/end/", views.end_area, name="end_area"),
    path("approvals/", views.approvals, name="approvals"),
    path("approvals/<int:proposal>/", views.settle, name="settle"),
    path("roles/", views.roles, name="roles"),
    path("first-password/<slug:who>/<slug:token>/", views.first_password, name="first_password"),
]
