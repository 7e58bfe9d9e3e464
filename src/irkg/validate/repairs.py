"""Repairs that have one right answer, as a SPARQL update that somebody else applies; no file is changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from irkg.validate import reference
from irkg.validate.results import Result, Validation
from irkg.validate.shapes import Node, Shapes, Term
from irkg.vocab import EXACT_SYNONYM, LABEL, OWL, PREDICATE, PREF_LABEL, RDF_TYPE, RELATION_NAME, SH, expand

# The constraints that a value meets or breaks by itself (SHACL, 4.1, 4.3, 4.4, 4.6, 4.7)
_OF_VALUES = frozenset(
    "class datatype nodeKind minExclusive minInclusive maxExclusive maxInclusive minLength maxLength pattern flags "
    "languageIn not and or xone node in".split()
)
_NAMES = {LABEL, PREF_LABEL, EXACT_SYNONYM, RELATION_NAME}
_TEST = "urn:irkg:repaired:"
# What SPARQL 1.1, 19.8 gives no place in the data of an update
_Written = ox.NamedNode | ox.Literal


@dataclass(frozen=True, slots=True)
class Repair:
    """One statement to be replaced, or to be added.

    Attributes:
        check: The shape that asked for it.
        why: What it mends, in words.
        graph: The named graph that it stands in; None for the default graph.
        old: The statement to take out, where there is one.
        new: The statement to put in.
    """

    check: str
    why: str
    graph: ox.NamedNode | None
    old: ox.Triple | None
    new: ox.Triple


def repairs(validation: Validation, quads: Iterable[ox.Quad]) -> list[Repair]:
    """Propose repairs for what has one right answer.

    A value is replaced where exactly one other term that it can stand for meets all that the shape asks of a value:
    without the white space around it, with the datatype that is asked for, or the node that it is the name of. Where
    two properties are inverse, a statement that no claim speaks of is given the other one.

    Args:
        validation: What was found.
        quads: The dataset that it was found in.

    Returns:
        The repairs, in the order of the findings, inverse statements last; none for what stands on a blank node.
    """
    data = list(dict.fromkeys(quads))
    names = _Names(data)
    wanted = [(r, names.meant(r, validation.shapes)) for r in validation.results]
    proposed = [(r, terms) for r, terms in wanted if terms]
    fitting = _fitting(proposed, data, validation.shapes)
    found = [repair for r, terms in proposed for repair in _replacing(r, terms, fitting, data, validation.shapes)]
    return list(dict.fromkeys([*found, *_inverses(data)]))


def patch(found: Sequence[Repair]) -> str:
    """Write repairs as a SPARQL 1.1 update.

    Example:
        >>> print(patch([]), end="")
        # irkg validate --fix: 0 repairs. Read them, then apply them with any SPARQL 1.1 update tool.
    """
    count = f"{len(found)} repair{'' if len(found) == 1 else 's'}"
    lines = [f"# irkg validate --fix: {count}. Read them, then apply them with any SPARQL 1.1 update tool."]
    for repair in found:
        lines.append(f"\n# {repair.check}: {' '.join(repair.why.split())}")
        if repair.old is not None:
            lines.append(f"DELETE DATA {{ {_in_graph(repair.old, repair.graph)} }} ;")
        lines.append(f"INSERT DATA {{ {_in_graph(repair.new, repair.graph)} }} ;")
    return "\n".join(lines) + "\n"


def _in_graph(triple: ox.Triple, graph: ox.NamedNode | None) -> str:
    said = f"{triple.subject} {triple.predicate} {triple.object} ."
    return f"GRAPH {graph} {{ {said} }}" if graph else said


class _Names:
    """What the words of a literal can stand for."""

    def __init__(self, data: Iterable[ox.Quad]) -> None:
        self._named: dict[str, set[ox.NamedNode]] = defaultdict(set)
        self._known: set[str] = set()
        for q in data:
            if isinstance(q.subject, ox.NamedNode):
                self._known.add(q.subject.value)
                if q.predicate.value in _NAMES and isinstance(q.object, ox.Literal):
                    self._named[_folded(q.object.value)].add(q.subject)

    def meant(self, result: Result, shapes: Shapes) -> list[Term]:
        """Return the terms that a value may have been meant for."""
        value = result.value
        if not isinstance(value, ox.Literal) or not isinstance(result.focus, ox.NamedNode) or result.path is None:
            return []
        text = " ".join(value.value.split())
        found: list[Term] = []
        if text != value.value:
            language, datatype = value.language, value.datatype
            found.append(ox.Literal(text, language=language) if language else ox.Literal(text, datatype=datatype))
        if not value.language:
            datatypes = shapes.values(result.shape, "datatype")
            found += [ox.Literal(text, datatype=d) for d in datatypes if isinstance(d, ox.NamedNode)]
        found += sorted(self._named.get(_folded(text), ()), key=str)
        iri = expand(text) or text
        found += [ox.NamedNode(iri)] if iri in self._known else []
        return [term for term in dict.fromkeys(found) if term != value]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _fitting(
    proposed: Sequence[tuple[Result, Sequence[Term]]], data: Sequence[ox.Quad], shapes: Shapes
) -> set[tuple[Node, Term]]:
    """Return, by shape, the terms that meet all that it asks of a value: the shapes themselves are the judge."""
    asked: dict[Node, dict[Term, None]] = {}
    for result, terms in proposed:
        asked.setdefault(result.shape, {}).update(dict.fromkeys(terms))
    if not asked:
        return set()
    tests: dict[str, Node] = {}
    triples = [t for t in shapes.triples if not t.predicate.value.startswith(SH + "target")]
    for at, (shape, meant) in enumerate(asked.items()):
        test = ox.NamedNode(f"{_TEST}{at}")
        tests[test.value] = shape
        triples.append(ox.Triple(test, ox.NamedNode(RDF_TYPE), ox.NamedNode(SH + "NodeShape")))
        triples += [ox.Triple(test, ox.NamedNode(SH + "targetNode"), term) for term in meant]
        own = (t for t in shapes.about_of(shape) if t.predicate.value.removeprefix(SH) in _OF_VALUES)
        triples += [ox.Triple(test, t.predicate, t.object) for t in own]
    broken = reference.run((q.triple for q in data), Shapes(tuple(triples), shapes.path))
    failed = {(tests[str(getattr(r.shape, "value", ""))], r.focus) for r in broken}
    return {(shape, term) for shape, meant in asked.items() for term in meant} - failed


def _replacing(
    result: Result, terms: Sequence[Term], fitting: set[tuple[Node, Term]], data: Sequence[ox.Quad], shapes: Shapes
) -> Iterator[Repair]:
    right = [term for term in terms if (result.shape, term) in fitting]
    if len(right) != 1 or not isinstance(right[0], _Written):
        return
    for q in data:
        if q.subject == result.focus and q.predicate.value == result.path and q.object == result.value:
            if isinstance(q.graph_name, ox.BlankNode):
                continue
            graph = q.graph_name if isinstance(q.graph_name, ox.NamedNode) else None
            new = ox.Triple(q.subject, q.predicate, right[0])
            yield Repair(shapes.name(result.shape), shapes.message(result.shape), graph, q.triple, new)


def _inverses(data: Sequence[ox.Quad]) -> Iterator[Repair]:
    """Yield the inverse of each statement that lacks it; what claims state, `irkg build` turns round itself."""
    inverse: dict[Term, set[ox.NamedNode]] = defaultdict(set)
    for q in data:
        if q.predicate.value != OWL + "inverseOf":
            continue
        if isinstance(q.subject, ox.NamedNode) and isinstance(q.object, ox.NamedNode):
            inverse[q.subject].add(q.object)
            inverse[q.object].add(q.subject)
    held = {q.triple for q in data}
    claimed = {q.object for q in data if q.predicate.value == PREDICATE}
    for q in data:
        if not isinstance(q.subject, ox.NamedNode) or not isinstance(q.object, ox.NamedNode) or q.predicate in claimed:
            continue
        for other in sorted(inverse.get(q.predicate, ()), key=str):
            new = ox.Triple(q.object, other, q.subject)
            if new not in held and not isinstance(q.graph_name, ox.BlankNode):
                held.add(new)
                graph = q.graph_name if isinstance(q.graph_name, ox.NamedNode) else None
                yield Repair("owl:inverseOf", f"{other} is the inverse of {q.predicate}.", graph, None, new)
