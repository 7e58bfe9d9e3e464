"""All minimal derivations: on small graphs, exactly those that trying every set of edges finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

from irkg.axioms import Axiom
from irkg.class_proofs import ClassProofs
from irkg.derive import derivations
from irkg.edges import edge_triple
from irkg.materialise import Materialiser, Unsupported
from irkg.model import Triple
from irkg.vocab import RDF_TYPE
from irkg.witnesses import Step, witnesses

MOST = 1000
PREFIXES = """
@prefix : <urn:t:> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:p a owl:ObjectProperty . :q a owl:ObjectProperty . :r a owl:ObjectProperty .
"""
AXIOMS = [
    ":p rdfs:subPropertyOf :q .",
    ":q rdfs:subPropertyOf :r .",
    ":p owl:inverseOf :q .",
    ":q rdfs:subPropertyOf [ owl:inverseOf :r ] .",
    ":p a owl:SymmetricProperty .",
    ":r a owl:TransitiveProperty .",
    ":r owl:propertyChainAxiom ( :p :q ) .",
    ":r owl:propertyChainAxiom ( [ owl:inverseOf :p ] :q ) .",
    ":r owl:propertyChainAxiom ( :r :p ) .",
]
CLASSES = """
:A a owl:Class . :B a owl:Class . :C a owl:Class . :D a owl:Class .
:C owl:equivalentClass [ owl:intersectionOf ( :A [ owl:onProperty :p ; owl:someValuesFrom :B ] ) ] .
[ owl:onProperty :q ; owl:someValuesFrom :C ] rdfs:subClassOf :D .
:D rdfs:subClassOf [ owl:onProperty :r ; owl:hasValue :v ] .
:r rdfs:domain :B .
:p rdfs:subPropertyOf :q .
:a a :A . :b a :A , :B . :c a :A .
"""


def ontology(*axioms: str) -> list[ox.Triple]:
    quads = ox.parse(PREFIXES + "\n".join(axioms), format=ox.RdfFormat.TURTLE)
    return [q.triple for q in quads]


def edge(s: str, p: str, o: str) -> Triple:
    return Triple(*(f"urn:t:{name}" for name in (s, p, o)))


def edges(most: int) -> st.SearchStrategy[set[Triple]]:
    one = st.builds(edge, st.sampled_from("abc"), st.sampled_from("pqr"), st.sampled_from("abc"))
    return st.sets(one, min_size=1, max_size=most)


def smallest(stated: Iterable[Triple], holds: Callable[[tuple[Triple, ...]], bool]) -> set[frozenset[Triple]]:
    """Try every set of edges, the small ones first."""
    known = sorted(stated, key=str)
    found: set[frozenset[Triple]] = set()
    for size in range(len(known) + 1):
        for some in combinations(known, size):
            if not any(other <= set(some) for other in found) and holds(some):
                found.add(frozenset(some))
    return found


@settings(max_examples=25, deadline=None)
@given(st.sets(st.sampled_from(AXIOMS), max_size=4), edges(5))
def test_rules_over_properties(axioms: set[str], stated: set[Triple]) -> None:
    given_axioms = ontology(*sorted(axioms))
    try:
        entailed = Materialiser([*given_axioms, *map(edge_triple, stated)]).reasoning().edges
    except Unsupported:  # chains that are not regular
        return
    steps: dict[Triple, list[Step]] = {}
    for way in derivations(given_axioms, [*stated, *entailed], [*stated, *entailed]):
        steps.setdefault(way.edge, []).append((way.rule, way.premises))
    follows: dict[tuple[Triple, ...], set[Triple]] = {}

    def holds(some: tuple[Triple, ...], wanted: Triple) -> bool:
        if some not in follows:
            follows[some] = {*some, *Materialiser([*given_axioms, *map(edge_triple, some)]).reasoning().edges}
        return wanted in follows[some]

    for wanted in {*stated, *entailed}:
        found = [w.leaves for w in witnesses(wanted, stated, steps, lambda _: (), MOST)]
        assert len(found) == len(set(found))
        assert set(found) == smallest(stated, lambda some, wanted=wanted: holds(some, wanted))  # type: ignore[misc]


@settings(max_examples=15, deadline=None)
@given(edges(5))
def test_axioms_on_classes(stated: set[Triple]) -> None:
    base = ontology(CLASSES)
    proofs = ClassProofs(base, stated)
    following = Materialiser([*base, *map(edge_triple, stated)]).reasoning()
    facts = [Triple(i, RDF_TYPE, c) for i, c in following.types] + list(following.edges)
    for fact in facts:

        def holds(some: tuple[Triple, ...], fact: Triple = fact) -> bool:
            return Materialiser([*base, *map(edge_triple, some)]).follows(fact)

        found = proofs.of(fact, MOST)
        assert len(found) == len({w.leaves for w in found})
        assert {w.leaves for w in found} == smallest(stated, holds)
        assert all(w.axioms for w in found)
        known = [w.leaves for w in found[::2]]
        assert {w.leaves for w in proofs.of(fact, MOST, known=known)} == {w.leaves for w in found[1::2]}


def test_the_smallest_sets_are_kept_where_there_are_too_many() -> None:
    stated = {edge("a", "r", "c"), *(edge("a", "r", f"m{i}") for i in range(5))}
    stated |= {edge(f"m{i}", "r", "c") for i in range(5)}
    steps: dict[Triple, list[Step]] = {
        edge("a", "r", "c"): [("transitive", (edge("a", "r", f"m{i}"), edge(f"m{i}", "r", "c"))) for i in range(5)]
    }
    found = witnesses(edge("a", "r", "c"), stated, steps, lambda _: (), most=3)
    assert [len(w.leaves) for w in found] == [1, 2, 2]


def test_no_axiom_can_be_left_out() -> None:
    base = ontology(CLASSES)
    fact, premises = Triple("urn:t:c", RDF_TYPE, "urn:t:C"), [edge("c", "p", "b")]
    axioms = ClassProofs(base, premises).axioms(fact, premises)
    assert len(axioms) == 3  # what c is, what b is, and the definition
    given_edges = [edge_triple(p) for p in premises]
    declared = [t for t in base if t.predicate.value == RDF_TYPE and "owl#" in str(t.object)]

    def follows(some: list[Axiom]) -> bool:
        triples = [t for a in some for t in a.triples]
        return Materialiser([*declared, *triples, *given_edges]).follows(fact)

    assert follows(axioms)
    for axiom in axioms:
        assert not follows([a for a in axioms if a != axiom])
