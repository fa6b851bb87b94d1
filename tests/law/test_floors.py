"""A stage imports only from floors below it (the contract stands in pyproject.toml)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from repository import ROOT


def lint_imports() -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_import_order_of_the_floors_is_kept() -> None:
    linted = lint_imports()
    assert linted.returncode == 0, linted.stdout + linted.stderr
