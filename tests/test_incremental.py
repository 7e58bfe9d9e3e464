"""Edges that come and go leave what a reasoner finds who never saw the others."""

from __future__ import annotations

import random
from functools import cache

import pyoxigraph as ox
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generated_ontologies import Generated
from irkg import resources
from irkg import vocab as v
from irkg.materialise import Materialiser, Unsupported, materialise
from irkg.model import Reasoning, Triple
from irkg.store import open_dataset


def rdf(edge: Triple) -> ox.Triple:
    return ox.Triple(*(ox.NamedNode(iri) for iri in (edge.subject, edge.predicate, edge.object)))


def anew(base: list[ox.Triple], edges: set[Triple]) -> Reasoning | str:
    """Return what is found from nothing, or what is not handled."""
    try:
        return materialise([*base, *map(rdf, edges)])
    except Unsupported:
        return "not handled"


def kept(following: Materialiser) -> Reasoning | str:
    try:
        return following.reasoning()
    except Unsupported:
        return "not handled"


steps = st.lists(
    st.tuples(
        st.booleans(),
        st.lists(st.tuples(st.sampled_from("vwxyz"), st.sampled_from("pqrstu"), st.sampled_from("vwxyz")), max_size=5),
    ),
    min_size=2,
    max_size=8,
)


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 5000), steps=steps)
def test_any_sequence_of_changes_ends_where_a_new_start_does(
    seed: int, steps: list[tuple[bool, list[tuple[str, str, str]]]]
) -> None:
    case = Generated(seed)
    base = case.triples()
    written = {Triple(t.subject.value, t.predicate.value, t.object.value) for t in base if is_edge(case, t)}  # type: ignore[union-attr]
    base = [t for t in base if not is_edge(case, t)]
    try:
        following = Materialiser(base)
    except Unsupported:
        assume(False)
    edges = set(written)
    following.add(written)
    for adding, names in steps:
        changed = {Triple(*(case.namespace + name for name in edge)) for edge in names}
        if adding:
            following.add(changed)
            edges |= changed
        else:
            # of those that are there, and of some that are not
            changed |= set(random.Random(seed).sample(sorted(edges, key=str), min(2, len(edges))))
            following.remove(changed)
            edges -= changed
        assert kept(following) == anew(base, edges)


def is_edge(case: Generated, triple: ox.Triple) -> bool:
    prop = triple.predicate.value
    return prop.startswith(case.namespace)


@cache
def shipped() -> tuple[list[ox.Triple], dict[str, set[Triple]]]:
    """Return the ontology of the shipped graph, and the edges that each of its sources states."""
    from irkg.edges import stated_edges

    store = open_dataset(resources.graph_file())
    ontology = [q.triple for q in store.quads_for_pattern(None, None, None, ox.NamedNode(v.GRAPH_ONTOLOGY))]
    names = [g for g in store.named_graphs() if isinstance(g, ox.NamedNode) and g.value.startswith(v.GRAPH_CLAIMS)]
    sources = {g.value: set(stated_edges(store.quads_for_pattern(None, None, None, g))) for g in names}
    return ontology, {name: edges for name, edges in sources.items() if edges}


def test_sources_of_the_shipped_graph_come_and_go() -> None:
    ontology, sources = shipped()
    assert len(sources) > 3
    following = Materialiser(ontology)
    stating = sorted(sources)
    for name in stating:
        following.add(sources[name])
    assert following.reasoning() == anew(ontology, set().union(*sources.values()))
    for name in stating[::6]:
        elsewhere = set().union(*(sources[other] for other in stating if other != name))
        following.remove(sources[name] - elsewhere)
        assert following.reasoning() == anew(ontology, elsewhere)
        following.add(sources[name])


def test_one_rejected_claim_takes_with_it_what_rests_on_it_alone() -> None:
    ontology, sources = shipped()
    edges = set().union(*sources.values())
    following = Materialiser(ontology)
    following.add(edges)
    for edge in sorted(edges, key=str)[::40]:
        following.remove([edge])
        assert following.reasoning() == anew(ontology, edges - {edge})
        following.add([edge])
    assert following.reasoning() == anew(ontology, edges)


