"""SHACL validation: pySHACL is the reference, a native engine runs where it is proven to find the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from irkg.errors import GraphError
from irkg.validate import native, reference
from irkg.validate.checked import before_entailment, with_sentences
from irkg.validate.repairs import Repair, patch, repairs
from irkg.validate.results import SEVERITIES, Result, Validation, at_least, quarantined, validation
from irkg.validate.shapes import Shapes, read_shapes

__all__ = [
    "ENGINES",
    "SEVERITIES",
    "Repair",
    "Result",
    "Shapes",
    "Validation",
    "at_least",
    "before_entailment",
    "patch",
    "quarantined",
    "repairs",
    "validate",
    "with_sentences",
]

ENGINES = ("auto", "pyshacl", "shacl")
"""`auto` runs the native engine for the shapes on which it is proven, pySHACL for the others."""


def validate(
    data: Iterable[ox.Quad | ox.Triple], shapes: Iterable[Path], *, engine: str = "pyshacl", names: Sequence[str] = ()
) -> Validation:
    """Check a graph against SHACL shapes (SHACL, 3.4), with SPARQL constraints and SPARQL targets.

    Nothing is inferred and nothing is fetched. What the shapes need of the ontology must be among the data.

    Args:
        data: The graph; names of graphs are ignored.
        shapes: Files with shapes.
        engine: One of `ENGINES`.
        names: Names of shapes; only what they report is kept, all of it where there are none.

    Returns:
        One finding for each validation result, sorted, with the results and the report.

    Raises:
        MissingExtra: The engine is not installed.
        UnknownName: There is no shape of that name.
        GraphError: A file cannot be read, holds no shapes, or holds shapes that are not well-formed, that would fetch
            something, or that the native engine was asked for and does not check as pySHACL does.
    """
    read = read_shapes(list(shapes))
    _check_names(names, read)
    # Once each, in order: both engines take a graph, and a statement may stand in several files
    triples = list(dict.fromkeys(s if isinstance(s, ox.Triple) else s.triple for s in data))
    shares = _shared_out(read, triples, engine)
    results: list[Result] = []
    if shares.fast:
        results += native.run(triples, shares.fast)
    slow = native.narrowed(triples, shares.slow) if shares.slow and shares.fast else shares.slow
    if slow:
        results += reference.run(triples, slow)
    wanted = [r for r in results if not names or read.name(r.shape) in names]
    return validation(wanted, triples, read, shares.names)


def _check_names(names: Sequence[str], shapes: Shapes) -> None:
    import difflib

    from irkg.errors import UnknownName

    known = shapes.named()
    for name in names:
        if name not in known:
            raise UnknownName("shape", name, near=difflib.get_close_matches(name, known, n=3, cutoff=0.5))


def _shared_out(shapes: Shapes, data: Sequence[ox.Triple], engine: str) -> native.Shares:
    shares = native.share_out(shapes, data)
    if engine == "shacl" and shares.slow:
        raise GraphError(
            f"the native engine is not proven on {shares.names['pyshacl'][0]}",
            path=shapes.path,
            remedy="use --engine auto",
        )
    if engine == "pyshacl" or not shares.fast or (engine == "auto" and not native.installed()):
        return native.Shares(None, shapes, {"shacl": (), "pyshacl": tuple(shapes.named())})
    return shares
