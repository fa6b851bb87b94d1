"""New accounts, and areas with their dates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from familycard.office.access.role_titles import role_titles
from familycard.office.accounts.models import User
from familycard.office.administration.services import GIVEN
from familycard.office.components.fields import ThreePartDate, offer
from familycard.office.pages.templatetags.shown import label
from familycard.pack.model import Label

NAME = RegexValidator(
    r"^[a-z][a-z0-9._-]{2,39}\Z",
    _("Write 3 to 40 small Latin letters, digits, dots or dashes, a letter first."),
)


class AccountForm(forms.Form):
    """A name to sign in with, and a role."""

    name = forms.CharField(
        label=_("Name to sign in with"),
        help_text=_("The name at work, such as a.serikova. Never an identification number."),
        validators=[NAME],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "role", [(role, label(role_titles()[role])) for role in GIVEN])

    def clean_name(self) -> str:
        """A name that nobody has or had."""
        name: str = self.cleaned_data["name"]
        if User.objects.filter(username=name).exists():
            raise ValidationError(_("There is such an account already."))
        return name


class AreaForm(forms.Form):
    """An area, since when and until when."""

    area = forms.ChoiceField(label=_("Area"))
    start = forms.DateField(label=_("From"), widget=ThreePartDate())
    end = forms.DateField(
        label=_("Until (optional)"),
        help_text=_("The first day on which it no longer holds."),
        required=False,
        widget=ThreePartDate(),
    )

    def __init__(self, areas: Mapping[str, Label], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area", [(code, f"{code} {label(areas[code])}") for code in sorted(areas)])
        self.fields["start"].initial = timezone.localdate

    def clean(self) -> None:
        """The end comes after the start."""
        start, end = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        if start and end and end <= start:
            self.add_error("end", _("It must end after it begins."))
