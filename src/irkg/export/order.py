"""A stable order for the statements of a knowledge graph, in little memory."""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Self

import pyoxigraph as ox

from irkg.canonical import canonical
from irkg.default_graph import default_graphs, own_graphs
from irkg.export.runs import Runs
from irkg.vocab import OWL, RDF_TYPE

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
_END = b" .\n"


def merged(store: ox.Store) -> Iterator[ox.Triple]:
    """Yield what a knowledge graph says, as one OWL ontology: what plain queries see.

    Args:
        store: The dataset.

    Yields:
        The triples of ontology, claims, edges and entailed, each once, sorted, blank nodes named canonically.
        Candidates and derivations, which are no part of what the graph says, are left out. The header's IRI and
        version IRI end in `/merged`: it is another ontology than the one for editing (OWL 2, section 3.1).
    """
    with merged_lines(store) as (lines, _):
        yield from (q.triple for q in ox.parse(Read(lines), format=ox.RdfFormat.N_TRIPLES))


@contextmanager
def merged_lines(store: ox.Store) -> Iterator[tuple[Iterator[bytes], list[ox.Quad]]]:
    """Give what `merged` yields as the lines of N-Triples, to be gone through once, and those with blank nodes.

    Args:
        store: The dataset.

    Yields:
        The lines, and the triples among them that have a blank node, sorted, in the default graph.

    Example:
        >>> a, b, p = (ox.NamedNode(f"urn:{x}") for x in "abp")
        >>> store = ox.Store()
        >>> store.extend([ox.Quad(b, p, a), ox.Quad(a, p, b), ox.Quad(a, p, ox.BlankNode())])
        >>> with merged_lines(store) as (lines, blanks):
        ...     print(b"".join(lines).decode(), end="")
        <urn:a> <urn:p> <urn:b> .
        <urn:a> <urn:p> _:c14n0 .
        <urn:b> <urn:p> <urn:a> .
    """
    with Runs() as runs:
        sink = _Sink(runs, {_term(old): _term(new) for old, new in _own_names(store).items()})
        for graph in default_graphs(store):
            sink.take(store, graph)
        blanks = canonical(ox.Quad(*q.triple) for q in sink.with_blanks)
        runs.add(_term(q.triple) + _END for q in blanks)
        yield (line for line, _ in groupby(runs)), blanks


def ordered(store: ox.Store, runs: Runs | None = None) -> Iterator[ox.Quad]:
    """Yield quads sorted by graph, subject, predicate and object, so that equal datasets give equal sequences.

    Args:
        store: The dataset.
        runs: What sorts them.

    Yields:
        Each quad once, blank nodes named by what is said of them (RDF Dataset Canonicalization 1.0).

    Example:
        >>> a, b, p = (ox.NamedNode(f"urn:{x}") for x in "abp")
        >>> store = ox.Store()
        >>> store.extend([ox.Quad(b, p, a), ox.Quad(a, p, b)])
        >>> [q.subject.value for q in ordered(store)]
        ['urn:a', 'urn:b']
    """
    yield from ox.parse(Read(ordered_lines(store, runs)), format=ox.RdfFormat.N_QUADS)


def ordered_lines(store: ox.Store, runs: Runs | None = None) -> Iterator[bytes]:
    """Yield the quads of `ordered` as the lines of N-Quads."""
    with runs or Runs() as sorted_lines:
        sink = _Sink(sorted_lines, {})
        # In the order of the graphs, so that most of what is put down on disk continues what stands there.
        for graph in sorted(own_graphs(store), key=_graph_term):
            sink.take(store, graph, mark=_graph_term(graph) + b"\t")
        marked = ((_graph_term(q.graph_name), _term(q.triple)) for q in canonical(sink.with_blanks))
        sorted_lines.add(graph + b"\t" + triple + _END for graph, triple in marked)
        for line in sorted_lines:
            name, _, triple = line.partition(b"\t")
            yield triple[:-2] + name + _END if name else triple


