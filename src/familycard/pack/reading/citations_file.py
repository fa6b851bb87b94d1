"""Reads ``citations.yaml``: what the clauses of citations of law are called in the pack's languages."""

from __future__ import annotations

from collections.abc import Mapping

from familycard.errors import PackError
from familycard.pack.model import CLAUSES_APART, Citation, Place
from familycard.pack.reading.fields import Fields, Reading, entries_of
from familycard.pack.reading.yaml_places import Node


def read_citations_file(node: Node, reading: Reading) -> Mapping[str, Citation]:
    """Citations by their clause; PackError for two clauses in one or for a language that is not the pack's."""
    citations = {}
    entries = entries_of(node, "citations.yaml")
    for clause, words in entries.entries.items():
        with reading.going_on():
            citations[clause] = _citation(
                clause, words, Place(node.place.file, entries.lines[clause]), reading
            )
    return citations


def _citation(clause: str, words: Node, place: Place, reading: Reading) -> Citation:
    if CLAUSES_APART in clause:
        message = f"`{clause}` is several clauses; give each side of `{CLAUSES_APART}` a line of its own"
        raise PackError(message, place.file, place.line)
    fields = Fields(words, f"citation `{clause}`", reading.languages, reading)
    label = {language: fields.text(language) for language in reading.languages if language in fields}
    return Citation(clause, label, place)
