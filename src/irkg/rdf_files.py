"""Files of RDF as bytes: what others wrote is looked through, and read in a process with limits, before it is read."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from xml.parsers import expat

import pyoxigraph as ox

from irkg import resources
from irkg.confined import BOUNDS, tried
from irkg.errors import GraphError
from irkg.limits import LONGEST, MEGABYTE, TOO_LONG, begun

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
_MAX_ENTITY_LENGTH = 300
_MAX_DEPTH = 500  # of elements and brackets; ontologies have some ten
_MOST = 2_000 * MEGABYTE  # of a file
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?>(?:<!--.*?-->\s*)*)<(?:!doctype\s+)?html\b", re.IGNORECASE | re.DOTALL)
# Control characters that XML 1.0 (2.2) cannot hold, nor any export in it; as they are and in escapes.
_UNFIT = bytes(n for n in range(32) if n not in b"\t\n\r")
_UNFIT_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\(?:u00|U000000)(?:0[0-8bBcCeEfF]|1[0-9a-fA-F])")
_JSON_SIGN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
# Strings, IRIs, comments and escapes of Turtle (1.1, 6.5), in which a bracket is none.
_TURTLE_SIGN = re.compile(
    rb'"""(?:[^"\\]|\\.|"(?!""))*+"""|' + rb"'''(?:[^'\\]|\\.|'(?!''))*+'''|"
    rb'"(?:[^"\\\n\r]|\\.)*+"|' + rb"'(?:[^'\\\n\r]|\\.)*+'|" + rb'<[^<>"{}|^`\x00-\x20]*+>|#[^\n\r]*+|\\.|[\[\](){}]',
    re.DOTALL,
)
_SIGNS = {ox.RdfFormat.JSON_LD: _JSON_SIGN, ox.RdfFormat.TURTLE: _TURTLE_SIGN, ox.RdfFormat.TRIG: _TURTLE_SIGN}


def read_rdf(path: Path, rdf_format: ox.RdfFormat) -> list[ox.Quad]:
    """Read an RDF file into memory; nothing is fetched.

    Args:
        path: The file.
        rdf_format: Its syntax.

    Returns:
        Its quads, in the order of the file.

    Raises:
        GraphError: The file is missing, unreadable, not UTF-8, not in that syntax, or asks more of its parser than a
            file in good faith would; with its line where there is one.
        IrkgError: It is over the limits of `irkg.confined.BOUNDS`.
    """
    return _parsed(content(path, rdf_format), path, rdf_format)


def load_rdf(path: Path, rdf_format: ox.RdfFormat, store: ox.Store) -> None:
    """Read an RDF file into a dataset, as `read_rdf` does."""
    found = content(path, rdf_format)
    with _told(path, rdf_format):
        store.load(found, format=rdf_format)


def content(path: Path, rdf_format: ox.RdfFormat) -> bytes:
    """Return what an RDF file holds, once it is sure that its parser can bear it in that syntax.

    What did not come with irkg is parsed by a process with limits first: native code ends the process that it runs in
    where it meets what is too much for it. Half of the time is for that, the other half for the parsing proper.

    Raises:
        GraphError: As for `read_rdf`; what is not in that syntax is told of for files that did not come with irkg.
        IrkgError: It is over the limits.
    """
    bounds = BOUNDS.get()
    found = _bytes(path, min(_MOST, bounds.megabytes * MEGABYTE))
    if resources.is_shipped(path):
        return found
    extension = rdf_format.file_extension
    half = replace(bounds, share=0.5)
    tried(_try, found, str(path), extension, about="the file", bounds=half, path=path)
    return found


def _bytes(path: Path, most: int) -> bytes:
    try:
        found = begun(path, most)
    except FileNotFoundError as error:
        raise GraphError("no such file", path=path, remedy="check the name") from error
    except OSError as error:
        raise GraphError(f"cannot be read: {error.strerror}", path=path) from error
    if len(found) > most:
        raise GraphError(f"is larger than {most // MEGABYTE:,} MB", path=path, remedy="split it")
    return found.removeprefix(codecs.BOM_UTF8)


def _try(found: bytes, path: str, extension: str) -> int:
    """Look a file through and read it, and let go of what it holds: in a process of its own, to see whether it can."""
    rdf_format = ox.RdfFormat.from_extension(extension)
    assert rdf_format is not None
    _check(found, Path(path), rdf_format)
    quads = _parsed(found, Path(path), rdf_format)
    if len(found) > LONGEST or b"<!ENTITY" in found:
        for quad in quads:
            for term in quad.triple:
                if not isinstance(term, ox.BlankNode | ox.Triple) and len(term.value) > LONGEST:
                    raise _too_long(found, Path(path))
    return len(quads)


def _parsed(found: bytes, path: Path, rdf_format: ox.RdfFormat) -> list[ox.Quad]:
    with _told(path, rdf_format):
        try:
            return list(ox.parse(found, format=rdf_format))
        except MemoryError as error:  # what the parser raises where its buffer is full
            if "buffer" not in str(error):
                raise
            raise _too_long(found, path) from error


def _too_long(found: bytes, path: Path) -> GraphError:
    """Return the error for a text that is too long, with the line that is."""
    start = line = 0
    while (end := found.find(b"\n", start)) >= 0 and end - start <= LONGEST:
        start, line = end + 1, line + 1
    long = (end if end >= 0 else len(found)) - start > LONGEST
    return GraphError(TOO_LONG, path=path, line=line + 1 if long else None, remedy="leave it out")


@contextmanager
def _told(path: Path, rdf_format: ox.RdfFormat) -> Iterator[None]:
    """Turn what goes wrong with the reading of a file in the block into errors of one line."""
    try:
        yield
    except SyntaxError as error:
        if "LoadDocumentCallback" in error.msg:
            what = "names a JSON-LD context outside the file, and nothing is fetched"
            raise GraphError(what, path=path, remedy="write the context into the file") from error
        what = f"not {rdf_format.name}: {error.msg}"
        raise GraphError(what, path=path, line=error.lineno) from error
    except (OSError, ValueError) as error:
        raise GraphError(f"cannot be read as {rdf_format.name}: {error}", path=path) from error


def _check(found: bytes, path: Path, rdf_format: ox.RdfFormat) -> None:
    """Refuse what the parser of a syntax, or a writer of another one, cannot bear."""
    try:
        found.decode()
    except UnicodeDecodeError as error:
        raise GraphError(
            "is not UTF-8", path=path, line=_line(found, error.start), remedy="save it as UTF-8"
        ) from error
    if _HTML.match(found):
        raise GraphError("is an HTML page", path=path, remedy="download the file itself, not the page about it")
    _check_characters(found, path)
    if rdf_format == ox.RdfFormat.RDF_XML:
        check_xml(found, path)
    elif rdf_format in _SIGNS:
        _check_depth(found, path, _SIGNS[rdf_format])


def _line(found: bytes, at: int) -> int:
    return found.count(b"\n", 0, at) + 1


def _check_characters(found: bytes, path: Path) -> None:
    at = -1
    if len(found.translate(None, _UNFIT)) != len(found):
        at = next(n for n, byte in enumerate(found) if byte in _UNFIT)
    elif b"\\u00" in found or b"\\U000000" in found:
        escape = _UNFIT_ESCAPE.search(found)
        at = escape.start() if escape else -1
    if at >= 0:
        what = "has a control character that no XML can hold"
        raise GraphError(what, path=path, line=_line(found, at), remedy="remove it")


def _check_depth(found: bytes, path: Path, sign: re.Pattern[bytes]) -> None:
    """Refuse what is nested so deeply that readers of it recurse too deeply, or take the square of the depth."""
    if len(found) - len(found.translate(None, b"([{")) <= _MAX_DEPTH:
        return
    depth = 0
    for match in sign.finditer(found):
        depth += (match[0] in b"([{") - (match[0] in b")]}")
        if depth > _MAX_DEPTH:
            raise _too_deep(path, _line(found, match.start()))


def _too_deep(path: Path, line: int) -> GraphError:
    return GraphError(f"is nested more than {_MAX_DEPTH} deep", path=path, line=line, remedy="write it flatter")


def check_xml(found: bytes, path: Path) -> None:
    """Refuse what parsers of XML cannot defend themselves against.

    That of RDF/XML takes truncated files for whole ones without a word, and nested entities (XML 1.0, 4.4) abort the
    process.

    Args:
        found: What the file holds.
        path: The file.

    Raises:
        GraphError: It is not well-formed, nested too deeply, or declares entities that a file in good faith would not.
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
        parser.Parse(found, True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        raise GraphError(f"not well-formed XML: {what}", path=path, line=error.lineno) from error
