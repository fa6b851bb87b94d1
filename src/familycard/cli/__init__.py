"""The command line: `familycard --help`.

Exit status: 0 done, 1 the data or the pack are refused, 2 wrong usage.
"""

from __future__ import annotations

from familycard.cli import beside, demo, fitting, linking, pack_text, whole
from familycard.cli.main import app

__all__ = ["app", "beside", "demo", "fitting", "linking", "pack_text", "whole"]
