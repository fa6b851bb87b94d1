"""The forms of an emergency and of its review."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

REASON_LETTERS = 20


class EmergencyForm(forms.Form):
    """Who, and why it cannot wait."""

    identifier = forms.CharField(
        label=_("IIN"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Why you must see this person's data now"),
        help_text=_("At least 20 letters. The person and the supervisor of where they live will read it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_reason(self) -> str:
        """A reason in words, not dots."""
        reason: str = self.cleaned_data["reason"].strip()
        letters = sum(letter.isalpha() for letter in reason)
        if letters < REASON_LETTERS:
            raise forms.ValidationError(
                ngettext_lazy(
                    "Write at least %(count)s letter.", "Write at least %(count)s letters.", REASON_LETTERS
                )
                % {"count": REASON_LETTERS}
            )
        return reason


class ReviewForm(forms.Form):
    """Whether it was an emergency."""

    was_right = forms.ChoiceField(
        label=_("Was it right to look?"),
        choices=[("yes", _("Yes, it was an emergency")), ("no", _("No, it was not"))],
        widget=forms.RadioSelect,
    )
    finding = forms.CharField(
        label=_("What you found"),
        help_text=_("The person can read this."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
