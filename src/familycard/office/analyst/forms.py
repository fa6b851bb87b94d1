"""The forms of an export: the request, and the second person's decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from familycard.desk.row_export import COLUMNS_MAX
from familycard.office.analyst.models import APPROVED, REFUSED
from familycard.office.components.fields import offer


class ExportForm(forms.Form):
    """Why, on which basis of law, and which columns; the segment comes with the address."""

    purpose = forms.CharField(
        label=_("What the rows are for"),
        help_text=_("Which question they answer, and who will see them."),
        max_length=500,
        widget=forms.Textarea,
    )
    basis = forms.CharField(
        label=_("Legal basis"), help_text=_("The act and its article, or the order."), max_length=300
    )
    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        help_text=_(
            "At most 20. Ages leave in bands of five years, places as regions, amounts with two digits."
        ),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, columns: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "columns", columns)

    def clean_columns(self) -> list[str]:
        """At most as many as an export may have."""
        chosen: list[str] = self.cleaned_data["columns"]
        if len(chosen) > COLUMNS_MAX:
            raise forms.ValidationError(_("Choose at most 20 columns."))
        return chosen


class DecisionForm(forms.Form):
    """Approve or refuse, with words."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[(APPROVED, _("Approve")), (REFUSED, _("Refuse"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("Why"), help_text=_("The analyst reads this."), max_length=1000, widget=forms.Textarea
    )
