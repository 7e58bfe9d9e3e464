"""Why an entailed edge holds: the one-step rules of OWL 2 RL that lead to it, with their premises."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from irkg.model import Triple
from irkg.vocab import OWL, RDF, RDF_TYPE, RDFS

_Node = ox.NamedNode | ox.BlankNode

_OWL_DL = "owl-dl"


@dataclass(frozen=True, slots=True)
class Derivation:
    """One way in which an entailed edge follows.

    Attributes:
        edge: The entailed edge.
        rule: `inverse`, `sub-property`, `symmetric`, `transitive`, `property-chain`; or `owl-dl` where the edge
            rests on class axioms, which no rule over edges shows.
        premises: The edges that it follows from, in the order of the rule; none for `owl-dl`.
    """

    edge: Triple
    rule: str
    premises: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class _Role:
    """A property, or its inverse: what a member of a property chain can be."""

    iri: str
    inverse: bool = False

    def edge(self, start: str, end: str) -> Triple:
        return Triple(end, self.iri, start) if self.inverse else Triple(start, self.iri, end)


@dataclass(frozen=True, slots=True)
class _Rule:
    """`body` composed implies `head`: every axiom on object properties comes down to this (OWL 2, 9.2.1)."""

    name: str
    body: tuple[_Role, ...]


def derivations(
    ontology: Iterable[ox.Triple], stated: Iterable[Triple], entailed: Iterable[Triple]
) -> list[Derivation]:
    """Find every one-step derivation of each entailed edge (the prp rules of OWL 2 RL, table 5).

    Each edge can be followed down to stated edges and `owl-dl`: where edges explain only each other, one of
    them gets an `owl-dl` derivation besides.

    Args:
        ontology: The axioms.
        stated: The edges that are written down.
        entailed: The edges that a reasoner found.

    Returns:
        The derivations, sorted by edge, rule and premises; no edge is its own premise.

    Example:
        >>> p = ox.NamedNode("urn:recruits")
        >>> axiom = ox.Triple(p, ox.NamedNode(OWL + "inverseOf"), ox.NamedNode("urn:recruitedBy"))
        >>> stated, entailed = Triple("urn:a", "urn:recruits", "urn:b"), Triple("urn:b", "urn:recruitedBy", "urn:a")
        >>> [(d.rule, d.premises == (stated,)) for d in derivations([axiom], [stated], [entailed])]
        [('inverse', True)]
    """
    rules = _rules(ontology)
    wanted = set(entailed)
    given = set(stated)
    edges = _Edges(given | wanted)
    found = {
        Derivation(edge, rule.name, premises)
        for edge in wanted
        for rule in rules.get(edge.predicate, ())
        for premises in edges.instances(rule.body, edge.subject, edge.object)
        if edge not in premises
    }
    found |= {Derivation(edge, _OWL_DL, ()) for edge in _without_ground(wanted - given, given, found)}
    return sorted(found, key=_order)


def sufficient(ontology: Iterable[ox.Triple], edge: Triple) -> list[Triple]:
    """Return the edges from each of which alone another one would follow, by inverses, symmetry and sub-properties.

    Args:
        ontology: The axioms.
        edge: The edge that would follow.

    Returns:
        The edges, those that are fewer steps away first.

    Example:
        >>> p = ox.NamedNode("urn:recruits")
        >>> axiom = ox.Triple(p, ox.NamedNode(OWL + "inverseOf"), ox.NamedNode("urn:recruitedBy"))
        >>> sufficient([axiom], Triple("urn:b", "urn:recruitedBy", "urn:a"))
        [Triple(subject='urn:a', predicate='urn:recruits', object='urn:b')]
    """
    rules = _rules(ontology)
    found = [edge]
    for known in found:
        for rule in rules.get(known.predicate, ()):
            if len(rule.body) == 1:
                before = rule.body[0].edge(known.subject, known.object)
                found += [before] if before not in found else []
    return found[1:]


def _edge_order(edge: Triple) -> tuple[str, str, str]:
    return (edge.subject, edge.predicate, edge.object)


def _order(derivation: Derivation) -> tuple[tuple[str, str, str], str, list[tuple[str, str, str]]]:
    return (_edge_order(derivation.edge), derivation.rule, [_edge_order(p) for p in derivation.premises])


class _Edges:
    """Edges, found by either end."""

    def __init__(self, edges: Iterable[Triple]) -> None:
        self.forward: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.backward: dict[tuple[str, str], set[str]] = defaultdict(set)
        for edge in edges:
            self.forward[edge.predicate, edge.subject].add(edge.object)
            self.backward[edge.predicate, edge.object].add(edge.subject)

    def after(self, role: _Role, start: str) -> set[str]:
        return (self.backward if role.inverse else self.forward).get((role.iri, start), set())

    def before(self, role: _Role, end: str) -> set[str]:
        return (self.forward if role.inverse else self.backward).get((role.iri, end), set())

    def instances(self, body: tuple[_Role, ...], start: str, end: str) -> Iterator[tuple[Triple, ...]]:
        """Yield the edges of every path from start to end along the roles."""
        first, rest = body[0], body[1:]
        if not rest:
            if end in self.after(first, start):
                yield (first.edge(start, end),)
            return
        # For the last two roles the middle is an intersection, which Python takes over the smaller set: a hub costs
        # no more than the leaf at the other end.
        middles = self.after(first, start)
        if len(rest) == 1:
            middles = middles & self.before(rest[0], end)
        for middle in middles:
            for others in self.instances(rest, middle, end):
                yield (first.edge(start, middle), *others)


def _without_ground(entailed: set[Triple], stated: set[Triple], found: Iterable[Derivation]) -> list[Triple]:
    """Return edges that, taken as given beside the stated ones, let the derivations reach every entailed edge."""
    waiting: dict[Triple, list[Derivation]] = defaultdict(list)
    explained: set[Triple] = set()
    missing: dict[Derivation, int] = {}
    for derivation in found:
        explained.add(derivation.edge)
        premises = set(derivation.premises)
        missing[derivation] = len(premises)
        for premise in premises:
            waiting[premise].append(derivation)
    reached: set[Triple] = set()

    def reach(start: Iterable[Triple]) -> None:
        stack = list(start)
        while stack:
            edge = stack.pop()
            if edge in reached:
                continue
            reached.add(edge)
            for derivation in waiting[edge]:
                missing[derivation] -= 1
                if not missing[derivation]:
                    stack.append(derivation.edge)

    reach(stated)
    chosen: list[Triple] = []
    # Those that no rule explains come first: what they ground needs no owl-dl of its own.
    for edge in sorted(entailed, key=lambda e: (e in explained, _edge_order(e))):
        if edge not in reached:
            chosen.append(edge)
            reach([edge])
    return chosen


def _rules(ontology: Iterable[ox.Triple]) -> dict[str, list[_Rule]]:
    """Return the rules by the property of the edge that they lead to."""
    axioms = _by_predicate(ontology)
    rules: dict[str, list[_Rule]] = defaultdict(list)

    def add(name: str, head: _Role, *body: _Role) -> None:
        # What implies an inverse implies the property itself, read backwards.
        turned = tuple(_Role(r.iri, not r.inverse) for r in reversed(body)) if head.inverse else body
        if turned and _Rule(name, turned) not in rules[head.iri]:
            rules[head.iri].append(_Rule(name, turned))

    inverses: dict[_Node, str] = {s: o.value for s, o in axioms[OWL + "inverseOf"] if isinstance(s, ox.BlankNode)}

    def role(term: _Node) -> _Role:
        return _Role(inverses[term], inverse=True) if term in inverses else _Role(term.value)

    for s, o in axioms[OWL + "inverseOf"]:
        if isinstance(s, ox.NamedNode):
            add("inverse", _Role(s.value), _Role(o.value, inverse=True))
            add("inverse", _Role(o.value), _Role(s.value, inverse=True))
    for low, high in [*axioms[RDFS + "subPropertyOf"], *_both_ways(axioms[OWL + "equivalentProperty"])]:
        name = "sub-property" if role(low).inverse == role(high).inverse else "inverse"
        add(name, role(high), role(low))
    for s, o in axioms[RDF_TYPE]:
        if o.value == OWL + "SymmetricProperty":
            add("symmetric", role(s), _Role(role(s).iri, not role(s).inverse))
        elif o.value == OWL + "TransitiveProperty":
            add("transitive", role(s), role(s), role(s))
    first, rest = dict(axioms[RDF + "first"]), dict(axioms[RDF + "rest"])
    for s, o in axioms[OWL + "propertyChainAxiom"]:
        add("property-chain", role(s), *(role(member) for member in _members(o, first, rest)))
    return rules


def _by_predicate(ontology: Iterable[ox.Triple]) -> dict[str, list[tuple[_Node, _Node]]]:
    found: dict[str, list[tuple[_Node, _Node]]] = defaultdict(list)
    for t in ontology:
        if isinstance(t.subject, _Node) and isinstance(t.object, _Node):
            found[t.predicate.value].append((t.subject, t.object))
    return found


def _both_ways(
    pairs: Iterable[tuple[_Node, _Node]],
) -> Iterator[tuple[_Node, _Node]]:
    for a, b in pairs:
        yield a, b
        yield b, a


def _members(
    head: _Node,
    first: dict[_Node, _Node],
    rest: dict[_Node, _Node],
) -> Iterator[_Node]:
    seen = set()
    while head in first and head not in seen:  # a list that runs in a circle ends where it began
        seen.add(head)
        yield first[head]
        head = rest.get(head, ox.NamedNode(RDF + "nil"))
