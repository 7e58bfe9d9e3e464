"""Reading an ontology or knowledge graph file that somebody hands us, in any of its syntaxes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox

from irkg.errors import GraphError
from irkg.links import check_links, leads_out
from irkg.rdf_files import SYNTAXES, check_xml, read_rdf
from irkg.store import is_said
from irkg.vocab import DCTERMS, OWL, RDF_TYPE

_Head = ox.NamedNode | ox.BlankNode | ox.Triple
CATALOG = "catalog-v001.xml"  # the name by which Protégé knows it


def read_ontology(path: Path) -> list[ox.Triple]:
    """Read the triples of an RDF file, the syntax chosen by its suffix; nothing is fetched.

    Args:
        path: A file with one of the suffixes of `irkg.rdf_files.SYNTAXES`.

    Returns:
        The triples of all its graphs, each once, in the order of the file; candidates, derivations and the record of
        a curator's decisions, which are no part of what a knowledge graph says, are left out.

    Raises:
        GraphError: The suffix is unknown; the file is missing, empty, not UTF-8, or not in that syntax.
    """
    return list(dict.fromkeys(q.triple for q in read_quads(path) if is_said(q)))


def read_quads(path: Path, otherwise: ox.RdfFormat | None = None) -> list[ox.Quad]:
    """Read all that an RDF file holds, the syntax chosen by its suffix; nothing is fetched.

    Args:
        path: Turtle (.ttl), N-Triples (.nt), RDF/XML (.owl, .rdf), TriG (.trig), N-Quads (.nq) or JSON-LD (.jsonld);
            a JSON-LD context must stand in the file.
        otherwise: The syntax of a file with another suffix; none is read where it is None.

    Returns:
        Its quads, in the order of the file.

    Raises:
        GraphError: The suffix is unknown; the file is missing, empty, not UTF-8, not in that syntax, or asks more of
            its parser than a file in good faith would.
        IrkgError: It is over the limits of `irkg.confined.BOUNDS`.
    """
    syntax = SYNTAXES.get(path.suffix.lower(), otherwise)
    if syntax is None:
        raise GraphError(f'unknown suffix "{path.suffix}"', path=path, remedy=f"use one of {', '.join(SYNTAXES)}")
    quads = read_rdf(path, syntax)
    if not quads:
        raise GraphError(f"holds no {syntax.name} triples", path=path, remedy="check that it is the right file")
    return quads


def read_with_imports(path: Path) -> list[ox.Triple]:
    """Read an ontology and the modules that it imports as one ontology; nothing is fetched.

    Args:
        path: The file, as in `read_ontology`. The file `catalog-v001.xml` beside it says where its imports lie.

    Returns:
        The triples of all, each once, those of the file first. Of the head of a module its `dcterms:source` is left
        and speaks of the importing ontology; an `owl:imports` is left where the catalog does not know it.

    Raises:
        GraphError: A file is missing or cannot be read as what it should be.
    """
    triples = read_ontology(path)
    places = _catalog(path.parent / CATALOG)
    importing = _ontology_of(triples)
    pending = list(_imported(triples))
    read: set[str] = set()
    while pending:
        iri = pending.pop(0)
        if iri in places and iri not in read:
            read.add(iri)
            module = read_ontology(places[iri])
            pending.extend(_imported(module))
            triples.extend(_without_head(module, importing))
    met = {ox.NamedNode(iri) for iri in read}
    kept = (t for t in triples if not (t.predicate.value == OWL + "imports" and t.object in met))
    return list(dict.fromkeys(kept))


def _imported(triples: Iterable[ox.Triple]) -> list[str]:
    imports = OWL + "imports"
    return [t.object.value for t in triples if t.predicate.value == imports and isinstance(t.object, ox.NamedNode)]


def _ontology_of(triples: Iterable[ox.Triple]) -> _Head | None:
    """Return the subject of the head of an ontology (OWL 2 Mapping to RDF, section 3.1.2)."""
    kind = ox.NamedNode(OWL + "Ontology")
    return next((t.subject for t in triples if t.predicate.value == RDF_TYPE and t.object == kind), None)


def _without_head(
    module: list[ox.Triple], importing: ox.NamedNode | ox.BlankNode | ox.Triple | None
) -> list[ox.Triple]:
    """Return a module without its head: a graph with two heads is no OWL 2 ontology."""
    own = _ontology_of(module)
    found = []
    for t in module:
        if own is None or t.subject != own or t.predicate.value == OWL + "imports":
            found.append(t)
        elif t.predicate.value == DCTERMS + "source" and importing is not None:
            found.append(ox.Triple(importing, t.predicate, t.object))
    return found


def _catalog(path: Path) -> dict[str, Path]:
    """Return where imported ontologies lie, by IRI (OASIS XML Catalogs 1.1, section 6.5.9)."""
    if not path.is_file():
        return {}
    check_links([path], path.parent)
    data = path.read_bytes()
    check_xml(data, path)
    entries = ElementTree.fromstring(data).iter("{urn:oasis:names:tc:entity:xmlns:xml:catalog}uri")
    found = {e.get("name", ""): e.get("uri", "") for e in entries}
    places = {iri: path.parent / place for iri, place in found.items() if iri and place and ":" not in place}
    for iri, place in places.items():
        if leads_out(place, path.parent):
            what = "names a file outside of its folder for"
            raise GraphError(what, path=path, iri=iri, remedy="put the file beside the ontology")
    return places
