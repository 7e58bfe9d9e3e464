"""The triples of an ontology by what they say (OWL 2 Mapping to RDF Graphs, section 3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from irkg.materialise.roles import Unsupported
from irkg.vocab import OWL, RDF, RDF_TYPE, RDFS

Node = str  # an IRI, or "_:" and the name of a blank node

_BUILT_IN = (OWL, RDF, RDFS)
_IGNORED_TYPES = {OWL + "Ontology", OWL + "Axiom", OWL + "Annotation", OWL + "AllDifferent", OWL + "NamedIndividual"}
_DECLARED = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "object",
    OWL + "TransitiveProperty": "object",
    OWL + "SymmetricProperty": "object",
    OWL + "DatatypeProperty": "data",
    OWL + "AnnotationProperty": "annotation",
    OWL + "NamedIndividual": "individual",
}
# Two names never stand for one thing unless an axiom that is not handled says so: that they differ is no news.
_NO_AXIOMS = {OWL + name for name in ("annotatedSource", "annotatedProperty", "annotatedTarget", "distinctMembers")} | {
    OWL + name
    for name in (
        "versionInfo",
        "versionIRI",
        "deprecated",
        "imports",
        "members",
        "priorVersion",
        "backwardCompatibleWith",
        "incompatibleWith",
    )
}


def node(term: ox.NamedNode | ox.BlankNode) -> Node:
    """Return the name of a node."""
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def is_nameless(name: Node) -> bool:
    """Whether a node is a blank one."""
    return name.startswith("_:")


class OntologyTriples:
    """The triples of one ontology, found by what they are about.

    Args:
        triples: All of them.

    Attributes:
        about: From a node to its values by predicate, literals left out.
        pairs: From a predicate of OWL, RDF or RDFS to its pairs of nodes.
        kinds: From `class`, `object`, `data`, `annotation` and `individual` to what is declared so.
        links: From a property to the pairs of nodes that it links.
        values: From a property to the pairs of a node and a literal.

    Raises:
        Unsupported: A triple says what is not handled.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.about: dict[Node, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        self.pairs: dict[str, list[tuple[Node, Node]]] = defaultdict(list)
        self.kinds: dict[str, set[Node]] = {kind: set() for kind in _DECLARED.values()}
        self.links: dict[str, list[tuple[Node, Node]]] = defaultdict(list)
        self.values: dict[str, list[tuple[Node, ox.Literal]]] = defaultdict(list)
        self.literals: dict[Node, set[str]] = defaultdict(set)
        for t in triples:
            self._take(t)
        both = self.kinds["object"] & (self.kinds["data"] | self.kinds["annotation"])
        if both or self.kinds["data"] & self.kinds["annotation"]:
            raise Unsupported("one property of two kinds")

    def _take(self, t: ox.Triple) -> None:
        if isinstance(t.subject, ox.Triple) or isinstance(t.object, ox.Triple):
            raise Unsupported("triples about triples")
        subject, predicate = node(t.subject), t.predicate.value
        if isinstance(t.object, ox.Literal):
            self.literals[subject].add(predicate)
            if not predicate.startswith(_BUILT_IN):
                self.values[predicate].append((subject, t.object))
            return
        target = node(t.object)
        if not predicate.startswith(_BUILT_IN):
            self.links[predicate].append((subject, target))
            return
        self.about[subject][predicate].append(target)
        self.pairs[predicate].append((subject, target))
        if predicate == RDF_TYPE and target in _DECLARED and not is_nameless(subject):
            self.kinds[_DECLARED[target]].add(subject)

    def members(self, head: Node) -> list[Node]:
        """Return the members of an RDF list.

        Raises:
            Unsupported: It is none: something is missing, or there is too much.
        """
        found: list[Node] = []
        seen: set[Node] = set()
        while head != RDF + "nil":
            said = self.about[head]
            first, rest = said[RDF + "first"], said[RDF + "rest"]
            if len(first) != 1 or len(rest) != 1 or head in seen:
                raise Unsupported("a list that is none")
            seen.add(head)
            found.append(first[0])
            head = rest[0]
        return found

    def class_assertions(self) -> Iterator[tuple[Node, Node]]:
        """Yield pairs of an individual and a class of it, named or not.

        Raises:
            Unsupported: A type is not handled.
        """
        for subject, kind in self.pairs[RDF_TYPE]:
            if kind in (OWL + "Thing", OWL + "Nothing") or not kind.startswith(_BUILT_IN):
                yield subject, kind
            elif kind == OWL + "AllDifferent":
                self._check_different(subject)
            elif not (kind in _IGNORED_TYPES or kind in _DECLARED or kind in _HANDLED_TYPES):
                raise Unsupported(_short(kind))

    def _check_different(self, subject: Node) -> None:
        for prop in (OWL + "distinctMembers", OWL + "members"):
            for head in self.about[subject][prop]:
                names = self.members(head)
                if len(set(names)) < len(names):
                    raise Unsupported("a thing that differs from itself")

    def check_vocabulary(self, handled: set[str]) -> None:
        """Refuse what is said in words of OWL that are not handled.

        Args:
            handled: IRIs of the predicates that a reader handles.

        Raises:
            Unsupported: Another predicate of OWL is used.
        """
        for predicate in sorted(set(self.pairs) | {p for said in self.literals.values() for p in said}):
            if predicate.startswith(OWL) and predicate not in handled | _NO_AXIOMS:
                raise Unsupported(_short(predicate))


_HANDLED_TYPES = {OWL + "Restriction", OWL + "AllDisjointClasses", RDF + "List"}


def _short(iri: str) -> str:
    prefix = {OWL: "owl", RDF: "rdf", RDFS: "rdfs"}[iri[: iri.index("#") + 1]]
    return f"{prefix}:{iri.rpartition('#')[2]}"
