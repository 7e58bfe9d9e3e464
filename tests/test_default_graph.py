"""What plain queries see is a set, however many sources say the same, and on disk it is merged beforehand."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from irkg import vocab as v
from irkg.catalogue import catalogue
from irkg.claim_graph import claim_quads
from irkg.default_graph import default_graphs, has_merged, own_quads, with_merged, without_repeats
from irkg.export import export
from irkg.kg import KnowledgeGraph
from irkg.lexicon import shipped_lexicon
from irkg.model import Argument, Claim, Source, Span, digest
from irkg.resources import graph_file
from irkg.store import in_memory, open_dataset, save_dataset

PIXIE = v.PROVISIONAL + "pixie"
SOURCES = ("a", "b", "c")
NAMES = [n for n in sorted(catalogue()) if not n.startswith(("check-", "construct-"))]


def _said(source: str) -> list[ox.Quad]:
    """A source that says that cancer cells recruit pixies, which the ontology lacks, and declares them."""
    cell = Argument(v.OBO + "CL_0001064", "cancer cell", Span(0, 11))
    found = Claim(source, Span(0, 30), digest(source), "", cell, "recruits", Argument(PIXIE, "pixie", Span(20, 25)))
    return claim_quads(Source(source, digest(source), 30), [found], shipped_lexicon(), quotes=False, generator="test")


@pytest.fixture(scope="module")
def quads() -> list[ox.Quad]:
    return [*open_dataset(graph_file()), *(quad for source in SOURCES for quad in _said(source))]


@pytest.fixture(scope="module", params=["kg", "kg.nq"])
def graph(request: pytest.FixtureRequest, quads: list[ox.Quad], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graph") / str(request.param)
    save_dataset(quads, path, v.PREFIXES)
    return path


def test_what_three_sources_declare_is_there_once(graph: Path) -> None:
    kg = KnowledgeGraph.open(graph)
    counted = f"SELECT (COUNT(*) AS ?n) {{ <{v.exemplar(PIXIE)}> <{v.EXEMPLAR_OF}> ?kind ; <{v.PREF_LABEL}> ?name }}"
    assert kg.sparql(counted).rows == (("1",),)
    assert kg.sparql(f"SELECT ?g {{ GRAPH ?g {{ ?x <{v.EXEMPLAR_OF}> <{PIXIE}> }} }}").rows == tuple(
        (f"graph:claims/{source}",) for source in SOURCES
    )


def test_each_source_is_a_row(graph: Path) -> None:
    rows = KnowledgeGraph.open(graph).query("recruited-by", agent="cancer cell")
    at, whom = rows.columns.index("source"), rows.columns.index("object")
    assert sorted(row[at] for row in rows.rows if row[whom] == "pixie") == list(SOURCES)


def test_on_disk_nothing_is_lost_and_nothing_gained(graph: Path, quads: list[ox.Quad]) -> None:
    opened, plain = open_dataset(graph), in_memory(quads)
    assert sum(1 for _ in own_quads(opened)) == len(plain)
    for name in ("nquads", "ntriples"):
        assert export(opened, name) == export(plain, name)


@pytest.mark.parametrize("name", NAMES)
def test_canned_queries_give_the_same_rows_on_disk(name: str, shipped: KnowledgeGraph, on_disk: KnowledgeGraph) -> None:
    assert on_disk.example(catalogue()[name]) == shipped.example(catalogue()[name])


@pytest.fixture(scope="module")
def shipped() -> KnowledgeGraph:
    return KnowledgeGraph.open()


@pytest.fixture(scope="module")
def on_disk(shipped: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    path = tmp_path_factory.mktemp("folder") / "kg"
    save_dataset(shipped.store, path, v.PREFIXES)
    return KnowledgeGraph.open(path)


def test_a_copy_is_made_only_where_kinds_are_declared_twice(quads: list[ox.Quad]) -> None:
    shipped, more, merged = open_dataset(graph_file()), in_memory(quads), in_memory(with_merged(quads))
    assert without_repeats(shipped) is shipped
    assert without_repeats(merged) is merged
    assert has_merged(without_repeats(more))
    assert not has_merged(more)


def test_what_plain_queries_do_not_see_is_not_merged(quads: list[ox.Quad]) -> None:
    plain, store = in_memory(quads), in_memory(with_merged(quads))
    assert default_graphs(store) == [ox.DefaultGraph()]
    shown = {q.triple for graph in default_graphs(plain) for q in plain.quads_for_pattern(None, None, None, graph)}
    assert {q.triple for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph())} == shown
    a_candidate = ox.NamedNode(v.RDF_TYPE), ox.NamedNode(v.CANDIDATE)
    assert list(store.quads_for_pattern(None, *a_candidate, None))
    assert not list(store.quads_for_pattern(None, *a_candidate, ox.DefaultGraph()))
