"""Explanations: every entailed edge has one, each is sound, and what does not hold is told why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from irkg import KnowledgeGraph, resources
from irkg import vocab as v
from irkg.errors import SourceError, UnknownName
from irkg.explain import Explanation, Proof, explain
from irkg.explain_formats import EXPLANATION_FORMATS, sentences
from irkg.model import Triple
from irkg.ontology_file import read_ontology

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
    return [explain(kg.store, kg.lexicon, edge, every=True) for edge in entailed_edges(kg)]


def proofs_in(proof: Proof) -> Iterator[Proof]:
    yield proof
    for premise in proof.premises:
        yield from proofs_in(premise)


def test_every_entailed_edge_is_explained_down_to_claims(explained: list[Explanation]) -> None:
    assert len(explained) > 50
    for explanation in explained:
        assert explanation.holds, explanation.words
        leaves = [p for proof in explanation.proofs for p in proofs_in(proof) if not p.premises]
        assert all(leaf.grounds or leaf.rule == "owl-dl" for leaf in leaves), explanation.words


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


def _in_world(edge: Triple, world: str) -> Triple:
    return Triple(f"{edge.subject}/{world}", edge.predicate, f"{edge.object}/{world}")


def _fact(edge: Triple) -> ox.Triple:
    return ox.Triple(ox.NamedNode(edge.subject), ox.NamedNode(edge.predicate), ox.NamedNode(edge.object))


def test_a_chain_shows_two_claims_of_one_sentence(kg: KnowledgeGraph) -> None:
    explanation = kg.explain(*CHAIN)
    (proof,) = explanation.proofs
    assert (proof.rule, proof.axiom) == ("property-chain", "recruits o inhibits SubPropertyOf indirectlyInhibits")
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
    ],
)
def test_what_does_not_hold_is_told_why(edge: tuple[str, str, str], why: str, kg: KnowledgeGraph) -> None:
    explanation = kg.explain(*edge)
    assert not explanation.holds
    assert any(doubt.startswith(why) for doubt in explanation.doubts), explanation.doubts


def test_the_nearest_edge_that_holds_is_named(kg: KnowledgeGraph) -> None:
    assert "cancer cell recruits regulatory T cell" in kg.explain("Treg", "recruits", "cancer cell").nearest


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


def test_formats(kg: KnowledgeGraph) -> None:
    explanation = kg.explain(*CHAIN)
    record = json.loads(EXPLANATION_FORMATS["json"](explanation, {}))
    assert record["holds"] is True
    assert record["proofs"][0]["premises"][0]["grounds"][0]["evidence"] == "eran-2023:1212-1412"
    dot = EXPLANATION_FORMATS["dot"](explanation, {"eran-2023:1212-1412": 'with "quotes" and a \\'})
    assert dot.startswith("digraph explanation {")
    assert r"\"quotes\"" in dot
    assert dot.count(" -> ") == 4
