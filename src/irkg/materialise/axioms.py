"""The axioms of an ontology in a normal form that rules can be applied to, or a word on which is not handled.

The normal form is that of Horn ontologies (Kazakov 2009, "Consequence-driven reasoning for Horn SHIQ ontologies"):
`A and B imply C`, `A implies some R B`, `A implies only R B`, `A implies the value R a`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pyoxigraph as ox

from irkg.materialise.literals import check_values
from irkg.materialise.roles import Role, RoleBox, Unsupported, Word, inverse, through_nameless
from irkg.materialise.triples import Node, OntologyTriples, is_nameless
from irkg.vocab import OWL, RDF_TYPE, RDFS, SUBCLASS_OF

TOP, BOTTOM = 0, 1
Concept = int

_EQUIVALENT, _DISJOINT = OWL + "equivalentClass", OWL + "disjointWith"
_DOMAIN, _RANGE, _SUBPROPERTY = RDFS + "domain", RDFS + "range", RDFS + "subPropertyOf"
_ON_PROPERTY, _SOME, _ALL, _HAS_VALUE = (OWL + n for n in ("onProperty", "someValuesFrom", "allValuesFrom", "hasValue"))
_AND, _OR, _NOT, _ONE_OF = (OWL + n for n in ("intersectionOf", "unionOf", "complementOf", "oneOf"))
_HANDLED = {
    *(_EQUIVALENT, _DISJOINT, _ON_PROPERTY, _SOME, _ALL, _HAS_VALUE, _AND, _OR, _NOT, _ONE_OF),
    *(OWL + name for name in ("inverseOf", "equivalentProperty", "propertyChainAxiom", "differentFrom", "members")),
}
_FILLERS = (_SOME, _ALL, _HAS_VALUE)
_EXPRESSIONS = (_AND, _OR, _NOT, _ONE_OF)
_UNIVERSAL = {OWL + f"{end}{kind}Property" for end in ("top", "bottom") for kind in ("Object", "Data")}


class Axioms:
    """The axioms and assertions of an ontology.

    Args:
        triples: All of one ontology, individuals included.

    Attributes:
        classes: The concept of each named class, by IRI.
        properties: The number of each object property, by IRI.
        implied: From a concept to those that it implies by itself.
        joint: From a concept to the pairs of other concepts and what they imply together with it.
        some: From a concept to the pairs of a role and a concept that its members have a successor in.
        only: From a concept to the roles over which it implies concepts.
        value: From a concept to the pairs of a role and an individual that its members have as a value.
        nominals: From an individual that axioms name to the concept of it alone.
        types: Pairs of an individual and a concept, as asserted.
        edges: Edges by individual, role and individual, as asserted.
        individuals: All of them.

    Raises:
        Unsupported: The ontology says what is not handled.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._read = OntologyTriples(triples)
        self._read.check_vocabulary(_HANDLED)
        self.classes: dict[str, Concept] = {OWL + "Thing": TOP, OWL + "Nothing": BOTTOM}
        self._made: dict[tuple[object, ...], Concept] = {("top",): TOP, ("bottom",): BOTTOM}
        self._open: set[tuple[str, Node]] = set()
        self.properties = {iri: i for i, iri in enumerate(sorted(self._read.kinds["object"]))}
        self.implied: dict[Concept, set[Concept]] = defaultdict(set)
        self.joint: dict[Concept, set[tuple[frozenset[Concept], Concept]]] = defaultdict(set)
        self.some: dict[Concept, set[tuple[Role, Concept]]] = defaultdict(set)
        self.only: dict[Concept, dict[Role, set[Concept]]] = defaultdict(lambda: defaultdict(set))
        self.value: dict[Concept, set[tuple[Role, Node]]] = defaultdict(set)
        self.nominals: dict[Node, Concept] = {}
        self.box = RoleBox(len(self.properties), self._inclusions())
        for iri in sorted(self._read.kinds["class"]):
            self._class(iri)
        self._class_axioms()
        self._property_axioms()
        self._assertions()
        roles = {role for pairs in self.some.values() for role, _ in pairs}
        valued = {role for pairs in self.value.values() for role, _ in pairs}
        for _ in through_nameless(self.box, roles, valued):
            raise Unsupported("a property chain that leads over things without a name and back")

    # Properties

    def _role(self, term: Node) -> Role:
        inverses = self._read.about[term][OWL + "inverseOf"] if is_nameless(term) else []
        if inverses:
            return inverse(self._role(inverses[0]))
        if term not in self.properties:
            raise Unsupported(f"axioms on the property <{term}> as an object property")
        return 2 * self.properties[term]

    def _inclusions(self) -> set[tuple[Word, Role]]:
        found: set[tuple[Word, Role]] = set()
        pairs = self._read.pairs
        for a, b in pairs[OWL + "inverseOf"]:
            if not is_nameless(a):
                p, q = self._role(a), self._role(b)
                found |= {((p,), inverse(q)), ((inverse(q),), p)}
        for a, b in pairs[_SUBPROPERTY]:
            if self._is_object(a):
                found.add(((self._role(a),), self._role(b)))
        for a, b in pairs[OWL + "equivalentProperty"]:
            if self._is_object(a):
                p, q = self._role(a), self._role(b)
                found |= {((p,), q), ((q,), p)}
        for a, kind in pairs[RDF_TYPE]:
            if kind == OWL + "SymmetricProperty":
                found.add(((inverse(self._role(a)),), self._role(a)))
            elif kind == OWL + "TransitiveProperty":
                found.add(((self._role(a), self._role(a)), self._role(a)))
        for a, head in pairs[OWL + "propertyChainAxiom"]:
            chain = tuple(map(self._role, self._read.members(head)))
            if len(chain) < 2:
                raise Unsupported("a property chain of less than two properties")
            found.add((chain, self._role(a)))
        return found

    def _is_object(self, prop: Node) -> bool:
        """Whether an axiom is on an object property; those on data properties of which no more is said are no news."""
        if prop in self._read.kinds["data"]:
            raise Unsupported("a hierarchy of data properties")
        return prop not in self._read.kinds["annotation"]

    def _property_axioms(self) -> None:
        for prop, cls in self._read.pairs[_DOMAIN]:
            if prop in self.properties:
                self._restrict(TOP, inverse(self._role(prop)), self._above(cls))
        for prop, cls in self._read.pairs[_RANGE]:
            if prop in self.properties:
                self._restrict(TOP, self._role(prop), self._above(cls))

    # Classes

    def _concept(self, *key: object) -> Concept:
        return self._made.setdefault(key, len(self._made))

    def _class(self, iri: str) -> Concept:
        if iri not in self.classes:
            self.classes[iri] = self._concept("class", iri)
        return self.classes[iri]

    def _nominal(self, individual: Node) -> Concept:
        self.nominals[individual] = self._concept("nominal", individual)
        return self.nominals[individual]

    def _imply(self, body: Iterable[Concept], head: Concept) -> None:
        concepts = frozenset(body) - {TOP}
        if head in concepts or head == TOP or BOTTOM in concepts:
            return
        if len(concepts) < 2:
            self.implied[next(iter(concepts), TOP)].add(head)
        for concept in concepts if len(concepts) > 1 else ():
            self.joint[concept].add((concepts - {concept}, head))

    def _restrict(self, concept: Concept, role: Role, filler: Concept) -> None:
        """Take in that `concept` implies only `role` `filler`: over each word that implies the role."""
        role = self.box.name[role]
        made = self.box.automaton(role)
        if made.is_simple:
            for _, step, _ in made.steps:
                self.only[concept][step].add(filler)
            return
        states = [self._concept("state", role, state, filler) for state in range(made.size)]
        self._imply([concept], states[0])
        self._imply([states[1]], filler)
        for a, b in made.jumps:
            self._imply([states[a]], states[b])
        for a, step, b in made.steps:
            self.only[states[a]][step].add(states[b])

    def _class_axioms(self) -> None:
        pairs = self._read.pairs
        if any(not is_nameless(s) for p in _EXPRESSIONS for s, _ in pairs[p]):
            raise Unsupported("a class that is an expression itself")
        for low, high in pairs[SUBCLASS_OF]:
            self._imply([self._below(low)], self._above(high))
        for one, other in pairs[_EQUIVALENT]:
            self._imply([self._below(one)], self._above(other))
            self._imply([self._below(other)], self._above(one))
        disjoint = [list(pair) for pair in pairs[_DISJOINT]]
        for group, kind in pairs[RDF_TYPE]:
            if kind == OWL + "AllDisjointClasses":
                disjoint += [self._read.members(h) for h in self._read.about[group][OWL + "members"]]
        for classes in disjoint:
            concepts = [self._below(c) for c in classes]
            for i, a in enumerate(concepts):
                for b in concepts[:i]:
                    self._imply([a, b], BOTTOM)

    def _parts(self, term: Node) -> tuple[str, Node, Role]:
        """Return which constructor an expression has, its argument, and the role where it is a restriction."""
        said = self._read.about[term]
        found = [(p, o) for p in (*_FILLERS, *_EXPRESSIONS) for o in said[p]]
        props = said[_ON_PROPERTY]
        wanted = 1 if len(found) == 1 and found[0][0] in _FILLERS else 0
        if len(found) != 1 or len(props) != wanted:
            literals = sorted(p.rpartition("#")[2] for p in self._read.literals[term])
            raise Unsupported(f"owl:{literals[0]}" if literals else "a class expression that is none of OWL's")
        return (*found[0], self._role(props[0]) if props else -1)

    def _below(self, term: Node) -> Concept:
        """Return a concept that an expression implies, for where it stands as a subclass."""
        if not is_nameless(term):
            return self._class(term)
        constructor, argument, role = self._enter("below", term)
        key = ("below", constructor, role)
        if constructor == _AND:
            parts = frozenset(self._below(m) for m in self._read.members(argument))
            made = self._concept(*key, parts)
            self._imply(parts, made)
        elif constructor == _OR:
            parts = frozenset(self._below(m) for m in self._read.members(argument))
            made = self._concept(*key, parts)
            for part in parts:
                self._imply([part], made)
        elif constructor in (_SOME, _HAS_VALUE):
            filler = self._below(argument) if constructor == _SOME else self._nominal(argument)
            made = self._concept(*key, filler)
            self._restrict(filler, inverse(role), made)
        elif constructor == _ONE_OF:
            names = self._read.members(argument)
            made = self._concept(*key, frozenset(names))
            for name in names:
                self._imply([self._nominal(name)], made)
        else:
            raise Unsupported(f"owl:{constructor.rpartition('#')[2]} as a subclass")
        self._open.discard(("below", term))
        return made

    def _above(self, term: Node) -> Concept:
        """Return a concept that implies an expression, for where it stands as a superclass."""
        if not is_nameless(term):
            return self._class(term)
        constructor, argument, role = self._enter("above", term)
        key = ("above", constructor, role)
        if constructor == _AND:
            parts = frozenset(self._above(m) for m in self._read.members(argument))
            made = self._concept(*key, parts)
            for part in parts:
                self._imply([made], part)
        elif constructor == _SOME:
            filler = self._above(argument)
            made = self._concept(*key, filler)
            self.some[made].add((self.box.name[role], filler))
        elif constructor == _ALL:
            filler = self._above(argument)
            made = self._concept(*key, filler)
            self._restrict(made, role, filler)
        elif constructor == _HAS_VALUE:
            self._nominal(argument)
            made = self._concept(*key, argument)
            self.value[made].add((self.box.name[role], argument))
        elif constructor == _NOT:
            denied = self._below(argument)
            made = self._concept(*key, denied)
            self._imply([made, denied], BOTTOM)
        else:
            raise Unsupported(f"owl:{constructor.rpartition('#')[2]} as a superclass")
        self._open.discard(("above", term))
        return made

    def _enter(self, side: str, term: Node) -> tuple[str, Node, Role]:
        if (side, term) in self._open:
            raise Unsupported("a class expression within itself")
        self._open.add((side, term))
        return self._parts(term)

    # Assertions

    def _assertions(self) -> None:
        read = self._read
        self.types: list[tuple[Node, Concept]] = [(s, self._above(kind)) for s, kind in read.class_assertions()]
        self.edges: list[tuple[Node, Role, Node]] = [
            (s, 2 * number, o) for prop, number in self.properties.items() for s, o in read.links[prop]
        ]
        for prop in self.properties:
            if read.values[prop]:
                raise Unsupported("an object property that has a literal as a value")
        for prop in _UNIVERSAL:
            if any(prop in pair for pairs in read.pairs.values() for pair in pairs):
                raise Unsupported(f"owl:{prop.rpartition('#')[2]}")
        if any(a == b for a, b in read.pairs[OWL + "differentFrom"]):
            raise Unsupported("a thing that differs from itself")
        self._data_assertions()
        self.individuals = {
            *(s for s, _ in self.types),
            *(end for s, _, o in self.edges for end in (s, o)),
            *self.nominals,
            *read.kinds["individual"],
        }

    def _data_assertions(self) -> None:
        read = self._read
        for prop in sorted(read.kinds["data"]):
            if read.links[prop]:
                raise Unsupported("a data property that has a thing as a value")
            check_values((value for _, value in read.values[prop]), read.about[prop][_RANGE])
            for cls in read.about[prop][_DOMAIN]:
                concept = self._above(cls)
                self.types += [(s, concept) for s, _ in read.values[prop]]
            self.types += [(s, TOP) for s, _ in read.values[prop]]
