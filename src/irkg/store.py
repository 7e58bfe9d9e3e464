"""The dataset on disk and in memory: open, load, write atomically, query."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pyoxigraph as ox

from irkg.canonical import canonical
from irkg.default_graph import SCHEMA_MARK, GraphName, default_graphs, with_merged
from irkg.errors import GraphError, QueryError
from irkg.links import check_links
from irkg.rdf_files import load_rdf
from irkg.rooms import clear, put, room_beside
from irkg.vocab import (
    GRAPH_CANDIDATES,
    GRAPH_DECISIONS,
    GRAPH_DERIVATIONS,
    GRAPH_EXTRACTED,
    GRAPH_ONTOLOGY,
    SCHEMA_VERSION,
)

_LONG = 160  # characters of a parser's message that are worth reading
_PLACE = re.compile(r"error at (\d+):\d+: ")  # the column is of the text with the prefixes that were added
FILE_FORMATS = {".trig": ox.RdfFormat.TRIG, ".nq": ox.RdfFormat.N_QUADS}


def in_memory(quads: Iterable[ox.Quad]) -> ox.Store:
    """Return a dataset in memory that holds the quads."""
    store = ox.Store()
    store.bulk_extend(quads)
    return store


def open_dataset(path: Path, *, older: bool = False) -> ox.Store:
    """Open a knowledge graph for reading.

    Args:
        path: A `.trig` or `.nq` file, or a folder that `irkg build` wrote.
        older: Whether one that an older irkg wrote will do, for its claims and decisions to be taken over.

    Returns:
        The dataset; a file is loaded into memory, a folder is opened read-only.

    Raises:
        GraphError: There is nothing there, it is not a knowledge graph, or it bears another schema version.
    """
    if not path.exists():
        clear(path)  # a process may have been killed between two renames
    if not path.exists():
        raise GraphError("no such knowledge graph", path=path, remedy="build one with: irkg build -o PATH")
    if path.is_dir():
        store = _open_folder(path)
    elif path.suffix in FILE_FORMATS:
        store = ox.Store()
        load_rdf(path, FILE_FORMATS[path.suffix], store)
    else:
        raise _not_a_graph(path)
    check_schema(store, path, older=older)
    return store


def _not_a_graph(path: Path) -> GraphError:
    return GraphError(
        "not a knowledge graph", path=path, remedy="name a folder or file that `irkg build -o PATH` wrote"
    )


def _open_folder(path: Path) -> ox.Store:
    if not (path / "CURRENT").is_file():  # RocksDB's own marker; opening would create files otherwise
        raise _not_a_graph(path)
    check_links(path.iterdir(), path)
    try:
        return ox.Store.read_only(str(path))
    except RuntimeError as error:
        raise GraphError(f"is damaged: {error}", path=path, remedy="take a copy of it, or build it again") from error
    except OSError as error:
        raise GraphError(f"cannot be opened as a knowledge graph: {error}", path=path) from error


def check_schema(store: ox.Store, path: Path, *, older: bool = False) -> None:
    """Refuse a dataset that is no knowledge graph of a version that this irkg reads, with the remedy.

    Args:
        store: The dataset.
        path: Where it lies.
        older: Whether an older version will do.

    Raises:
        GraphError: It bears no version, or another one.
    """
    marks = [
        q.object.value
        for q in store.quads_for_pattern(*SCHEMA_MARK, None, ox.NamedNode(GRAPH_ONTOLOGY))
        if isinstance(q.object, ox.Literal)
    ]
    if not marks:
        raise _not_a_graph(path)
    if marks != [str(SCHEMA_VERSION)]:
        what = f"has schema version {', '.join(sorted(marks))}, this irkg reads {SCHEMA_VERSION}"
        was_older = all(mark.isdecimal() and int(mark) < SCHEMA_VERSION for mark in marks)
        if not was_older:
            raise GraphError(what, path=path, remedy="open it with the irkg that wrote it, or a newer one")
        if not older:
            remedy = f"take its claims and decisions over: irkg build --claims {path} -o NEW"
            raise GraphError(what, path=path, remedy=remedy)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Keep other writers away from a knowledge graph for the length of a block: from its reading to its replacing.

    Args:
        path: The graph's folder or file, there or not. The lock is a hidden file beside it, which the operating
            system frees when its process ends, however it ends; where there are no such locks (Windows) none is held.

    Raises:
        GraphError: Somebody else is writing to it, or the place cannot be written.

    Example:
        >>> import tempfile
        >>> place = Path(tempfile.mkdtemp()) / "kg"
        >>> with writing(place), writing(place):
        ...     pass
        Traceback (most recent call last):
        irkg.errors.GraphError: ...kg: another irkg is writing to it; run this again when that one is done
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    _check_parent(path)
    beside = path.absolute()  # "." has no name, and a link is replaced where it stands
    own = beside.parent / f".{beside.name}.lock"
    while True:
        try:
            handle = own.open("w")
        except OSError as error:
            raise GraphError(f"cannot be written: {error.strerror}", path=path) from error
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                remedy = "run this again when that one is done"
                raise GraphError("another irkg is writing to it", path=path, remedy=remedy) from error
            if not _still_there(own, handle.fileno()):
                continue  # the one before us has just taken its lock away
            try:
                clear(path)
                yield
            finally:
                own.unlink(missing_ok=True)
            return


def _still_there(path: Path, opened: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(opened))
    except FileNotFoundError:
        return False


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path` that takes its place only when the block ends well.

    Args:
        path: The file or folder to write; its parent folder must exist.

    Yields:
        The path to write to: nothing stands there yet.

    Raises:
        GraphError: The place cannot be written.
    """
    try:
        with room_beside(path) as room:
            new = room / path.name
            yield new
            if new.is_file():
                with new.open("rb") as handle:
                    os.fsync(handle.fileno())
            put(new, path, room)
            _flush_folder(path.parent)
    except OSError as error:
        raise GraphError(f"cannot be written: {error.strerror or error}", path=path, remedy=_remedy(error)) from error


