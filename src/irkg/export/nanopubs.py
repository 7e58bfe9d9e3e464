"""Nanopublications: one for each claim, its assertion apart from where it comes from.

See https://nanopub.net/guidelines/working_draft/. They are unsigned and bear no time, so that equal graphs give equal
bytes: whoever signs and publishes them adds both, and gets a trusty URI for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyoxigraph as ox

from irkg import vocab as v
from irkg.canonical import quad_order
from irkg.edges import edge_triple, stating_in
from irkg.export.property_graph import iri_of
from irkg.model import ReviewStatus, Triple

NP = "http://www.nanopub.org/nschema#"
NANOPUB_NS = v.IRKG + "nanopub/"
# How a claim came to be; everything else about it says what it says, or narrows it
_PROVENANCE = {
    v.HAS_SOURCE, v.HAS_EVIDENCE, v.SUBJECT_MENTION, v.OBJECT_MENTION, v.SECTION, v.CITES, v.CITATION_MARKER,
    v.EVIDENCE_CODE, v.RULE, v.CONFIDENCE, v.HAS_REVIEW, v.REVIEW_NOTE, v.QUARANTINED, v.QUARANTINE_REASON,
    v.PROV + "wasGeneratedBy", v.REVISION_OF, v.DCTERMS + "contributor",
}  # fmt: skip

_OF_SOURCES = (v.GRAPH_CLAIMS, v.GRAPH_EXTRACTED)


def write_nanopubs(store: ox.Store, out: BinaryIO) -> None:
    """Write TriG with four graphs for each claim that no curator has rejected.

    The assertion holds the claim with its negation and strength, and the edge itself only where the claim makes one.
    The provenance holds evidence, source, references and review, and what the extractor said where a curator has
    changed it; the publication info what made the claim.
    """
    prefixes = {"np": NP, "nanopub": NANOPUB_NS, **v.PREFIXES}
    ox.serialize(_quads(store), out, format=ox.RdfFormat.TRIG, prefixes=prefixes)


def _quads(store: ox.Store) -> Iterator[ox.Quad]:
    stating = dict(stating_in(store))
    a_claim = ox.NamedNode(v.RDF_TYPE), ox.NamedNode(v.CLAIM)
    for claim in sorted({iri_of(q.subject) for q in store.quads_for_pattern(None, *a_claim)}):
        review = next((q.object for q in _about(store, claim) if q.predicate.value == v.HAS_REVIEW), None)
        if review != ox.NamedNode(v.IRKG + ReviewStatus.REJECTED):
            yield from _nanopub(store, claim, stating.get(claim))


def _about(store: ox.Store, iri: str) -> list[ox.Quad]:
    return list(store.quads_for_pattern(ox.NamedNode(iri), None, None))


class _Nanopub:
    """The quads of one nanopublication, graph by graph."""

    def __init__(self, iri: str) -> None:
        self.iri = ox.NamedNode(iri)
        self.head, self.assertion, self.provenance, self.info = (
            ox.NamedNode(f"{iri}#{part}") for part in ("head", "assertion", "provenance", "pubinfo")
        )
        self.parts: dict[ox.NamedNode, list[ox.Quad]] = {}

    def add(self, graph: ox.NamedNode, subject: ox.NamedNode, predicate: str, target: str) -> None:
        self.copy(graph, ox.Triple(subject, ox.NamedNode(predicate), ox.NamedNode(target)))

    def copy(self, graph: ox.NamedNode, triple: ox.Triple | ox.Quad) -> None:
        quad = ox.Quad(triple.subject, triple.predicate, triple.object, graph)
        self.parts.setdefault(graph, []).append(quad)


def _nanopub(store: ox.Store, claim: str, edge: Triple | None) -> Iterator[ox.Quad]:
    own = _Nanopub(NANOPUB_NS + claim.removeprefix(v.CLAIM_NS))
    own.add(own.head, own.iri, v.RDF_TYPE, NP + "Nanopublication")
    own.add(own.head, own.iri, NP + "hasAssertion", own.assertion.value)
    own.add(own.head, own.iri, NP + "hasProvenance", own.provenance.value)
    own.add(own.head, own.iri, NP + "hasPublicationInfo", own.info.value)
    if edge is not None:
        own.copy(own.assertion, edge_triple(edge))
    for q in _about(store, claim):
        own.copy(own.provenance if q.predicate.value in _PROVENANCE else own.assertion, q)
        if q.predicate.value in (v.HAS_SOURCE, v.HAS_EVIDENCE):
            own.add(own.provenance, own.assertion, v.PROV + "wasDerivedFrom", iri_of(q.object))
        if q.predicate.value == v.PROV + "wasGeneratedBy":
            own.add(own.provenance, own.assertion, v.PROV + "wasGeneratedBy", iri_of(q.object))
            own.add(own.info, own.iri, v.PROV + "wasGeneratedBy", iri_of(q.object))
    own.add(own.info, own.iri, v.DCTERMS + "isPartOf", v.DATASET)
    for q in _grounds(store, own.parts[own.provenance]):
        own.copy(own.provenance, q)
    for graph in (own.head, own.assertion, own.provenance, own.info):
        yield from sorted(set(own.parts[graph]), key=quad_order)


def _grounds(store: ox.Store, provenance: list[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield what the sources' own graphs say of all that a claim points to, and of what that points to."""
    stack = [q.object for q in provenance]
    seen = set()
    while stack:
        node = stack.pop()
        if not isinstance(node, ox.NamedNode) or node in seen:
            continue
        seen.add(node)
        found = [q for q in _about(store, node.value) if iri_of(q.graph_name).startswith(_OF_SOURCES)]
        yield from found
        stack += [q.object for q in found]
