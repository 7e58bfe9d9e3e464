"""What follows and what is wrong, beside HermiT, pySHACL and others."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pyoxigraph as ox

from bench import explain, reason, validate
from bench.generate import claims_quads
from bench.rows import Row, alone, cpu, interleaved
from irkg.build import rebuild
from irkg.curation import Curation
from irkg.derive import derivations
from irkg.materialise import Materialiser, materialise
from irkg.ontology_file import read_with_imports
from irkg.reason import reason as by_hermit
from irkg.resources import ontology_file, shapes_files
from irkg.validate import native, reference
from irkg.validate.shapes import read_shapes

_QUICK = 20_000  # triples that pySHACL checks in seconds
_BARE_SAID = "irkg hands the triples over as text, and its results back as objects"


def _materialise(size: int) -> None:
    base, claims = reason.generated(*reason.shipped(), size)
    following = Materialiser(base)
    following.add(claims)
    derivations(base, claims, following.reasoning().edges)


def by_owlrl(triples: list[ox.Triple]) -> None:
    """Close a graph under the rules of OWL 2 RL."""
    import owlrl
    from rdflib import Graph

    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(Graph().parse(data=text, format="nt"))


def built(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """The whole of `irkg build` from generated claims: shapes, reasoning, candidates, and the store on disk."""
    del rounds
    for size in sizes:
        seconds, peaks = alone({"irkg": (_build, (size, room / "built"))}, 1)
        said = (
            "starting irkg and reading the ontology included; pySHACL runs only where a claim does not fit its relation"
        )
        yield Row("build", "claims of the ontology's kinds", size, "claims", seconds, peaks, said)


def _build(size: int, out: Path) -> None:
    shutil.rmtree(out, ignore_errors=True)
    ontology = read_with_imports(ontology_file())
    rebuild(out, Curation(claims=tuple(claims_quads(size))), ontology, lambda _: None)
    shutil.rmtree(out)


def explained(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """Why a strategy among generated claims belongs to a class: the first derivation, and all minimal ones."""
    del room, rounds
    ontology, edges = reason.shipped()
    for size in sizes:
        proofs = explain.crafted(ontology, edges, size)
        for work, most in (("one derivation", 1), ("all derivations", 50)):
            seconds = cpu(lambda proofs=proofs, most=most: proofs.of(explain.STRATEGY, most))  # type: ignore[misc]
            yield Row("explain", work, size, "claims", {"irkg": seconds})


def materialised(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """All that follows from generated claims, with the derivation of each edge; the shipped graph beside HermiT."""
    del room
    ontology, edges = reason.shipped()
    given = [*ontology, *edges]
    tools = {"irkg": lambda: materialise(given), "HermiT, Java started": lambda: by_hermit(given)}
    yield Row("materialise", "shipped graph", len(edges), "edges", interleaved(tools, min(rounds, 2)))
    work = "shipped graph, by rules"
    if find_spec("owlrl"):
        beside = {"irkg": cpu(tools["irkg"]), "owlrl": cpu(lambda: by_owlrl(given))}
        yield Row("materialise", work, len(edges), "edges", beside)
    else:
        yield Row("materialise", work, len(edges), "edges", {}, said="skipped: owlrl is not installed")
    for size in sizes:
        yield Row("materialise", "generated claims", size, "edges", *alone({"irkg": (_materialise, (size,))}, 1))


def validated(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """The shapes that the native engine is proven on, beside pySHACL (small sizes) and the bare engine."""
    del room
    for size in sizes:
        data = validate.graph(size)
        shapes = native.share_out(read_shapes(shapes_files()), data).fast
        assert shapes is not None
        texts = [ox.serialize(t, format=ox.RdfFormat.N_TRIPLES).decode() for t in (shapes.triples, data)]  # type: ignore[union-attr]
        tools: dict[str, Callable[[], object]] = {
            "irkg": lambda data=data, shapes=shapes: native.run(data, shapes),  # type: ignore[misc]
            "shacl": lambda texts=texts: _bare(*texts),  # type: ignore[misc]
        }
        seconds = interleaved(tools, rounds)
        beside = (
            {"pySHACL": cpu(lambda data=data, shapes=shapes: reference.run(data, shapes))} if size <= _QUICK else {}  # type: ignore[misc]
        )
        yield Row("validate", "proven shapes", size, "triples", {"irkg": seconds["irkg"], **beside})
        yield Row("validate", "proven shapes, bare engine", size, "triples", seconds, said=_BARE_SAID)


def _bare(shapes: str, data: str) -> None:
    import shacl

    shacl.Shapes.from_text(shapes, "ntriples").validate_text(data, "ntriples")
