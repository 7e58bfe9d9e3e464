"""How fast entailments are found: irkg beside HermiT, CPU time of all processes, the start of Java included.

`python -m bench.reason [--claims 100000] [--no-hermit]` runs both on the shipped graph, and irkg on generated claims of
four sizes: individuals of kinds of the ontology, a fifth as many as claims, linked by relations as often as the shipped
graph has them. The exponent is the slope of log time over log claims: 1 is linear.
"""

from __future__ import annotations

import argparse
import math
import random
import resource
from collections.abc import Callable

import pyoxigraph as ox

from irkg import resources
from irkg import vocab as v
from irkg.derive import derivations
from irkg.materialise import Materialiser, materialise
from irkg.model import Triple
from irkg.reason import reason
from irkg.store import open_dataset

ROUNDS = 3


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU time of a piece of work, that of child processes included."""

    def spent() -> float:
        uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(use.ru_utime + use.ru_stime for use in uses)

    before = spent()
    work()
    return spent() - before


def shipped() -> tuple[list[ox.Triple], list[ox.Triple]]:
    """Return the ontology and the stated edges of the shipped graph."""
    store = open_dataset(resources.graph_file())
    ontology, edges = (
        [q.triple for q in store.quads_for_pattern(None, None, None, ox.NamedNode(name))]
        for name in (v.GRAPH_ONTOLOGY, v.GRAPH_EDGES)
    )
    return ontology, edges


def generated(ontology: list[ox.Triple], edges: list[ox.Triple], count: int) -> tuple[list[ox.Triple], list[Triple]]:
    """Return as many claims as wanted, as edges, and the ontology with the individuals that they are about."""
    choose = random.Random(count)
    kinds = sorted({t.object.value for t in ontology if t.predicate.value == v.EXEMPLAR_OF})  # type: ignore[union-attr]
    relations = sorted(t.predicate.value for t in edges)
    things = [f"urn:thing:{i}" for i in range(count // 5)]
    kind = ox.NamedNode(v.RDF_TYPE)
    typed = [ox.Triple(ox.NamedNode(t), kind, ox.NamedNode(choose.choice(kinds))) for t in things]
    found: set[Triple] = set()
    while len(found) < count:
        found.add(Triple(choose.choice(things), choose.choice(relations), choose.choice(things)))
    return [*ontology, *typed], sorted(found, key=str)


def main() -> None:
    """Print the timings."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--no-hermit", action="store_true")
    asked = parser.parse_args()
    ontology, edges = shipped()
    own = min(cpu_seconds(lambda: materialise([*ontology, *edges])) for _ in range(ROUNDS))
    print(f"shipped graph, {len(edges)} stated edges\n  irkg    {own:7.2f} s")
    if not asked.no_hermit:
        peer = min(cpu_seconds(lambda: reason([*ontology, *edges])) for _ in range(ROUNDS))
        print(f"  HermiT  {peer:7.2f} s  {peer / own:.0f} times as long")
    print("claims    entail    derive     edges  derivations   one claim in    out")
    spent: list[tuple[int, float]] = []
    for size in (asked.claims // 8, asked.claims // 4, asked.claims // 2, asked.claims):
        spent.append((size, measure(ontology, edges, size)))
    (small, first), (large, last) = spent[0], spent[-1]
    print(f"exponent {math.log(last / first) / math.log(large / small):.2f}")


def measure(ontology: list[ox.Triple], edges: list[ox.Triple], size: int) -> float:
    """Print what it takes to find all that follows from generated claims; return the CPU time of it."""
    base, claims = generated(ontology, edges, size)
    following: list[Materialiser] = []
    results = []

    def entail() -> None:
        following.append(Materialiser(base))
        following[0].add(claims)
        results.append(following[0].reasoning())

    entailing = cpu_seconds(entail)
    derived = []
    deriving = cpu_seconds(lambda: derived.extend(derivations(base, claims, results[0].edges)))
    out = cpu_seconds(lambda: following[0].remove(claims[:1]))
    into = cpu_seconds(lambda: following[0].add(claims[:1]))
    told = f"{len(results[0].edges):9d} {len(derived):12d} {into:12.4f} s {out:9.4f} s"
    print(f"{size:7d} {entailing:7.2f} s {deriving:7.2f} s {told}")
    return entailing + deriving


if __name__ == "__main__":
    main()
