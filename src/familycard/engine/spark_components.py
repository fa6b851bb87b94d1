"""Connected components in rounds of SQL: large-star and small-star (Kiveris and others, SOCC 2014).

No task ever sees the graph, only the neighbours of one node. Nodes are named by their rank, so
that the lowest name of a component is its head's. A round ties the neighbours of every node to
the lowest of them, first those that are above the node (large star), then the others and the
node itself (small star); components stay what they are, and what is left in the end is a star
around each head. Families need one or two rounds; a path of n nodes about log2 n.

The lowest neighbour is found by grouping and joined back, not by a window: partial sums make a
hub cheap, and a join of a hub is split among tasks.
"""

from __future__ import annotations

from collections.abc import Callable

ROUNDS_MAX = 100
"""More than the square of the logarithm of all people would need only if this were wrong."""


class Rounds:
    """The rounds over one graph; `keep` writes a query's rows under a name, `count` runs a query of one number."""

    def __init__(self, keep: Callable[[str, str], None], count: Callable[[str], int]) -> None:
        self.keep, self.count = keep, count

    def run(self, nodes: str, edges: str, stars: str) -> None:
        """Leave the table `stars`: (low, high), a row for each node that is not the lowest of its component."""
        self.keep(stars, _by_rank(nodes, edges))
        for _ in range(ROUNDS_MAX):
            if not self.count(_not_yet(stars)):
                return
            self.keep(stars, _small_star(_large_star(f"`{stars}`")))
        raise RuntimeError(f"components are not found after {ROUNDS_MAX} rounds")


def named(nodes: str, stars: str) -> str:
    """The components: node, component (the node of the lowest rank) and size."""
    heads = f"select low, count(*) + 1 as size from `{stars}` group by low"
    return f"""
        select n.node, coalesce(h.node, n.node) as component, coalesce(h.size, 1) as size
        from `{nodes}` n left join `{stars}` s on s.high = n.rank
        left join (select c.low, c.size, o.node from ({heads}) c join `{nodes}` o on o.rank = c.low) h
          on h.low = coalesce(s.low, n.rank)"""


def _by_rank(nodes: str, edges: str) -> str:
    return f"""
        select distinct least(x.rank, y.rank) as low, greatest(x.rank, y.rank) as high
        from `{edges}` e join `{nodes}` x on x.node = e.a join `{nodes}` y on y.node = e.b
        where x.rank <> y.rank"""


def _not_yet(stars: str) -> str:
    """How many nodes keep the edges from being stars: those above two others, and those both above and below."""
    return f"""
        select count(*) from (
            select node from (select high as node, 1 as above, 0 as below from `{stars}`
                              union all select distinct low, 0, 1 from `{stars}`)
            group by node having sum(above) > 1 or (sum(above) > 0 and sum(below) > 0))"""


def _large_star(edges: str) -> str:
    """Every node's neighbours above it are tied to the lowest of the node and its neighbours."""
    both = f"(select low as node, high as other from {edges} union all select high, low from {edges})"
    lowest = f"(select node, least(node, min(other)) as lowest from {both} group by node)"
    return f"""(select distinct l.lowest as low, n.other as high
        from {both} n join {lowest} l on l.node = n.node where n.other > n.node)"""


def _small_star(edges: str) -> str:
    """Every node and its neighbours below it are tied to the lowest of these."""
    lowest = f"(select high, min(low) as lowest from {edges} group by high)"
    return f"""
        select distinct low, high from (
            select l.lowest as low, n.low as high from {edges} n join {lowest} l on l.high = n.high
            where n.low <> l.lowest
            union all select lowest, high from {lowest})"""
