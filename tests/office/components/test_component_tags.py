"""Pages write components as tags; forms of Django become components by their widgets."""

from __future__ import annotations

from typing import Any

from component_gallery import FILLED_IN_WRONGLY, GalleryForm
from django.template import Context, Template
from django.test.html import parse_html

from familycard.office.components.fields import ThreePartDate


def rendered(page: str, **context: Any) -> str:
    return Template("{% load components %}" + page).render(Context(context))


def test_plain_text_is_escaped_and_what_stands_between_tags_is_html() -> None:
    assert "&lt;b&gt;" in rendered("{% tag text %}", text="<b>")
    assert "<b>bold</b>" in rendered("{% details summary=text %}<b>bold</b>{% enddetails %}", text="<b>")


def test_parameters_for_scripts_become_attributes() -> None:
    button = rendered('{% button "More" hx_get="/families" aria_controls="list" %}')
    assert 'hx-get="/families"' in button
    assert 'aria-controls="list"' in button


def test_parts_gather_in_their_own_component_also_when_nested() -> None:
    page = """{% accordion id="a" %}{% section "Outer" %}
        {% summary_list %}{% row "Phone" href="/phone" action="Change" %}+7{% endrow %}{% endsummary_list %}
        {% endsection %}{% section "Second" %}Text{% endsection %}{% endaccordion %}"""
    html = rendered(page)
    assert html.count('<div class="govuk-accordion__section"') == 2
    assert html.count('<div class="govuk-summary-list__row"') == 1
    assert '<span class="govuk-visually-hidden"> phone</span>' in html


def test_a_field_has_its_label_its_hint_its_error_and_what_the_browser_may_fill_in() -> None:
    form = GalleryForm(FILLED_IN_WRONGLY)
    html = rendered("{% field form.name %}", form=form)
    assert 'for="id_name"' in html
    assert 'aria-describedby="id_name-hint id_name-error"' in html
    assert 'autocomplete="name"' in html
    assert 'spellcheck="false"' in html


def test_each_error_links_to_a_control_that_is_there() -> None:
    form = GalleryForm(FILLED_IN_WRONGLY)
    fields = rendered("{% for f in form %}{% field f %}{% endfor %}", form=form)
    summary = rendered("{% errors_of form %}", form=form)
    targets = [part.split('"')[0] for part in summary.split('href="#')[1:]]
    assert len(targets) == len(form.errors)
    for target in targets:
        assert f'id="{target}"' in fields


def test_a_form_without_errors_has_no_summary_of_errors() -> None:
    assert rendered("{% errors_of form %}", form=GalleryForm()) == ""


def test_a_date_that_is_none_comes_back_as_it_was_typed() -> None:
    html = rendered("{% field form.born %}", form=GalleryForm(FILLED_IN_WRONGLY))
    assert [f'value="{typed}"' in html for typed in ("31", "2", "2007")] == [True] * 3
    assert 'autocomplete="bday-year"' in html


def test_three_boxes_make_one_date() -> None:
    widget = ThreePartDate()
    typed = {"born-day": "3", "born-month": "5", "born-year": "2026"}
    assert (
        GalleryForm.base_fields["born"].clean(widget.value_from_datadict(typed, {}, "born")).isoformat()
        == "2026-05-03"
    )
    assert widget.value_from_datadict({}, {}, "born") == ""


def test_the_chosen_answer_is_chosen() -> None:
    form = GalleryForm({"reason": "old", "about": ["income"], "agree": "on"})
    radios = parse_html(rendered("{% field form.reason %}", form=form))
    assert str(radios).count(" checked") == 1
    boxes = rendered("{% field form.about %}{% field form.agree %}", form=form)
    assert boxes.count(" checked") == 2
