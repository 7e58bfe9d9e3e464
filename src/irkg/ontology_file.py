"""Reading an ontology or knowledge graph file that somebody hands us, in any of its syntaxes."""

from __future__ import annotations

from pathlib import Path
from xml.parsers import expat

import pyoxigraph as ox

from irkg.errors import GraphError
from irkg.store import read_rdf
from irkg.vocab import GRAPH_CANDIDATES, GRAPH_DERIVATIONS

SYNTAXES = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".owl": ox.RdfFormat.RDF_XML,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
}
# Protégé declares one entity for each prefix; a file of ours or theirs has a few dozen.
_MAX_ENTITIES = 100
_MAX_ENTITY_LENGTH = 300


def read_ontology(path: Path) -> list[ox.Triple]:
    """Read the triples of an RDF file, the syntax chosen by its suffix; nothing is fetched.

    Args:
        path: Turtle (.ttl), N-Triples (.nt), RDF/XML (.owl, .rdf), TriG (.trig) or N-Quads (.nq).

    Returns:
        The triples of all its graphs, each once, in the order of the file; candidates and derivations, which are
        no part of what a knowledge graph says, are left out.

    Raises:
        GraphError: The suffix is unknown; the file is missing, empty, not UTF-8, or not in that syntax.
    """
    syntax = SYNTAXES.get(path.suffix.lower())
    if syntax is None:
        raise GraphError(f'unknown suffix "{path.suffix}"', path=path, remedy=f"use one of {', '.join(SYNTAXES)}")
    _check_bytes(path, syntax)
    left_out = {ox.NamedNode(GRAPH_CANDIDATES), ox.NamedNode(GRAPH_DERIVATIONS)}
    quads = read_rdf(path, syntax)
    if not quads:
        raise GraphError(f"holds no {syntax.name} triples", path=path, remedy="check that it is the right file")
    return list(dict.fromkeys(q.triple for q in quads if q.graph_name not in left_out))


def _check_bytes(path: Path, syntax: ox.RdfFormat) -> None:
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise GraphError("no such file", path=path, remedy="check the name") from error
    except OSError as error:
        raise GraphError(f"cannot be read: {error.strerror}", path=path) from error
    if syntax == ox.RdfFormat.RDF_XML:
        _check_xml(data, path)
        return
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GraphError("is not UTF-8", path=path, line=line, remedy="save it as UTF-8") from error


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

    parser.EntityDeclHandler = declared
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        raise GraphError(f"not well-formed XML: {what}", path=path, line=error.lineno) from error
