"""A user's own SPARQL, run within a limit of time and of memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from irkg.confined import Bounds, confined
from irkg.kg import KnowledgeGraph
from irkg.model import Answer
from irkg.rows import Cell, Meaning


def own_answer(text: str, graph: Path | None, bounds: Bounds | None = None, file: Path | None = None) -> Answer:
    """Run a user's own SPARQL in a process of its own.

    Args:
        text: A SELECT, ASK, CONSTRUCT or DESCRIBE query.
        graph: The knowledge graph; the one that ships with irkg where it is None.
        bounds: What the query may use; the memory for the graph, where it is a file, counts too.
        file: The file that the query stands in, for errors to name.

    Returns:
        Its rows.

    Raises:
        QueryError: It is no query, would reach for the network, or cannot be run.
        GraphError: There is no knowledge graph at that place.
        IrkgError: It is over a limit.

    Example:
        >>> own_answer("SELECT ?l { irkg:recruits rdfs:label ?l }", None).rows
        (('recruits',),)
    """
    place = "" if graph is None else str(graph)
    said = confined(_answered, text, place, str(file or ""), about="the query", bounds=bounds or Bounds(), path=file)
    rows = tuple(tuple(map(_received, row)) for row in said["rows"])
    return Answer(tuple(said["columns"]), rows, triples=tuple(said["triples"]), boolean=said["boolean"])


def _answered(text: str, graph: str, file: str) -> dict[str, Any]:
    from irkg.errors import GraphError, QueryError

    try:
        found = KnowledgeGraph.open(Path(graph) if graph else None).sparql(text)
    except RuntimeError as error:  # RocksDB meets it where it reads
        raise GraphError(f"is damaged: {error}", path=graph, remedy="take a copy of it, or build it again") from error
    except QueryError as error:
        error.path = error.path or file or None
        raise
    rows = [tuple(map(_sent, row)) for row in found.rows]
    return {"columns": found.columns, "rows": rows, "triples": found.triples, "boolean": found.boolean}


def _sent(cell: str) -> str | list[str]:
    """Return a cell as JSON can say it: with the parts of what it means, where it is no plain text."""
    return [cell, *cell.meaning] if isinstance(cell, Cell) else cell


def _received(sent: str | list[str]) -> str:
    return sent if isinstance(sent, str) else Cell(sent[0], Meaning(*sent[1:]))
