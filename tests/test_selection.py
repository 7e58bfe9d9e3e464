"""A graph limited to some sources is the one that is built from them."""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox
import pytest

from irkg import resources
from irkg import vocab as v
from irkg.build import build, ontology_in
from irkg.curation import curation_in
from irkg.kg import KnowledgeGraph
from irkg.model import Reasoning
from irkg.query import load_catalogue
from irkg.selection import selection
from irkg.store import open_dataset


@cache
def shipped() -> ox.Store:
    return open_dataset(resources.graph_file())


def by_graph(quads: object) -> dict[str, set[ox.Triple]]:
    found: dict[str, set[ox.Triple]] = {}
    for quad in quads:  # type: ignore[attr-defined]
        found.setdefault(quad.graph_name.value, set()).add(quad.triple)
    return found


@pytest.mark.parametrize("take", [slice(0, 1), slice(1, None, 2)], ids=["one", "half"])
def test_some_sources_give_what_a_build_from_them_gives(take: slice) -> None:
    store = shipped()
    sources = KnowledgeGraph.open().sources()[take]
    names = {v.GRAPH_CLAIMS + source for source in sources}
    claims = [q for q in store if q.graph_name.value in names]  # type: ignore[union-attr]
    rules = {n: s.text for n, s in load_catalogue(resources.queries_dir()).items() if n.startswith("construct-")}
    built = by_graph(build(ontology_in(store), curation_in(claims), resources.shapes_files(), rules).quads)
    selected = by_graph(selection(store, sources))
    assert selected == built
    assert selected[v.GRAPH_ENTAILED] < by_graph(store)[v.GRAPH_ENTAILED]


def test_all_sources_give_the_whole_graph() -> None:
    store = shipped()
    assert by_graph(selection(store, KnowledgeGraph.open().sources())) == by_graph(store)


def test_it_is_said_where_hermit_has_to_be_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """An ontology beyond irkg's own reasoner gives no less: HermiT is asked, and the answer says so."""
    from irkg import reasoners

    store = ox.Store()
    store.extend(shipped())
    functional = ox.Triple(
        ox.NamedNode(v.IRKG + "hasOnset"), ox.NamedNode(v.RDF_TYPE), ox.NamedNode(v.OWL + "FunctionalProperty")
    )
    store.add(ox.Quad(*functional, ox.NamedNode(v.GRAPH_ONTOLOGY)))
    monkeypatch.setattr(reasoners, "reason", lambda _: Reasoning(consistent=True))
    said: list[str] = []
    selection(store, ["eran-2023"], said.append)
    assert said == ["this ontology uses owl:FunctionalProperty, falling back to HermiT"]
