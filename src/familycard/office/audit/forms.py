"""The search of the log, and a person's request."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from familycard.office.access.models import Look
from familycard.office.access.purposes import purposes
from familycard.office.access.role_titles import role_titles
from familycard.office.access.table import table
from familycard.office.cards.logged import Search
from familycard.office.cards.references import person_of
from familycard.office.components.fields import ThreePartDate, offer
from familycard.office.pages.surroundings import title_of
from familycard.office.pages.templatetags.shown import label

PERSON = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})


def clean_reference(text: str) -> str:
    """A reference that stands for somebody; a blank one is none."""
    text = text.strip()
    if text and person_of(text) is None:
        raise ValidationError(_("This is no reference of a person in this office."))
    return text


class SearchForm(forms.Form):
    """By time, role, page, purpose, user and person; each may be left blank."""

    first = forms.DateField(label=_("From the day"), required=False, widget=ThreePartDate())
    last = forms.DateField(label=_("To the day"), required=False, widget=ThreePartDate())
    role = forms.ChoiceField(label=_("Role"), required=False)
    page = forms.ChoiceField(label=_("Page"), required=False)
    purpose = forms.ChoiceField(label=_("Purpose"), required=False)
    name = forms.CharField(
        label=_("User"), required=False, max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    person = forms.CharField(
        label=_("Reference of a person"),
        help_text=_("A search for a person is logged as a look at them."),
        required=False,
        max_length=64,
        widget=PERSON,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pages = set(Look.objects.order_by().values_list("page", flat=True).distinct())
        titles = {page: title_of(page) if page in table().pages else page for page in pages}
        self._choose("role", {role: label(title) for role, title in role_titles().items()})
        self._choose("page", dict(sorted(titles.items(), key=lambda one: one[1])))
        self._choose("purpose", {id_: label(one.title) for id_, one in purposes().items()})

    def _choose(self, name: str, choices: dict[str, str]) -> None:
        offer(self, name, [("", _("all")), *choices.items()])

    def clean_person(self) -> str:
        return clean_reference(self.cleaned_data["person"])

    def search(self) -> Search:
        """What is asked, of a form that is valid."""
        return Search(**self.cleaned_data)


class LogRequestForm(forms.Form):
    """A person's request, as it was registered."""

    person = forms.CharField(label=_("Reference of a person"), max_length=64, widget=PERSON)
    document = forms.CharField(label=_("Number of the registered request"), max_length=100)
    asked_on = forms.DateField(label=_("Asked on"), widget=ThreePartDate())

    def clean_person(self) -> str:
        return clean_reference(self.cleaned_data["person"])

    def clean_asked_on(self) -> Any:
        """Nobody has asked tomorrow."""
        asked_on = self.cleaned_data["asked_on"]
        if asked_on > timezone.localdate():
            raise ValidationError(_("This day has not come yet."))
        return asked_on
