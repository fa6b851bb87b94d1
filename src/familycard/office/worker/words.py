"""Words for what the pack names by an id: spheres, and what a programme still asks for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SPHERES = {
    "economic": _("Income and work"),
    "housing": _("Housing"),
    "health": _("Health"),
    "education": _("Education"),
    "social": _("Social life"),
    "family": _("The family"),
}
NEEDS = {
    "consent": _("the person's consent"),
    "account": _("a bank account"),
    "application": _("an application"),
    "inspection": _("a visit to the home"),
    "contract": _("a social contract"),
    "medical_commission": _("a decision of the medical and social examination"),
    "queue_or_quota": _("a free place"),
    "local_budget": _("money in the local budget"),
}
