"""The forms of recording a representation and of agreeing to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from familycard.office.accounts.models import Representation
from familycard.office.components.fields import ThreePartDate


class DocumentForm(forms.Form):
    """For whom the person at the desk acts, and by which document."""

    identifier = forms.CharField(
        label=_("IIN of whom they act for"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("By which document"),
        choices=[
            (Representation.GUARDIAN, _("A decision on guardianship or trusteeship")),
            (Representation.PROXY, _("A power of attorney that a notary certified")),
        ],
        widget=forms.RadioSelect,
    )
    number = forms.CharField(label=_("Number of the document"), max_length=60)
    issued_by = forms.CharField(
        label=_("Who issued it"), help_text=_("The notary, court or authority."), max_length=120
    )
    start = forms.DateField(
        label=_("From"),
        help_text=_("The day on which it was issued, if it names no later one."),
        widget=ThreePartDate(),
    )
    until = forms.DateField(
        label=_("Last day"),
        help_text=_("As the document says. Leave it empty only if the document names none."),
        required=False,
        widget=ThreePartDate(),
    )
    is_seen = forms.BooleanField(label=_("I have the original before me and it names the person before me"))

    def clean(self) -> dict[str, Any]:
        """Nothing ends before it begins; how long it may hold, `terms.py` says."""
        given: dict[str, Any] = super().clean() or {}
        start, until = given.get("start"), given.get("until")
        if start and until and until < start:
            self.add_error("until", _("The last day is before the first."))
        return given


class DecisionForm(forms.Form):
    """Whether the second official agrees."""

    agrees = forms.ChoiceField(
        label=_("Is the document genuine and in force?"),
        choices=[("yes", _("Yes: they may act")), ("no", _("No: refuse it"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("How you checked it"),
        help_text=_("Ask the register of the notaries, or who issued it. The person can read this."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
