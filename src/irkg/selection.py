"""A knowledge graph as it would be with some of its sources only."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Sequence

import pyoxigraph as ox

from irkg import vocab as v
from irkg.consequences import consequences
from irkg.errors import UnknownName
from irkg.store import in_memory

_PREMISE = ox.NamedNode(v.PREMISE)


def selection(store: ox.Store, sources: Collection[str], report: Callable[[str], None] = lambda _: None) -> ox.Store:
    """Return a knowledge graph as it would be had it been built from some of its sources only.

    Args:
        store: The knowledge graph.
        sources: Ids of the sources.
        report: Told where HermiT has to find what follows.

    Returns:
        Ontology, the claims of those sources, the edges that they state, all that follows from these alone with its
        derivations, and the candidates that rest on these claims alone.

    Raises:
        IrkgError: What follows cannot be found, because HermiT would have to be run and is not there.
    """
    claims = [q for s in sorted(set(sources)) for q in _graph(store, v.GRAPH_CLAIMS + s)]
    ontology = _graph(store, v.GRAPH_ONTOLOGY)
    followed = consequences(ontology_of(store), claims, report=report)
    return in_memory([*ontology, *claims, *followed, *_candidates(store, {q.subject for q in claims})])


def ontology_of(store: ox.Store) -> list[ox.Triple]:
    """Return the ontology that a knowledge graph was reasoned from: what is said of the graph itself is no part of it.

    Args:
        store: The knowledge graph.
    """
    dataset = ox.NamedNode(v.DATASET)
    return [q.triple for q in _graph(store, v.GRAPH_ONTOLOGY) if q.subject != dataset]


def check_sources(sources: Iterable[str], known: Sequence[str]) -> None:
    """Refuse sources that a knowledge graph does not hold.

    Args:
        sources: Ids of sources, as a user writes them.
        known: Those that the graph holds, sorted.

    Raises:
        UnknownName: One of them is not known.

    Example:
        >>> check_sources(["eran-2032"], ["eran-2023", "sun-w-2016"])
        Traceback (most recent call last):
        irkg.errors.UnknownName: unknown source "eran-2032"; did you mean "eran-2023"?
    """
    for source in sources:
        if source not in known:
            near = difflib.get_close_matches(source, known, n=3, cutoff=0.5) or known
            raise UnknownName("source", source, near=near, remedy="this knowledge graph holds no source")


def _graph(store: ox.Store, graph: str) -> list[ox.Quad]:
    return list(store.quads_for_pattern(None, None, None, ox.NamedNode(graph)))


def _candidates(store: ox.Store, claims: Collection[object]) -> list[ox.Quad]:
    quads = _graph(store, v.GRAPH_CANDIDATES)
    elsewhere = {q.subject for q in quads if q.predicate == _PREMISE and q.object not in claims}
    return [q for q in quads if q.subject not in elsewhere]
