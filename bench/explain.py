"""How fast explanations are found, in CPU time: of the shipped graph, and among generated claims.

`python -m bench.explain [--claims 40000]`. The claims are those of `bench.reason`; among them one strategy is said to
counter two kinds of resistance and five other things, and why it is a counter-resistance strategy is asked. The peer is
HermiT: how long it would take to put the same questions ("does it follow without these?") to it, one run for each.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import pyoxigraph as ox

from bench.reason import cpu_seconds, generated, shipped
from irkg import KnowledgeGraph
from irkg import vocab as v
from irkg.class_proofs import ClassProofs
from irkg.explain import explanations
from irkg.model import Triple
from irkg.reason import reason

STRATEGY = Triple("urn:x", v.RDF_TYPE, v.IRKG + "CounterResistanceStrategy")


class Counted(ClassProofs):
    """Counts the questions."""

    asked = 0

    def _follows(self, fact: Triple, edges: object) -> bool:
        Counted.asked += 1
        return super()._follows(fact, edges)  # type: ignore[arg-type]


def each(kg: KnowledgeGraph, facts: list[Triple]) -> None:
    """Print how long each of some facts takes, the reading of the graph included."""
    before = time.process_time()
    found = list(explanations(kg.store, kg.lexicon, facts, every=True))
    spent = time.process_time() - before
    proofs = sum(len(e.proofs) for e in found)
    print(f"  {len(found):5} facts, {proofs:5} derivations  {1000 * spent / len(found):6.1f} ms a fact")


def entailed(kg: KnowledgeGraph, wanted: Callable[[str], bool]) -> list[Triple]:
    """Return the entailed facts by some predicates, sorted."""
    quads = kg.store.quads_for_pattern(None, None, None, ox.NamedNode(v.GRAPH_ENTAILED))
    found = [Triple(q.subject.value, q.predicate.value, q.object.value) for q in quads if wanted(q.predicate.value)]  # type: ignore[union-attr]
    return sorted(found, key=str)


def crafted(ontology: list[ox.Triple], edges: list[ox.Triple], count: int) -> ClassProofs:
    """Return the proofs by classes of generated claims with one strategy among them."""
    base, claims = generated(ontology, edges, count)
    kinds = {"urn:x": "CombinationTherapy", "urn:y": "ImmuneTherapyResistance", "urn:z": "ImmuneTherapyResistance"}
    kind = ox.NamedNode(v.RDF_TYPE)
    base += [ox.Triple(ox.NamedNode(s), kind, ox.NamedNode(v.IRKG + o)) for s, o in kinds.items()]
    things = ["urn:y", "urn:z", *(f"urn:thing:{i}" for i in range(5))]
    return Counted(base, [*claims, *(Triple("urn:x", v.IRKG + "counters", thing) for thing in things)])


def main() -> None:
    """Print the timings."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--claims", type=int, default=40_000)
    asked = parser.parse_args()
    kg = KnowledgeGraph.open()
    print("shipped graph, all minimal derivations")
    each(kg, entailed(kg, lambda p: p not in (v.RDF_TYPE, v.SUBCLASS_OF)))
    each(kg, entailed(kg, lambda p: p == v.RDF_TYPE)[::50])
    ontology, edges = shipped()
    hermit = cpu_seconds(lambda: reason([*ontology, *edges]))
    print("claims      one derivation   all   questions  by HermiT on the shipped graph alone")
    for size in (asked.claims // 4, asked.claims // 2, asked.claims):
        proofs = crafted(ontology, edges, size)
        Counted.asked = 0
        one = cpu_seconds(lambda proofs=proofs: proofs.of(STRATEGY))  # type: ignore[misc]
        every = cpu_seconds(lambda proofs=proofs: proofs.of(STRATEGY, 50))  # type: ignore[misc]
        print(f"{size:8,} {one:12.2f} s {every:8.2f} s {Counted.asked:8} {Counted.asked * hermit:12.0f} s")


if __name__ == "__main__":
    main()
