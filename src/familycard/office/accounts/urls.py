"""The state's service: the way there is django-allauth's, the way back is ours."""

from __future__ import annotations

from allauth.socialaccount.providers.openid_connect.views import login
from django.urls import path

from familycard.office.accounts.state_service import callback

urlpatterns = [
    path("<str:provider_id>/login/", login, name="openid_connect_login"),
    path("<str:provider_id>/login/callback/", callback, name="openid_connect_callback"),
]
