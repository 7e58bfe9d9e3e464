"""How fast shapes are checked: the native engine beside pySHACL, and all shapes as `irkg validate` runs them. CPU time.

`python -m bench.validate [--triples 100000] [--each]` makes claims by the thousand out of those of the shipped graph,
under new IRIs, and gives both engines the shapes that the native one is proven on.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator

import pyoxigraph as ox

from irkg import vocab as v
from irkg.resources import graph_file, shapes_files
from irkg.store import open_dataset
from irkg.validate import before_entailment, native, reference, validate
from irkg.validate.shapes import Shapes, read_shapes


def graph(size: int) -> list[ox.Triple]:
    """Return the shipped graph, and copies of its claims until it has so many triples."""
    triples = list(dict.fromkeys(q.triple for q in before_entailment(open_dataset(graph_file()))))
    claims = [t for t in triples if isinstance(t.subject, ox.NamedNode) and t.subject.value.startswith(v.CLAIM_NS)]
    copies = 0
    while len(triples) < size and claims:
        copies += 1
        triples += list(_copy(claims, copies))[: size - len(triples)]
    return triples


def _copy(claims: list[ox.Triple], number: int) -> Iterator[ox.Triple]:
    for t in claims:
        assert isinstance(t.subject, ox.NamedNode)
        yield ox.Triple(ox.NamedNode(f"{t.subject.value}-{number}"), t.predicate, t.object)


def spent(work: Callable[[], object]) -> float:
    """Return the seconds of CPU that some work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def compare(name: str, data: list[ox.Triple], shapes: Shapes) -> None:
    """Print what both engines take for some shapes."""
    found: list[int] = []
    fast = spent(lambda: found.append(len(native.run(data, shapes))))
    slow = spent(lambda: found.append(len(reference.run(data, shapes))))
    print(f"{name}\t{fast:.2f}\t{slow:.2f}\t1/{slow / fast:.1f}\t{found[0]}\t{found[1]}", flush=True)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--each", action="store_true", help="each file of shapes too")
    given = parser.parse_args()
    data = graph(given.triples)
    print(f"{len(data)} triples\nshapes\tnative s\tpyshacl s\tratio\tresults\tresults", flush=True)
    shares = native.share_out(read_shapes(shapes_files()), data)
    assert shares.fast is not None
    compare(f"{len(shares.names['shacl'])} proven", data, shares.fast)
    for path in shapes_files() if given.each else ():
        share = native.share_out(read_shapes([path]), data).fast
        if share:
            compare(f"of {path.stem}", data, share)
    for engine in ("auto", "pyshacl"):
        taken = spent(lambda engine=engine: validate(data, shapes_files(), engine=engine))
        print(f"all shapes, --engine {engine}\t{taken:.2f}", flush=True)


if __name__ == "__main__":
    main()
