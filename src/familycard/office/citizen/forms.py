"""What a citizen writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from familycard.office.claims.models import Claim
from familycard.office.components.fields import ThreePartDate, offer

DAYS_OF_CONSENT = 365
"""How long a consent to a partner lasts at most, and unless said otherwise."""


class ClaimForm(forms.Form):
    """This is wrong: how it really is, and what kind of mistake it is."""

    claimed = forms.CharField(
        label=_("How is it really? (if you know)"),
        help_text=_("For example an amount, a date, or “sold in 2023”."),
        max_length=200,
        required=False,
    )
    words = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("In your own words. No documents are needed: the register’s owner has to check."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what is wrong, in your own words.")},
    )
    kind = forms.ChoiceField(
        label=_("What kind of mistake is it?"),
        choices=[
            (Claim.WRONG, _("The fact is wrong or out of date")),
            (Claim.CLERICAL, _("A slip of the pen or of a sum")),
        ],
        initial=Claim.WRONG,
        widget=forms.RadioSelect,
    )


class HumanForm(forms.Form):
    """A request that a human looks."""

    about = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)
    words = forms.CharField(
        label=_("What should a human look at?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what a human should look at.")},
    )


class ConsentForm(forms.Form):
    """Consent to another adult of the family."""

    receiver = forms.ChoiceField(
        label=_("Who may see your data on the family’s card?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a member of the family.")},
    )

    def __init__(self, adults: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "receiver", list(adults))


class PartnerConsentForm(forms.Form):
    """Consent that a partner is told about one programme, until a day."""

    programme = forms.ChoiceField(
        label=_("About which programme may it be told?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a programme.")},
    )
    last_day = forms.DateField(
        label=_("Until when?"),
        help_text=_("The last day on which it may ask; a year from today at most."),
        widget=ThreePartDate(),
        error_messages={
            "required": _("Write the last day."),
            "invalid": _("Write a day that there is, such as 31 12 2026."),
        },
    )

    def __init__(self, programmes: Sequence[tuple[str, str]], data: QueryDict | None) -> None:
        super().__init__(data, initial={"last_day": _last_day_at_most()})
        offer(self, "programme", list(programmes))

    def clean_last_day(self) -> date:
        """From today to a year from today."""
        day: date = self.cleaned_data["last_day"]
        if not timezone.localdate() <= day <= _last_day_at_most():
            raise forms.ValidationError(_("Choose a day from today to a year from today."))
        return day


def _last_day_at_most() -> date:
    return timezone.localdate() + timedelta(days=DAYS_OF_CONSENT)


class MessageForm(forms.Form):
    """The code of a message."""

    code = forms.CharField(
        label=_("Code from the message"),
        help_text=_("Ten letters and digits. Capital or small, with or without spaces."),
        max_length=30,
        error_messages={"required": _("Enter the code from the message.")},
    )
