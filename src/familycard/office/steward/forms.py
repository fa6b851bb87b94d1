"""The question whether a row is about a person."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from familycard.office.steward.models import LinkageDecision


class PairForm(forms.Form):
    """The same, not the same, or cannot tell; and on what that rests."""

    verdict = forms.ChoiceField(
        label=_("Is the row about this person?"),
        widget=forms.RadioSelect,
        choices=[
            (LinkageDecision.SAME, _("Yes, the same person")),
            (LinkageDecision.NOT_SAME, _("No, not the same person")),
            (LinkageDecision.CANNOT_TELL, _("I cannot tell")),
        ],
    )
    reason = forms.CharField(
        label=_("What decided it (optional)"),
        help_text=_("Write no names or numbers here."),
        required=False,
        max_length=500,
    )
