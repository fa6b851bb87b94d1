"""Styles and scripts, as they are served."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """After `collectstatic`: compressed, under names that change with their content, so that browsers keep them for
    ever. Before it (a developer's machine, a test): as they lie in the apps.
    """

    def stored_name(self, name: str) -> str:
        """The name under which a file is served."""
        stored: str = super().stored_name(name) if self.hashed_files else name
        return stored
