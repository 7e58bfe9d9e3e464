"""The RDF syntaxes: the merged ones for OWL tools, the whole ones with every named graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

import pyoxigraph as ox

from irkg.export.order import merged, merged_lines, ordered, ordered_lines
from irkg.vocab import PREFIXES

Write = Callable[[ox.Store, BinaryIO], None]


def merged_writer(syntax: ox.RdfFormat) -> Write:
    """Return what writes ontology, claims and edges as one graph, triple by triple."""

    def write(store: ox.Store, out: BinaryIO) -> None:
        ox.serialize(merged(store), out, format=syntax, prefixes=PREFIXES)

    return write


def write_n_triples(store: ox.Store, out: BinaryIO) -> None:
    """Write what `merged` yields, line by line."""
    with merged_lines(store) as (lines, _):
        out.writelines(lines)


def write_n_quads(store: ox.Store, out: BinaryIO) -> None:
    """Write every named graph, line by line."""
    out.writelines(ordered_lines(store))


def write_trig(store: ox.Store, out: BinaryIO) -> None:
    """Write every named graph, quad by quad."""
    ox.serialize(ordered(store), out, format=ox.RdfFormat.TRIG, prefixes=PREFIXES)
