"""Why an ontology is at fault, what it says twice, and which claims contradict each other."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irkg import vocab as v
from irkg.axioms import in_words, labels, take_apart
from irkg.build import exemplars
from irkg.claim_graph import claim_quads
from irkg.cli import main
from irkg.contradictions import contradictions, with_sentences
from irkg.decisions import Decision, apply_decisions
from irkg.errors import SourceError
from irkg.justify import justifications, minimal
from irkg.lexicon import Lexicon, shipped_lexicon
from irkg.materialise import materialise
from irkg.model import Argument, Claim, ReviewStatus, Source, Span, digest
from irkg.ontology_file import read_ontology
from irkg.reason import reason
from irkg.reasoners import entailments
from irkg.redundancy import redundant
from irkg.resources import ontology_file
from irkg.store import in_memory

PREFIXES = """
@prefix : <urn:> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
MISTAKES = Path(__file__).parent / "mistakes"


def read(turtle: str) -> list[ox.Triple]:
    return [q.triple for q in ox.parse((PREFIXES + turtle).encode(), format=ox.RdfFormat.TURTLE)]


def said(turtle: str) -> list[str]:
    return [in_words(a, lambda iri: iri.removeprefix("urn:")) for a in take_apart(read(turtle)).axioms]


@pytest.mark.parametrize(
    ("turtle", "words"),
    [
        (":A rdfs:subClassOf :B .", ["A SubClassOf B"]),
        (":A owl:equivalentClass :B .", ["A SubClassOf B", "B SubClassOf A"]),
        (
            ":A owl:equivalentClass [ owl:intersectionOf ( :B [ owl:onProperty :p ; owl:someValuesFrom :C ] ) ] .",
            ["A SubClassOf B", "A SubClassOf p some C", "B and (p some C) SubClassOf A"],
        ),
        (
            "[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) .",
            ["A DisjointWith B", "A DisjointWith C", "B DisjointWith C"],
        ),
        (":A rdfs:subClassOf [ owl:complementOf :B ] .", ["A SubClassOf not B"]),
        (":A rdfs:subClassOf [ owl:unionOf ( :B :C ) ] .", ["A SubClassOf B or C"]),
        (":A rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom :B ] .", ["A SubClassOf p only B"]),
        (":p owl:propertyChainAxiom ( :q :r ) .", ["p follows from q then r"]),
        (":p a owl:TransitiveProperty , owl:ObjectProperty .", ["p is TransitiveProperty"]),
        (":x a :A ; :p :y . :p a owl:ObjectProperty .", ["x Type A", "x p y"]),
        (':A rdfs:label "a" ; :note "n" . :note a owl:AnnotationProperty .', []),
    ],
)
def test_axioms_say_one_thing_each_in_words(turtle: str, words: list[str]) -> None:
    assert said(turtle) == words


def test_parts_say_what_the_whole_says() -> None:
    whole = list(read_ontology(ontology_file()))
    taken = take_apart(whole)
    parts = materialise(taken.triples(taken.axioms))

    # what was written down and is not any more follows now; nothing is lost and nothing is gained
    def known(found, triples):  # type: ignore[no-untyped-def]
        written = {
            (t.subject.value, t.object.value)
            for t in triples
            if t.predicate.value == v.SUBCLASS_OF
            and isinstance(t.subject, ox.NamedNode)
            and isinstance(t.object, ox.NamedNode)
        }
        return set(found.subclasses) | written

    assert known(parts, taken.triples(taken.axioms)) == known(materialise(whole), whole)


