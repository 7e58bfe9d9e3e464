"""irkg's own reasoner says what HermiT says, or that it cannot say it."""

from __future__ import annotations

from pathlib import Path

import click
import pyoxigraph as ox
import pytest

from irkg import reason as room
from irkg import resources
from irkg import vocab as v
from irkg.build import build_to
from irkg.cli import main
from irkg.cli.checks import reason as reason_command
from irkg.cli.making import build as build_command
from irkg.errors import IrkgError, UnknownName
from irkg.materialise import Materialiser, Unsupported, materialise
from irkg.model import Reasoning, Triple
from irkg.reason import reason
from irkg.reasoners import REASONERS, entailments
from irkg.store import open_dataset

PREFIXES = """
@prefix : <urn:x:> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DECLARED = "".join(f":{c} a owl:Class . " for c in "ABCDE") + "".join(f":{p} a owl:ObjectProperty . " for p in "pqrst")


def triples(turtle: str) -> list[ox.Triple]:
    return [q.triple for q in ox.parse(PREFIXES + DECLARED + turtle, format=ox.RdfFormat.TURTLE)]


def some(prop: str, filler: str) -> str:
    return f"[ a owl:Restriction ; owl:onProperty {prop} ; owl:someValuesFrom {filler} ]"


def only(prop: str, filler: str) -> str:
    return f"[ a owl:Restriction ; owl:onProperty {prop} ; owl:allValuesFrom {filler} ]"


def value(prop: str, individual: str) -> str:
    return f"[ a owl:Restriction ; owl:onProperty {prop} ; owl:hasValue {individual} ]"


def both(*classes: str) -> str:
    return f"[ a owl:Class ; owl:intersectionOf ( {' '.join(classes)} ) ]"


def either(*classes: str) -> str:
    return f"[ a owl:Class ; owl:unionOf ( {' '.join(classes)} ) ]"


def inverse(prop: str) -> str:
    return f"[ owl:inverseOf {prop} ]"


def shown(pairs: tuple[tuple[str, str], ...]) -> set[str]:
    return {f"{a} {b}".replace("urn:x:", "") for a, b in pairs}


def shown_edges(edges: tuple[Triple, ...]) -> set[str]:
    return {f"{e.subject} {e.predicate} {e.object}".replace("urn:x:", "") for e in edges}


@pytest.mark.parametrize(
    ("turtle", "subclasses"),
    [
        (f":A rdfs:subClassOf {some(':p', ':B')} . {some(':p', ':B')} rdfs:subClassOf :C .", {"A C"}),
        (
            f":B rdfs:subClassOf :D . :A rdfs:subClassOf {some(':p', ':B')} . "
            f":C owl:equivalentClass {some(':p', ':D')} .",
            {"A C"},
        ),
        (
            f":A rdfs:subClassOf {some(':p', ':B')} , {only(':p', ':D')} . {some(':p', both(':B', ':D'))} "
            "rdfs:subClassOf :C .",
            {"A C"},
        ),
        # the successor learns of its origin, and the origin of what the successor then is
        (
            f":A rdfs:subClassOf {some(':p', ':B')} . {some(inverse(':p'), ':A')} rdfs:subClassOf :D . "
            f"{some(':p', ':D')} rdfs:subClassOf :C .",
            {"A C"},
        ),
        (
            f":p rdfs:range :D . :A rdfs:subClassOf {some(':p', ':B')} . {some(':p', ':D')} rdfs:subClassOf :C .",
            {"A C"},
        ),
        (f":p rdfs:domain :C . :A rdfs:subClassOf {some(':p', ':B')} .", {"A C"}),
        (
            f":q owl:inverseOf :p . :A rdfs:subClassOf {some(':p', ':B')} . :B rdfs:subClassOf {only(':q', ':C')} .",
            {"A C"},
        ),
        (
            f":A rdfs:subClassOf {some(':p', ':B')} . :B rdfs:subClassOf {some(':q', ':D')} . "
            f":r owl:propertyChainAxiom ( :p :q ) . {some(':r', ':D')} rdfs:subClassOf :C .",
            {"A C"},
        ),
        (
            f":p a owl:TransitiveProperty . :q rdfs:subPropertyOf :p . :A rdfs:subClassOf {some(':q', ':B')} . "
            f":B rdfs:subClassOf {some(':q', ':D')} . {some(':p', ':D')} rdfs:subClassOf :C .",
            {"A C", "B C"},
        ),
        (f":A rdfs:subClassOf {value(':p', ':x')} . :x a :B . {some(':p', ':B')} rdfs:subClassOf :C .", {"A C"}),
        (f":A rdfs:subClassOf {value(':p', ':x')} . {value(':p', ':x')} rdfs:subClassOf :C .", {"A C"}),
        (f"{either(':A', ':B')} rdfs:subClassOf :C .", {"A C", "B C"}),
        (f":A rdfs:subClassOf {both(':B', ':C')} .", {"A B", "A C"}),
        (f":A owl:equivalentClass {both(':B', ':C')} . :D rdfs:subClassOf :B , :C .", {"A B", "A C", "D A"}),
    ],
)
def test_classes_are_put_under_what_they_imply(turtle: str, subclasses: set[str]) -> None:
    ontology = triples(turtle)
    assert shown(materialise(ontology).subclasses) == subclasses


@pytest.mark.parametrize(
    ("turtle", "edges"),
    [
        (":p owl:inverseOf :q . :q owl:inverseOf :r . :x :p :y .", {"y q x", "x r y"}),
        (":p owl:equivalentProperty :q . :x :p :y .", {"x q y"}),
        (f":p rdfs:subPropertyOf {inverse(':q')} . :x :p :y .", {"y q x"}),
        (
            ":p a owl:SymmetricProperty , owl:TransitiveProperty . :x :p :y . :y :p :z .",
            {"y p x", "z p y", "x p z", "z p x", "x p x", "y p y", "z p z"},
        ),
        (":r owl:propertyChainAxiom ( :p :q :p ) . :x :p :y . :y :q :z . :z :p :u .", {"x r u"}),
        (
            f":r owl:propertyChainAxiom ( :p {inverse(':p')} ) . :x :p :y . :z :p :y .",
            {"x r x", "z r z", "x r z", "z r x"},
        ),
        (":p owl:propertyChainAxiom ( :p :q ) . :x :p :y . :y :q :z . :z :q :u .", {"x p z", "x p u"}),
        (f":A rdfs:subClassOf {value(':p', ':y')} . :q owl:inverseOf :p . :x a :A .", {"x p y", "y q x"}),
    ],
)
def test_edges_that_follow(turtle: str, edges: set[str]) -> None:
    assert shown_edges(materialise(triples(turtle)).edges) == edges


@pytest.mark.parametrize(
    ("turtle", "unsatisfiable"),
    [
        (":B owl:disjointWith :C . :A rdfs:subClassOf :B , :C .", {"A"}),
        (f":B owl:disjointWith :C . :p rdfs:range :C . :A rdfs:subClassOf {some(':p', ':B')} .", {"A"}),
        ("[] a owl:AllDisjointClasses ; owl:members ( :B :C :D ) . :A rdfs:subClassOf :B , :D .", {"A"}),
        (f":A rdfs:subClassOf {some(':p', ':B')} . :B rdfs:subClassOf owl:Nothing .", {"A", "B"}),
        (
            f":A rdfs:subClassOf :B , [ a owl:Class ; owl:complementOf {some(':p', ':C')} ] . "
            f":B rdfs:subClassOf {some(':p', ':C')} .",
            {"A"},
        ),
    ],
)
def test_classes_that_can_have_no_member(turtle: str, unsatisfiable: set[str]) -> None:
    found = materialise(triples(turtle))
    assert {iri.removeprefix("urn:x:") for iri in found.unsatisfiable} == unsatisfiable
    assert found.consistent


@pytest.mark.parametrize(
    "turtle",
    [
        ":A owl:disjointWith :B . :p rdfs:range :A . :x :p :y . :y a :B .",
        f":A rdfs:subClassOf {some(':p', ':B')} . :B rdfs:subClassOf owl:Nothing . :x a :A .",
        f":p a owl:TransitiveProperty . :x :p :y . :y :p :z . :z a :B . :A owl:equivalentClass {some(':p', ':B')} . "
        ":C owl:disjointWith :A . :x a :C .",
        "owl:Thing rdfs:subClassOf owl:Nothing .",
        ":x a owl:Nothing .",
        f"owl:Thing rdfs:subClassOf {some(':p', ':A')} . :A rdfs:subClassOf owl:Nothing .",
    ],
)
def test_what_has_no_model_is_inconsistent(turtle: str) -> None:
    assert materialise(triples(turtle)) == Reasoning(consistent=False)


@pytest.mark.parametrize(
    ("turtle", "construct"),
    [
        (f":A rdfs:subClassOf {either(':B', ':C')} .", "owl:unionOf as a superclass"),
        (f":A owl:equivalentClass {only(':p', ':B')} .", "owl:allValuesFrom as a subclass"),
        (":A owl:equivalentClass [ a owl:Class ; owl:complementOf :B ] .", "owl:complementOf as a subclass"),
        (":A rdfs:subClassOf [ a owl:Class ; owl:oneOf ( :x ) ] .", "owl:oneOf as a superclass"),
        (":p a owl:FunctionalProperty .", "owl:FunctionalProperty"),
        (":p a owl:IrreflexiveProperty .", "owl:IrreflexiveProperty"),
        (":p owl:propertyDisjointWith :q .", "owl:propertyDisjointWith"),
        (":x owl:sameAs :y .", "owl:sameAs"),
        (":x owl:differentFrom :x .", "differs from itself"),
        (":A owl:disjointUnionOf ( :B :C ) .", "owl:disjointUnionOf"),
        (":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:maxCardinality 1 ] .", "owl:maxCardinality"),
        (":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:hasSelf true ] .", "owl:hasSelf"),
        (":A owl:unionOf ( :B :C ) .", "a class that is an expression itself"),
        (":p rdfs:subPropertyOf owl:topObjectProperty .", "topObjectProperty"),
        (":p owl:propertyChainAxiom ( :q :r ) . :q owl:propertyChainAxiom ( :p :s ) .", "not regular"),
        # x has a p-successor without a name: from x there and back leads r
        (f":A rdfs:subClassOf {some(':p', ':B')} . :r owl:propertyChainAxiom ( :p {inverse(':p')} ) . :x a :A .",
         "things without a name"),
        # were there an A, then y were a B
        (f":A rdfs:subClassOf {value(':p', ':y')} , :C . {some(inverse(':p'), ':C')} rdfs:subClassOf :B .",
         "if a class had members"),
        (':d a owl:DatatypeProperty ; rdfs:range xsd:integer . :x :d "one" .', "outside of the range"),
        (':d a owl:DatatypeProperty . :x :d "one"^^xsd:integer .', "the literal"),
        (':d a owl:DatatypeProperty . :x :d "2026-01-01"^^xsd:date .', "the literal"),
        (":d a owl:DatatypeProperty , owl:FunctionalProperty .", "owl:FunctionalProperty"),
        (":d a owl:DatatypeProperty ; rdfs:subPropertyOf :e . :e a owl:DatatypeProperty .", "data properties"),
        (":A rdfs:subClassOf _:l . _:l a owl:Class ; owl:intersectionOf ( :B _:l ) .", "within itself"),
        (":A rdfs:subClassOf [ a owl:Class ] .", "none of OWL's"),
    ],
)  # fmt: skip
def test_what_is_not_handled_is_named(turtle: str, construct: str) -> None:
    with pytest.raises(Unsupported) as caught:
        materialise(triples(turtle))
    assert construct in caught.value.construct
    assert "--reasoner hermit" in str(caught.value)


def test_what_is_not_handled_goes_to_hermit_with_a_word_on_it() -> None:
    ontology = triples(f":A rdfs:subClassOf {either(':B', ':C')} . :B rdfs:subClassOf :D . :C rdfs:subClassOf :D .")
    said: list[str] = []
    assert shown(entailments(ontology, "auto", said.append).subclasses) == {"A D"}
    assert said == ["this ontology uses owl:unionOf as a superclass, falling back to HermiT"]
    with pytest.raises(Unsupported):
        entailments(ontology, "irkg", said.append)
    with pytest.raises(UnknownName, match="unknown reasoner"):
        entailments(ontology, "pellet")
    assert len(said) == 1


@pytest.mark.parametrize("command", [build_command, reason_command], ids=["build", "reason"])
def test_the_commands_know_the_reasoners(command: click.Command) -> None:
    (option,) = (p for p in command.params if p.name == "reasoner")
    assert tuple(option.type.choices) == REASONERS  # type: ignore[attr-defined]


def written() -> list[ox.Quad]:
    """Return what the shipped graph is reasoned from."""
    store = open_dataset(resources.graph_file())
    names = (v.GRAPH_ONTOLOGY, v.GRAPH_EDGES)
    return [q for name in names for q in store.quads_for_pattern(None, None, None, ox.NamedNode(name))]


def test_both_reasoners_say_the_same_of_the_shipped_graph() -> None:
    own = entailments(written(), "irkg")
    assert own == reason(written())
    assert len(own.edges) > 100
    assert len(own.types) > 1000


def test_the_shipped_graph_is_built_without_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def absent() -> str:
        raise IrkgError("no Java")

    monkeypatch.setattr(room, "java", absent)
    said: list[str] = []
    build_to(tmp_path / "kg.trig", (), (), None, report=said.append)
    assert not any("HermiT" in line for line in said)
    entailed = ox.NamedNode(v.GRAPH_ENTAILED)
    made, shipped = (
        sorted(map(str, open_dataset(path).quads_for_pattern(None, None, None, entailed)))
        for path in (tmp_path / "kg.trig", resources.graph_file())
    )
    assert made == shipped


def test_the_shipped_graph_is_reasoned_over_without_java(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Claims and their literals included."""

    def absent() -> str:
        raise IrkgError("no Java")

    monkeypatch.setattr(room, "java", absent)
    with pytest.raises(SystemExit) as stop:
        main(["reason"])
    assert stop.value.code == 0
    assert "consistent, 0 unsatisfiable classes" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stop:
        main(["reason", "--reasoner", "hermit"])
    assert stop.value.code == 2


def test_a_file_beyond_irkg_goes_to_hermit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "own.ttl"
    path.write_text(PREFIXES + DECLARED + f":A rdfs:subClassOf {either(':B', ':B')} .", encoding="utf-8")
    with pytest.raises(SystemExit) as stop:
        main(["reason", str(path)])
    assert stop.value.code == 0
    out, err = capsys.readouterr()
    assert "this ontology uses owl:unionOf as a superclass, falling back to HermiT" in err
    assert "urn:x:B" in out
    with pytest.raises(SystemExit) as stop:
        main(["reason", str(path), "--reasoner", "irkg"])
    assert stop.value.code == 2
    assert "does not handle owl:unionOf as a superclass; run HermiT: --reasoner hermit" in capsys.readouterr().err


def test_a_property_that_is_not_declared_is_refused_as_for_hermit() -> None:
    with pytest.raises(IrkgError, match=r"does not declare <urn:x:undeclared>"):
        materialise(triples(":x a owl:NamedIndividual ; :undeclared :y . :y a owl:NamedIndividual ."))
    with pytest.raises(Unsupported, match="no object property"):
        Materialiser(triples("")).add([Triple("urn:x:x", "urn:x:undeclared", "urn:x:y")])