def test_what_is_taken_out_twice_or_was_never_there_changes_nothing() -> None:
    ontology, sources = shipped()
    edge = sorted(set().union(*sources.values()), key=str)[0]
    following = Materialiser(ontology)
    before = following.reasoning()
    following.remove([edge])
    following.add([edge])
    following.add([edge])
    following.remove([edge])
    following.remove([edge])
    assert following.reasoning() == before


def test_a_support_that_only_seems_to_hold_goes_too() -> None:
    """In a circle each edge supports the other; neither may outlive the one that they came from."""
    axioms = ":p a owl:ObjectProperty , owl:SymmetricProperty , owl:TransitiveProperty . :x a owl:NamedIndividual ."
    base = [q.triple for q in ox.parse(PREFIXES + axioms, format=ox.RdfFormat.TURTLE)]
    following = Materialiser(base)
    edge = Triple("urn:x:x", "urn:x:p", "urn:x:y")
    following.add([edge])
    assert len(following.reasoning().edges) == 3
    following.remove([edge])
    assert following.reasoning().edges == ()


PREFIXES = (
    "@prefix : <urn:x:> . @prefix owl: <http://www.w3.org/2002/07/owl#> . "
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . "
)
DECLARED = "".join(f":{c} a owl:Class . " for c in "ABCDN") + "".join(f":{p} a owl:ObjectProperty . " for p in "pqr")


def restriction(prop: str, kind: str, filler: str) -> str:
    return f"[ a owl:Restriction ; owl:onProperty {prop} ; owl:{kind} {filler} ]"


# Whoever has p to an A is a B: so is x, as long as x p y is there.
RECRUITED = (
    f":B owl:equivalentClass {restriction(':p', 'someValuesFrom', ':A')} . :y a :A . :x a owl:NamedIndividual . "
)


@pytest.mark.parametrize(
    "axioms",
    [
        "",
        # from x it goes on to z, over another edge
        f":z :q :x . :C owl:equivalentClass {restriction(':q', 'someValuesFrom', ':B')} .",
        # what is a B has a value, and an edge with it
        f":B rdfs:subClassOf {restriction(':r', 'hasValue', ':z')} . :q owl:inverseOf :r .",
        # a class whose members have x as a value is below C as long as x is a B
        f":N rdfs:subClassOf {restriction(':r', 'hasValue', ':x')} . "
        f"{restriction(':r', 'someValuesFrom', ':B')} rdfs:subClassOf :C .",
        # as long as there is a B there is an N, and z is a D; once there is none, what an N would imply is not handled
        f":B rdfs:subClassOf {restriction(':q', 'someValuesFrom', ':N')} . "
        f":N rdfs:subClassOf {restriction(':r', 'hasValue', ':z')} . :r rdfs:range :D .",
    ],
)
def test_what_came_over_an_edge_goes_with_it_near_and_far(axioms: str) -> None:
    text = PREFIXES + DECLARED + RECRUITED + axioms
    base = [q.triple for q in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    following = Materialiser(base)
    edge = Triple("urn:x:x", "urn:x:p", "urn:x:y")
    for _ in range(2):
        following.add([edge])
        assert kept(following) == anew(base, {edge}) != "not handled"
        following.remove([edge])
        assert kept(following) == anew(base, set()) != anew(base, {edge})


def test_what_has_other_support_stays() -> None:
    text = PREFIXES + DECLARED + RECRUITED + ":C rdfs:subClassOf :B . :x a :C ."
    base = [q.triple for q in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    following = Materialiser(base)
    edge = Triple("urn:x:x", "urn:x:p", "urn:x:y")
    following.add([edge])
    following.remove([edge])
    assert following.reasoning().types == (("urn:x:x", "urn:x:B"),)
