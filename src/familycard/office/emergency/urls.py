"""Addresses of emergencies."""

from __future__ import annotations

from django.urls import path

from familycard.office.emergency import views

app_name = "emergency"
urlpatterns = [
    path("", views.ask, name="ask"),
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/<int:emergency>/", views.review, name="review"),
]
