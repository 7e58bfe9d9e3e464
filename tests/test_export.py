"""What is written can be read back by a library that did not write it, and is the same every time."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Dataset, Graph, URIRef

from irkg import vocab as v
from irkg.canonical import canonical as canonical_order
from irkg.errors import IrkgError
from irkg.export import FORMATS, export, format_for
from irkg.export.order import merged, ordered
from irkg.export.runs import Runs
from irkg.ontology_file import read_ontology
from irkg.rdf_files import SYNTAXES
from irkg.reason import reason
from irkg.store import in_memory, open_dataset

ONTOLOGY = "https://w3id.org/irkg/ontology"
DATASET = Path(__file__).parent / "data" / "tiny.trig"
MERGED = ("turtle", "rdfxml", "ntriples", "jsonld")
WHOLE = ("nquads", "trig")
OTHERS = ("functional", "nanopubs", "kgx", "graphml", "cytoscape", "markdown")  # with tests of their own
RDFLIB_NAMES = {
    "turtle": "turtle", "rdfxml": "xml", "ntriples": "nt", "nquads": "nquads", "trig": "trig", "jsonld": "json-ld",
}  # fmt: skip
OXIGRAPH_SYNTAXES = {
    "turtle": ox.RdfFormat.TURTLE, "rdfxml": ox.RdfFormat.RDF_XML, "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG, "jsonld": ox.RdfFormat.JSON_LD,
}  # fmt: skip
LEFT_OUT = {v.GRAPH_CANDIDATES, v.GRAPH_DERIVATIONS}


@pytest.fixture(scope="module")
def store() -> ox.Store:
    return open_dataset(DATASET)


@pytest.fixture(scope="module")
def files(store: ox.Store) -> dict[str, bytes]:
    return {name: export(store, name) for name in FORMATS}


def canonical(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """Return what is the same for isomorphic datasets (RDF Dataset Canonicalization 1.0).

    Numbers go by value: a store keeps the decimal 1.0 as 1, and Turtle can write that only as 1.0.
    """
    dataset = ox.Dataset(in_memory(quads))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def said(store: ox.Store) -> set[ox.Quad]:
    """Return what the merged formats must hold, worked out without the code under test."""
    kept = (q for q in store if q.graph_name.value not in LEFT_OUT)
    own = {ox.NamedNode(n): ox.NamedNode(f"{n}/merged") for n in (ONTOLOGY, f"{ONTOLOGY}/1")}
    return canonical(ox.Quad(own.get(q.subject, q.subject), q.predicate, own.get(q.object, q.object)) for q in kept)


def test_every_format_has_tests() -> None:
    assert set(FORMATS) == {*MERGED, *WHOLE, *OTHERS}
    assert {*MERGED, *WHOLE} == set(RDFLIB_NAMES)


@pytest.mark.parametrize("name", MERGED)
def test_merged_files_hold_what_the_graph_says(name: str, store: ox.Store, files: dict[str, bytes]) -> None:
    by_oxigraph = ox.parse(files[name], format=OXIGRAPH_SYNTAXES[name])
    by_rdflib = Graph().parse(data=files[name], format=RDFLIB_NAMES[name]).serialize(format="nt")
    assert canonical(by_oxigraph) == said(store)
    assert canonical(ox.parse(by_rdflib, format=ox.RdfFormat.N_TRIPLES)) == said(store)


@pytest.mark.parametrize("name", WHOLE)
def test_whole_files_hold_the_dataset(name: str, store: ox.Store, files: dict[str, bytes]) -> None:
    by_oxigraph = ox.parse(files[name], format=OXIGRAPH_SYNTAXES[name])
    assert canonical(by_oxigraph) == canonical(store)
    by_rdflib = Dataset()
    by_rdflib.parse(data=files[name], format=RDFLIB_NAMES[name])
    again = by_rdflib.serialize(format="nquads")
    assert canonical(ox.parse(again, format=ox.RdfFormat.N_QUADS)) == canonical(store)


@pytest.mark.parametrize("name", MERGED)
def test_merged_files_hold_no_candidate_and_no_derivation(name: str, files: dict[str, bytes]) -> None:
    graph = Graph().parse(data=files[name], format=RDFLIB_NAMES[name])
    a = URIRef(v.RDF_TYPE)
    assert not list(graph.subjects(a, URIRef(v.CANDIDATE)))
    assert not list(graph.subjects(a, URIRef(v.DERIVATION)))
    assert len(list(graph.subjects(a, URIRef(v.CLAIM)))) == 2
    assert list(graph.subjects(a, URIRef(v.OWL + "Ontology"))) == [URIRef(f"{ONTOLOGY}/merged")]


@pytest.mark.parametrize("name", FORMATS)
def test_files_are_the_same_whatever_the_order_and_the_blank_nodes(
    name: str, store: ox.Store, files: dict[str, bytes]
) -> None:
    quads = list(ox.parse(path=DATASET, rename_blank_nodes=True))
    random.Random(1).shuffle(quads)
    assert export(in_memory(quads), name) == files[name]


def test_files_are_the_same_in_another_process(files: dict[str, bytes]) -> None:
    code = (
        "import hashlib; from irkg.export import FORMATS, export; from irkg.store import open_dataset\n"
        f"from pathlib import Path; store = open_dataset(Path({str(DATASET)!r}))\n"
        "print(*(hashlib.sha256(export(store, n)).hexdigest() for n in FORMATS))"
    )
    done = [
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        )
        for seed in ("1", "2")
    ]
    own = [hashlib.sha256(files[name]).hexdigest() for name in FORMATS]
    assert [d.stdout.decode().split() for d in done] == [own, own]


def test_merged_triples_come_once_and_sorted(store: ox.Store) -> None:
    found = list(merged(store))
    assert len(found) == len(set(found)) == len(said(store))
    assert found == list(merged(in_memory(reversed(list(store)))))


def test_the_merged_ontology_is_another_one_than_that_for_editing(store: ox.Store) -> None:
    header = {q.predicate.value: q.object for q in store if q.subject == ox.NamedNode(ONTOLOGY)}
    own = {t.predicate.value: t.object for t in merged(store) if t.subject == ox.NamedNode(f"{ONTOLOGY}/merged")}
    version = v.OWL + "versionIRI"
    assert own == header | {version: ox.NamedNode(f"{header[version].value}/merged")}
    assert all(ox.NamedNode(ONTOLOGY) not in (t.subject, t.object) for t in merged(store))


def test_statements_come_in_the_order_of_their_terms(store: ox.Store) -> None:
    awkward = ["a", "a\tb", "a\nb", 'a"b', "a\\", "é\u2028z", "", "a ", "a!", "1", "_:b", "a _:b", "a\rb"]
    graphs = [ox.NamedNode("urn:g"), ox.NamedNode("urn:g/h"), ox.NamedNode("urn:ga"), ox.BlankNode("g")]
    p = ox.NamedNode("urn:p")
    quads = [
        ox.Quad(ox.NamedNode(f"urn:{s}"), p, o, graph)
        for graph in graphs
        for s in ("a", "a/b", "ab", "a#b")
        for text in awkward
        for o in (ox.Literal(text), ox.Literal(text, language="en"), ox.Literal(text, datatype=p), ox.BlankNode("x"))
    ]
    quads += [*store, *quads]
    random.Random(1).shuffle(quads)
    assert list(ordered(in_memory(quads))) == canonical_order(quads)


def test_the_header_gets_its_own_name_wherever_it_is_spoken_of() -> None:
    header, kind, p = ox.NamedNode(ONTOLOGY), ox.NamedNode(v.OWL + "Ontology"), ox.NamedNode("urn:p")
    graph = ox.NamedNode(v.GRAPH_ONTOLOGY)
    longer = ox.NamedNode(ONTOLOGY + "/other")
    said = [
        ox.Triple(header, ox.NamedNode(v.RDF_TYPE), kind),
        ox.Triple(header, p, ox.BlankNode()),
        ox.Triple(longer, header, header),  # as a property it is another thing
        ox.Triple(longer, p, ox.Literal(f"<{ONTOLOGY}>")),
    ]
    own, blank = ox.NamedNode(ONTOLOGY + "/merged"), ox.BlankNode("c14n0")
    assert list(merged(in_memory(ox.Quad(*t, graph) for t in said))) == [
        ox.Triple(own, said[0].predicate, kind),
        ox.Triple(own, p, blank),
        ox.Triple(longer, header, own),
        said[3],
    ]


LINES = st.lists(st.lists(st.binary(max_size=3).map(lambda text: text.replace(b"\n", b"") + b"\n"), max_size=6))


@given(LINES, st.integers(1, 9))
def test_lines_come_sorted_whatever_is_held_in_memory(pieces: list[list[bytes]], run: int) -> None:
    with Runs(run) as runs:
        for piece in pieces:
            runs.add(piece)
        assert list(runs) == sorted(line for piece in pieces for line in piece)


def test_more_runs_than_files_may_be_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (400, before[1]))
    try:
        with Runs(run=1) as runs:
            for number in reversed(range(1_000)):
                runs.add([b"%04d\n" % number])
            assert not list(tmp_path.iterdir())  # what has no name, no kill leaves behind
            assert list(runs) == [b"%04d\n" % number for number in range(1_000)]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


NODES = st.sampled_from(
    [ox.NamedNode("urn:x:a"), ox.NamedNode(v.IRKG + "a.b"), *(ox.BlankNode(f"b{n}") for n in range(6))]
)
FIRST, REST, NIL = (ox.NamedNode(v.RDF + name) for name in ("first", "rest", "nil"))
LITERALS = st.one_of(
    st.text(max_size=4).map(ox.Literal),
    st.builds(
        lambda text, name: ox.Literal(text, datatype=ox.NamedNode(v.XSD + name)),
        st.sampled_from(["1", "-01", "1.5", ".5", "1.", "1e0", "true", "True", 'a"^^<b>', ""]),
        st.sampled_from(["integer", "decimal", "double", "boolean", "dateTime"]),
    ),
    st.just(ox.Literal("a", language="en-us")),
)
PREDICATES = st.sampled_from(
    [FIRST, REST, ox.NamedNode(v.RDF_TYPE), ox.NamedNode("urn:x:p"), ox.NamedNode(v.IRKG + "p.")]
)
TRIPLES = st.lists(st.builds(ox.Triple, NODES, PREDICATES, st.one_of(NODES, st.just(NIL), LITERALS)), max_size=14)


@settings(deadline=None)
@given(TRIPLES)
def test_turtle_says_what_the_graph_says_whatever_its_blank_nodes_do(triples: list[ox.Triple]) -> None:
    graph = in_memory(ox.Quad(*t) for t in triples)
    written = export(graph, "turtle")
    assert canonical(ox.parse(written, format=ox.RdfFormat.TURTLE)) == canonical(graph)
    again = Graph().parse(data=written, format="turtle").serialize(format="nt")
    assert len(Graph().parse(data=again, format="nt")) == len(set(graph))


def test_turtle_nests_lists_and_expressions_as_far_as_brackets_reach() -> None:
    p, q = ox.NamedNode("urn:p"), ox.NamedNode("urn:q")
    nodes = [ox.BlankNode(f"n{i}") for i in range(3_000)]
    chain = [ox.Quad(a, p, b) for a, b in pairwise([q, *nodes])]
    chain += [ox.Quad(node, q, ox.Literal(i)) for i, node in enumerate(nodes)]  # what is alike takes long to tell apart
    assert canonical(ox.parse(export(in_memory(chain), "turtle"), format=ox.RdfFormat.TURTLE)) == canonical(chain)
    items = [ox.Quad(node, FIRST, ox.Literal(str(i))) for i, node in enumerate(nodes)]
    items += [ox.Quad(a, REST, b) for a, b in pairwise([*nodes, NIL])]
    text = export(in_memory([ox.Quad(q, p, nodes[0]), *items]), "turtle").decode()
    assert text.endswith("<urn:q> <urn:p> ( " + " ".join(f'"{i}"' for i in range(3_000)) + " ) .\n")
    mutual = [ox.Quad(nodes[0], p, nodes[1]), ox.Quad(nodes[1], p, nodes[0])]
    assert export(in_memory(mutual), "turtle").decode().endswith("\n_:c14n0 <urn:p> [ <urn:p> _:c14n0 ] .\n")


def test_turtle_nests_owl_expressions_and_uses_our_prefixes(files: dict[str, bytes]) -> None:
    text = files["turtle"].decode()
    assert "_:" not in text
    assert "owl:intersectionOf ( irkg:CellRecruitment" in text
    assert "kind:CL_0001064 a " in text


@pytest.mark.parametrize("name", [n for n in MERGED if FORMATS[n].suffixes[0] in SYNTAXES])
def test_a_file_is_read_as_an_ontology_of_ours(
    name: str, files: dict[str, bytes], store: ox.Store, tmp_path: Path
) -> None:
    for suffix in FORMATS[name].suffixes:
        path = tmp_path / f"irkg{suffix}"
        path.write_bytes(files[name])
        assert len(read_ontology(path)) == len(list(merged(store)))


def test_the_merged_export_is_consistent_and_says_all_that_follows_from_it(store: ox.Store) -> None:
    found = reason(merged(store))
    assert found.consistent
    assert found.unsatisfiable == found.edges == found.types == found.subclasses == ()


def test_a_graph_is_found_by_name_by_suffix_and_by_file() -> None:
    for known in FORMATS.values():
        assert format_for(None, known.name) is known
        for suffix in known.suffixes:
            assert format_for(None, suffix.removeprefix(".")) is known
            assert format_for(Path("x" + suffix.upper()), None) is known
            assert format_for(Path("2026.11.x" + suffix), None) is known
    assert format_for(Path("x.ttl"), "rdfxml").name == "rdfxml"


@pytest.mark.parametrize(
    ("path", "name"),
    [(None, "excel"), (Path("x.xlsx"), None), (Path("x"), None), (None, None), (None, ""), (Path("x.ttl"), "tt")],
)
def test_an_unknown_format_is_refused_with_the_known_ones(path: Path | None, name: str | None) -> None:
    with pytest.raises(IrkgError) as caught:
        format_for(path, name)
    assert all(known in str(caught.value) for known in FORMATS)


def test_no_suffix_means_two_formats() -> None:
    suffixes = [s for f in FORMATS.values() for s in f.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert all(f.about and f.name == name for name, f in FORMATS.items())


def test_ten_thousand_triples_take_seconds(store: ox.Store) -> None:
    graph = ox.NamedNode(v.GRAPH_ONTOLOGY)
    some = ox.NamedNode(v.OWL + "Restriction")
    many = in_memory(store)
    for i in range(2500):
        node = ox.BlankNode()
        for p, o in (
            (v.RDF_TYPE, some),
            (v.OWL + "onProperty", ox.NamedNode(v.IRKG + "recruits")),
            (v.OWL + "someValuesFrom", ox.NamedNode(f"{v.IRKG}K{i}")),
        ):
            many.add(ox.Quad(node, ox.NamedNode(p), o, graph))
        kind = ox.NamedNode(f"{v.IRKG}K{i}")
        many.add(ox.Quad(kind, ox.NamedNode(v.RDF_TYPE), ox.NamedNode(v.OWL + "Class"), graph))
        many.add(ox.Quad(kind, ox.NamedNode(v.SUBCLASS_OF), node, graph))
    start = time.process_time()  # of this process alone: other work on the machine does not count
    for name in FORMATS:
        export(many, name)
    assert time.process_time() - start < 15
