"""A stable order for the statements of a knowledge graph, in little memory."""

from __future__ import annotations

import heapq
import io
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby
from typing import Self

import pyoxigraph as ox

from irkg.store import canonical, default_graphs
from irkg.vocab import OWL, RDF_TYPE

_RUN = 200_000  # statements that are sorted in memory at a time: about 100 MB


def merged(store: ox.Store) -> Iterator[ox.Triple]:
    """Yield what a knowledge graph says, as one OWL ontology: what plain queries see.

    Args:
        store: The dataset.

    Yields:
        The triples of ontology, claims, edges and entailed, each once, sorted, blank nodes named canonically.
        Candidates and derivations, which are no part of what the graph says, are left out. The header's IRI and
        version IRI end in `/merged`: it is another ontology than the one for editing (OWL 2, section 3.1).
    """
    quads = (q for graph in default_graphs(store) for q in store.quads_for_pattern(None, None, None, graph))
    own = _own_names(store)
    merged_quads = (ox.Quad(own.get(q.subject, q.subject), q.predicate, own.get(q.object, q.object)) for q in quads)
    yield from (q.triple for q in ordered(merged_quads))


def _own_names(store: ox.Store) -> dict[object, ox.NamedNode]:
    """Return what the names of the ontology and of its version are in the merged one."""
    headers = store.quads_for_pattern(None, ox.NamedNode(RDF_TYPE), ox.NamedNode(OWL + "Ontology"), None)
    named = [q.subject for q in headers if isinstance(q.subject, ox.NamedNode)]
    version = ox.NamedNode(OWL + "versionIRI")
    versions = [q.object for o in named for q in store.quads_for_pattern(o, version, None, None)]
    return {n: ox.NamedNode(f"{n.value}/merged") for n in [*named, *versions] if isinstance(n, ox.NamedNode)}


class Replayed:
    """Triples that can be gone through again and again, in the same order; they stand in a temporary file.

    Args:
        triples: The triples.

    Example:
        >>> a, p = ox.NamedNode("urn:a"), ox.NamedNode("urn:p")
        >>> with Replayed([ox.Triple(a, p, a)]) as triples:
        ...     len(list(triples)), len(list(triples))
        (1, 1)
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        ox.serialize(triples, self._file, format=ox.RdfFormat.N_TRIPLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[ox.Triple]:
        """Yield the triples from the first one."""
        self._file.seek(0)
        yield from (q.triple for q in ox.parse(self._file, format=ox.RdfFormat.N_TRIPLES))


def ordered(quads: Iterable[ox.Quad], run: int = _RUN) -> Iterator[ox.Quad]:
    """Yield quads sorted by graph, subject, predicate and object, so that equal datasets give equal sequences.

    Blank nodes are named by what is said of them (RDF Dataset Canonicalization 1.0), for which only the quads that
    hold any are needed; the others are sorted in runs, which go to temporary files where there is more than one.

    Args:
        quads: The quads.
        run: How many are sorted in memory at a time.

    Yields:
        Each quad once.

    Example:
        >>> a, b, p = (ox.NamedNode(f"urn:{x}") for x in "abp")
        >>> [q.subject.value for q in ordered([ox.Quad(b, p, a), ox.Quad(a, p, b), ox.Quad(b, p, a)])]
        ['urn:a', 'urn:b']
    """
    with ExitStack() as files:
        lines = heapq.merge(*_runs(quads, run, files))
        once = (line for line, _ in groupby(lines))
        yield from ox.parse(_Lines(once), format=ox.RdfFormat.N_QUADS)


def _runs(quads: Iterable[ox.Quad], run: int, files: ExitStack) -> list[Iterable[str]]:
    """Return sorted sequences of lines that hold the quads; all but the last stand in files."""
    runs: list[Iterable[str]] = []
    lines: list[str] = []
    with_blanks: list[ox.Quad] = []
    for quad in quads:
        if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
            with_blanks.append(quad)
            continue
        lines.append(_line(quad))
        if len(lines) >= run:
            # `files` closes it
            file = files.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n"))  # noqa: SIM115
            file.writelines(sorted(lines))
            file.seek(0)
            runs.append(file)
            lines = []
    lines += map(_line, canonical(with_blanks))
    return [*runs, sorted(lines)]


def _line(quad: ox.Quad) -> str:
    """Return a quad as a line that sorts as the tuple of its terms does.

    No term is the beginning of another but a plain literal or a blank node's name, and what follows them sorts first.
    """
    graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name)
    return f"{graph}\t{quad.triple}\n"


class _Lines(io.BytesIO):
    """The lines as the N-Quads that a parser reads."""

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__()
        self._lines = iter(lines)
        self._rest = b""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes, all that are left where no size is given."""
        wanted = size if size is not None and size >= 0 else sys.maxsize
        parts, length = [self._rest], len(self._rest)
        while length < wanted:
            line = next(self._lines, None)
            if line is None:
                break
            graph, _, triple = line[:-1].partition("\t")
            parts.append(f"{triple} {graph} .\n".encode())
            length += len(parts[-1])
        whole = b"".join(parts)
        self._rest = whole[wanted:]
        return whole[:wanted]
