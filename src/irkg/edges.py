"""When a claim makes an edge between exemplars, in one place."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from irkg import vocab as v
from irkg.model import Strength, Triple
from irkg.store import in_memory, select

_STATING = f"""
SELECT DISTINCT ?claim ?s ?p ?o WHERE {{
  GRAPH ?g {{
    ?claim a <{v.CLAIM}> ; <{v.SUBJECT}> ?s ; <{v.PREDICATE}> ?p ; <{v.OBJECT}> ?o ;
      <{v.NEGATED}> false ; <{v.HAS_STRENGTH}> ?strength ; <{v.HAS_REVIEW}> ?review .
    FILTER(?strength IN (<{v.IRKG}{Strength.ASSERTED}>, <{v.IRKG}{Strength.ABILITY}>))
    FILTER(?review != <{v.IRKG}rejected>)
    FILTER NOT EXISTS {{ ?claim <{v.QUARANTINED}> true }}
  }}
}}"""


def stating(claims: Iterable[ox.Quad]) -> list[tuple[str, Triple]]:
    """Return the claims that make an edge, each with it.

    Args:
        claims: The quads of claims' graphs.

    Returns:
        Pairs of a claim's IRI and its edge, sorted.
    """
    return stating_in(in_memory(claims))


def stating_in(store: ox.Store) -> list[tuple[str, Triple]]:
    """Return the claims of a dataset that make an edge, each with it.

    Args:
        store: The dataset.

    Returns:
        Pairs of a claim's IRI and its edge, sorted.
    """
    found = [(r["claim"], Triple(r["s"], r["p"], r["o"])) for r in select(store, _STATING)]
    return sorted(found, key=lambda f: (f[0], f[1].subject, f[1].predicate, f[1].object))


def edge_triple(edge: Triple) -> ox.Triple:
    """Return an edge as an RDF triple."""
    return ox.Triple(ox.NamedNode(edge.subject), ox.NamedNode(edge.predicate), ox.NamedNode(edge.object))


def stated_edges(claims: Iterable[ox.Quad]) -> list[Triple]:
    """Return the edges that claims state: not negated, rejected or quarantined, and asserted or an ability.

    Args:
        claims: The quads of claims' graphs.

    Returns:
        The edges, sorted, each once.
    """
    edges = {edge for _, edge in stating(claims)}
    return sorted(edges, key=lambda e: (e.subject, e.predicate, e.object))
