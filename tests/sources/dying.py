"""Runs intakes that kill themselves: ``python dying.py EVENT DELIVERY N=STORE …`` (see ``killing.py``)."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from country import WAGES, country
from killing import printed

import familycard.sources.intake as job

if __name__ == "__main__":
    event, delivery, *deaths = sys.argv[1:]
    printed(event, deaths, lambda store: job.intake(country(WAGES), Path(delivery), store))
