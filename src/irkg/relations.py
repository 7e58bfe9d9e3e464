"""The relations of a knowledge graph, and values of its class axioms, by the names that users give them."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from irkg import vocab as v
from irkg.errors import UnknownName

_IS_A_NAMES = {"a", "isa", "type", "rdftype", "instanceof"}


def relation_iri(store: ox.Store, name: str) -> str:
    """Return the relation that a user means.

    Args:
        store: The knowledge graph.
        name: Its name, label, CURIE or IRI; relations that only follow from others count too, and `isA` (or `type`)
            for the class of an exemplar, which is `rdf:type`.

    Raises:
        UnknownName: There is none of that name.

    Example:
        >>> from irkg import KnowledgeGraph
        >>> relation_iri(KnowledgeGraph.open().store, "indirectly inhibits")
        'https://w3id.org/irkg/indirectlyInhibits'
    """
    if _plain(name) in _IS_A_NAMES or name == v.RDF_TYPE:
        return v.RDF_TYPE
    for iri, known in _relation_names(store):
        if name in (iri, v.contract(iri)) or _plain(name) in map(_plain, known):
            return iri
    import difflib

    by_name = {_plain(n): n for _, known in _relation_names(store) for n in known[:1]}
    near = difflib.get_close_matches(_plain(name), by_name, n=3, cutoff=0.6)
    raise UnknownName("relation", name, near=[by_name[n] for n in near], remedy="see docs/ontology.md")


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _relation_names(store: ox.Store) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each relation between kinds and its names: the one that claims use first."""
    graph = ox.NamedNode(v.GRAPH_ONTOLOGY)
    kind = ox.NamedNode(v.OWL + "ObjectProperty")
    for quad in store.quads_for_pattern(None, ox.NamedNode(v.RDF_TYPE), kind, graph):
        iri = quad.subject
        if isinstance(iri, ox.NamedNode):
            said = [
                q.object.value
                for prop in (v.RELATION_NAME, v.LABEL)
                for q in store.quads_for_pattern(iri, ox.NamedNode(prop), None, graph)
                if isinstance(q.object, ox.Literal)
            ]
            yield iri.value, (*said, v.contract(iri.value).rpartition(":")[2])


def value_iri(store: ox.Store, name: str) -> str | None:
    """Return the value of a class axiom, such as a locus, that a user means; None where none has that name.

    Args:
        store: The knowledge graph.
        name: A label, CURIE or IRI.

    Example:
        >>> from irkg import KnowledgeGraph
        >>> value_iri(KnowledgeGraph.open().store, "tumor-extrinsic")
        'https://w3id.org/irkg/tumorExtrinsic'
    """
    graph = ox.NamedNode(v.GRAPH_ONTOLOGY)
    for quad in store.quads_for_pattern(None, ox.NamedNode(v.OWL + "hasValue"), None, graph):
        value = quad.object
        if isinstance(value, ox.NamedNode) and not value.value.startswith(v.KIND):
            labels = store.quads_for_pattern(value, ox.NamedNode(v.LABEL), None, graph)
            names = {_plain(q.object.value) for q in labels if isinstance(q.object, ox.Literal)}
            if name in (value.value, v.contract(value.value)) or _plain(name) in names:
                return value.value
    return None
