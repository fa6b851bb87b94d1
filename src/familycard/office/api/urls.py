"""The addresses of the API: made from its operations."""

from __future__ import annotations

from django.urls import path

from familycard.office.api import operations
from familycard.office.api.service import api

__all__ = ["operations", "urlpatterns"]
urlpatterns = [path("v1/", api.urls)]
