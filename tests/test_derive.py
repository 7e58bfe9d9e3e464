"""Each entailed edge is led back to its premises, by the axiom that does it."""

from __future__ import annotations

import time

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irkg.derive import Derivation, derivations
from irkg.model import Triple
from irkg.vocab import OWL

PREFIXES = "@prefix : <urn:x:> . @prefix owl: <http://www.w3.org/2002/07/owl#> . " + (
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . "
)


def axioms(turtle: str) -> list[ox.Triple]:
    return [q.triple for q in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)]


def edge(text: str) -> Triple:
    subject, predicate, target = (f"urn:x:{word}" for word in text.split())
    return Triple(subject, predicate, target)


def edges(text: str) -> list[Triple]:
    return [edge(part) for part in text.split(",") if part.strip()]


def shown(found: list[Derivation]) -> list[tuple[str, str, str]]:
    def words(e: Triple) -> str:
        return f"{e.subject} {e.predicate} {e.object}".replace("urn:x:", "")

    return [(words(d.edge), d.rule, ", ".join(words(p) for p in d.premises)) for d in found]


@pytest.mark.parametrize(
    ("turtle", "stated", "entailed", "expected"),
    [
        (":p owl:inverseOf :q .", "a p b", "b q a", [("b q a", "inverse", "a p b")]),
        (":q owl:inverseOf :p .", "a p b", "b q a", [("b q a", "inverse", "a p b")]),
        (":p rdfs:subPropertyOf :q .", "a p b", "a q b", [("a q b", "sub-property", "a p b")]),
        (":p rdfs:subPropertyOf [ owl:inverseOf :q ] .", "a p b", "b q a", [("b q a", "inverse", "a p b")]),
        (":p owl:equivalentProperty :q .", "a p b", "a q b", [("a q b", "sub-property", "a p b")]),
        (":q owl:equivalentProperty :p .", "a p b", "a q b", [("a q b", "sub-property", "a p b")]),
        (":p a owl:SymmetricProperty .", "a p b", "b p a", [("b p a", "symmetric", "a p b")]),
        (":p a owl:TransitiveProperty .", "a p b, b p c", "a p c", [("a p c", "transitive", "a p b, b p c")]),
        (
            ":r owl:propertyChainAxiom ( :p :q ) .",
            "a p b, b q c, a p d, d q c, d q e",
            "a r c, a r e",
            [
                ("a r c", "property-chain", "a p b, b q c"),
                ("a r c", "property-chain", "a p d, d q c"),
                ("a r e", "property-chain", "a p d, d q e"),
            ],
        ),
        (
            ":r owl:propertyChainAxiom ( :p [ owl:inverseOf :q ] :p :s ) .",
            "a p b, c q b, c p d, d s e",
            "a r e",
            [("a r e", "property-chain", "a p b, c q b, c p d, d s e")],
        ),
        (
            ":r owl:propertyChainAxiom ( :p :q ) . :p2 rdfs:subPropertyOf :p .",
            "a p2 b, b q c",
            "a p b, a r c",
            [("a p b", "sub-property", "a p2 b"), ("a r c", "property-chain", "a p b, b q c")],
        ),
        ("", "a p b", "a q b", [("a q b", "owl-dl", "")]),
        (":r owl:propertyChainAxiom () .", "a p b", "a r b", [("a r b", "owl-dl", "")]),
        (":p owl:inverseOf :q .", "a p b", "", []),
    ],
)
def test_every_rule_instance_is_found(
    turtle: str, stated: str, entailed: str, expected: list[tuple[str, str, str]]
) -> None:
    assert shown(derivations(axioms(turtle), edges(stated), edges(entailed))) == expected


def test_an_edge_is_never_its_own_premise() -> None:
    rules = axioms(":p a owl:SymmetricProperty , owl:TransitiveProperty ; rdfs:subPropertyOf :p .")
    found = derivations(rules, [], edges("a p a, a p b, b p b"))
    assert all(d.edge not in d.premises for d in found)


def test_edges_that_explain_only_each_other_are_grounded() -> None:
    """`a p b` follows from a class axiom, `b q a` from it: neither may be left hanging on the other."""
    found = shown(derivations(axioms(":p owl:inverseOf :q ."), [], edges("b q a, a p b")))
    assert found == [
        ("a p b", "inverse", "b q a"),
        ("a p b", "owl-dl", ""),
        ("b q a", "inverse", "a p b"),
    ]


def test_what_a_class_axiom_gives_grounds_what_follows_from_it() -> None:
    rules = axioms(":p owl:inverseOf :q . :s rdfs:subPropertyOf :p .")
    found = shown(derivations(rules, [], edges("a p b, b q a, a s b")))
    assert [row for row in found if row[1] == "owl-dl"] == [("a s b", "owl-dl", "")]


def test_a_list_that_runs_in_a_circle_comes_to_an_end() -> None:
    turtle = ":r owl:propertyChainAxiom _:l . _:l <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> :p ; " + (
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:l ."
    )
    assert shown(derivations(axioms(turtle), edges("a p b"), edges("a r b"))) == [("a r b", "property-chain", "a p b")]


names = st.sampled_from("abcd")
some_edges = st.lists(st.builds(lambda s, p, o: f"{s} {p} {o}", names, st.sampled_from("pqrs"), names), max_size=12)


@settings(max_examples=60, deadline=None)
@given(stated=some_edges, entailed=some_edges)
def test_order_of_input_does_not_matter_and_all_edges_reach_the_ground(stated: list[str], entailed: list[str]) -> None:
    rules = axioms(
        ":p owl:inverseOf :q ; a owl:TransitiveProperty . :r owl:propertyChainAxiom ( :p :q ) . "
        ":s a owl:SymmetricProperty ."
    )
    given_, wanted = [edge(e) for e in stated], [edge(e) for e in entailed]
    found = derivations(rules, given_, wanted)
    assert found == derivations(rules[::-1], given_[::-1], wanted[::-1])
    reached = set(given_)
    while more := {d.edge for d in found if reached.issuperset(d.premises)} - reached:
        reached |= more
    assert reached.issuperset(wanted)


def test_a_hub_of_twenty_thousand_edges_takes_seconds_not_hours() -> None:
    n = 20_000
    stated = [Triple(f"urn:x:{i}", "urn:x:p", "urn:x:hub") for i in range(n)]
    entailed = [Triple("urn:x:hub", "urn:x:q", f"urn:x:{i}") for i in range(n)]
    rules = [
        ox.Triple(ox.NamedNode("urn:x:p"), ox.NamedNode(OWL + "inverseOf"), ox.NamedNode("urn:x:q")),
        *axioms(":q a owl:TransitiveProperty . :r owl:propertyChainAxiom ( :p :q ) ."),
    ]
    start = time.perf_counter()
    assert len(derivations(rules, stated, entailed)) == n
    assert time.perf_counter() - start < 10
