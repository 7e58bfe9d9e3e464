"""Changes to a knowledge graph: sources added and taken out, a curator's decisions.

Each ends in a whole new build with the ontology that the graph was built with, which stands in the graph itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from irkg import resources
from irkg import vocab as v
from irkg.build import Built, Report, ontology_in, rebuild
from irkg.claim_graph import source_ids
from irkg.claims_files import claims_of
from irkg.ontology_file import read_with_imports
from irkg.review import Decision, decisions_in
from irkg.selection import check_sources
from irkg.store import graph_name, open_dataset, writing


def add(kg: Path, quads: Sequence[ox.Quad], *, report: Report = lambda _: None) -> Built:
    """Add claims to a knowledge graph, or refill sources that it holds; earlier decisions stay.

    Args:
        kg: The graph's folder or file; where there is nothing yet, a new one is built.
        quads: The quads of claims' graphs.
        report: Told of each step before it starts.

    Raises:
        IrkgError: There is something else at that place, or the graph cannot be built.
    """
    with writing(kg):
        if not kg.exists():
            return rebuild(kg, quads, {}, read_with_imports(resources.ontology_file()), report)
        held = open_dataset(kg)
        claims = [*_claims_without(held, source_ids(quads)), *quads]
        return rebuild(kg, claims, decisions_in(held), ontology_in(held), report)


def retract(kg: Path, sources: Sequence[str], *, report: Report = lambda _: None) -> Built:
    """Take sources and all that rests on them out of a knowledge graph.

    Args:
        kg: The graph's folder or file.
        sources: The ids of the sources.
        report: Told of each step before it starts.

    Returns:
        The graph as it would be had it been built without them; decisions on their claims go with them.

    Raises:
        GraphError: There is no knowledge graph at that place.
        UnknownName: It holds no such source.
    """
    with writing(kg):
        held = open_dataset(kg)
        check_sources(sources, sorted(source_ids(held)))
        return rebuild(kg, _claims_without(held, sources), {}, ontology_in(held), report)


def decide(kg: Path, decisions: Mapping[str, Decision], *, report: Report = lambda _: None) -> Built:
    """Put a curator's decisions into a knowledge graph: what rests on a rejected claim leaves it.

    Args:
        kg: The graph's folder or file.
        decisions: By the IRI of the claim; each takes the place of an earlier one, and others stay.
        report: Told of each step before it starts.

    Raises:
        GraphError: There is no knowledge graph at that place, or it cannot be built.
    """
    with writing(kg):
        held = open_dataset(kg)
        return rebuild(kg, _claims_without(held, ()), decisions, ontology_in(held), report)


def _claims_without(quads: Iterable[ox.Quad], sources: Iterable[str]) -> list[ox.Quad]:
    """Return the claims' graphs of all sources but some, without what the shapes said of them, which is found anew."""
    left_out = {v.GRAPH_CLAIMS + source for source in sources}
    found_anew = (v.QUARANTINED, v.QUARANTINE_REASON)
    return [q for q in claims_of(quads) if q.predicate.value not in found_anew and graph_name(q) not in left_out]
