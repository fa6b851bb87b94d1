"""Errors that others published, to stand beside ours.

Brown, Ravallion and van de Walle (2018), A poor means test? Econometric targeting in Africa, Journal
of Development Economics 134, 109-124: nine African countries, basic proxy-means test.
"""

from __future__ import annotations

from collections.abc import Mapping

SOURCE = "Brown, Ravallion and van de Walle (2018), nine African countries, basic proxy-means test"
PUBLISHED: Mapping[str, float] = {
    "inclusion_error_20": 0.371,
    "exclusion_error_20": 0.716,
    "inclusion_error_40": 0.306,
    "exclusion_error_40": 0.361,
    "fixed_rate_error_20": 0.495,
    "fixed_rate_error_40": 0.320,
}
BEST: Mapping[str, float] = {"fixed_rate_error_20": 0.343, "fixed_rate_error_40": 0.237}
"""Of their countries, the one with the least."""