def _own_names(store: ox.Store) -> dict[ox.NamedNode, ox.NamedNode]:
    """Return what the names of the ontology and of its version are in the merged one."""
    headers = store.quads_for_pattern(None, ox.NamedNode(RDF_TYPE), ox.NamedNode(OWL + "Ontology"), None)
    named = [q.subject for q in headers if isinstance(q.subject, ox.NamedNode)]
    version = ox.NamedNode(OWL + "versionIRI")
    versions = [q.object for o in named for q in store.quads_for_pattern(o, version, None, None)]
    return {n: ox.NamedNode(f"{n.value}/merged") for n in [*named, *versions] if isinstance(n, ox.NamedNode)}


def _term(term: object) -> bytes:
    return str(term).encode()


def _graph_term(graph: object) -> bytes:
    return b"" if isinstance(graph, ox.DefaultGraph) else _term(graph)


class _Sink(io.BytesIO):
    """A file that the graphs of a store are dumped to, which is several times as fast as going through their quads.

    A line of N-Triples sorts as the tuple of its terms does: no term is the beginning of another but a plain literal or
    a blank node's name, and the space that follows them sorts before all that could go on.

    Args:
        runs: Gets the lines without blank nodes.
        names: From subjects and objects to what shall stand for them.

    Attributes:
        with_blanks: The quads that have a blank node.
    """

    def __init__(self, runs: Runs, names: Mapping[bytes, bytes]) -> None:
        super().__init__()
        self._runs = runs
        self._names = names
        self._rest = self._mark = b""
        self._all_aside = False
        self._aside: list[bytes] = []
        self.with_blanks: list[ox.Quad] = []

    def take(self, store: ox.Store, graph: _Graph, mark: bytes = b"") -> None:
        """Take a graph of a store, each of its lines behind a mark."""
        self._mark, self._all_aside = mark, isinstance(graph, ox.BlankNode)
        store.dump(self, format=ox.RdfFormat.N_TRIPLES, from_graph=graph)
        found = ox.parse(b"".join(self._aside), format=ox.RdfFormat.N_TRIPLES)
        self.with_blanks += (ox.Quad(q.subject, q.predicate, q.object, graph) for q in found)
        self._aside = []

    def write(self, piece: ReadableBuffer, /) -> int:
        """Take some bytes of N-Triples."""
        before, text = len(self._rest), self._rest + bytes(piece)
        lines = text.splitlines(keepends=True)
        self._rest = b"" if text.endswith(b"\n") else lines.pop()
        if any(name in text for name in self._names):
            lines = [self._renamed(line) for line in lines]
        if self._all_aside or b"_:" in text:
            self._aside += (line for line in lines if self._all_aside or _has_blank(line))
            lines = [line for line in lines if not (self._all_aside or _has_blank(line))]
        self._runs.add([self._mark + line for line in lines] if self._mark else lines)
        return len(text) - before

    def _renamed(self, line: bytes) -> bytes:
        subject, predicate, value = terms_of(line)
        return b" ".join((self._names.get(subject, subject), predicate, self._names.get(value, value))) + _END


def terms_of(line: bytes) -> list[bytes]:
    """Return the three terms of a line of N-Triples."""
    return line[: -len(_END)].split(b" ", 2)


def _has_blank(line: bytes) -> bool:
    return b"_:" in line and any(term.startswith(b"_:") for term in terms_of(line))


class Replayed:
    r"""Triples that can be gone through again and again, in the same order; they stand in a temporary file.

    Args:
        lines: The triples, as lines of N-Triples.

    Example:
        >>> with Replayed([b"<urn:a> <urn:p> <urn:a> .\n"]) as triples:
        ...     len(list(triples)), len(list(triples))
        (1, 1)
    """

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        self._file.writelines(lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[ox.Triple]:
        """Yield the triples from the first one."""
        self._file.seek(0)
        yield from (q.triple for q in ox.parse(self._file, format=ox.RdfFormat.N_TRIPLES))


class Read(io.BytesIO):
    """Lines as a file that a parser reads."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        super().__init__()
        self._lines = iter(lines)
        self._rest = b""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes, all that are left where no size is given."""
        wanted = size if size is not None and size >= 0 else sys.maxsize
        parts, length = [self._rest], len(self._rest)
        while length < wanted and (line := next(self._lines, None)) is not None:
            parts.append(line)
            length += len(line)
        whole = b"".join(parts)
        self._rest = whole[wanted:]
        return whole[:wanted]
