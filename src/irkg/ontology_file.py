"""Reading an ontology or knowledge graph file that somebody hands us, in any of its syntaxes."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

import pyoxigraph as ox

from irkg.confined import BOUNDS, confined
from irkg.errors import GraphError
from irkg.store import is_said, read_rdf
from irkg.vocab import DCTERMS, OWL, RDF_TYPE

_Head = ox.NamedNode | ox.BlankNode | ox.Triple
CATALOG = "catalog-v001.xml"  # the name by which Protégé knows it

SYNTAXES = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".owl": ox.RdfFormat.RDF_XML,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
# Protégé declares one entity for each prefix; a file of ours or theirs has a few dozen.
_MAX_ENTITIES = 100
_MAX_DEPTH = 500  # of elements and brackets; ontologies have some ten
_MOST = 2_000_000_000  # bytes of a file
_LARGE = 5_000_000  # bytes; what a smaller file takes is bounded by the checks before it is parsed
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+)?html\b", re.IGNORECASE | re.DOTALL)
# Control characters that XML 1.0 (2.2) cannot hold, nor any export in it; as they are and in escapes.
_UNFIT = bytes(n for n in range(32) if n not in b"\t\n\r")
_UNFIT_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\(?:u00|U000000)(?:0[0-8bBcCeEfF]|1[0-9a-fA-F])")
_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_MAX_ENTITY_LENGTH = 300


def read_ontology(path: Path) -> list[ox.Triple]:
    """Read the triples of an RDF file, the syntax chosen by its suffix; nothing is fetched.

    Args:
        path: A file with one of the suffixes of `SYNTAXES`.

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
    quads = read_rdf(path, syntax, _content(path, syntax))
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
    data = path.read_bytes()
    _check_xml(data, path)
    entries = ElementTree.fromstring(data).iter("{urn:oasis:names:tc:entity:xmlns:xml:catalog}uri")
    found = {e.get("name", ""): e.get("uri", "") for e in entries}
    folder = path.parent.resolve()
    places = {iri: path.parent / place for iri, place in found.items() if iri and place and ":" not in place}
    for iri, place in places.items():
        if not place.resolve().is_relative_to(folder):
            what = "names a file outside of its folder for"
            raise GraphError(what, path=path, iri=iri, remedy="put the file beside the ontology")
    return places


def _content(path: Path, syntax: ox.RdfFormat) -> bytes:
    """Return what a file holds, once it is sure that its parser can bear it."""
    try:
        with path.open("rb") as handle:
            data = handle.read(_MOST + 1)
    except FileNotFoundError as error:
        raise GraphError("no such file", path=path, remedy="check the name") from error
    except OSError as error:
        raise GraphError(f"cannot be read: {error.strerror}", path=path) from error
    if len(data) > _MOST:
        raise GraphError(f"is larger than {_MOST // 1_000_000:,} MB", path=path, remedy="split it")
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GraphError("is not UTF-8", path=path, line=line, remedy="save it as UTF-8") from error
    if _HTML.match(data):
        raise GraphError("is an HTML page", path=path, remedy="download the file itself, not the page about it")
    _check_characters(data, path)
    if syntax == ox.RdfFormat.RDF_XML:
        _check_xml(data, path)
    elif syntax == ox.RdfFormat.JSON_LD:
        _check_json(data, path)
    if len(data) > _LARGE:
        confined(_parsed, str(path), syntax.file_extension, about="the file", bounds=BOUNDS.get(), path=path)
    return data


def _check_characters(data: bytes, path: Path) -> None:
    at = -1
    if len(data.translate(None, _UNFIT)) != len(data):
        at = next(n for n, byte in enumerate(data) if byte in _UNFIT)
    elif b"\\u00" in data or b"\\U000000" in data:
        escape = _UNFIT_ESCAPE.search(data)
        at = escape.start() if escape else -1
    if at >= 0:
        line = data.count(b"\n", 0, at) + 1
        raise GraphError("has a control character that no XML can hold", path=path, line=line, remedy="remove it")


def _parsed(path: str, extension: str) -> int:
    """Read a file and let go of what it holds: in a process of its own, to see whether that is possible."""
    syntax = ox.RdfFormat.from_extension(extension)
    assert syntax is not None
    return len(read_rdf(Path(path), syntax))


def _check_json(data: bytes, path: Path) -> None:
    """Refuse JSON that is nested so deeply that its parser takes a time that grows with the square of the depth."""
    depth = 0
    for match in _BRACKET.finditer(data):
        sign = match[0]
        depth += (sign in b"[{") - (sign in b"]}")
        if depth > _MAX_DEPTH:
            raise _too_deep(path, data.count(b"\n", 0, match.start()) + 1)


def _too_deep(path: Path, line: int) -> GraphError:
    return GraphError(f"is nested more than {_MAX_DEPTH} deep", path=path, line=line, remedy="write it flatter")


def _check_xml(data: bytes, path: Path) -> None:
    """Refuse what the RDF/XML parser cannot defend itself against.

    It takes truncated files for whole ones without a word, and nested entities (XML 1.0, 4.4) abort the process.
    """
    parser = expat.ParserCreate()
    entities = 0

    def refuse(why: str) -> GraphError:
        return GraphError(why, path=path, line=parser.CurrentLineNumber, remedy="save it again without entities")

    def declared(name: str, is_parameter: bool, value: str | None, *_: str | None) -> None:
        nonlocal entities
        entities += 1
        if is_parameter or value is None:
            raise refuse(f'declares the entity "{name[:40]}" outside the file, or for the declarations themselves')
        if "&" in value or len(value) > _MAX_ENTITY_LENGTH:
            raise refuse(f'declares the entity "{name[:40]}" by other entities, or too long')
        if entities > _MAX_ENTITIES:
            raise refuse(f"declares more than {_MAX_ENTITIES} entities")

    depth = 0

    def opened(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise _too_deep(path, parser.CurrentLineNumber)

    def closed(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.EntityDeclHandler = declared
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        raise GraphError(f"not well-formed XML: {what}", path=path, line=error.lineno) from error
