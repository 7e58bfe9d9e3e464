"""OWL expressions out of RDF, in functional syntax: classes, data ranges, properties, literals.

See OWL 2 Mapping to RDF Graphs, section 3.2 (https://www.w3.org/TR/owl2-mapping-to-rdf/). Nothing is guessed: an
entity must be declared, and a blank node must match exactly one pattern.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable

import pyoxigraph as ox

from irkg.errors import GraphError
from irkg.vocab import OWL, PREFIXES, RDF, RDF_TYPE, RDFS, XSD, contract

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
ENTITIES = {
    OWL + "Class": "Class",
    RDFS + "Datatype": "Datatype",
    OWL + "ObjectProperty": "ObjectProperty",
    OWL + "DatatypeProperty": "DataProperty",
    OWL + "AnnotationProperty": "AnnotationProperty",
    OWL + "NamedIndividual": "NamedIndividual",
}
_PROPERTIES = frozenset({"ObjectProperty", "DataProperty", "AnnotationProperty"})
# Structural Specification, 5.1 to 5.5: what needs no declaration
_BUILT_IN = {
    "Class": {OWL + "Thing", OWL + "Nothing"},
    "ObjectProperty": {OWL + "topObjectProperty", OWL + "bottomObjectProperty"},
    "DataProperty": {OWL + "topDataProperty", OWL + "bottomDataProperty"},
    "AnnotationProperty": {
        *(RDFS + name for name in ("label", "comment", "seeAlso", "isDefinedBy")),
        *(OWL + name for name in ("deprecated", "versionInfo", "priorVersion", "backwardCompatibleWith")),
        OWL + "incompatibleWith",
    },
}
_DATATYPES = (
    XSD,
    RDF + "PlainLiteral",
    RDF + "XMLLiteral",
    RDF + "langString",
    RDFS + "Literal",
    OWL + "real",
    OWL + "rational",
)
_ONTOLOGY = ox.NamedNode(OWL + "Ontology")
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")  # the names that every reader of prefixed names agrees on

_JUNCTIONS = {"intersectionOf": "IntersectionOf", "unionOf": "UnionOf", "oneOf": "OneOf"}
_QUANTIFIERS = {"someValuesFrom": "SomeValuesFrom", "allValuesFrom": "AllValuesFrom"}
_CARDINALITIES = {
    name: (word, qualified)
    for word, names in {
        "MinCardinality": ("minCardinality", "minQualifiedCardinality"),
        "MaxCardinality": ("maxCardinality", "maxQualifiedCardinality"),
        "ExactCardinality": ("cardinality", "qualifiedCardinality"),
    }.items()
    for name, qualified in zip(names, (False, True), strict=True)
}


def declared(t: ox.Triple) -> str:
    """Return what kind of entity a triple declares, or an empty text."""
    if t.predicate.value == RDF_TYPE and isinstance(t.object, ox.NamedNode):
        return ENTITIES.get(t.object.value, "")
    return ""


def iri(value: str) -> str:
    """Return an IRI, abbreviated where one of our prefixes fits.

    Example:
        >>> iri("https://w3id.org/irkg/recruits")
        'irkg:recruits'
        >>> iri("https://w3id.org/irkg/evidence/a/0-40")
        '<https://w3id.org/irkg/evidence/a/0-40>'
    """
    for prefix, namespace in PREFIXES.items():
        if value.startswith(namespace) and _LOCAL.fullmatch(value, len(namespace)):
            return f"{prefix}:{value[len(namespace) :]}"
    return f"<{value}>"


def literal(value: ox.Literal) -> str:
    r"""Return a literal (Structural Specification, 5.7).

    Example:
        >>> print(literal(ox.Literal('say "x" \\')), literal(ox.Literal("été", language="fr")), literal(ox.Literal(3)))
        "say \"x\" \\" "été"@fr "3"^^xsd:integer
    """
    quoted = '"' + value.value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if value.language:
        return f"{quoted}@{value.language}"
    return quoted if value.datatype.value == XSD + "string" else f"{quoted}^^{iri(value.datatype.value)}"


class Expressions:
    """The entities and blank nodes of an ontology in RDF.

    Args:
        triples: All its triples.

    Attributes:
        ontologies: What is declared as an OWL ontology.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._kinds: dict[str, set[str]] = defaultdict(set)
        self._nodes: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self.ontologies: list[ox.NamedNode] = []
        self._read: set[tuple[str, str]] = set()
        self._open: set[Term] = set()  # the class expressions that are being written
        for t in triples:
            if isinstance(t.subject, ox.BlankNode):
                self._nodes[t.subject.value][t.predicate.value].append(t.object)
            elif isinstance(t.subject, ox.NamedNode) and t.predicate.value == RDF_TYPE:
                self._note_type(t.subject, t)
        for kind, names in _BUILT_IN.items():
            for name in names:
                self._kinds[name].add(kind)

    def _note_type(self, subject: ox.NamedNode, t: ox.Triple) -> None:
        kind = declared(t)
        if kind and kind != "NamedIndividual":  # an individual needs no declaration, and there are very many
            self._kinds[subject.value].add(kind)
        elif t.object == _ONTOLOGY:
            self.ontologies.append(subject)

    def typed(self, types: set[str]) -> list[ox.BlankNode]:
        """Return the blank nodes of some types, by name."""
        nodes = map(ox.BlankNode, sorted(self._nodes))
        return [node for node in nodes if self.types(node) & types]

    def types(self, blank: ox.BlankNode) -> set[str]:
        """Return the types of a blank node."""
        return {t.value for t in self.node(blank).get(RDF_TYPE, []) if isinstance(t, ox.NamedNode)}

    def node(self, blank: ox.BlankNode) -> dict[str, list[Term]]:
        """Return what is said of a blank node, by property."""
        return self._nodes.get(blank.value, {})

    def read(self, blank: ox.BlankNode, *predicates: str) -> None:
        """Note that what is said of a blank node by these properties stands in what is written."""
        self._read.update((blank.value, p) for p in predicates)

    def check_all_read(self) -> None:
        """Refuse an ontology of which something would be lost.

        Raises:
            GraphError: Something that is said of a blank node belongs to no axiom.
        """
        for name, said in sorted(self._nodes.items()):
            lost = sorted(p for p in said if (name, p) not in self._read)
            if lost:
                raise refused(f"a blank node has {contract(lost[0])} and belongs to no axiom that is known", said)

    def one(self, blank: ox.BlankNode, predicate: str) -> Term:
        """Return the only value of a property of a blank node, and note it as read."""
        said = self.node(blank)
        values = said.get(predicate, [])
        if len(values) != 1:
            raise refused(f"a blank node needs one {contract(predicate)} and has {len(values)}", said)
        self.read(blank, predicate)
        return values[0]

    def is_kind(self, term: Term, kind: str) -> bool:
        """Return whether a term is declared, or built in, as a kind of entity, or is an expression of that kind."""
        if isinstance(term, ox.NamedNode):
            built_in = kind == "Datatype" and term.value.startswith(_DATATYPES)
            return built_in or kind in self._kinds.get(term.value, ())
        if isinstance(term, ox.BlankNode):
            types = self.types(term)
            if kind == "Class":
                return bool(types & {OWL + "Class", OWL + "Restriction"})
            if kind == "ObjectProperty":
                return OWL + "inverseOf" in self.node(term)
            return kind == "Datatype" and RDFS + "Datatype" in types
        return False

    def property_kind(self, term: Term) -> str:
        """Return whether a property is an object, data or annotation property.

        Raises:
            GraphError: It is not declared, or as several of these.
        """
        kinds = [k for k in sorted(_PROPERTIES) if self.is_kind(term, k)]
        if len(kinds) != 1:
            what = f"is declared as {' and '.join(kinds)}" if kinds else "is used as a property and not declared"
            raise GraphError(what, iri=str(getattr(term, "value", term)), remedy="declare it as one sort of property")
        return kinds[0]

    def entity(self, term: Term, kind: str) -> str:
        """Return the name of an entity of a kind.

        Raises:
            GraphError: It is not declared as one.
        """
        if isinstance(term, ox.NamedNode) and self.is_kind(term, kind):
            return iri(term.value)
        raise GraphError(f"is used as {kind} and not declared", iri=str(getattr(term, "value", term)))

    def individual(self, term: Term) -> str:
        """Return an individual, named or anonymous."""
        if isinstance(term, ox.NamedNode):
            return iri(term.value)
        if isinstance(term, ox.BlankNode):
            return str(term)
        raise GraphError(f"{term} stands where an individual should")

    def members(self, term: Term) -> list[Term]:
        """Return the members of an RDF list."""
        found: list[Term] = []
        while term != ox.NamedNode(RDF + "nil"):
            if not isinstance(term, ox.BlankNode) or len(found) > len(self._nodes):
                raise GraphError(f"{term} stands where an RDF list should")
            found.append(self.one(term, RDF + "first"))
            self.read(term, RDF_TYPE)  # rdf:List may be written out
            term = self.one(term, RDF + "rest")
        return found

    def object_property(self, term: Term) -> str:
        """Return an object property or the inverse of one."""
        if isinstance(term, ox.BlankNode):
            self.read(term, RDF_TYPE)
            return f"ObjectInverseOf({self.entity(self.one(term, OWL + 'inverseOf'), 'ObjectProperty')})"
        return self.entity(term, "ObjectProperty")

    def data_property(self, term: Term) -> str:
        """Return a data property."""
        return self.entity(term, "DataProperty")

    def data_range(self, term: Term) -> str:
        """Return a data range (Mapping to RDF, table 12)."""
        if not isinstance(term, ox.BlankNode):
            return self.entity(term, "Datatype")
        said = self.node(term)
        self.read(term, RDF_TYPE)
        if OWL + "onDatatype" in said:
            base = self.entity(self.one(term, OWL + "onDatatype"), "Datatype")
            return f"DatatypeRestriction({base} {self._facets(self.one(term, OWL + 'withRestrictions'))})"
        if OWL + "datatypeComplementOf" in said:
            return f"DataComplementOf({self.data_range(self.one(term, OWL + 'datatypeComplementOf'))})"
        return self._junction(term, "Data", self.data_range, self._literal)

    def _literal(self, term: Term) -> str:
        if not isinstance(term, ox.Literal):
            raise GraphError(f"{term} stands where a literal should")
        return literal(term)

    def _facets(self, term: Term) -> str:
        facets = []
        for facet in self.members(term):
            said = self.node(facet) if isinstance(facet, ox.BlankNode) else {}
            if not isinstance(facet, ox.BlankNode) or len(said) != 1:
                raise refused("a facet needs one value", said)
            (name,) = said
            facets.append(f"{iri(name)} {self._literal(self.one(facet, name))}")
        return " ".join(facets)

    def _junction(
        self, term: ox.BlankNode, prefix: str, part: Callable[[Term], str], value: Callable[[Term], str]
    ) -> str:
        said = self.node(term)
        found = [name for name in _JUNCTIONS if OWL + name in said]
        if len(found) != 1:
            raise refused("a blank node matches no OWL expression, or several", said)
        written = value if found[0] == "oneOf" else part
        members = [written(m) for m in self.members(self.one(term, OWL + found[0]))]
        return f"{prefix}{_JUNCTIONS[found[0]]}({' '.join(members)})"

    def class_expression(self, term: Term) -> str:
        """Return a class expression (Mapping to RDF, table 13)."""
        if not isinstance(term, ox.BlankNode):
            return self.entity(term, "Class")
        said = self.node(term)
        if term in self._open:
            raise refused("an expression holds itself", said)
        self._open.add(term)
        self.read(term, RDF_TYPE)
        if OWL + "onProperty" in said:
            written = self._restriction(term)
        elif OWL + "complementOf" in said:
            written = f"ObjectComplementOf({self.class_expression(self.one(term, OWL + 'complementOf'))})"
        else:
            written = self._junction(term, "Object", self.class_expression, self.individual)
        self._open.remove(term)
        return written

    def _restriction(self, term: ox.BlankNode) -> str:
        about = self.one(term, OWL + "onProperty")
        is_object = self.property_kind(about) == "ObjectProperty"
        prefix = "Object" if is_object else "Data"
        name = (self.object_property if is_object else self.data_property)(about)
        filler = self.class_expression if is_object else self.data_range
        said = self.node(term)
        found = [p for p in said if p.startswith(OWL) and p.removeprefix(OWL) in _RESTRICTIONS]
        if len(found) != 1:
            raise refused("a restriction needs one sort of limit", said)
        word = found[0].removeprefix(OWL)
        value = self.one(term, found[0])
        if word in _QUANTIFIERS:
            return f"{prefix}{_QUANTIFIERS[word]}({name} {filler(value)})"
        if word == "hasValue":
            return f"{prefix}HasValue({name} {(self.individual if is_object else self._literal)(value)})"
        if word == "hasSelf":
            return f"ObjectHasSelf({name})"
        limit, qualified = _CARDINALITIES[word]
        of = self.one(term, OWL + ("onClass" if is_object else "onDataRange")) if qualified else None
        count = value.value if isinstance(value, ox.Literal) else ""
        if not count.isdecimal():
            raise refused("a cardinality is no number", said)
        return f"{prefix}{limit}({count} {name}{f' {filler(of)}' if of is not None else ''})"


_RESTRICTIONS = {*_QUANTIFIERS, *_CARDINALITIES, "hasValue", "hasSelf"}


def refused(what: str, said: dict[str, list[Term]]) -> GraphError:
    """Return the error for RDF that is no OWL, with what is said of the blank node."""
    about = ", ".join(f"{contract(p)} {contract(getattr(o, 'value', str(o)))}" for p in sorted(said) for o in said[p])
    return GraphError(
        f"not OWL: {what} ({about[:200]})", remedy="mend the ontology; Turtle and N-Triples hold any RDF meanwhile"
    )
