"""Reading shapes: what they are called, what they constrain, and what they hang together by."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from irkg.errors import GraphError
from irkg.ontology_file import read_quads
from irkg.permitted import looks_elsewhere
from irkg.vocab import RDF, SH

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Node = ox.NamedNode | ox.BlankNode | ox.Triple

_SHAPE_WORDS = {SH + "NodeShape", SH + "PropertyShape"}
_SPARQL = {SH + "select", SH + "ask", SH + "construct", SH + "update"}
TARGETS = frozenset({"targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"})
"""The ways to say what a shape is about that every engine reads alike (SHACL, 2.1.3)."""
ASIDE = frozenset({"name", "message", "severity", "description", "order", "group", "defaultValue"})
"""What SHACL says about a shape that constrains nothing (SHACL, 2.1.4, 2.1.5, 2.3.2)."""
GROUPING = TARGETS | ASIDE | {"property", "target", "targetWhere", "targetShape", "declare", "prefixes"}
_OWN = "urn:irkg:shape:"  # what a shape without a name is called while it is worked with
_TO_SHAPE = {SH + word for word in ("property", "node", "not", "qualifiedValueShape")}
_TO_SHAPES = {SH + word for word in ("and", "or", "xone")}


@dataclass(frozen=True)
class Shapes:
    """Shapes, each under an IRI: those that had none were given one, so that every engine names them alike.

    Attributes:
        triples: The shapes graph.
        path: The file, where there is just one.
    """

    triples: tuple[ox.Triple, ...]
    path: Path | None = None

    @cached_property
    def about(self) -> dict[Node, list[ox.Triple]]:
        """The triples by their subject."""
        found: dict[Node, list[ox.Triple]] = defaultdict(list)
        for t in self.triples:
            found[t.subject].append(t)
        return found

    @cached_property
    def parents(self) -> dict[Term, Node]:
        """From a shape to one that it is a part of."""
        links = {SH + "property", *_TO_SHAPE}
        found: dict[Term, Node] = {t.object: t.subject for t in self.triples if t.predicate.value in links}
        for t in self.triples:
            if t.predicate.value in _TO_SHAPES:
                found.update(dict.fromkeys(self.members(t.object), t.subject))
        return found

    @cached_property
    def referred(self) -> set[Term]:
        """What some other part of the shapes graph points to."""
        return {t.object for t in self.triples}

    def about_of(self, subject: Term) -> list[ox.Triple]:
        """Return the triples with a subject, in the order of the file."""
        return [] if isinstance(subject, ox.Literal) else self.about.get(subject, [])

    def values(self, subject: Term, word: str) -> list[Term]:
        """Return the values of a property of SHACL, in the order of the file."""
        return [t.object for t in self.about_of(subject) if t.predicate.value == SH + word]

    def members(self, head: Term) -> list[Term]:
        """Return the members of an RDF list; a broken or endless one ends where it goes wrong."""
        found: list[Term] = []
        seen: set[Term] = set()
        while not isinstance(head, ox.Literal) and head not in seen:
            seen.add(head)
            said = {t.predicate.value: t.object for t in self.about.get(head, ())}
            if RDF + "first" not in said:
                break
            found.append(said[RDF + "first"])
            head = said.get(RDF + "rest", head)
        return found

    def name(self, shape: Term) -> str:
        """Return what a shape is called: its sh:name, or the last part of its IRI, or of the shape that it is in."""
        seen: set[Term] = set()
        while True:
            names = self.values(shape, "name")
            if names:
                return min(n.value for n in names if isinstance(n, ox.Literal))
            seen.add(shape)
            inside = self.parents.get(shape)
            if not _is_own(shape) or inside is None or inside in seen:
                return re.split(r"[#/]", str(getattr(shape, "value", shape)))[-1]
            shape = inside

    def named(self) -> dict[str, Node]:
        """Return the shapes that report, by name, sorted: property shapes, and node shapes with a constraint.

        A node shape without a target is asked by others and reports nothing.
        """
        found: dict[str, Node] = {}
        for shape, said in self.about.items():
            words = {t.predicate.value.removeprefix(SH) for t in said if t.predicate.value.startswith(SH)}
            targeted = any(w.startswith("target") for w in words)
            if "path" in words or (targeted and words - GROUPING):
                found[self.name(shape)] = shape
        return dict(sorted(found.items()))

    def message(self, shape: Term) -> str:
        """Return what a shape says is to be done, where it says so."""
        return " ".join(sorted(m.value for m in self.values(shape, "message") if isinstance(m, ox.Literal)))


def _is_own(shape: Term) -> bool:
    return isinstance(shape, ox.NamedNode) and shape.value.startswith(_OWN)


def as_written(term: Term) -> Term:
    """Return a shape as its file has it: a blank node where it had no IRI."""
    if isinstance(term, ox.NamedNode) and term.value.startswith(_OWN):
        return ox.BlankNode("shape" + term.value.removeprefix(_OWN))
    return term


def read_shapes(files: Sequence[Path]) -> Shapes:
    """Read SHACL shapes; nothing is fetched.

    Args:
        files: Turtle, or another syntax of `irkg.rdf_files.SYNTAXES` by its suffix.

    Raises:
        GraphError: A file is missing, is not what its suffix says, holds no shapes, or would fetch something.
    """
    triples: list[ox.Triple] = []
    for path in files:
        found = read_quads(path, ox.RdfFormat.TURTLE)
        if not any(isinstance(q.object, ox.NamedNode) and q.object.value in _SHAPE_WORDS for q in found):
            raise GraphError("holds no SHACL shapes", path=path, remedy="name a file with a sh:NodeShape in it")
        if any(q.predicate.value in _SPARQL and looks_elsewhere(getattr(q.object, "value", "")) for q in found):
            raise GraphError("holds SPARQL that fetches data", path=path, remedy="take out SERVICE and FROM")
        triples += (q.triple for q in found)
    return shapes_of(triples, files[0] if len(files) == 1 else None)


def shapes_of(triples: Sequence[ox.Triple], path: Path | None = None) -> Shapes:
    """Return shapes out of the triples of a shapes graph.

    Args:
        triples: The shapes graph.
        path: The file that it was read from, where there is just one.
    """
    return Shapes(tuple(_with_names(triples)), path)


def _with_names(triples: Sequence[ox.Triple]) -> Iterator[ox.Triple]:
    """Give each shape that is a blank node an IRI, numbered in the order of the files."""
    whole = Shapes(tuple(dict.fromkeys(triples)))
    named: dict[Term, ox.NamedNode] = {}
    for node in _shape_nodes(whole):
        if isinstance(node, ox.BlankNode) and node not in named:
            named[node] = ox.NamedNode(f"{_OWN}{len(named) + 1}")
    for t in whole.triples:
        subject, target = named.get(t.subject, t.subject), named.get(t.object, t.object)
        yield ox.Triple(subject, t.predicate, target)


def _shape_nodes(shapes: Shapes) -> Iterable[Term]:
    for t in shapes.triples:
        if t.predicate.value == SH + "path":
            yield t.subject
        elif t.predicate.value in _TO_SHAPE:
            yield t.object
        elif t.predicate.value in _TO_SHAPES:
            yield from shapes.members(t.object)
