"""How long each canned query takes on the graph that ships, beside rdflib, by the CPU time of one core.

Each query is run with the values of its example, first cold and then warm (the best of some rounds). With `--rdflib`,
rdflib runs the same text on the same triples once; it takes minutes.
"""

from __future__ import annotations

import argparse
import time

import pyoxigraph as ox

from irkg.catalogue import catalogue
from irkg.kg import KnowledgeGraph
from irkg.store import run_query

ROUNDS = 5


def bound(kg: KnowledgeGraph, name: str) -> str:
    """Return a query with the values of its example."""
    values: dict[str, list[str]] = {}
    for param, value in catalogue()[name].example:
        values.setdefault(param, []).append(value)
    return kg.bound(name, values)[2]


def milliseconds(kg: KnowledgeGraph, sparql: str) -> tuple[float, int]:
    """Return the CPU time of a query in milliseconds, and how many rows it gives."""
    start = time.process_time()
    rows = list(run_query(kg.store, sparql))
    return (time.process_time() - start) * 1000, len(rows)


def by_rdflib(kg: KnowledgeGraph) -> object:
    """Return the graph as an rdflib dataset whose default graph is the union of all."""
    from rdflib import Dataset

    dataset = Dataset(default_union=True)
    dataset.parse(data=kg.store.dump(format=ox.RdfFormat.N_QUADS), format="nquads")
    return dataset


def main() -> None:
    """Print a line for each query, slowest last."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rdflib", action="store_true", help="run the queries on rdflib as well")
    peer = options.parse_args().rdflib
    kg = KnowledgeGraph.open()
    dataset = by_rdflib(kg) if peer else None
    lines = []
    for name in catalogue():
        if name.startswith("construct-"):
            continue
        sparql = bound(kg, name)
        cold, rows = milliseconds(kg, sparql)
        warm = min(milliseconds(kg, sparql)[0] for _ in range(ROUNDS))
        line = f"{name:30} {rows:5} rows {cold:7.1f} ms cold {warm:7.1f} ms warm"
        if dataset is not None:
            start = time.process_time()
            list(dataset.query(sparql))
            line += f" {(time.process_time() - start) * 1000:9.0f} ms rdflib"
        lines.append((warm, line))
    print("\n".join(line for _, line in sorted(lines)))


if __name__ == "__main__":
    main()
