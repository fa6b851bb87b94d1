"""The supervisor's pages: the team, how long things wait, who has which case."""
