"""What a worker of the server does before its first request, so that no visitor waits for it."""

from __future__ import annotations

import logging
from pathlib import Path

from django.conf import settings
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.template.utils import get_app_template_dirs
from django.urls import reverse
from django.utils.translation import gettext, override

from familycard.errors import SnapshotError
from familycard.office.cards.current import current

_log = logging.getLogger(__name__)


def make_ready() -> None:
    """Read the words, the addresses and the templates, and open the snapshot; an office without one answers all the same."""
    for code, _ in settings.LANGUAGES:
        with override(code):
            gettext("Menu")
            reverse("pages:home")
    _compile_templates()
    try:
        current().reader()
    except SnapshotError as error:
        _log.warning("%s", error)


def _compile_templates() -> None:
    """Compile our templates into the loader's cache."""
    engine = engines["django"]
    assert isinstance(engine, DjangoTemplates)
    office = Path(__file__).parent
    for folder in map(Path, get_app_template_dirs("templates")):
        if folder.is_relative_to(office):
            for file in sorted(folder.rglob("*.html")):
                engine.get_template(file.relative_to(folder).as_posix())
