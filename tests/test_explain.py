"""Explanations: every entailed edge has one, each is sound, and what does not hold is told why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pyoxigraph as ox
import pytest

from irkg import KnowledgeGraph, resources
from irkg import vocab as v
from irkg.class_proofs import ClassProofs
from irkg.errors import MissingExtra, SourceError, UnknownName
from irkg.explain import Explanation, Proof, explain, explanations
from irkg.explain_formats import EXPLANATION_FORMATS, sentences
from irkg.model import Reasoning, Triple
from irkg.ontology_file import read_ontology
from irkg.store import in_memory

T = TypeVar("T")
CHAIN = ("cancer cell", "indirectlyInhibits", "anti-tumor immune cell")


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return KnowledgeGraph.open()


def entailed_edges(kg: KnowledgeGraph) -> list[Triple]:
    found = kg.store.quads_for_pattern(None, None, None, ox.NamedNode(v.GRAPH_ENTAILED))
    not_edges = (v.RDF_TYPE, v.SUBCLASS_OF)
    return [
        Triple(q.subject.value, q.predicate.value, q.object.value)  # type: ignore[union-attr]
        for q in found
        if q.predicate.value not in not_edges
    ]


@pytest.fixture(scope="module")
def explained(kg: KnowledgeGraph) -> list[Explanation]:
    return list(explanations(kg.store, kg.lexicon, entailed_edges(kg), every=True))


def stated_edges(kg: KnowledgeGraph) -> list[Triple]:
    found = kg.store.quads_for_pattern(None, None, None, ox.NamedNode(v.GRAPH_EDGES))
    return [Triple(q.subject.value, q.predicate.value, q.object.value) for q in found]  # type: ignore[union-attr]


def entailed_types(kg: KnowledgeGraph) -> list[tuple[str, str]]:
    found = kg.store.quads_for_pattern(None, ox.NamedNode(v.RDF_TYPE), None, ox.NamedNode(v.GRAPH_ENTAILED))
    return sorted((q.subject.value, q.object.value) for q in found)  # type: ignore[union-attr]


def sample(things: Sequence[T], most: int) -> list[T]:
    """Take some that lie evenly apart."""
    return list(things[:: max(1, -(-len(things) // most))])


def stated_in(proof: Proof) -> set[Triple]:
    return {p.edge for p in proofs_in(proof) if p.grounds}


def proofs_in(proof: Proof) -> Iterator[Proof]:
    yield proof
    for premise in proof.premises:
        yield from proofs_in(premise)


def test_every_entailed_edge_is_explained_down_to_claims(explained: list[Explanation]) -> None:
    assert len(explained) > 50
    for explanation in explained:
        assert explanation.holds, explanation.words
        leaves = [p for proof in explanation.proofs for p in proofs_in(proof) if not p.premises]
        assert all(leaf.grounds or (leaf.rule == "owl-dl" and leaf.axioms) for leaf in leaves), explanation.words


def test_each_step_is_sound_and_needs_all_its_premises(explained: list[Explanation]) -> None:
    """HermiT as the judge: each step in a world of its own, and in worlds that lack one of its premises."""
    from irkg.reason import reason

    steps = {p for e in explained for proof in e.proofs for p in proofs_in(proof) if p.premises}
    assert len(steps) > 50
    whole: list[Triple] = []
    lacking: list[Triple] = []
    facts: list[ox.Triple] = []
    ordered = sorted(steps, key=lambda s: (s.words, s.rule, [p.words for p in s.premises]))
    for number, step in enumerate(ordered):
        edges = [p.edge for p in step.premises]
        whole.append(_in_world(step.edge, f"{number}"))
        facts += [_fact(_in_world(e, f"{number}")) for e in edges]
        for at, left_out in enumerate(edges):
            world = f"{number}-{at}"
            lacking.append(_in_world(step.edge, world))
            facts += [_fact(_in_world(e, world)) for e in edges if e != left_out]
    follows = set(reason([*read_ontology(resources.ontology_file()), *facts]).edges)
    assert [edge for edge in whole if edge not in follows] == []
    assert [edge for edge in lacking if edge in follows] == []


@pytest.mark.parametrize("most", [8, pytest.param(10_000, marks=pytest.mark.thorough)])
def test_each_derivation_is_sound_and_needs_all_its_claims(most: int, explained: list[Explanation]) -> None:
    """HermiT as the judge: what the leaves of a derivation state, alone, and what is left without one of them."""
    from irkg.reason import reason

    whole: list[Triple] = []
    lacking: list[Triple] = []
    facts: list[ox.Triple] = []
    derived = [proof for e in explained for proof in e.proofs if stated_in(proof)]
    for number, proof in enumerate(sample(derived, most)):
        stated = sorted(stated_in(proof), key=str)
        whole.append(_in_world(proof.edge, f"{number}"))
        facts += [_fact(_in_world(e, f"{number}")) for e in stated]
        for at, left_out in enumerate(stated):
            lacking.append(_in_world(proof.edge, f"{number}-{at}"))
            facts += [_fact(_in_world(e, f"{number}-{at}")) for e in stated if e != left_out]
    follows = set(reason([*read_ontology(resources.ontology_file()), *facts]).edges)
    assert len(whole) >= min(most, 150)
    assert [edge for edge in whole if edge not in follows] == []
    assert [edge for edge in lacking if edge in follows] == []


@pytest.mark.parametrize("most", [8, pytest.param(10_000, marks=pytest.mark.thorough)])
def test_no_axiom_on_classes_is_missing_or_too_much(most: int, kg: KnowledgeGraph) -> None:
    """HermiT as the judge of edges by class axioms, and of memberships: each axiom under names of its own world."""
    from irkg.reason import reason

    graph = [q.triple for q in kg.store.quads_for_pattern(None, None, None, ox.NamedNode(v.GRAPH_ONTOLOGY))]
    stated = stated_edges(kg)
    proofs = ClassProofs(graph, stated)
    by_value = [e for e in entailed_edges(kg) if e.predicate == v.IRKG + "hasLocus"]
    types = [Triple(s, v.RDF_TYPE, o) for s, o in entailed_types(kg)]
    by_claims = [t for t in types if t.object == v.IRKG + "CounterResistanceStrategy"]
    facts = [*sample([*by_claims, *by_value], most), *sample(types, min(most // 2, 150))]
    whole: list[ox.Triple] = []
    lacking: list[ox.Triple] = []
    triples: list[ox.Triple] = []
    for number, fact in enumerate(facts):
        [found] = proofs.of(fact)
        parts = [[_fact(p.edge)] for p in found.premises]
        parts += [list(a.triples) for a in proofs.axioms(fact, [p.edge for p in found.premises])]
        whole.append(_renamed(_fact(fact), f"{number}"))
        triples += [_renamed(t, f"{number}") for part in parts for t in part]
        for at in range(len(parts)):
            lacking.append(_renamed(_fact(fact), f"{number}-{at}"))
            rest = [t for part in (*parts[:at], *parts[at + 1 :]) for t in part]
            triples += [_renamed(t, f"{number}-{at}") for t in rest]
    follows = _said_by(reason([*_declared(graph, triples), *triples]))
    assert len(whole) >= min(most, 34)
    assert [fact for fact in whole if fact not in follows] == []
    assert [fact for fact in lacking if fact in follows] == []


def _in_world(edge: Triple, world: str) -> Triple:
    return Triple(f"{edge.subject}/{world}", edge.predicate, f"{edge.object}/{world}")


def _renamed(triple: ox.Triple, world: str) -> Any:
    """Give the names of a triple, and its blank nodes, a world of their own; those of OWL itself stay."""

    def term(node: Any) -> Any:
        if isinstance(node, ox.BlankNode):
            return ox.BlankNode(f"{node.value}x{world.replace('-', 'x')}")
        outside = isinstance(node, ox.Literal) or node.value.startswith((v.OWL, v.RDF, v.RDFS))
        return node if outside else ox.NamedNode(f"{node.value}/{world}")

    return ox.Triple(term(triple.subject), term(triple.predicate), term(triple.object))


def _declared(graph: list[ox.Triple], renamed: list[ox.Triple]) -> Iterator[ox.Triple]:
    """Say of each renamed name what the graph says that it is."""
    kinds = {f"{v.OWL}{name}" for name in ("Class", "ObjectProperty", "DatatypeProperty", "NamedIndividual")}
    said = {t.subject: t for t in graph if t.predicate.value == v.RDF_TYPE and getattr(t.object, "value", "") in kinds}
    names = {n for t in renamed for n in (t.subject, t.predicate, t.object) if isinstance(n, ox.NamedNode)}
    for name in names:
        base = said.get(ox.NamedNode(name.value.rpartition("/")[0] or name.value))
        if base is not None:
            yield ox.Triple(name, base.predicate, base.object)


def _said_by(result: Reasoning) -> set[ox.Triple]:
    types = (Triple(s, v.RDF_TYPE, o) for s, o in result.types)
    return {_fact(e) for e in (*result.edges, *types)}


def _fact(edge: Triple) -> ox.Triple:
    return ox.Triple(ox.NamedNode(edge.subject), ox.NamedNode(edge.predicate), ox.NamedNode(edge.object))


def test_a_chain_shows_two_claims_of_one_sentence(kg: KnowledgeGraph) -> None:
    explanation = kg.explain(*CHAIN)
    (proof,) = explanation.proofs
    assert (proof.rule, proof.axioms) == ("property-chain", ("recruits o inhibits SubPropertyOf indirectlyInhibits",))
    assert [p.words for p in proof.premises] == [
        "cancer cell recruits regulatory T cell",
        "regulatory T cell inhibits anti-tumor immune cell",
    ]
    assert {g.evidence for p in proof.premises for g in p.grounds} == {"eran-2023:1212-1412"}
    every = kg.explain(*CHAIN, every=True)
    middles = {p.premises[0].words.removeprefix("cancer cell recruits ") for p in every.proofs}
    assert middles == {"regulatory T cell", "myeloid-derived suppressor cell", "regulatory immune cell"}


def test_no_proof_rests_on_itself(explained: list[Explanation]) -> None:
    for explanation in explained:
        for proof in explanation.proofs:
            _check_path(proof, frozenset())


def _check_path(proof: Proof, above: frozenset[Triple]) -> None:
    assert proof.edge not in above
    for premise in proof.premises:
        _check_path(premise, above | {proof.edge})


@pytest.mark.parametrize(
    ("edge", "why"),
    [
        (("cancer cell", "depletes", "nutrient"), 'eran-2023:2036-2146 says so, but only as hedged ("may")'),
        (("combination therapy", "counters", "Treg recruitment"), "A rule proposes it, and no source states it"),
        (("Treg", "recruits", "immune response"), "immune response is no usual object of recruits"),
        (("B cell", "kills", "cancer cell"), "No claim says so."),
        (("nutrient", "depletedBy", "cancer cell"), "cancer cell depletes nutrient: eran-2023:2036-2146 says so, but"),
        (("Treg recruitment", "counteredBy", "combination therapy"), "A rule proposes it, and no source states it"),
        (
            ("IDO1 inhibition", "promotes", "immune checkpoint inhibitor efficacy"),
            "doi:10.1186/s13046-021-01847-4 denies it.",
        ),
    ],
)
def test_what_does_not_hold_is_told_why(edge: tuple[str, str, str], why: str, kg: KnowledgeGraph) -> None:
    explanation = kg.explain(*edge)
    assert not explanation.holds
    assert any(doubt.startswith(why) for doubt in explanation.doubts), explanation.doubts


def test_the_nearest_edge_that_holds_is_named(kg: KnowledgeGraph) -> None:
    assert "cancer cell recruits regulatory T cell" in kg.explain("Treg", "recruits", "cancer cell").nearest


def test_who_else_does_it_is_near(kg: KnowledgeGraph) -> None:
    assert "immune system kills cancer cell" in kg.explain("B cell", "kills", "cancer cell").nearest


def test_what_follows_from_other_sources_is_said_so(kg: KnowledgeGraph) -> None:
    explanation = kg.explain(*CHAIN, sources=["sun-w-2016"])
    assert not explanation.holds
    assert "It follows from the claims of all sources, not from those of these alone." in explanation.doubts
    stated = kg.explain("Treg", "inhibits", "anti-tumor immune cell", sources=["sun-w-2016"])
    assert stated.doubts == ("Another source states it: eran-2023:1212-1412.",)


def test_a_proof_for_a_source_rests_on_its_claims_alone(kg: KnowledgeGraph) -> None:
    assert kg.explain(*CHAIN, sources=["eran-2023"]).holds
    with pytest.raises(UnknownName, match='unknown source "nobody-1900"'):
        kg.explain(*CHAIN, sources=["nobody-1900"])


@pytest.mark.parametrize("name", ["indirectlyInhibits", "irkg:indirectlyInhibits", "Indirectly inhibits"])
def test_relations_go_by_several_names(name: str, kg: KnowledgeGraph) -> None:
    assert kg.explain(CHAIN[0], name, CHAIN[2]).holds


def test_a_misspelt_relation_gets_did_you_mean(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownName, match='unknown relation "recruit"; did you mean "recruits"'):
        kg.explain("cancer cell", "recruit", "Treg")


def test_sentences_are_cut_out_and_checked(kg: KnowledgeGraph, article: Path) -> None:
    from irkg.text import read_text

    explanation = kg.explain(*CHAIN)
    text = read_text(article)
    said = sentences(explanation, "eran-2023", text)
    assert said["eran-2023:1212-1412"].startswith("They recruit")
    assert '"They recruit' in EXPLANATION_FORMATS["text"](explanation, said)
    with pytest.raises(SourceError, match="are not the sentence that the claim was taken from"):
        sentences(explanation, "eran-2023", text[1:])


def test_a_value_that_it_has_not_is_answered_by_the_one_that_it_has(kg: KnowledgeGraph) -> None:
    explanation = kg.explain("Treg recruitment", "hasLocus", "tumor-intrinsic")
    assert not explanation.holds
    assert "Treg recruitment hasLocus tumor-extrinsic" in explanation.nearest


def test_a_value_follows_from_the_axioms_that_are_named_alone(kg: KnowledgeGraph) -> None:
    (proof,) = kg.explain("Treg recruitment", "hasLocus", "tumor-extrinsic", every=True).proofs
    assert (proof.rule, proof.premises) == ("owl-dl", ())
    assert proof.axioms == (
        "exemplar of Treg recruitment Type Treg recruitment",
        "Treg recruitment SubClassOf cell recruitment",
        "Treg recruitment SubClassOf has patient some regulatory T cell",
        "regulatory T cell SubClassOf regulatory immune cell",
        "cell recruitment and (has patient some regulatory immune cell) SubClassOf regulatory cell recruitment",
        "regulatory cell recruitment SubClassOf tumor microenvironment manipulation",
        "tumor microenvironment manipulation SubClassOf has locus value tumor-extrinsic",
    )


@pytest.mark.parametrize("relation", ["isA", "is a", "type", "rdf:type", "a"])
def test_a_class_by_definition_rests_on_the_claim_that_makes_it_so(relation: str, kg: KnowledgeGraph) -> None:
    (proof,) = kg.explain("strategy", relation, "counter-resistance strategy", every=True).proofs
    (premise,) = proof.premises
    assert premise.words == "strategy counters immune therapy resistance"
    assert [g.evidence for g in premise.grounds] == ["eran-2023:520-698"]
    assert (
        "strategy and (counters some immune therapy resistance) SubClassOf counter-resistance strategy" in proof.axioms
    )
    elsewhere = kg.explain("strategy", relation, "counter-resistance strategy", sources=["sun-w-2016"])
    assert not elsewhere.holds


def test_a_class_that_the_ontology_gives_needs_no_claim(kg: KnowledgeGraph) -> None:
    (proof,) = kg.explain("Treg", "isA", "immune cell", sources=["sun-w-2016"]).proofs
    assert not proof.premises
    assert proof.axioms[0] == "exemplar of regulatory T cell Type regulatory T cell"


def test_what_irkgs_own_reasoner_does_not_handle_is_said(kg: KnowledgeGraph) -> None:
    """HermiT finds such edges when the graph is built; which axioms it used, nobody knows."""
    kind, functional = ox.NamedNode(v.RDF_TYPE), ox.NamedNode(v.OWL + "FunctionalProperty")
    beyond = ox.Quad(ox.NamedNode(v.IRKG + "hasOnset"), kind, functional, ox.NamedNode(v.GRAPH_ONTOLOGY))
    store = in_memory([*kg.store, beyond])
    value = Triple(v.KIND + "TregRecruitment", v.IRKG + "hasLocus", v.IRKG + "tumorExtrinsic")
    (proof,) = explain(store, kg.lexicon, value).proofs
    assert proof.axioms == ("axioms on classes; which, was not looked for: owl:FunctionalProperty is among them",)
    assert not explain(store, kg.lexicon, value, sources=["eran-2023"]).holds  # it cannot be told, so it is not said


def test_what_would_make_it_one_is_told_of_a_class_that_it_is_not_of(kg: KnowledgeGraph) -> None:
    explanation = kg.explain("CCR4 blockade", "isA", "counter-resistance strategy")
    assert "It would be one if it were strategy and (counters some immune therapy resistance)." in explanation.doubts
    assert explanation.nearest == ("CCR4 blockade isA strategy",)
    near = kg.explain("combination therapy", "isA", "counter-resistance strategy").doubts
    assert any(
        d.startswith("combination therapy counters immune therapy resistance: eran-2023:2306-2435") for d in near
    )


def test_what_a_rule_proposes_is_shown_down_to_its_claims(kg: KnowledgeGraph) -> None:
    explanation = kg.explain("combination therapy", "counters", "Treg recruitment")
    assert not explanation.holds
    assert {p.rule for p in explanation.proposals} == {"general-counter"}
    ground = explanation.proposals[0].premises[0].grounds[0]
    assert (ground.strength, ground.cue) == ("hedged", "shown promise")
    text = EXPLANATION_FORMATS["text"](explanation, {})
    assert "combination therapy counters immune therapy resistance: claimed" in text
    assert 'eran-2023:2306-2435 (hedged by "shown promise", accepted)' in text
    assert '[label="general-counter", style=dashed]' in EXPLANATION_FORMATS["dot"](explanation, {})


def test_caveats_of_a_curator_stand_at_the_leaves(kg: KnowledgeGraph) -> None:
    explanation = kg.explain("anti-CCR4 therapy", "counters", "Treg recruitment")
    grounds = [g for p in explanation.proposals for q in p.premises for g in q.grounds]
    noted = [g for g in grounds if g.caveat]
    assert noted
    assert f"caveat: {noted[0].caveat}" in EXPLANATION_FORMATS["text"](explanation, {})


def test_a_drawing_holds_every_edge_and_axiom(kg: KnowledgeGraph) -> None:
    from xml.etree import ElementTree

    explanation = kg.explain("strategy", "isA", "counter-resistance strategy")
    drawn = ElementTree.fromstring(EXPLANATION_FORMATS["svg"](explanation, {}))
    titles = {e.text for e in drawn.iter("{http://www.w3.org/2000/svg}title")}
    assert {explanation.words, *explanation.proofs[0].axioms} <= titles


def test_no_drawing_without_graphviz(kg: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name, path=None: None)
    with pytest.raises(MissingExtra, match=r"pip install 'irkg\[draw\]'"):
        EXPLANATION_FORMATS["svg"](kg.explain(*CHAIN), {})


def test_formats(kg: KnowledgeGraph) -> None:
    explanation = kg.explain(*CHAIN)
    record = json.loads(EXPLANATION_FORMATS["json"](explanation, {}))
    assert record["holds"] is True
    assert record["proofs"][0]["premises"][0]["grounds"][0]["evidence"] == "eran-2023:1212-1412"
    dot = EXPLANATION_FORMATS["dot"](explanation, {"eran-2023:1212-1412": 'with "quotes" and a \\'})
    assert dot.startswith("digraph explanation {")
    assert r"\"quotes\"" in dot
    assert dot.count(" -> ") == 4
