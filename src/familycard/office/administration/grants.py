"""What a role may do on a page, in words for people; `access/table.yaml` writes it in two."""

from __future__ import annotations

from django.utils.translation import gettext as _

from familycard.office.access.table import Grant, Scope, Sensitivity


def in_words(text: str) -> str:
    """A grant as the table writes it, such as ``area/restricted``: about whom, and how much it shows at most."""
    grant = Grant.read(text)
    scopes = {
        Scope.open: _("about nobody"),
        Scope.self: _("about themselves and whom they act for"),
        Scope.area: _("about people of their areas and cases, and in emergencies"),
        Scope.served: _("about people of their areas and cases"),
        Scope.one: _("about the one person who is served"),
        Scope.aggregate: _("counts only"),
        Scope.all: _("about everybody"),
    }
    sensitivities = {
        Sensitivity.none: "",
        Sensitivity.open: _("open data"),
        Sensitivity.own: _("ordinary personal data"),
        Sensitivity.restricted: _("restricted personal data as well"),
    }
    return "; ".join(filter(None, (scopes[grant.scope], sensitivities[grant.sensitivity])))
