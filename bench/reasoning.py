"""What follows and what is wrong, beside HermiT, pySHACL and others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench import reason, validate
from bench.rows import Row, cpu, interleaved
from irkg.derive import derivations
from irkg.materialise import Materialiser, materialise
from irkg.reason import reason as by_hermit
from irkg.resources import shapes_files
from irkg.validate import native, reference
from irkg.validate.shapes import read_shapes


def materialised(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """All that follows from generated claims, with the derivation of each edge; the shipped graph beside HermiT."""
    del room
    ontology, edges = reason.shipped()
    given = [*ontology, *edges]
    tools = {"irkg": lambda: materialise(given), "HermiT, Java started": lambda: by_hermit(given)}
    yield Row("materialise", "shipped graph", len(edges), "edges", interleaved(tools, min(rounds, 2)))
    for size in sizes:
        base, claims = reason.generated(ontology, edges, size)

        def work(base: object = base, claims: object = claims) -> None:
            following = Materialiser(base)  # type: ignore[arg-type]
            following.add(claims)  # type: ignore[arg-type]
            derivations(base, claims, following.reasoning().edges)  # type: ignore[arg-type]

        yield Row("materialise", "generated claims", size, "edges", {"irkg": cpu(work)})


def validated(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """The shapes that the native engine is proven on, beside pySHACL where that is quick enough."""
    del room, rounds
    for size in sizes:
        data = validate.graph(size)
        shapes = native.share_out(read_shapes(shapes_files()), data).fast
        assert shapes is not None
        seconds = {"irkg": cpu(lambda data=data, shapes=shapes: native.run(data, shapes))}
        if size <= 50_000:
            seconds["pySHACL"] = cpu(lambda data=data, shapes=shapes: reference.run(data, shapes))
        yield Row("validate", "proven shapes", size, "triples", seconds)
