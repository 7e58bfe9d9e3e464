"""Each claim is one well-formed nanopublication (https://nanopub.net/guidelines/working_draft/), read by rdflib."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, Dataset, Graph, Namespace, URIRef

from irkg import resources
from irkg import vocab as v
from irkg.export import export
from irkg.store import in_memory, open_dataset

TINY = Path(__file__).parent / "data" / "tiny.trig"
NP = Namespace("http://www.nanopub.org/nschema#")
PROV = Namespace(v.PROV)
IRKG = Namespace(v.IRKG)
Graphs = dict[URIRef, Graph]


def nanopubs(store: ox.Store) -> dict[str, Graphs]:
    """Return the graphs of each nanopublication, by the key of its claim."""
    data = Dataset()
    data.parse(data=export(store, "nanopubs"), format="trig")
    found: dict[str, Graphs] = defaultdict(dict)
    for graph in data.graphs():
        if len(graph):
            found[str(graph.identifier).split("#")[0].rsplit("/", 1)[1]][graph.identifier] = graph
    return found


def part(graphs: Graphs, name: str) -> Graph:
    """Return the graph that the head names."""
    (head,) = (g for g in graphs.values() if (None, RDF.type, NP.Nanopublication) in g)
    (named,) = head.objects(None, NP[name])
    return graphs[named]


@pytest.fixture(scope="module")
def shipped() -> ox.Store:
    return open_dataset(resources.graph_file())


@pytest.fixture(scope="module")
def of_shipped(shipped: ox.Store) -> dict[str, Graphs]:
    return nanopubs(shipped)


def test_every_nanopublication_is_well_formed(of_shipped: dict[str, Graphs]) -> None:
    for graphs in of_shipped.values():
        assert len(graphs) == 4
        (head,) = (g for g in graphs.values() if (None, RDF.type, NP.Nanopublication) in g)
        (iri,) = head.subjects(RDF.type, NP.Nanopublication)
        names = [list(head.objects(iri, NP[n])) for n in ("hasAssertion", "hasProvenance", "hasPublicationInfo")]
        assert len(head) == 4
        assert {n for (n,) in names} | {head.identifier} == set(graphs)
        assert list(part(graphs, "hasProvenance").predicate_objects(part(graphs, "hasAssertion").identifier))
        assert list(part(graphs, "hasPublicationInfo").predicate_objects(iri))


def test_there_is_one_for_each_claim_that_is_not_rejected(shipped: ox.Store, of_shipped: dict[str, Graphs]) -> None:
    claims = shipped.quads_for_pattern(None, ox.NamedNode(v.RDF_TYPE), ox.NamedNode(v.CLAIM))
    rejected = shipped.quads_for_pattern(None, ox.NamedNode(v.HAS_REVIEW), ox.NamedNode(v.IRKG + "rejected"))
    assert set(of_shipped) == {q.subject.value[-16:] for q in claims} - {q.subject.value[-16:] for q in rejected}
    (claim,) = (
        q.subject
        for q in shipped
        if q.predicate.value == v.LABEL and q.object.value == "tumor exploits immune checkpoint pathway"
    )
    again = in_memory(shipped)
    for q in list(again.quads_for_pattern(claim, ox.NamedNode(v.HAS_REVIEW), None)):
        again.remove(q)
        again.add(ox.Quad(q.subject, q.predicate, ox.NamedNode(v.IRKG + "rejected"), q.graph_name))
    assert set(of_shipped) - set(nanopubs(again)) == {claim.value[-16:]}


def test_an_assertion_holds_the_edge_only_where_the_claim_makes_one(of_shipped: dict[str, Graphs]) -> None:
    with_edge = without = 0
    for key, graphs in of_shipped.items():
        claim, assertion = URIRef(v.CLAIM_NS + key), part(graphs, "hasAssertion")
        (s,), (p,), (o,) = (list(assertion.objects(claim, IRKG[n])) for n in ("subject", "predicate", "object"))
        (strength,), (negated,) = (list(assertion.objects(claim, IRKG[n])) for n in ("strength", "negated"))
        states = strength in (IRKG.asserted, IRKG.ability) and not negated.toPython()
        quarantined = (claim, IRKG.quarantined, None) in part(graphs, "hasProvenance")
        assert ((s, p, o) in assertion) == (states and not quarantined)
        assert {t[0] for t in assertion} <= {claim, s}
        with_edge += states
        without += not states
    assert with_edge > 5
    assert without > 5


def test_the_provenance_leads_to_the_sentence(shipped: ox.Store, of_shipped: dict[str, Graphs]) -> None:
    seen = 0
    for key, graphs in of_shipped.items():
        claim, provenance = URIRef(v.CLAIM_NS + key), part(graphs, "hasProvenance")
        (evidence,) = provenance.objects(claim, IRKG.evidence)
        (source,) = provenance.objects(claim, IRKG.source)
        origins = set(provenance.objects(part(graphs, "hasAssertion").identifier, PROV.wasDerivedFrom))
        assert origins == {evidence, source}
        assert list(provenance.objects(source, URIRef(v.DCTERMS + "identifier")))
        assert list(provenance.objects(claim, IRKG.reviewStatus))
        cited = {q.object.value for q in shipped.quads_for_pattern(ox.NamedNode(claim), ox.NamedNode(v.CITES), None)}
        assert {str(c) for c in provenance.objects(claim, IRKG.cites)} == cited
        assert all(list(provenance.objects(URIRef(c), IRKG.referenceNumber)) for c in cited)
        if source == IRKG["source/eran-2023"]:
            (selector,) = provenance.objects(evidence, URIRef(v.OA + "hasSelector"))
            assert list(provenance.objects(selector, URIRef(v.OA + "start")))
            assert list(provenance.objects(evidence, IRKG.digest))
            seen += 1
    assert seen > 50


def test_nothing_that_is_said_of_a_claim_is_lost(shipped: ox.Store, of_shipped: dict[str, Graphs]) -> None:
    for key, graphs in of_shipped.items():
        claim = ox.NamedNode(v.CLAIM_NS + key)
        said = {(q.predicate.value, q.object.value) for q in shipped.quads_for_pattern(claim, None, None)}
        kept = {(str(p), str(o)) for g in graphs.values() for p, o in g.predicate_objects(URIRef(claim.value))}
        assert kept == said


def test_the_edge_of_the_small_graph() -> None:
    graphs = nanopubs(open_dataset(TINY))["0000000000000001"]
    kind = Namespace(v.KIND)
    assert (kind.CL_0001064, IRKG.recruits, kind.CL_0000815) in part(graphs, "hasAssertion")
    assert not list(part(graphs, "hasPublicationInfo").triples((None, PROV.generatedAtTime, None)))
