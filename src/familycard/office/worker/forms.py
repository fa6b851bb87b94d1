"""The forms of a social worker."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from familycard.office.accounts.models import User
from familycard.office.casework.models import Case, Why
from familycard.office.casework.states import MOVES, State
from familycard.office.components.fields import ThreePartDate, offer
from familycard.office.pages.templatetags.shown import label
from familycard.pack.office import PlanMeasure


def _words(label_: Any, *, length: int = 500, required: bool = True, help_text: Any = "") -> forms.CharField:
    """A field for a few sentences."""
    area = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(
        label=label_, max_length=length, required=required, widget=area, help_text=help_text
    )


def _day(label_: Any, **parameters: Any) -> forms.DateField:
    return forms.DateField(label=label_, widget=ThreePartDate(), **parameters)


def _closing() -> forms.BooleanField:
    """A field by which a text is left to few."""
    return forms.BooleanField(
        label=_("Only the worker of this case and their supervisor may read this"),
        help_text=_("Of some families it is so by itself. You need not say why."),
        required=False,
    )


class SearchForm(forms.Form):
    """Whom the worker looks for."""

    text = forms.CharField(
        label=_("IIN, name or address"),
        help_text=_("In your area only. A name may be written in any spelling."),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class OpenCaseForm(forms.Form):
    """Why a case is opened and by when somebody speaks with the family."""

    why = forms.ChoiceField(label=_("Why"), choices=Why.choices, widget=forms.RadioSelect)
    due_on = _day(_("Speak with the family by"))


class NoteForm(forms.Form):
    """A note."""

    words = _words(
        _("Note"),
        length=2000,
        help_text=_("Write what you saw and what was said. The person may ask to read it."),
    )
    is_closed = _closing()


class StepForm(forms.Form):
    """A step of the plan."""

    measure = forms.ChoiceField(label=_("Measure"))
    words = forms.CharField(label=_("What exactly (optional)"), max_length=300, required=False)
    due_on = _day(_("By when"))
    is_agreed = forms.BooleanField(
        label=_("The family agrees"),
        error_messages={"required": _("A plan is made with the family. Ask it first.")},
    )

    def __init__(self, measures: dict[str, PlanMeasure], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "measure", [(id_, label(measure.title)) for id_, measure in measures.items()])


class StepDoneForm(forms.Form):
    """What came of a step."""

    outcome = _words(_("What came of it"), length=300)


class VisitForm(forms.Form):
    """What a visit to the home saw."""

    visited_on = _day(_("When were you there"))
    met = forms.CharField(label=_("Whom did you meet"), max_length=200)
    words = _words(
        _("What you saw and what the family needs"),
        length=2000,
        help_text=_("Write no address: whoever may see the family reads this."),
    )
    is_closed = _closing()
    composition = _words(
        _("Others belong to the family than the registers say (leave empty if they are right)"),
        required=False,
        help_text=_("The owner of the register will be asked. Nothing changes until they answer."),
    )
    address = _words(
        _("The family lives elsewhere than the registers say (leave empty if they are right)"),
        required=False,
        help_text=_("Only the worker of this case and their supervisor can read it; it is never printed."),
    )
    alert = _words(
        _("Danger to somebody of the family or to who visits it (leave empty if there is none)"),
        required=False,
        help_text=_(
            "Sealed: only the worker of this case and their supervisor can read it. It is never printed."
        ),
    )

    def clean_visited_on(self) -> Any:
        """Not in the future, and not so long ago that it says nothing of today."""
        day = self.cleaned_data["visited_on"]
        today = timezone.localdate()
        if not today - timedelta(days=60) <= day <= today:
            raise forms.ValidationError(_("Give a day of the last two months."))
        return day


class HandOverForm(forms.Form):
    """Who takes the case, and what they must know."""

    worker = forms.ChoiceField(label=_("Who takes it"))
    words = _words(_("What they must know"))

    def __init__(self, workers: Iterable[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(
            self,
            "worker",
            [(str(worker.pk), worker.get_full_name() or worker.username) for worker in workers],
        )


class DecideForm(forms.Form):
    """Into which state a case goes, and why."""

    after = forms.ChoiceField(label=_("The case becomes"), widget=forms.RadioSelect)
    words = _words(_("Why"))
    family_agrees = forms.BooleanField(
        label=_("The family agrees that the case is closed"),
        help_text=_("Only where it is closed. Ask them, and do not write it for them."),
        required=False,
    )

    @property
    def ends_help(self) -> bool:
        """Whether the case is closed without the family's word."""
        is_closed = self.cleaned_data.get("after") == State.CLOSED
        return is_closed and not self.cleaned_data.get("family_agrees")

    def __init__(self, case: Case, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(
            self,
            "after",
            [(state.value, state.label) for state in State if state in MOVES[State(case.state)]],
        )


class AlertForm(forms.Form):
    """A safety alert."""

    words = _words(
        _("What is the danger, and to whom"),
        length=1000,
        help_text=_(
            "Sealed: only the worker of this case and their supervisor can read it. It is never printed."
        ),
    )


class AnswerForm(forms.Form):
    """What the owner of a register answered."""

    answer = _words(_("What the owner of the register answered"))