@pytest.mark.parametrize(
    ("name", "about", "words"),
    [
        (
            "drug-as-cell",
            "irkg:Nivolumab",
            {"cell DisjointWith drug", "nivolumab SubClassOf drug", "nivolumab SubClassOf cell"},
        ),
        (
            "patient-of-the-wrong-sort",
            "irkg:ChemokineRecruitment",
            {
                "cell DisjointWith molecule or complex",
                "cell recruitment SubClassOf has patient only cell",
                "irkg:ChemokineRecruitment SubClassOf cell recruitment",
                "irkg:ChemokineRecruitment SubClassOf has patient some molecule or complex",
            },
        ),
        (
            "claim-as-kind",
            "",
            {
                "domain entity DisjointWith claim",
                "strategy SubClassOf domain entity",
                "claim:0000000000000001 Type claim",
                "claim:0000000000000001 Type strategy",
            },
        ),
    ],
)  # fmt: skip
def test_a_fault_is_told_by_its_axioms(name: str, about: str, words: set[str]) -> None:
    ontology = [*read_ontology(ontology_file()), *read_ontology(MISTAKES / f"{name}.ttl")]
    (found,) = justifications(ontology, entailments(ontology))
    assert (v.contract(found.about), set(found.axioms)) == (about, words)


@pytest.mark.parametrize("name", ["drug-as-cell", pytest.param("exemplar-in-two-branches", marks=pytest.mark.thorough)])
def test_hermit_finds_the_fault_in_all_of_the_axioms_and_in_no_fewer(name: str) -> None:
    ontology = [*read_ontology(ontology_file()), *read_ontology(MISTAKES / f"{name}.ttl")]
    taken, faults = take_apart(ontology), entailments(ontology)
    about = faults.unsatisfiable[0] if faults.consistent else ""

    def faulty(axioms, find=entailments):  # type: ignore[no-untyped-def]
        found = find(taken.triples(axioms))
        return not found.consistent or about in found.unsatisfiable

    found = minimal(taken, about, faulty)
    assert faulty(found, reason)
    for at in range(len(found)):
        assert not faulty([*found[:at], *found[at + 1 :]], reason)


def test_a_sound_ontology_needs_no_justification() -> None:
    assert justifications(read(":A rdfs:subClassOf :B ."), entailments([])) == []


@given(st.sets(st.integers(0, 40), min_size=1, max_size=6), st.integers(0, 10_000))
def test_what_is_found_is_minimal_whatever_the_order(needed: set[int], seed: int) -> None:
    names = [ox.NamedNode(f"urn:{n}") for n in range(41)]
    axioms = [ox.Triple(n, ox.NamedNode(v.SUBCLASS_OF), ox.NamedNode("urn:top")) for n in names]
    random.Random(seed).shuffle(axioms)
    wanted = {f"urn:{n}" for n in needed}
    found = minimal(take_apart(axioms), "", lambda part: wanted <= {n for a in part for n in a.names})
    assert {a.triples[0].subject.value for a in found} == wanted


def test_what_is_said_twice() -> None:
    turtle = """
    :A rdfs:subClassOf :B , :C . :B rdfs:subClassOf :C . :C rdfs:subClassOf :D .
    :E owl:equivalentClass [ owl:intersectionOf ( :B [ owl:onProperty :p ; owl:someValuesFrom :A ] ) ] .
    :E rdfs:subClassOf :C .
    :x a :A , :D . :y a :A . :p a owl:ObjectProperty .
    :F rdfs:subClassOf :G , :H . :G rdfs:subClassOf :H . :H rdfs:subClassOf :G .
    """
    found = {(r.subject[-1], r.superclass[-1], r.through[-1]) for r in redundant(read(turtle))}
    assert found == {("A", "C", "B"), ("E", "C", "B"), ("x", "D", "A")}


def test_what_is_said_twice_follows_by_the_reasoner_too() -> None:
    ontology = list(read_ontology(ontology_file()))
    for r in redundant(ontology):
        low, high = ox.NamedNode(r.subject), ox.NamedNode(r.superclass)
        assert ox.Triple(low, ox.NamedNode(v.RDF_TYPE if r.typed else v.SUBCLASS_OF), high) in ontology
    kept = [r for r in redundant(ontology) if not r.typed]
    twice = {ox.Triple(ox.NamedNode(r.subject), ox.NamedNode(v.SUBCLASS_OF), ox.NamedNode(r.superclass)) for r in kept}
    without = materialise(t for t in ontology if t not in twice)
    assert {(r.subject, r.superclass) for r in kept} <= set(without.subclasses)


