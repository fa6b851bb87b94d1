"""The question for the purpose of a look."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from familycard.office.access.purposes import choices
from familycard.office.components.fields import offer
from familycard.office.pages.templatetags.shown import label


class PurposeForm(forms.Form):
    """Why the viewer looks at this person: one of the purposes of their role, and a word on it if they like."""

    purpose = forms.ChoiceField(label=_("Purpose"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("What exactly, in a few words (optional)"),
        help_text=_("The person can read this."),
        required=False,
        max_length=500,
    )

    def __init__(self, role: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "purpose", [(id_, label(purpose.title)) for id_, purpose in choices(role).items()])
