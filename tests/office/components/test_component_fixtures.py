"""Every component gives the HTML that GOV.UK Frontend's own templates give, fixture by fixture."""

from __future__ import annotations

from typing import Any

import pytest
from django.test.html import parse_html
from django.utils import translation
from shipped_fixtures import SHIPPED, fixtures, shipped_components

from familycard.office.components.rendering import render_component

pytestmark = pytest.mark.skipif(
    not SHIPPED.exists(), reason="npm's packages are not set up: run `make setup-office`"
)

LEFT_OUT = {
    "cookie_banner": "the office sets only the cookies that a session needs, which need no consent",
    "footer": "carries the crown, the licence and the copyright of the British government; ours is `page_footer`",
    "header": "carries the logo of GOV.UK; ours is `generic_header` in our colours",
}
"""Component that we do not have → why."""

CASES = [
    pytest.param(component, parameters, expected, id=f"{component}: {name}")
    for component in sorted(shipped_components() - set(LEFT_OUT))
    for name, parameters, expected in fixtures(component)
]


@pytest.mark.parametrize(("component", "parameters", "expected"), CASES)
def test_a_component_gives_the_html_of_the_fixture(
    component: str, parameters: dict[str, Any], expected: str
) -> None:
    with translation.override("en"):
        assert parse_html(render_component(component, parameters)) == parse_html(expected)


def test_every_shipped_component_is_here_or_left_out_for_a_reason() -> None:
    assert shipped_components() >= set(LEFT_OUT)
    assert len(CASES) > 650


def test_a_wrong_class_would_be_found() -> None:
    right = render_component("tag", {"text": "New"})
    assert parse_html(right) != parse_html(right.replace("govuk-tag", "govuk-tug"))
