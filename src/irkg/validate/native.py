"""Validation by the wheel `shacl`, written in Rust: for the shapes on which it is proven to find what pySHACL finds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import pyoxigraph as ox

from irkg.errors import GraphError, MissingExtra
from irkg.validate.proven import Seen, is_proven, is_proven_target
from irkg.validate.results import Result
from irkg.validate.shapes import ASIDE, GROUPING, TARGETS, Node, Shapes, Term
from irkg.vocab import OWL, RDF, RDF_TYPE, RDFS, SH

_MAX_DEPTH = 12  # of shapes in shapes: pySHACL gives up at 15, and the native engine ends the process at some thousands


def installed() -> bool:
    """Return whether the wheel is there."""
    return find_spec("shacl") is not None


@dataclass(frozen=True, slots=True)
class Shares:
    """Shapes, shared out between the engines.

    Attributes:
        fast: What the native engine may run; None where there is nothing.
        slow: What is left; None where there is nothing.
        names: From the name of an engine to the shapes that report from it, sorted.
    """

    fast: Shapes | None
    slow: Shapes | None
    names: Mapping[str, tuple[str, ...]]


def share_out(shapes: Shapes, data: Iterable[ox.Triple] = ()) -> Shares:
    """Share shapes out: a node shape by its property shapes, each of which reports for itself; others as a whole.

    Args:
        shapes: Any shapes.
        data: The graph to be checked, on which some of what is proven depends (`irkg.validate.proven.Seen`).

    Returns:
        Two parts with the same targets, which together report what the whole does.
    """
    seen = Seen.of(data)
    parts: tuple[dict[Node, list[ox.Triple]], dict[Node, list[ox.Triple]]] = ({}, {})
    for root in dict.fromkeys(t.subject for t in shapes.triples if _targets(t)):
        for unit in _units(shapes, root):
            part = parts[0 if _may_run(shapes, root, unit, seen) else 1]
            known = part.setdefault(root, [t for t in shapes.about[root] if _belongs_to_all(t)])
            known += unit
    fast, slow = (_closed(shapes, part) if part else None for part in parts)
    names = {"shacl": _reporting(shapes, parts[0]), "pyshacl": _reporting(shapes, parts[1])}
    return Shares(fast, slow, names)


def _units(shapes: Shapes, root: Node) -> list[list[ox.Triple]]:
    """Return what a shape says in pieces that may go to different engines."""
    said = [t for t in shapes.about[root] if not _belongs_to_all(t)]
    words = {t.predicate.value.removeprefix(SH) for t in said}
    if words & {"closed", "deactivated", "path"} or root in shapes.referred:
        return [said]
    properties = [[t] for t in said if t.predicate.value == SH + "property"]
    own = [t for t in said if t.predicate.value != SH + "property"]
    constrains = any(t.predicate.value.removeprefix(SH) not in ASIDE for t in own if t.predicate.value.startswith(SH))
    return [*properties, own] if constrains else properties


def _belongs_to_all(triple: ox.Triple) -> bool:
    return _targets(triple) or triple.predicate.value == RDF_TYPE


def _targets(triple: ox.Triple) -> bool:
    word = triple.predicate.value.removeprefix(SH)
    return word in TARGETS or word in ("target", "targetWhere", "targetShape") or _is_implicit(triple)


def _is_implicit(triple: ox.Triple) -> bool:
    """Return whether a shape is a class too, whose instances it is about (SHACL, 2.1.3.3)."""
    return triple.predicate.value == RDF_TYPE and _value(triple.object) in (RDFS + "Class", OWL + "Class")


def _value(term: Term) -> str:
    return str(getattr(term, "value", ""))


def _may_run(shapes: Shapes, root: Node, unit: Sequence[ox.Triple], seen: Seen) -> bool:
    """Return whether all that a piece of a shape consists of is proven, and is no deeper than either engine bears."""
    targets = [t for t in shapes.about[root] if _targets(t)]
    if not all(_is_implicit(t) or is_proven_target(shapes, t, seen) for t in targets):
        return False
    depth: dict[Term, int] = {root: 0}
    pending: list[tuple[Node, Sequence[ox.Triple]]] = [(root, unit)]
    while pending:
        node, said = pending.pop()
        for t in said:
            if not is_proven(shapes, t, seen):
                return False
            target = t.object
            if isinstance(target, ox.Literal) or target not in shapes.about or not _leads_on(t):
                continue
            own = depth[node] + (t.predicate.value != RDF + "rest")
            if own > 3 * _MAX_DEPTH:  # a path or a list may stand between two shapes; a circle goes on for ever
                return False
            if own > depth.get(target, -1):
                depth[target] = own
                pending.append((target, shapes.about[target]))
    return True


def _leads_on(triple: ox.Triple) -> bool:
    iri = triple.predicate.value
    return iri.startswith(SH) or iri in (RDF + "first", RDF + "rest")


def _closed(shapes: Shapes, part: Mapping[Node, Sequence[ox.Triple]]) -> Shapes:
    """Return a part with all that it consists of; what it consists of keeps no target of its own."""
    kept: dict[Node, Sequence[ox.Triple]] = dict(part)
    pending = [t for said in part.values() for t in said]
    while pending:
        target = pending.pop().object
        if isinstance(target, ox.Literal) or target in kept or target not in shapes.about:
            continue
        kept[target] = [t for t in shapes.about[target] if not _targets(t)]
        pending += kept[target]
    return Shapes(tuple(dict.fromkeys(t for said in kept.values() for t in said)), shapes.path)


def _reporting(shapes: Shapes, part: Mapping[Node, Sequence[ox.Triple]]) -> tuple[str, ...]:
    found: set[str] = set()
    for root, said in part.items():
        found.update(shapes.name(t.object) for t in said if t.predicate.value == SH + "property")
        if any(t.predicate.value.startswith(SH) and t.predicate.value.removeprefix(SH) not in GROUPING for t in said):
            found.add(shapes.name(root))
    return tuple(sorted(found))


def narrowed(data: Sequence[ox.Triple], shapes: Shapes) -> Shapes | None:
    """Ask the native engine for the nodes that proven targets in SPARQL find, so that pySHACL is spared a whole graph.

    Args:
        data: The graph to be checked.
        shapes: Shapes of any sort.

    Returns:
        The shapes, with the nodes themselves for targets, where all have a name; None where no shape is about any node.
    """
    seen = Seen.of(data)
    targets: dict[Node, list[ox.Triple]] = {}
    for t in shapes.triples:
        if _targets(t):
            targets.setdefault(t.subject, []).append(t)
    asked = {
        root: said
        for root, said in targets.items()
        if all(t.predicate.value == SH + "target" and is_proven_target(shapes, t, seen) for t in said)
    }
    if not asked:
        return shapes
    never = (ox.NamedNode(SH + "hasValue"), ox.NamedNode("urn:irkg:none"))  # what no node is, so that each is reported
    probes = {
        root: [*said, ox.Triple(root, ox.NamedNode(RDF_TYPE), ox.NamedNode(SH + "NodeShape")), ox.Triple(root, *never)]
        for root, said in asked.items()
    }
    found: dict[Node, list[Term]] = {root: [] for root in asked}
    for result in run(data, _closed(shapes, probes)):
        found[result.shape].append(result.focus)
    known = {root for root, nodes in found.items() if all(isinstance(node, ox.NamedNode) for node in nodes)}
    if known == set(targets) and not any(found.values()):
        return None
    left = [t for t in shapes.triples if not (t.subject in known and _targets(t))]
    left += (
        ox.Triple(root, ox.NamedNode(SH + "targetNode"), node)
        for root in found
        if root in known
        for node in found[root]
    )
    return Shapes(tuple(left), shapes.path)


def run(data: Sequence[ox.Triple], shapes: Shapes) -> list[Result]:
    """Check a graph against shapes.

    Args:
        data: The graph.
        shapes: Shapes of the proven part of SHACL.

    Returns:
        The results, in no order.

    Raises:
        MissingExtra: The wheel `shacl` is not installed.
        GraphError: The shapes are not well-formed.
    """
    try:
        import shacl
    except ImportError as error:
        raise MissingExtra("the native SHACL engine", extra="build") from error
    try:
        compiled = shacl.Shapes.from_text(_ntriples(shapes.triples), "ntriples")
        report = compiled.validate_text(_ntriples(data), "ntriples")
    except ValueError as error:
        raise GraphError(f"the shapes are not well-formed: {str(error).splitlines()[0]}", path=shapes.path) from error
    return [_result(r) for r in report.results]


def _ntriples(triples: Iterable[ox.Triple]) -> str:
    content = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert content is not None  # it is None only where a file was named
    return content.decode()


def _result(result: object) -> Result:
    said = {
        name: getattr(result, name)
        for name in ("focus_node", "path", "value", "component_iri", "severity_iri", "source_shape", "messages")
    }
    path, shape = said["path"], _parsed(said["source_shape"])
    assert isinstance(shape, ox.NamedNode | ox.BlankNode)
    simple = path is not None and re.fullmatch(r"<[^<>]*>", path)
    return Result(
        focus=_parsed(said["focus_node"]),
        path=path[1:-1] if simple else None,
        value=None if said["value"] is None else _parsed(said["value"]),
        component=said["component_iri"],
        severity=said["severity_iri"],
        shape=shape,
        messages=tuple(sorted(said["messages"])),
    )


def _parsed(text: str) -> Term:
    return next(_terms(text))


def _terms(text: str) -> Iterator[Term]:
    if text.startswith("<"):
        yield ox.NamedNode(text[1:-1])
    elif text.startswith("_:"):
        yield ox.BlankNode(text[2:])
    else:
        yield from (q.object for q in ox.parse(f"<urn:s> <urn:p> {text} .", format=ox.RdfFormat.N_TRIPLES))
