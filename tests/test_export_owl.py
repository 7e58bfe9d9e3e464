"""Functional syntax holds every axiom, says what it cannot hold, and is read by a library that did not write it."""

from __future__ import annotations

import re
from pathlib import Path

import pyhornedowl
import pyoxigraph as ox
import pytest

from irkg import resources
from irkg import vocab as v
from irkg.errors import GraphError
from irkg.export import export
from irkg.rdf_files import read_rdf
from irkg.store import in_memory, open_dataset

DATA = Path(__file__).parent / "data"
ONTOLOGY = ox.NamedNode(v.GRAPH_ONTOLOGY)
HEAD = """
@prefix : <https://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:o a owl:Ontology . :A a owl:Class . :B a owl:Class . :p a owl:ObjectProperty . :d a owl:DatatypeProperty .
"""


def as_graph(turtle: str | bytes) -> ox.Store:
    quads = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
    return in_memory(ox.Quad(q.subject, q.predicate, q.object, ONTOLOGY) for q in quads)


def axioms(text: str) -> set[str]:
    """Return the axioms of a functional-syntax text, which may break lines inside of strings only."""
    body = text[text.index("Ontology(") :]
    one_line = re.sub(r'"(?:[^"\\]|\\.)*"', lambda m: m[0].replace("\n", "␤"), body, flags=re.DOTALL)
    return {re.sub(r"_:\w+", "_:x", line) for line in one_line.splitlines()}


def components(text: str, syntax: str) -> set[str]:
    """Return what py-horned-owl reads, blank nodes aside."""
    found = pyhornedowl.open_ontology_from_string(text, syntax).get_components()
    return {re.sub(r"_:\w+", "_:x", str(c)) for c in found}


@pytest.fixture(scope="module")
def shipped() -> ox.Store:
    """The shipped graph with the ontology as it stands in its file."""
    store = open_dataset(resources.graph_file())
    for q in read_rdf(resources.ontology_file(), ox.RdfFormat.TURTLE):
        if not isinstance(q.subject, ox.BlankNode) and not isinstance(q.object, ox.BlankNode):
            store.add(ox.Quad(q.subject, q.predicate, q.object, ONTOLOGY))
    return store


def test_every_construct_is_written_as_by_hand() -> None:
    written = export(as_graph((DATA / "every-construct.ttl").read_bytes()), "functional").decode()
    assert axioms(written) == axioms((DATA / "every-construct.ofn").read_text(encoding="utf-8"))


def test_every_construct_is_read_by_another_library() -> None:
    written = export(as_graph((DATA / "every-construct.ttl").read_bytes()), "functional").decode()
    golden = (DATA / "every-construct.ofn").read_text(encoding="utf-8")
    prefixes = written[: written.index("Ontology(")]
    found = components(written, "ofn")
    assert found == components(prefixes + golden, "ofn")
    # one component an axiom, declaration or annotation of the ontology, one for its IRI; comments on axioms are in them
    assert len(found) == len(axioms(written)) - 1


def test_the_shipped_graph_says_the_same_to_another_library_in_rdf(shipped: ox.Store) -> None:
    own = components(export(shipped, "functional").decode(), "ofn")
    by_rdf = components(export(shipped, "rdfxml").decode(), "rdf")
    assert own == by_rdf
    assert len(own) > 10_000


def test_each_declared_thing_of_the_shipped_graph_is_declared(shipped: ox.Store) -> None:
    text = export(shipped, "functional").decode()
    types = {"Class": "Class", "ObjectProperty": "ObjectProperty", "DatatypeProperty": "DataProperty"}
    for owl, functional in types.items():
        typed = shipped.quads_for_pattern(None, ox.NamedNode(v.RDF_TYPE), ox.NamedNode(v.OWL + owl), ONTOLOGY)
        named = {q.subject for q in typed if isinstance(q.subject, ox.NamedNode)}
        assert text.count(f"Declaration({functional}(") == len(named) > 20


@pytest.mark.parametrize(
    ("turtle", "why"),
    [
        (":A :undeclared :B .", "not declared <https://example.org/undeclared>"),
        (":A rdfs:subClassOf :Undeclared .", "Class and not declared <https://example.org/Undeclared>"),
        (":i a :Undeclared .", "not declared <https://example.org/Undeclared>"),
        (":p a owl:DatatypeProperty . :i :p :j .", "declared as DataProperty and ObjectProperty"),
        (":i :p 3 .", "where an individual should"),
        (":i :d :j .", "data property"),
        (":d a owl:TransitiveProperty .", "DataProperty that is Transitive"),
        (":A rdfs:subClassOf [ a owl:Class ] .", "matches no OWL expression"),
        (":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ] .", "one sort of limit"),
        (":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p , :q ; owl:hasValue :i ] .", "has 2"),
        (":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:cardinality 'x' ] .", "no number"),
        ("[ a owl:Class ; owl:unionOf ( :A :B ) ] rdfs:comment 'x' .", "properties of its own"),
        ("[] a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :A .", "belongs to no axiom"),
        ("( :A :B ) rdfs:comment 'x' .", "belongs to no axiom"),
        ("_:c a owl:Class ; owl:complementOf _:c . :A rdfs:subClassOf _:c .", "holds itself"),
        ("_:l <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> :A ; "
         "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:l . :A owl:disjointUnionOf _:l .", "RDF list"),
        ("[] a owl:Axiom ; owl:annotatedSource :A ; owl:annotatedProperty rdfs:subClassOf ; owl:annotatedTarget :B ; "
         "rdfs:comment 'x' .", "does not stand in the graph"),
        (":o2 a owl:Ontology .", "not one OWL ontology but 2"),
        (":A owl:equivalentProperty :B .", "not declared"),
        (":p owl:equivalentProperty :d .", "different sorts"),
    ],
)  # fmt: skip
def test_what_is_no_owl_is_refused_and_not_lost(turtle: str, why: str) -> None:
    with pytest.raises(GraphError, match=re.escape(why)):
        export(as_graph(HEAD + turtle), "functional")
