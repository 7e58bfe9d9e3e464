"""The logical axioms of an ontology one by one, in parts as small as they can be said in, and in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, count

import pyoxigraph as ox

from irkg.vocab import IRKG, OBO, OWL, RDF, RDF_TYPE, RDFS, SUBCLASS_OF, contract

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_EQUIVALENT, _DISJOINT = OWL + "equivalentClass", OWL + "disjointWith"
_INTERSECTION, _UNION = OWL + "intersectionOf", OWL + "unionOf"
_WORDS = {
    SUBCLASS_OF: "SubClassOf",
    _DISJOINT: "DisjointWith",
    _EQUIVALENT: "EquivalentTo",
    RDF_TYPE: "Type",
    RDFS + "subPropertyOf": "SubPropertyOf",
    RDFS + "domain": "Domain",
    RDFS + "range": "Range",
    OWL + "inverseOf": "InverseOf",
    OWL + "sameAs": "SameAs",
    OWL + "differentFrom": "DifferentFrom",
    OWL + "propertyChainAxiom": "follows from",
}
_RESTRICTIONS = {
    OWL + "someValuesFrom": "some",
    OWL + "allValuesFrom": "only",
    OWL + "hasValue": "value",
    OWL + "hasSelf": "Self",
    OWL + "minCardinality": "min",
    OWL + "maxCardinality": "max",
    OWL + "cardinality": "exactly",
    OWL + "minQualifiedCardinality": "min",
    OWL + "maxQualifiedCardinality": "max",
    OWL + "qualifiedCardinality": "exactly",
}
_DECLARATIONS = {
    OWL + name
    for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual", "Ontology")
} | {RDFS + "Datatype"}
_NOT_LOGICAL = {RDFS + name for name in ("label", "comment", "seeAlso", "isDefinedBy")} | {
    OWL + name for name in ("imports", "versionIRI", "versionInfo", "deprecated")
}


@dataclass(frozen=True, slots=True)
class Axiom:
    """A logical axiom.

    Attributes:
        triples: What says it in RDF, the main triple first; its blank nodes stand in no other axiom.
        names: The IRIs that it speaks of, those of OWL itself left out.
    """

    triples: tuple[ox.Triple, ...]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Declared:
    """An ontology taken apart.

    Attributes:
        declarations: The triples that say what sort of thing each name is.
        axioms: Its logical axioms, in the order of the triples; annotations are left out.
    """

    declarations: tuple[ox.Triple, ...]
    axioms: tuple[Axiom, ...]

    def triples(self, axioms: Iterable[Axiom]) -> list[ox.Triple]:
        """Return an ontology that consists of some of the axioms, with all declarations."""
        return [*self.declarations, *(t for a in axioms for t in a.triples)]


def take_apart(triples: Iterable[ox.Triple]) -> Declared:
    """Split an ontology into axioms that say one thing each.

    An equivalence becomes two inclusions, an inclusion in a conjunction one for each conjunct, and a disjointness of
    many one for each pair, so that a justification names what is at fault and no more.

    Args:
        triples: The ontology.

    Example:
        >>> a, b, c = (ox.NamedNode(f"urn:{n}") for n in "abc")
        >>> found = take_apart([ox.Triple(a, ox.NamedNode(_EQUIVALENT), b)])
        >>> [(t.subject.value, t.object.value) for axiom in found.axioms for t in axiom.triples]
        [('urn:a', 'urn:b'), ('urn:b', 'urn:a')]
    """
    return _Splitter(triples).declared()


class _Splitter:
    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._triples = list(dict.fromkeys(ox.Triple(t.subject, t.predicate, t.object) for t in triples))
        self._of: dict[Node, list[ox.Triple]] = defaultdict(list)
        objects = set()
        for t in self._triples:
            self._of[t.subject].append(t)
            objects.add(t.object)
        self._roots = {t.subject for t in self._triples if isinstance(t.subject, ox.BlankNode)} - objects
        kinds = {(t.subject, t.object) for t in self._triples if t.predicate.value == RDF_TYPE}
        self._annotating = {s for s, o in kinds if o == ox.NamedNode(OWL + "AnnotationProperty")}
        self._fresh = count()

    def declared(self) -> Declared:
        declarations, axioms = [], []
        for t in self._triples:
            if t.predicate.value == RDF_TYPE and getattr(t.object, "value", "") in _DECLARATIONS:
                declarations += [t] if isinstance(t.subject, ox.NamedNode) else []
            elif isinstance(t.subject, ox.NamedNode) and self._is_logical(t):
                axioms += [self._axiom(*part) for part in self._parts(t)]
        for root in sorted(self._roots, key=str):
            axioms += [self._axiom(*part) for part in self._of_root(root)]
        return Declared(tuple(declarations), tuple(dict.fromkeys(axioms)))

    def _is_logical(self, t: ox.Triple) -> bool:
        return t.predicate.value not in _NOT_LOGICAL and t.predicate not in self._annotating

    def _parts(self, t: ox.Triple) -> Iterator[tuple[Node, str, Node]]:
        said = t.predicate.value
        if said == _EQUIVALENT:
            yield from self._included(t.subject, t.object)
            yield from self._included(t.object, t.subject)
        elif said == SUBCLASS_OF:
            yield from self._included(t.subject, t.object)
        else:
            yield t.subject, said, t.object

    def _included(self, low: Node, high: Node) -> Iterator[tuple[Node, str, Node]]:
        conjuncts = self._members(high, _INTERSECTION)
        for part in conjuncts or [high]:
            yield low, SUBCLASS_OF, part

    def _of_root(self, root: Node) -> Iterator[tuple[Node, str, Node]]:
        said = {t.predicate.value: t.object for t in self._of[root]}
        kind = getattr(said.get(RDF_TYPE), "value", "")
        if kind == OWL + "AllDisjointClasses":
            for a, b in combinations(self._members(root, OWL + "members"), 2):
                yield a, _DISJOINT, b
        elif SUBCLASS_OF in said:
            yield from self._included(root, said[SUBCLASS_OF])
        elif kind and kind not in (OWL + "Axiom", OWL + "Annotation"):
            yield root, RDF_TYPE, said[RDF_TYPE]

    def _members(self, node: Node, predicate: str) -> list[Node]:
        head = next((t.object for t in self._of.get(node, ()) if t.predicate.value == predicate), None)
        found: list[Node] = []
        while isinstance(head, ox.BlankNode):
            said = {t.predicate.value: t.object for t in self._of[head]}
            if RDF + "first" not in said:
                break
            found.append(said[RDF + "first"])
            head = said.get(RDF + "rest")
        return found

    def _axiom(self, subject: Node, predicate: str, target: Node) -> Axiom:
        """Return an axiom with blank nodes of its own: OWL in RDF lets no two axioms share one."""
        renamed: dict[Node, Node] = {}
        rest: list[ox.Triple] = []
        low, high = (self._copied(n, renamed, rest) for n in (subject, target))
        main = ox.Triple(low, ox.NamedNode(predicate), high)  # type: ignore[arg-type]
        triples = tuple(dict.fromkeys([main, *rest]))
        terms = (n for t in triples for n in (t.subject, t.predicate, t.object))
        names = {n.value for n in terms if isinstance(n, ox.NamedNode)}
        return Axiom(triples, frozenset(n for n in names if not n.startswith((OWL, RDF, RDFS))))

    def _copied(self, node: Node, renamed: dict[Node, Node], rest: list[ox.Triple]) -> Node:
        if not isinstance(node, ox.BlankNode):
            return node
        if node not in renamed:
            renamed[node] = ox.BlankNode(f"part{next(self._fresh)}")
            for t in self._of.get(node, ()):
                if t.predicate.value == SUBCLASS_OF and node in self._roots:
                    continue  # it is the axiom itself
                copied = self._copied(t.object, renamed, rest)
                rest.append(ox.Triple(renamed[node], t.predicate, copied))  # type: ignore[arg-type]
        return renamed[node]


def in_words(axiom: Axiom, label: Callable[[str], str]) -> str:
    """Return an axiom as Manchester syntax words it, by the labels of its terms.

    Args:
        axiom: The axiom.
        label: From an IRI to its label.

    Example:
        >>> a, b = ox.NamedNode("urn:cell"), ox.NamedNode("urn:process")
        >>> axiom = Axiom((ox.Triple(a, ox.NamedNode(_DISJOINT), b),), frozenset())
        >>> in_words(axiom, lambda iri: iri.removeprefix("urn:"))
        'cell DisjointWith process'
    """
    of: dict[Node, dict[str, Node]] = defaultdict(dict)
    for t in axiom.triples:
        of[t.subject][t.predicate.value] = t.object

    def listed(head: Node | None) -> Iterator[Node]:
        while head in of:
            yield of[head][RDF + "first"]
            head = of[head].get(RDF + "rest")

    def words(node: Node, *, inner: bool = True) -> str:
        if isinstance(node, ox.NamedNode):
            return label(node.value)
        if not isinstance(node, ox.BlankNode):
            return f'"{node.value}"' if isinstance(node, ox.Literal) else str(node)
        text = " ".join(expression(of[node], node))
        return f"({text})" if inner else text

    def expression(said: dict[str, Node], node: Node) -> Iterator[str]:
        for predicate, word in ((_INTERSECTION, " and "), (_UNION, " or "), (OWL + "oneOf", ", ")):
            if predicate in said:
                yield word.join(words(m) for m in listed(said[predicate]))
        if OWL + "complementOf" in said:
            yield f"not {words(said[OWL + 'complementOf'])}"
        if OWL + "inverseOf" in said:
            yield f"inverse {words(said[OWL + 'inverseOf'])}"
        for predicate, word in _RESTRICTIONS.items():
            if predicate in said:
                on_class = said.get(OWL + "onClass")
                yield f"{words(said[OWL + 'onProperty'])} {word} {words(said[predicate])}"
                yield from [words(on_class)] if on_class is not None else []
        if RDF + "first" in said:
            yield " then ".join(words(m) for m in listed(node))

    main = axiom.triples[0]
    predicate = main.predicate.value
    word = _WORDS.get(predicate) or label(predicate)
    if predicate == RDF_TYPE and getattr(main.object, "value", "").startswith(OWL):
        return f"{words(main.subject)} is {contract(main.object.value).rpartition(':')[2]}"  # type: ignore[union-attr]
    return f"{words(main.subject, inner=False)} {word} {words(main.object, inner=False)}"


def labels(triples: Iterable[ox.Triple]) -> Callable[[str], str]:
    """Return what tells the label of a term: its `rdfs:label`, or else its CURIE.

    Args:
        triples: The ontology.
    """
    named = {IRKG + "displayName", RDFS + "label", OBO + "IAO_0000589"}
    found: dict[str, str] = {}
    for t in triples:
        if t.predicate.value in named and isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.Literal):
            found.setdefault(t.subject.value, t.object.value)
    return lambda iri: found.get(iri) or contract(iri)