def _remedy(error: OSError) -> str | None:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or "No space left" in str(error):
        return "make room, or name another place; what stood there is as before"
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return "name a folder that you may write to"
    return None


def _flush_folder(path: Path) -> None:
    """See to it that the names in a folder outlast a power cut, where the file system can do that."""
    with suppress(OSError):  # Windows opens no folders, and some network drives flush none: the file itself stands
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def graph_name(quad: ox.Quad) -> str:
    """Return the IRI of the graph that a quad stands in; empty for the default graph."""
    return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""


def graph_names(store: ox.Store) -> set[str]:
    """Return the IRIs of the named graphs of a dataset."""
    return {graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)}


def has_graphs(store: ox.Store, iris: Iterable[str]) -> bool:
    """Return whether a dataset has all of some named graphs; those that it has are not listed for that.

    Example:
        >>> has_graphs(in_memory([]), ["no IRI"])
        False
    """
    try:
        return all(store.contains_named_graph(ox.NamedNode(iri)) for iri in iris)
    except ValueError:  # what is no IRI names no graph
        return False


def is_record(quad: ox.Quad) -> bool:
    """Return whether a quad is about how a curator changed the graph, and no part of it otherwise."""
    name = graph_name(quad)
    return name == GRAPH_DECISIONS or name.startswith(GRAPH_EXTRACTED)


def is_said(quad: ox.Quad) -> bool:
    """Return whether a quad is part of what a knowledge graph says: no candidate, derivation or record of decisions."""
    return graph_name(quad) not in (GRAPH_CANDIDATES, GRAPH_DERIVATIONS) and not is_record(quad)


def _check_parent(path: Path) -> None:
    if not path.parent.is_dir():
        raise GraphError("cannot be written: no such folder", path=path.parent, remedy="make it first")


def check_place(path: Path) -> None:
    """Refuse a place that a knowledge graph should not be written to.

    Args:
        path: A file or folder, there or not.

    Raises:
        GraphError: It is a folder with other things in it, has a suffix that is none of ours, or has no parent folder.
    """
    _check_parent(path)
    if path.is_dir() and any(path.iterdir()) and not (path / "CURRENT").is_file():
        raise GraphError(
            "is a folder with other files in it", path=path, remedy="name a new folder for the knowledge graph"
        )
    if path.suffix and path.suffix not in FILE_FORMATS and not path.is_dir():
        raise GraphError(
            f'unknown suffix "{path.suffix}"', path=path, remedy="use .trig, .nq, or a folder without a suffix"
        )


