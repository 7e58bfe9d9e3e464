"""OWL functional-style syntax: every axiom of the merged graph, or an error that names what is no OWL.

No library is fit to write it: py-horned-owl 2.0 loses AllDisjointClasses and AllDisjointProperties when it reads
RDF, without a word (the tests use it as a second reader of what is written here). See OWL 2 Mapping to RDF Graphs,
section 3 (https://www.w3.org/TR/owl2-mapping-to-rdf/), and OWL 2 Structural Specification
(https://www.w3.org/TR/owl2-syntax/).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import pyoxigraph as ox

from irkg.errors import GraphError
from irkg.export.order import Replayed, merged_lines
from irkg.export.owl_expressions import ENTITIES, Expressions, Term, declared, iri, literal, refused
from irkg.vocab import OWL, PREFIXES, RDF, RDF_TYPE, RDFS, SUBCLASS_OF, XSD

_Key = tuple[Term, str, Term]
_CHARACTERISTICS = (
    "Functional", "InverseFunctional", "Reflexive", "Irreflexive", "Symmetric", "Asymmetric", "Transitive",
)  # fmt: skip
_OF_PROPERTIES = {OWL + f"{c}Property": c for c in _CHARACTERISTICS}
# Types of blank nodes that stand for a whole axiom, and those of parts of one
_AXIOM_NODES = {OWL + n for n in ("AllDisjointClasses", "AllDisjointProperties", "AllDifferent")}
_NEGATIVE = OWL + "NegativePropertyAssertion"
_REIFIED = {OWL + "Axiom", OWL + "Annotation"}
_SOURCE, _PROPERTY, _TARGET = (OWL + f"annotated{n}" for n in ("Source", "Property", "Target"))
_EXPRESSION_TYPES = {OWL + "Class", OWL + "Restriction", RDFS + "Datatype"}
# Properties that make up an expression: they are read where it is used
_STRUCTURE = {
    OWL + n
    for n in (
        "intersectionOf", "unionOf", "oneOf", "complementOf", "datatypeComplementOf", "onDatatype", "withRestrictions",
        "onProperty", "someValuesFrom", "allValuesFrom", "hasValue", "hasSelf", "onClass", "onDataRange",
        "minCardinality", "maxCardinality", "cardinality", "minQualifiedCardinality", "maxQualifiedCardinality",
        "qualifiedCardinality",
    )
} | {RDF_TYPE}  # fmt: skip
# What tells a list, a facet or the inverse of a property from an anonymous individual
_PARTS = {RDF + "first", RDF + "langRange", OWL + "inverseOf"}
_BETWEEN_PROPERTIES = {
    RDFS + "subPropertyOf": "Sub{}Of",
    OWL + "equivalentProperty": "Equivalent{}",
    OWL + "propertyDisjointWith": "Disjoint{}",
}
_PLURAL = {"ObjectProperty": "ObjectProperties", "DataProperty": "DataProperties"}


def write_functional(store: ox.Store, out: BinaryIO) -> None:
    """Write the merged graph in functional-style syntax: header, declarations, axioms, each in a stable order.

    Raises:
        GraphError: Something in the graph is no OWL 2, or belongs to no axiom: an undeclared property, for one.
    """
    for prefix in sorted(PREFIXES):
        out.write(f"Prefix({prefix}:=<{PREFIXES[prefix]}>)\n".encode())
    with merged_lines(store) as (found, _), Replayed(found) as triples:
        for line in _Ontology(triples).lines():
            out.write(f"{line}\n".encode())


class _Ontology:
    """An ontology in RDF, as lines of functional-style syntax."""

    def __init__(self, triples: Replayed) -> None:
        self._triples = triples
        self._owl = Expressions(triples)
        self._reified = self._reifications()
        self._annotated: set[_Key] = set()

    def lines(self) -> Iterator[str]:
        """Yield the lines, the axioms in the order of the triples that they come from."""
        ontologies = self._owl.ontologies
        if len(ontologies) != 1:
            raise GraphError(
                f"not one OWL ontology but {len(ontologies)}", remedy="declare one owl:Ontology, with an IRI"
            )
        (ontology,) = ontologies
        yield from self._header(ontology, [t for t in self._triples if t.subject == ontology])
        for wanted in (True, False):
            for t in self._triples:
                if bool(declared(t)) == wanted and t.subject != ontology:
                    yield from self._of_triple(t)
        self._check_nothing_lost()
        yield ")"

    def _check_nothing_lost(self) -> None:
        for source, about, target in self._reified.keys() - self._annotated:
            said = f"{source} {about} {target}"
            raise GraphError(f"not OWL: an axiom is annotated that does not stand in the graph itself: {said}")
        self._owl.check_all_read()

    def _header(self, ontology: ox.NamedNode, triples: Iterable[ox.Triple]) -> Iterator[str]:
        versions = [t.object for t in triples if t.predicate.value == OWL + "versionIRI"]
        if len(versions) > 1:
            raise GraphError("has more than one owl:versionIRI", iri=ontology.value)
        yield f"Ontology({' '.join(self._owl.individual(i) for i in (ontology, *versions))}"
        for t in triples:
            if t.predicate.value == OWL + "imports":
                yield f"Import({self._owl.individual(t.object)})"
        for t in triples:
            if t.predicate.value not in (RDF_TYPE, OWL + "versionIRI", OWL + "imports"):
                for notes in self._annotations(t):
                    yield self._annotation(t.predicate, t.object, notes)
            elif t.predicate.value == RDF_TYPE and t.object != _ONTOLOGY:
                yield from self._of_triple(t)

    def _reifications(self) -> dict[_Key, list[ox.BlankNode]]:
        """Return the blank nodes that annotate an axiom, by its main triple (Mapping to RDF, 3.2.2)."""
        found: dict[_Key, list[ox.BlankNode]] = defaultdict(list)
        for node in self._owl.typed(_REIFIED):
            self._owl.read(node, RDF_TYPE)
            about = self._owl.one(node, _PROPERTY)
            if isinstance(about, ox.NamedNode):
                found[self._owl.one(node, _SOURCE), about.value, self._owl.one(node, _TARGET)].append(node)
        return found

    def _annotations(self, t: ox.Triple) -> list[str]:
        """Return the annotations of a triple's axiom: one text for each annotated form of it, "" for a bare one."""
        key = (t.subject, t.predicate.value, t.object)
        nodes = self._reified.get(key, [])
        if nodes:
            self._annotated.add(key)
        return sorted(self._annotations_of(node, {RDF_TYPE, _SOURCE, _PROPERTY, _TARGET}) for node in nodes) or [""]

    def _annotations_of(self, node: ox.BlankNode, structure: set[str]) -> str:
        """Return what a blank node that stands for an axiom says by annotation properties."""
        found = []
        for name, values in self._owl.node(node).items():
            if name not in structure:
                self._owl.read(node, name)
                for value in values:
                    about = ox.NamedNode(name)
                    for notes in self._annotations(ox.Triple(node, about, value)):
                        found.append(self._annotation(about, value, notes))
        return "".join(f"{a} " for a in sorted(found))

    def _annotation(self, about: ox.NamedNode, value: Term, notes: str = "") -> str:
        return f"Annotation({notes}{self._owl.entity(about, 'AnnotationProperty')} {self._value(value)})"

    def _value(self, term: Term) -> str:
        return literal(term) if isinstance(term, ox.Literal) else self._owl.individual(term)

    def _of_triple(self, t: ox.Triple) -> Iterator[str]:
        if self._is_part(t):
            return
        if isinstance(t.subject, ox.BlankNode):
            self._owl.read(t.subject, t.predicate.value)
        if t.predicate.value == RDF_TYPE:
            head, body = self._of_type(t)
        else:
            head, body = _BY_PREDICATE.get(t.predicate.value, _Ontology._assertion)(self, t)
        for notes in self._annotations(t):
            yield f"{head}({notes}{body})"

    def _is_part(self, t: ox.Triple) -> bool:
        """Return whether a triple belongs to an axiom or expression that stands elsewhere."""
        if not isinstance(t.subject, ox.BlankNode):
            return False
        types = self._owl.types(t.subject)
        if types & _REIFIED:
            return True
        if types & {*_AXIOM_NODES, _NEGATIVE}:
            return t.predicate.value != RDF_TYPE
        if not types & _EXPRESSION_TYPES:  # a list, a facet, the inverse of a property; else an anonymous individual
            return any(p in _PARTS or p.startswith(XSD) for p in self._owl.node(t.subject))
        if t.predicate.value in _BY_PREDICATE:
            return False
        if t.predicate.value in _STRUCTURE:
            return True
        raise refused("an expression cannot have properties of its own", self._owl.node(t.subject))

    def _of_type(self, t: ox.Triple) -> tuple[str, str]:
        owl, subject = self._owl, t.subject
        kind = t.object.value if isinstance(t.object, ox.NamedNode) else ""
        if kind in ENTITIES and isinstance(subject, ox.NamedNode):
            return "Declaration", f"{ENTITIES[kind]}({owl.individual(subject)})"
        if kind in _OF_PROPERTIES:
            sort = owl.property_kind(subject)
            if sort == "AnnotationProperty" or (sort == "DataProperty" and _OF_PROPERTIES[kind] != "Functional"):
                raise GraphError(f"not OWL: {sort} that is {_OF_PROPERTIES[kind]}", iri=str(subject))
            return f"{_OF_PROPERTIES[kind]}{sort}", self._property(subject)
        if isinstance(subject, ox.BlankNode) and kind in _AXIOM_NODES:
            return self._all(subject, kind)
        if isinstance(subject, ox.BlankNode) and kind == _NEGATIVE:
            return self._negative(subject)
        return "ClassAssertion", f"{owl.class_expression(t.object)} {owl.individual(subject)}"

    def _all(self, node: ox.BlankNode, kind: str) -> tuple[str, str]:
        owl, said = self._owl, self._owl.node(node)
        lists = [p for p in (OWL + "members", OWL + "distinctMembers") if p in said]
        if len(lists) != 1:
            raise refused("it needs one list of members", said)
        notes = self._annotations_of(node, {RDF_TYPE, *lists})
        members = owl.members(owl.one(node, lists[0]))
        if kind == OWL + "AllDisjointClasses":
            return "DisjointClasses", notes + " ".join(map(owl.class_expression, members))
        if kind == OWL + "AllDifferent":
            return "DifferentIndividuals", notes + " ".join(map(owl.individual, members))
        sort = self._same_sort(*members)
        return f"Disjoint{_PLURAL[sort]}", notes + " ".join(map(self._property, members))

    def _negative(self, node: ox.BlankNode) -> tuple[str, str]:
        owl, said = self._owl, self._owl.node(node)
        target = OWL + ("targetValue" if OWL + "targetValue" in said else "targetIndividual")
        parts = (OWL + "sourceIndividual", OWL + "assertionProperty", target)
        notes = self._annotations_of(node, {RDF_TYPE, *parts})
        source, about, value = (owl.one(node, p) for p in parts)
        if target == OWL + "targetValue":
            body = f"{owl.data_property(about)} {owl.individual(source)} {self._value(value)}"
            return "NegativeDataPropertyAssertion", notes + body
        body = f"{owl.object_property(about)} {owl.individual(source)} {owl.individual(value)}"
        return "NegativeObjectPropertyAssertion", notes + body

    def _property(self, term: Term) -> str:
        sort = self._owl.property_kind(term)
        return self._owl.object_property(term) if sort == "ObjectProperty" else self._owl.entity(term, sort)

    def _same_sort(self, *terms: Term) -> str:
        sorts = {self._owl.property_kind(term) for term in terms}
        if len(sorts) != 1:
            names = " ".join(str(term) for term in terms)
            raise GraphError(f"not OWL: an axiom about properties of different sorts: {names}")
        return sorts.pop()

    def _sub_class(self, t: ox.Triple) -> tuple[str, str]:
        return "SubClassOf", f"{self._owl.class_expression(t.subject)} {self._owl.class_expression(t.object)}"

    def _equivalent(self, t: ox.Triple) -> tuple[str, str]:
        owl = self._owl
        if owl.is_kind(t.subject, "Datatype"):
            return "DatatypeDefinition", f"{owl.entity(t.subject, 'Datatype')} {owl.data_range(t.object)}"
        return "EquivalentClasses", f"{owl.class_expression(t.subject)} {owl.class_expression(t.object)}"

    def _disjoint(self, t: ox.Triple) -> tuple[str, str]:
        return "DisjointClasses", f"{self._owl.class_expression(t.subject)} {self._owl.class_expression(t.object)}"

    def _disjoint_union(self, t: ox.Triple) -> tuple[str, str]:
        parts = [t.subject, *self._owl.members(t.object)]
        return "DisjointUnion", " ".join(map(self._owl.class_expression, parts))

    def _between_properties(self, t: ox.Triple) -> tuple[str, str]:
        sort, form = self._same_sort(t.subject, t.object), _BETWEEN_PROPERTIES[t.predicate.value]
        named = sort if form.startswith("Sub") else _PLURAL.get(sort)
        if named is None:
            raise GraphError(f"not OWL: {form.format('')} of annotation properties", iri=str(t.subject))
        return form.format(named), f"{self._property(t.subject)} {self._property(t.object)}"

    def _chain(self, t: ox.Triple) -> tuple[str, str]:
        chain = " ".join(map(self._owl.object_property, self._owl.members(t.object)))
        return "SubObjectPropertyOf", f"ObjectPropertyChain({chain}) {self._owl.object_property(t.subject)}"

    def _domain(self, t: ox.Triple) -> tuple[str, str]:
        sort = self._owl.property_kind(t.subject)
        end = self._owl.individual if sort == "AnnotationProperty" else self._owl.class_expression
        return f"{sort}Domain", f"{self._property(t.subject)} {end(t.object)}"

    def _range(self, t: ox.Triple) -> tuple[str, str]:
        sort = self._owl.property_kind(t.subject)
        ends = {"AnnotationProperty": self._owl.individual, "DataProperty": self._owl.data_range}
        return f"{sort}Range", f"{self._property(t.subject)} {ends.get(sort, self._owl.class_expression)(t.object)}"

    def _inverse(self, t: ox.Triple) -> tuple[str, str]:
        return (
            "InverseObjectProperties",
            f"{self._owl.object_property(t.subject)} {self._owl.object_property(t.object)}",
        )

    def _key(self, t: ox.Triple) -> tuple[str, str]:
        members = self._owl.members(t.object)
        objects = [self._property(m) for m in members if self._owl.property_kind(m) == "ObjectProperty"]
        data = [self._owl.data_property(m) for m in members if self._owl.property_kind(m) != "ObjectProperty"]
        return "HasKey", f"{self._owl.class_expression(t.subject)} ({' '.join(objects)}) ({' '.join(data)})"

    def _same(self, t: ox.Triple) -> tuple[str, str]:
        return "SameIndividual", f"{self._owl.individual(t.subject)} {self._owl.individual(t.object)}"

    def _different(self, t: ox.Triple) -> tuple[str, str]:
        return "DifferentIndividuals", f"{self._owl.individual(t.subject)} {self._owl.individual(t.object)}"

    def _assertion(self, t: ox.Triple) -> tuple[str, str]:
        sort, subject = self._owl.property_kind(t.predicate), self._owl.individual(t.subject)
        if sort == "ObjectProperty":
            target = self._owl.individual(t.object)
        elif sort == "DataProperty" and not isinstance(t.object, ox.Literal):
            raise GraphError(f"has {iri(t.predicate.value)}, a data property, with {t.object}", iri=subject.strip("<>"))
        else:
            target = self._value(t.object)
        head = "AnnotationAssertion" if sort == "AnnotationProperty" else f"{sort}Assertion"
        return head, f"{iri(t.predicate.value)} {subject} {target}"


_ONTOLOGY = ox.NamedNode(OWL + "Ontology")
_BY_PREDICATE = {
    SUBCLASS_OF: _Ontology._sub_class,
    OWL + "equivalentClass": _Ontology._equivalent,
    OWL + "disjointWith": _Ontology._disjoint,
    OWL + "disjointUnionOf": _Ontology._disjoint_union,
    **dict.fromkeys(_BETWEEN_PROPERTIES, _Ontology._between_properties),
    OWL + "propertyChainAxiom": _Ontology._chain,
    RDFS + "domain": _Ontology._domain,
    RDFS + "range": _Ontology._range,
    OWL + "inverseOf": _Ontology._inverse,
    OWL + "hasKey": _Ontology._key,
    OWL + "sameAs": _Ontology._same,
    OWL + "differentFrom": _Ontology._different,
}
