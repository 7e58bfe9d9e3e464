"""Canned queries give the same rows whatever the graphs that plain queries do not see are filled with."""

from __future__ import annotations

from dataclasses import replace

import pyoxigraph as ox
import pytest

from irkg import vocab as v
from irkg.catalogue import catalogue
from irkg.curation import curated, curation_in
from irkg.decisions import Decision, statement_of
from irkg.engines import EmbeddedEngine
from irkg.kg import KnowledgeGraph
from irkg.lexicon import shipped_lexicon
from irkg.model import ReviewStatus, Strength
from irkg.query import answer
from irkg.store import default_graphs, in_memory

NAMES = [n for n in sorted(catalogue()) if not n.startswith(("check-", "construct-"))]


@pytest.fixture(scope="module")
def edited() -> KnowledgeGraph:
    """The shipped graph with an edit of every claim of the article, so that all are laid aside as extracted, too."""
    shipped = KnowledgeGraph.open().store
    article = ox.NamedNode(v.GRAPH_CLAIMS + "eran-2023")
    curation = curation_in(list(shipped.quads_for_pattern(None, None, None, article)))
    decisions = {}
    for iri, node in curation.nodes().items():
        said = statement_of(node)
        other = Strength.HEDGED if said.strength is not Strength.HEDGED else Strength.ASSERTED
        decisions[iri] = Decision(ReviewStatus.ACCEPTED, "read", edited=replace(said, strength=other), by="ann")
    decided, unknown = curation.decided(decisions)
    assert not unknown
    quads = curated(decided, shipped_lexicon())
    store = in_memory([*(q for q in shipped if q.graph_name != article), *quads])
    hidden = {v.GRAPH_EXTRACTED + "eran-2023", v.GRAPH_DECISIONS, v.GRAPH_CANDIDATES, v.GRAPH_DERIVATIONS}
    assert hidden <= {g.value for g in store.named_graphs() if isinstance(g, ox.NamedNode)}
    return KnowledgeGraph(EmbeddedEngine(store), shipped_lexicon, store)


@pytest.mark.parametrize("name", NAMES)
def test_a_canned_query_sees_nothing_of_what_is_hidden(name: str, edited: KnowledgeGraph) -> None:
    values: dict[str, list[str]] = {}
    for param, value in catalogue()[name].example:
        values.setdefault(param, []).append(value)
    sparql = edited.bound(name, values)[2]
    shown = answer(EmbeddedEngine(edited.store).run(sparql))
    assert answer(EmbeddedEngine(edited.store, union=True).run(sparql)) == shown


def test_own_queries_do_not_see_it(edited: KnowledgeGraph) -> None:
    seen = sum(1 for g in default_graphs(edited.store) for _ in edited.store.quads_for_pattern(None, None, None, g))
    assert seen < len(edited.store)
    counted = edited.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").column("n")
    assert counted == (str(seen),) or list(counted) == [str(seen)]
