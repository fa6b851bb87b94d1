"""The forms of the desks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from familycard.office.claims.models import Claim
from familycard.office.components.fields import offer
from familycard.office.pages.templatetags.shown import label
from familycard.snapshot.facts import Fact

_NUMBER = {"inputmode": "numeric", "autocomplete": "off"}


class IdentifierForm(forms.Form):
    """Whose code is to be sent."""

    identifier = forms.CharField(label=_("IIN"), max_length=20, widget=forms.TextInput(attrs=_NUMBER))


class DocumentForm(IdentifierForm):
    """Who stands at the desk, by their document."""

    kind = forms.ChoiceField(
        label=_("Document"),
        choices=[
            ("identity_card", _("Identity card")),
            ("passport", _("Passport")),
            ("residence_permit", _("Residence permit")),
            ("birth_certificate", _("Birth certificate")),
        ],
        widget=forms.RadioSelect,
    )
    number = forms.CharField(
        label=_("Number of the document"),
        help_text=_("Only its last four characters are kept."),
        min_length=6,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_compared = forms.BooleanField(label=_("I have compared the document with the person before me"))


class CodeForm(forms.Form):
    """The code that the person reads aloud."""

    digits = forms.RegexField(
        r"^\d{6}$",
        label=_("Code of six digits"),
        widget=forms.TextInput(attrs={**_NUMBER, "maxlength": "6"}),
        error_messages={"invalid": _("The code has six digits.")},
    )


class AssistedClaimForm(forms.Form):
    """What the person says is wrong; which fact is chosen by its label, so that the desk reads no value."""

    fact = forms.ChoiceField(label=_("What it is about"))
    words = forms.CharField(
        label=_("What is wrong, in the person's words"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    claimed = forms.CharField(label=_("How it really is (if they know)"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=_("What kind of mistake it is"),
        choices=[
            (Claim.WRONG, _("Wrong or out of date")),
            (Claim.CLERICAL, _("A slip of the pen or of a sum")),
        ],
        initial=Claim.WRONG,
        widget=forms.RadioSelect,
    )

    def __init__(self, facts: Iterable[Fact], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "fact", [(fact.name, label(fact.label)) for fact in facts])


class AssistedRequestForm(forms.Form):
    """What a human should look at."""

    words = forms.CharField(
        label=_("What a human should look at, in the person's words"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
