"""The neighbourhood of a kind: the nodes and edges that the graph view draws."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from irkg import vocab as v
from irkg.export.property_graph import Edge
from irkg.model import Support
from irkg.serve.facts import Facts, Kind, Statement

MOST = 200
"""Nodes that are drawn at first."""


class Neighbours:
    """Edges of all supports, by the kinds that they touch.

    Args:
        facts: The graph.

    Example:
        >>> from irkg import KnowledgeGraph
        >>> around = Neighbours(Facts(KnowledgeGraph.open())).around(v.IRKG + "TregRecruitment", 1)
        >>> {"center", "nodes", "edges", "left_out"} == set(around)
        True
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._touching: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for edge in [*_drawn(facts.edges), *map(_candidate, facts.candidates())]:
            for end in {edge["source"], edge["target"]}:
                self._touching[end].append(edge)

    def around(self, iri: str, steps: int, most: int = MOST) -> dict[str, Any]:
        """Return what lies around a kind: the nearest first, and what is stated before what is proposed.

        Args:
            iri: IRI of the class.
            steps: How many edges away a kind may lie.
            most: How many kinds at most.

        Returns:
            `center`, `nodes`, `edges` between those nodes, and `left_out`: the number of kinds that were left out.
        """
        center = v.contract(iri)
        found, rim, left_out = {center: None}, [center], set()
        for _ in range(steps):
            reached: dict[str, None] = {}
            for edge in self._nearest(rim):
                for end in (edge["source"], edge["target"]):
                    if end not in found and end not in reached:
                        if len(found) + len(reached) < most:
                            reached[end] = None
                        else:
                            left_out.add(end)
            found.update(reached)
            rim = list(reached)
        edges = {e["id"]: e for node in found for e in self._touching[node] if {e["source"], e["target"]} <= set(found)}
        nodes = [_node(self._facts.kind(v.expand(node) or node)) for node in found]
        return {"center": center, "nodes": nodes, "edges": list(edges.values()), "left_out": len(left_out)}

    def _nearest(self, rim: Iterable[str]) -> list[dict[str, Any]]:
        order = [s.value for s in Support]
        touching = [edge for node in rim for edge in self._touching[node]]
        return sorted(touching, key=lambda e: order.index(e["support"]))


def _drawn(edges: list[Edge]) -> Iterator[dict[str, Any]]:
    """Yield edges as they are drawn; one that is only another one read backwards is not drawn twice."""
    pairs = {(e.subject, e.object) for e in edges if e.support is Support.STATED}
    for e in edges:
        if e.rules == ("inverse",) and (e.object, e.subject) in pairs:
            continue
        yield {
            "id": e.id,
            "source": v.contract(e.subject),
            "target": v.contract(e.object),
            "relation": e.relation,
            "support": e.support.value,
            "strength": e.strength,
            "sources": list(e.sources),
        }


def _candidate(statement: Statement) -> dict[str, Any]:
    return {
        "id": statement.iri.rpartition("/")[2],
        "source": statement.subject.curie,
        "target": statement.object.curie,
        "relation": statement.relation,
        "support": statement.support.value,
        "strength": statement.strength,
        "sources": list(statement.sources),
    }


def _node(kind: Kind) -> dict[str, str]:
    return {"id": kind.curie, "label": kind.label, "path": kind.path}