def dataset_bytes(quads: Iterable[ox.Quad], suffix: str, prefixes: dict[str, str]) -> bytes:
    """Write quads in a stable order, so that equal datasets give equal bytes.

    Args:
        quads: The quads.
        suffix: `.trig` or `.nq`.
        prefixes: Prefixes of the TriG.
    """
    content = ox.serialize(canonical(quads), format=FILE_FORMATS[suffix], prefixes=prefixes)
    assert content is not None  # it is None only where a file was named
    return content


def save_dataset(quads: Iterable[ox.Quad], path: Path, prefixes: dict[str, str]) -> None:
    """Write a dataset whole or not at all.

    Args:
        quads: Its quads.
        path: A `.trig` or `.nq` file (sorted, so that equal datasets give equal bytes), or a folder, which holds
            the merge of what plain queries see as well.
        prefixes: Prefixes of the `.trig` file.

    Raises:
        GraphError: The place holds something that is not a knowledge graph, or cannot be written.
    """
    check_place(path)
    with replacing(path) as new:
        if path.suffix in FILE_FORMATS:
            new.write_bytes(dataset_bytes(quads, path.suffix, prefixes))
        else:
            store = ox.Store(str(new))
            store.bulk_extend(with_merged(quads))
            store.flush()
            store.optimize()
            del store


def _hides_nothing(store: ox.Store, shown: Sequence[GraphName]) -> bool:
    seen = set(shown)
    return all(graph in seen for graph in store.named_graphs())


def run_query(
    store: ox.Store,
    sparql: str,
    graphs: Sequence[GraphName] | None = None,
    named: Sequence[ox.NamedNode | ox.BlankNode] | None = None,
    *,
    base: str | None = None,
    union: bool = False,
) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
    """Run a SPARQL query over a knowledge graph.

    Args:
        store: The dataset.
        sparql: A SELECT, CONSTRUCT, DESCRIBE or ASK query.
        graphs: The graphs that make its default graph, whatever its FROM says; those that plain queries see where None.
        named: The graphs that GRAPH finds; all where None.
        base: The IRI that relative IRIs are resolved against.
        union: Whether the union of all graphs may stand for those that plain queries see, where `graphs` is None: for
            canned queries, which give the same rows on both. It is one lookup for a pattern, not one for each graph.

    Returns:
        What pyoxigraph returns for that form, lazily.

    Raises:
        QueryError: It is not SPARQL (with its line), or cannot be run.
    """
    shown = default_graphs(store) if graphs is None else list(graphs)
    found = None if named is None else list(named)
    everything = graphs is None and len(shown) > 1 and (union or _hides_nothing(store, shown))
    try:
        if everything:
            return store.query(sparql, use_default_graph_as_union=True, named_graphs=found, base_iri=base)
        return store.query(sparql, default_graph=shown, named_graphs=found, base_iri=base)
    except SyntaxError as error:
        place = _PLACE.match(error.msg)
        said = error.msg[place.end() :] if place else error.msg
        short = said if len(said) <= _LONG else said[: _LONG - 1] + "…"
        raise QueryError(f"not SPARQL: {short}", line=int(place[1]) if place else None) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise QueryError(f"the query cannot be run: {error}") from error


def select(store: ox.Store, sparql: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a SELECT query as text.

    Args:
        store: The dataset.
        sparql: The query.

    Returns:
        For each row, from a variable to the value of its term; empty where it is unbound. In the order of the rows.

    Raises:
        QueryError: It is not SPARQL, or cannot be run.

    Example:
        >>> list(select(in_memory([]), "SELECT ?a ?b { BIND (1 AS ?a) }"))
        [{'a': '1', 'b': ''}]
    """
    rows = run_query(store, sparql)
    assert isinstance(rows, ox.QuerySolutions)
    names = [variable.value for variable in rows.variables]
    for row in rows:
        yield {name: row[name].value if row[name] is not None else "" for name in names}
