"""Writing a knowledge graph out: a registry of formats that `--format` and its help show by themselves."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox

from irkg.errors import IrkgError
from irkg.export.functional import write_functional
from irkg.export.kgx import write_kgx
from irkg.export.nanopubs import write_nanopubs
from irkg.export.network import write_cytoscape, write_graphml
from irkg.export.ontology_page import write_ontology_page
from irkg.export.order import merged
from irkg.export.rdf import merged_writer, write_n_quads, write_n_triples, write_trig
from irkg.export.turtle import write_turtle

__all__ = ["FORMATS", "Format", "export", "export_to", "format_for", "merged"]


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a knowledge graph.

    Attributes:
        name: What `--format` calls it.
        suffixes: How the names of files end that it is guessed from, the usual one first.
        about: What it is and what it holds, in a few words.
        write: Writes a dataset to a binary file; the same bytes for the same dataset.
    """

    name: str
    suffixes: tuple[str, ...]
    about: str
    write: Callable[[ox.Store, BinaryIO], None]


def export(store: ox.Store, format_name: str) -> bytes:
    """Write a knowledge graph in one of the formats of `FORMATS`.

    Args:
        store: The dataset.
        format_name: The format's name.

    Returns:
        The bytes of the file: the same for the same dataset, whatever order it was loaded in.

    Raises:
        IrkgError: There is no such format, or it cannot hold what the graph says.
    """
    out = io.BytesIO()
    export_to(store, format_name, out)
    return out.getvalue()


def export_to(store: ox.Store, format_name: str, out: BinaryIO) -> None:
    """Write a knowledge graph to an open file, without holding the whole text in memory.

    Args:
        store: The dataset.
        format_name: The format's name.
        out: A binary file, open for writing.

    Raises:
        IrkgError: There is no such format, or it cannot hold what the graph says.
    """
    format_for(None, format_name).write(store, out)


def format_for(path: Path | None, name: str | None) -> Format:
    """Find the format that a user means.

    Args:
        path: The file to be written, if any; the longest suffix that its name ends in decides.
        name: The name or suffix that the user gave, if any; it goes before the file's suffix.

    Raises:
        IrkgError: Neither names a format.

    Example:
        >>> format_for(Path("irkg.owl"), None).name
        'rdfxml'
        >>> format_for(Path("irkg.txt"), "ttl").name
        'turtle'
        >>> format_for(Path("irkg.nanopubs.trig"), None).name
        'nanopubs'
    """
    by_suffix = {suffix: known for known in FORMATS.values() for suffix in known.suffixes}
    if name is not None:
        found = FORMATS.get(name) or by_suffix.get("." + name.lower().removeprefix("."))
        what = f'unknown format "{name}"'
    else:
        ending = "" if path is None else path.name.lower()
        found = next((by_suffix[s] for s in sorted(by_suffix, key=len, reverse=True) if ending.endswith(s)), None)
        what = "no format was named" if path is None or not path.suffix else f'unknown suffix "{path.suffix}"'
    if found is None:
        names = ", ".join(f"{f.name} ({', '.join(f.suffixes)})" for f in FORMATS.values())
        raise IrkgError(what, path=None if name is not None else path, remedy=f"use one of: {names}")
    return found


_MERGED = "ontology, claims and edges as one OWL file"
_WHOLE = "the whole dataset, candidates and derivations too"
_EDGES = "kinds, with the stated and entailed edges between them"
FORMATS = {
    f.name: f
    for f in (
        Format("turtle", (".ttl",), f"Turtle: {_MERGED}", write_turtle),
        Format("rdfxml", (".owl", ".rdf"), f"RDF/XML: {_MERGED}", merged_writer(ox.RdfFormat.RDF_XML)),
        Format("functional", (".ofn",), f"OWL functional syntax: {_MERGED}", write_functional),
        Format("ntriples", (".nt",), f"N-Triples: {_MERGED}", write_n_triples),
        Format("jsonld", (".jsonld",), f"JSON-LD, expanded: {_MERGED}", merged_writer(ox.RdfFormat.JSON_LD)),
        Format("nquads", (".nq",), f"N-Quads: {_WHOLE}", write_n_quads),
        Format("trig", (".trig",), f"TriG: {_WHOLE}", write_trig),
        Format("nanopubs", (".nanopubs.trig",), "TriG: one unsigned nanopublication a claim", write_nanopubs),
        Format("kgx", (".tar.gz",), f"KGX TSV, in Biolink terms, two tables in one archive: {_EDGES}", write_kgx),
        Format("graphml", (".graphml",), f"GraphML: {_EDGES}", write_graphml),
        Format("cytoscape", (".cyjs",), f"Cytoscape JSON: {_EDGES}", write_cytoscape),
        Format("markdown", (".md",), "Markdown: every class and relation, for people to read", write_ontology_page),
    )
}
