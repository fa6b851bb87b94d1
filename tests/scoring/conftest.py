"""The made-up survey of `scoring_truth.py`, read and fitted once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from packs_read import pack_of
from scoring_truth import DAY, FIT, made_table

from familycard.pack.fit import Cuts, Fit, Target
from familycard.pack.model import Pack
from familycard.scoring.fitting.fit import Fitted, fit_scorecard
from familycard.scoring.fitting.survey import Survey, checked_survey


@pytest.fixture(scope="session")
def pack() -> Pack:
    return pack_of("kz")


@pytest.fixture(scope="session")
def survey() -> Survey:
    return checked_survey(made_table(), FIT, "made.csv", DAY)


@pytest.fixture(scope="session")
def fitted(pack: Pack, survey: Survey) -> Fitted:
    return fit_scorecard(pack, FIT, survey)


@pytest.fixture(scope="session")
def labelled() -> tuple[Fit, Survey]:
    """The same families by an ordered label; cut-offs are to be found for macro-F1."""
    table = made_table()
    places = np.searchsorted(
        np.quantile(table["consumption"].to_numpy(), [0.15, 0.6]), table["consumption"].to_numpy()
    )
    order = ("critical", "some", "none")
    table = table.append_column("need", pa.array([order[place] for place in places]))
    fit = replace(
        FIT,
        target=Target("need", {}, False, order=order),
        cuts=Cuts("labels", (("E", "critical"), ("C", "some"), ("A", None)), finds_macro_f1=True),
    )
    return fit, checked_survey(table, fit, "made.csv", DAY)
