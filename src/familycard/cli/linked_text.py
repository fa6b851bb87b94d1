"""That something rests on a row which does not name its person, in the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from familycard.cli.words import Words
from familycard.sources.linkage.links import Link, Links


def linked_lines(links: Links, words: Words) -> Iterator[str]:
    """A line for each linked row behind a result, and what has to come before a decision; none where there is none."""
    yield from (f"[yellow]! {text}[/yellow]" for text in _texts(links.all, words))
    if links.need_decision:
        yield f"[yellow]  {words('needs_decision')}[/yellow]"


def linked_after(links: Iterable[Link], words: Words) -> str:
    """What stands after a value that rests on linked rows."""
    return "".join(f" [yellow]! {text}[/yellow]" for text in _texts(dict.fromkeys(links), words))


def _texts(links: Iterable[Link], words: Words) -> Iterator[str]:
    for link in links:
        said = words("linked_by_model" if link.is_by_model else "linked_by_person")
        yield (
            f"{words('linked_row')} ({words.source(words.pack.sources[link.source])}, {link.extracted_on or '—'},"
            f" #{link.row}; {words('how_sure')} {link.percent} %, {said} {link.decided_on})"
        )


def linked_json(links: Iterable[Link]) -> list[dict[str, Any]]:
    """Linked rows for machines; who confirmed a link is not named."""
    return [
        {
            "source": link.source,
            "extracted_on": link.extracted_on,
            "row": link.row,
            "likelihood_millionths": link.likelihood_millionths,
            "by_model": link.is_by_model,
            "decided_on": link.decided_on,
        }
        for link in links
    ]