VEGF, TREG = v.IRKG + "VEGF", v.OBO + "CL_0000815"
TEXT = "VEGF promotes Tregs here.\nBut VEGF does not promote Tregs.\nVEGF inhibits Tregs too.\n"


def claims(*said: tuple[str, bool, int, int], source: str = "one") -> list[ox.Quad]:
    lexicon = shipped_lexicon()
    made = [
        Claim(
            source=source,
            sentence=Span(start, end),
            sentence_digest=digest(TEXT[start:end]),
            section="",
            subject=Argument(VEGF, "VEGF", Span(start, start + 4)),
            relation=relation,
            object=Argument(TREG, "Tregs", Span(end - 6, end - 1)),
            negated=negated,
            rule="active-verb",
        )
        for relation, negated, start, end in said
    ]
    return list(claim_quads(Source(source, digest(TEXT), len(TEXT)), made, lexicon, quotes=False, generator="test"))


def graph(*quads: ox.Quad) -> ox.Store:
    ontology = list(read_ontology(ontology_file()))
    kinds = exemplars(Lexicon.from_triples(ontology))
    return in_memory([*(ox.Quad(t.subject, t.predicate, t.object) for t in (*ontology, *kinds)), *quads])


def test_a_denial_and_an_opposite_stand_side_by_side() -> None:
    found = contradictions(
        graph(*claims(("promotes", False, 0, 25), ("promotes", True, 26, 57), ("inhibits", False, 58, 81)))
    )
    assert [(c.sort, c.first.words, c.second.words) for c in found] == [
        ("denial", "vascular endothelial growth factor promotes regulatory T cell",
         "not vascular endothelial growth factor promotes regulatory T cell"),
        ("opposites", "vascular endothelial growth factor inhibits regulatory T cell",
         "vascular endothelial growth factor promotes regulatory T cell"),
    ]  # fmt: skip
    told = with_sentences(found, "one", TEXT)[0]
    assert (told.first.sentence, told.second.sentence) == (
        "VEGF promotes Tregs here.",
        "But VEGF does not promote Tregs",
    )
    with pytest.raises(SourceError, match="not the sentence"):
        with_sentences(found, "one", "Another text. " * 9)


@pytest.mark.parametrize(
    "said",
    [
        [("promotes", False, 0, 25), ("recruits", False, 58, 81)],
        [("promotes", False, 0, 25), ("inhibits", True, 58, 81)],
        [("promotes", True, 0, 25), ("promotes", True, 26, 57)],
    ],
)
def test_what_does_not_contradict(said: list[tuple[str, bool, int, int]]) -> None:
    assert contradictions(graph(*claims(*said))) == []


def test_a_rejected_claim_contradicts_nothing() -> None:
    quads = claims(("promotes", False, 0, 25), ("inhibits", False, 58, 81))
    iri = next(q.subject.value for q in quads if getattr(q.object, "value", "") == v.IRKG + "inhibits")
    rejected = list(apply_decisions(quads, {iri: Decision(ReviewStatus.REJECTED, "a slip")}))
    assert contradictions(graph(*rejected)) == []
    assert contradictions(graph(*quads))


def test_the_command_tells_why_and_ends_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "o.ttl"
    file.write_text(
        PREFIXES + ":A a owl:Class ; rdfs:subClassOf :B , :C . :B a owl:Class ; owl:disjointWith :C . :C a owl:Class ."
    )
    with pytest.raises(SystemExit) as done:
        main(["reason", str(file), "--format", "json"])
    assert done.value.code == 1
    out = capsys.readouterr()
    (row,) = (r for r in json.loads(out.out) if r["sort"] == "unsatisfiable class")
    assert row["because"] == "urn:A SubClassOf urn:B; urn:A SubClassOf urn:C; urn:B DisjointWith urn:C"
    assert "1 unsatisfiable" in out.err


def test_labels_name_a_term_as_answers_do() -> None:
    label = labels(read_ontology(ontology_file()))
    assert (label(v.OBO + "CL_0000815"), label("urn:unknown")) == ("regulatory T cell", "urn:unknown")
