"""What the package's scripts say, in the reader's language: without these texts they would speak English.

The scripts choose a plural form by the rules of the page's language (`one`, `few`, `many`, `other`). The catalogue of
translations knows the same forms by example: 1, 2 and 5 are of three different forms in Russian.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

PLURAL_EXAMPLES = {"one": 1, "few": 2, "many": 5, "other": 5}
"""Plural form → a number that takes it."""


def forms(text: Callable[[int], str]) -> dict[str, str]:
    """A text of a number in each plural form; `%{count}` is filled in by the script."""
    return {form: text(number) for form, number in PLURAL_EXAMPLES.items()}


def _characters_remaining(number: int) -> str:
    return ngettext("You have %{count} character remaining", "You have %{count} characters remaining", number)


def _characters_too_many(number: int) -> str:
    return ngettext("You have %{count} character too many", "You have %{count} characters too many", number)


def _files_chosen(number: int) -> str:
    return ngettext("%{count} file chosen", "%{count} files chosen", number)


def accordion() -> dict[str, Any]:
    return {
        "show_all_sections_text": _("Show all sections"),
        "hide_all_sections_text": _("Hide all sections"),
        "show_section_text": _("Show"),
        "hide_section_text": _("Hide"),
        "show_section_aria_label_text": _("Show this section"),
        "hide_section_aria_label_text": _("Hide this section"),
    }


def character_count() -> dict[str, Any]:
    return {
        "textarea_description_text": _("You can enter up to %{count} characters"),
        "characters_under_limit_text": forms(_characters_remaining),
        "characters_at_limit_text": _("You have 0 characters remaining"),
        "characters_over_limit_text": forms(_characters_too_many),
    }


def exit_this_page() -> dict[str, Any]:
    return {
        "activated_text": _("Loading."),
        "timed_out_text": _("Exit this page expired."),
        "press_two_more_times_text": _("Shift, press 2 more times to exit."),
        "press_one_more_time_text": _("Shift, press 1 more time to exit."),
    }


def file_upload() -> dict[str, Any]:
    return {
        "choose_files_button_text": _("Choose file"),
        "no_file_chosen_text": _("No file chosen"),
        "multiple_files_chosen_text": forms(_files_chosen),
        "drop_instruction_text": _("or drop file"),
        "entered_drop_zone_text": _("Entered drop zone"),
        "left_drop_zone_text": _("Left drop zone"),
    }


def password_input() -> dict[str, Any]:
    return {
        "show_password_text": _("Show"),
        "hide_password_text": _("Hide"),
        "show_password_aria_label_text": _("Show password"),
        "hide_password_aria_label_text": _("Hide password"),
        "password_shown_announcement_text": _("Your password is visible"),
        "password_hidden_announcement_text": _("Your password is hidden"),
    }


SPOKEN: dict[str, Callable[[], dict[str, Any]]] = {
    "accordion": accordion,
    "character_count": character_count,
    "exit_this_page": exit_this_page,
    "file_upload": file_upload,
    "password_input": password_input,
}
"""Component → the texts of its script."""
