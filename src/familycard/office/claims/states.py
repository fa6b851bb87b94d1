"""The states of a claim and the moves between them; no other move is possible.

A claim is made, goes to the owner of the register, and is answered: the register was corrected, or it
was found right, with reasons that can be appealed. Whoever made it can withdraw it until then.
"""

from __future__ import annotations

MADE, WITH_OWNER = "made", "with_owner"
CORRECTED, CONFIRMED, WITHDRAWN = "corrected", "confirmed", "withdrawn"
STATES = (MADE, WITH_OWNER, CORRECTED, CONFIRMED, WITHDRAWN)
OPEN = frozenset({MADE, WITH_OWNER})
ANSWERED = frozenset({CORRECTED, CONFIRMED})
"""Both need words to the person."""
MOVES: dict[str, frozenset[str]] = {
    MADE: frozenset({WITH_OWNER, CORRECTED, CONFIRMED, WITHDRAWN}),
    WITH_OWNER: frozenset({CORRECTED, CONFIRMED, WITHDRAWN}),
    CORRECTED: frozenset(),
    CONFIRMED: frozenset(),
    WITHDRAWN: frozenset(),
}


def may_move(from_: str, to: str) -> bool:
    """Whether a claim in one state may go into another."""
    return to in MOVES[from_]
