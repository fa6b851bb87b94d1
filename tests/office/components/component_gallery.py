"""A page with every component, in Russian and Kazakh, with a form that is filled in wrongly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.template import Context, Template
from django.utils import translation

from familycard.office.components.fields import ThreePartDate


class GalleryForm(forms.Form):
    """One field for each widget that the office uses."""

    name = forms.CharField(
        label="Фамилия, имя, отчество",
        help_text="Как в удостоверении личности",
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
    )
    born = forms.DateField(
        label="Дата рождения",
        help_text="Например, 27 3 2007",
        widget=ThreePartDate(attrs={"autocomplete": "bday"}),
    )
    reason = forms.ChoiceField(
        label="Почему это неверно",
        choices=[("not-me", "Это не я"), ("old", "Сведения устарели")],
        widget=forms.RadioSelect,
    )
    about = forms.MultipleChoiceField(
        label="О чём",
        choices=[("income", "Доход"), ("address", "Адрес")],
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(label="Подробнее", max_length=500, widget=forms.Textarea(attrs={"rows": 4}))
    region = forms.ChoiceField(label="Область", choices=[("35", "Қарағанды облысы")])
    password = forms.CharField(label="Пароль", widget=forms.PasswordInput)
    paper = forms.FileField(label="Справка", required=False)
    agree = forms.BooleanField(label="Я согласен, чтобы мои сведения использовались для этой программы")


PAGE = Path(__file__).with_name("component_gallery.html")
FILLED_IN_WRONGLY = {"born-day": "31", "born-month": "2", "born-year": "2007", "note": "Ж" * 520}

CONTEXT: dict[str, Any] = {
    "places": [
        {"text": "Моя семья", "href": "#", "current": True},
        {"text": "Мои права", "href": "#"},
        {"text": "Кто смотрел", "href": "#"},
    ],
    "languages": [
        {"text": "Қазақша", "href": "#", "lang": "kk"},
        {"text": "Русский", "lang": "ru"},
        {"text": "English", "href": "#", "lang": "en"},
    ],
    "crumbs": [{"text": "Главная", "href": "#"}, {"text": "Моя семья"}],
    "head": ["Год", {"text": "Семей", "format": "numeric"}],
    "rows": [["2025", {"text": "6 200 000", "format": "numeric"}]],
    "tasks": [
        {
            "title": "Телефон",
            "href": "#",
            "status": {"tag": {"text": "Не указан", "classes": "govuk-tag--yellow"}},
        },
        {"title": "Адрес", "href": "#", "hint": "Для писем", "status": "Готово"},
    ],
    "pages": [
        {"number": 1, "href": "#"},
        {"number": 2, "href": "#", "current": True},
        {"ellipsis": True},
        {"number": 9, "href": "#"},
    ],
    "link": {"href": "#"},
}


def gallery_html() -> str:
    """The page, with the form as it comes back to who filled it in wrongly."""
    with translation.override("ru"):
        page = Template(PAGE.read_text(encoding="utf-8"))
        return page.render(Context({**CONTEXT, "form": GalleryForm(FILLED_IN_WRONGLY)}))
