"""Why an edge holds, down to the claims that it rests on; or why it does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

import pyoxigraph as ox

from irkg import vocab as v
from irkg.class_proofs import OWL_DL, ClassProofs
from irkg.derive import derivations, sufficient
from irkg.edges import stating
from irkg.lexicon import Lexicon
from irkg.materialise import Unsupported
from irkg.model import Strength, Triple
from irkg.selection import ontology_of
from irkg.store import select
from irkg.witnesses import STATED, Derived, Step, order, witnesses

_MOST = 50  # proofs of one edge that are worth telling
_IS_A = "isA"


@dataclass(frozen=True, slots=True)
class Ground:
    """A claim that a proof ends in.

    Attributes:
        claim: IRI of the claim.
        source: Id of its source.
        evidence: Where the sentence stands, `source:start-end`.
        digest: SHA-256 of the sentence, empty where there is none.
        strength: How strongly the author puts it.
        review: `accepted` or `unreviewed`.
        cites: The references that the sentence cites, which says nothing of their support.
        cue: The author's word that weakens the claim, empty where there is none.
        caveat: What a curator noted that limits it, empty where there is none.
    """

    claim: str
    source: str
    evidence: str
    digest: str
    strength: str
    review: str
    cites: tuple[str, ...] = ()
    cue: str = ""
    caveat: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """One way in which an edge holds, or could hold.

    Attributes:
        edge: The edge, or the class of an exemplar (by `rdf:type`).
        words: The edge in words.
        rule: `stated`, or the name of the rule by which it follows; in what a rule proposes, the name of that rule and
            `claimed` below it.
        axioms: The axioms of the ontology that are applied, in words; none for `stated`.
        premises: Proofs of the edges that it follows from, in the order of the axiom.
        grounds: The claims that state the edge, where it is stated.
        reason: Why a rule proposes it, in words; empty for what holds.
    """

    edge: Triple
    words: str
    rule: str
    axioms: tuple[str, ...] = ()
    premises: tuple[Proof, ...] = ()
    grounds: tuple[Ground, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What there is to say about an edge.

    Attributes:
        edge: The edge.
        words: The edge in words.
        proofs: The ways in which it holds, the shortest first; none where it does not hold.
        doubts: Why it does not hold, in sentences; none where it holds.
        nearest: Edges that do hold and come closest, in words.
        proposals: What rules propose of an edge that does not hold, down to the claims that they read.
    """

    edge: Triple
    words: str
    proofs: tuple[Proof, ...]
    doubts: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    proposals: tuple[Proof, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the edge holds."""
        return bool(self.proofs)


def explain(
    store: ox.Store, lexicon: Lexicon, edge: Triple, *, every: bool = False, sources: Sequence[str] = ()
) -> Explanation:
    """Explain why an edge between exemplars holds, or why it does not.

    Args:
        store: The knowledge graph.
        lexicon: The names of its kinds and relations.
        edge: The edge; or, by `rdf:type`, an exemplar and a class of it.
        every: Whether all minimal proofs are wanted (at most 50), not only the shortest: one for each set of stated
            edges that it follows from and that holds no smaller one.
        sources: Ids of the sources that it must follow from; all where empty.

    Returns:
        The proofs, the shortest first; or the reasons why there is none.

    Example:
        >>> from irkg import KnowledgeGraph
        >>> kg = KnowledgeGraph.open()
        >>> chain = Triple(v.KIND + "CL_0001064", v.IRKG + "indirectlyInhibits", v.KIND + "AntiTumorImmuneCell")
        >>> proof = explain(kg.store, kg.lexicon, chain).proofs[0]
        >>> proof.axioms
        ('recruits o inhibits SubPropertyOf indirectlyInhibits',)
        >>> [premise.words for premise in proof.premises][1]
        'regulatory T cell inhibits anti-tumor immune cell'
    """
    return next(explanations(store, lexicon, [edge], every=every, sources=sources))


def explanations(
    store: ox.Store, lexicon: Lexicon, edges: Iterable[Triple], *, every: bool = False, sources: Sequence[str] = ()
) -> Iterator[Explanation]:
    """Explain many edges of one graph, which is read once.

    Args:
        store: The knowledge graph.
        lexicon: The names of its kinds and relations.
        edges: The edges.
        every: Whether all minimal proofs are wanted.
        sources: Ids of the sources that they must follow from; all where empty.

    Returns:
        What `explain` returns, in the order of the edges.
    """
    graph = _Graph(store, lexicon, frozenset(sources))
    for edge in edges:
        words, proofs = graph.words(edge), tuple(graph.proofs(edge, _MOST if every else 1))
        if proofs:
            yield Explanation(edge, words, proofs)
        else:
            proposals, nearest = tuple(graph.proposals(edge)), tuple(graph.nearest(edge))
            yield Explanation(edge, words, (), tuple(graph.doubts(edge)), nearest, proposals)


_GROUNDS = f"""
SELECT ?claim ?source ?evidence ?digest ?strength ?status ?reference ?cue ?caveat WHERE {{
  GRAPH ?g {{
    ?claim a <{v.CLAIM}> ; <{v.HAS_SOURCE}>/<{v.LABEL}> ?source ; <{v.HAS_EVIDENCE}> ?place ;
      <{v.HAS_STRENGTH}> ?strength ; <{v.HAS_REVIEW}> ?status .
    ?place <{v.LABEL}> ?evidence .
    OPTIONAL {{ ?place <{v.DIGEST}> ?digest }}
    OPTIONAL {{ ?claim <{v.CITES}>/<{v.LABEL}> ?reference }}
    OPTIONAL {{ ?claim <{v.HEDGE_CUE}> ?cue }}
    OPTIONAL {{ ?claim <{v.CAVEAT}> ?caveat }}
  }}
}}"""
_SAID = f"""
SELECT ?claim ?evidence ?negated ?strength ?status ?cue ?note ?quarantine ?source ?p ?o WHERE {{
  GRAPH ?g {{
    ?claim a <{v.CLAIM}> ; <{v.SUBJECT}> <SUBJECT> ; <{v.PREDICATE}> <PREDICATE> ; <{v.OBJECT}> <OBJECT> ;
      <{v.NEGATED}> ?negated ; <{v.HAS_STRENGTH}> ?strength ; <{v.HAS_REVIEW}> ?status ;
      <{v.HAS_SOURCE}>/<{v.LABEL}> ?source ; <{v.HAS_EVIDENCE}>/<{v.LABEL}> ?evidence .
    OPTIONAL {{ ?claim <{v.HEDGE_CUE}> ?cue }}
    OPTIONAL {{ ?claim <{v.REVIEW_NOTE}> ?note }}
    OPTIONAL {{ ?claim <{v.QUARANTINE_REASON}> ?quarantine }}
  }}
}} ORDER BY ?evidence"""
_SAID_OF = _SAID.replace("<PREDICATE>", "?p").replace("<OBJECT>", "?o")
_PROPOSED = f"""
SELECT ?candidate ?rule ?reason ?claim ?s ?p ?o WHERE {{
  GRAPH <{v.GRAPH_CANDIDATES}> {{
    ?candidate <{v.SUBJECT}> <SUBJECT> ; <{v.PREDICATE}> <PREDICATE> ; <{v.OBJECT}> <OBJECT> ;
      <{v.REASON}> ?reason ; <{v.RULE}> ?rule ; <{v.PREMISE}> ?claim .
  }}
  GRAPH ?g {{ ?claim a <{v.CLAIM}> ; <{v.SUBJECT}> ?s ; <{v.PREDICATE}> ?p ; <{v.OBJECT}> ?o . }}
  FILTER(STRSTARTS(STR(?g), "{v.GRAPH_CLAIMS}"))
}} ORDER BY ?reason ?candidate ?s ?p ?o ?claim"""


def _about(query: str, edge: Triple) -> str:
    """Name an edge in a query; the IRIs are those of terms of the graph, and valid."""
    for place, iri in (("<SUBJECT>", edge.subject), ("<PREDICATE>", edge.predicate), ("<OBJECT>", edge.object)):
        query = query.replace(place, str(ox.NamedNode(iri)))
    return query


@dataclass
class _Graph:
    """The claims and derivations of a knowledge graph, by the edges that they lead to."""

    store: ox.Store
    lexicon: Lexicon
    sources: frozenset[str]
    grounds: dict[Triple, list[Ground]] = field(default_factory=lambda: defaultdict(list))
    steps: dict[Triple, set[Step]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        edge_of: dict[str, Triple] = {}
        graphs = [g for g in self.store.named_graphs() if isinstance(g, ox.NamedNode)]
        claims = [g for g in graphs if g.value.startswith(v.GRAPH_CLAIMS)]
        for claim, edge in stating(q for g in claims for q in self.store.quads_for_pattern(None, None, None, g)):
            edge_of[claim] = edge
            if self._is_wanted(claim):
                self.grounds[edge].append(self.known[claim])
        self._read_steps(edge_of)

    def _is_wanted(self, claim: str) -> bool:
        return not self.sources or self.known[claim].source in self.sources

    @cached_property
    def known(self) -> dict[str, Ground]:
        """All claims, by IRI."""
        return self._known_grounds()

    @cached_property
    def _all_steps(self) -> dict[Triple, set[Step]]:
        """The recorded steps, and those that lead to edges which are stated too."""
        found = {edge: set(steps) for edge, steps in self.steps.items()}
        for way in derivations(ontology_of(self.store), [*self.grounds, *self.steps], self.grounds):
            found.setdefault(way.edge, set()).add((way.rule, way.premises))
        return found

    @cached_property
    def _by_classes(self) -> ClassProofs:
        return ClassProofs(ontology_of(self.store), self.grounds)

    def _known_grounds(self) -> dict[str, Ground]:
        cites: dict[str, list[str]] = defaultdict(list)
        rows: dict[str, dict[str, str]] = {}
        for row in select(self.store, _GROUNDS):
            rows[row["claim"]] = row
            cites[row["claim"]] += [row["reference"]] if row["reference"] else []
        return {
            iri: Ground(
                claim=iri,
                source=r["source"],
                evidence=r["evidence"],
                digest=r["digest"],
                strength=r["strength"].removeprefix(v.IRKG),
                review="accepted" if r["status"] == v.IRKG + "accepted" else "unreviewed",
                cites=tuple(sorted(set(cites[iri]))),
                cue=r["cue"],
                caveat=r["caveat"],
            )
            for iri, r in rows.items()
        }

    def _read_steps(self, edge_of: dict[str, Triple]) -> None:
        parts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for quad in self.store.quads_for_pattern(None, None, None, ox.NamedNode(v.GRAPH_DERIVATIONS)):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
                parts[quad.subject.value][quad.predicate.value].append(quad.object.value)
        for iri, said in parts.items():
            edge_of[iri] = Triple(said[v.SUBJECT][0], said[v.PREDICATE][0], said[v.OBJECT][0])
        for iri, said in parts.items():
            premises = {edge_of[p] for p in said[v.PREMISE] if p in edge_of}
            self.steps[edge_of[iri]].add((said[v.RULE][0], tuple(sorted(premises, key=order))))

    def relation(self, iri: str) -> str:
        """Return the name of a relation: the one that claims use, or the last part of its IRI."""
        if iri == v.RDF_TYPE:
            return _IS_A
        known = (q.object for q in self.store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(v.RELATION_NAME), None))
        return next((o.value for o in known if isinstance(o, ox.Literal)), v.contract(iri).rpartition(":")[2])

    def words(self, edge: Triple) -> str:
        """Return an edge in words."""
        subject, thing = map(self._called, (edge.subject, edge.object))
        return f"{subject} {self.relation(edge.predicate)} {thing}"

    def _called(self, iri: str) -> str:
        kind = _kind(iri)
        if kind in self.lexicon.kinds:
            return self.lexicon.label(kind)
        known = self.store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(v.LABEL), None)
        labels = (q.object.value for q in known if isinstance(q.object, ox.Literal))
        return next(labels, v.contract(iri).rpartition(":")[2])

    def proofs(self, edge: Triple, most: int) -> Iterator[Proof]:
        """Yield minimal proofs of an edge, the shortest first."""
        if edge.predicate == v.RDF_TYPE and not self._is_written(edge):
            return
        steps: Mapping[Triple, Collection[Step]] = self.steps
        if edge.predicate == v.RDF_TYPE:
            steps = {edge: [(OWL_DL, ())]}
        elif most > 1:
            steps = self._all_steps

        def by_classes(fact: Triple) -> list[Derived]:
            try:
                return self._by_classes.of(fact, most)
            except Unsupported as error:  # HermiT, which was asked instead, does not tell what it used
                said = f"axioms on classes; which, was not looked for: {error.construct} is among them"
                return [] if self.sources else [Derived(fact, OWL_DL, (), (said,))]

        found = witnesses(edge, self.grounds, steps, by_classes, _MOST)
        if found and 1 < most != len(found):
            found += self._besides(edge, found)
        yield from (self._proof(way) for way in found[:most])

    def _besides(self, edge: Triple, found: Sequence[Derived]) -> list[Derived]:
        """Return the derivations by axioms on classes of what rules over properties lead to as well."""
        try:
            return self._by_classes.of(edge, _MOST - len(found), known=[way.leaves for way in found])
        except Unsupported:
            return []

    def _is_written(self, fact: Triple) -> bool:
        subject, predicate, target = map(ox.NamedNode, (fact.subject, fact.predicate, fact.object))
        graphs = (ox.NamedNode(v.GRAPH_ONTOLOGY), ox.NamedNode(v.GRAPH_ENTAILED))
        return any(ox.Quad(subject, predicate, target, graph) in self.store for graph in graphs)

    def _proof(self, way: Derived) -> Proof:
        edge, words = way.edge, self.words(way.edge)
        if way.rule == STATED:
            return Proof(edge, words, STATED, grounds=tuple(self.grounds[edge]))
        if way.rule == OWL_DL:
            return Proof(edge, words, OWL_DL, way.axioms, tuple(map(self._proof, way.premises)))
        path = _path(edge, way.premises)
        return Proof(
            edge, words, way.rule, (self._axiom(way.rule, edge, path),), tuple(self._proof(p) for p, _ in path)
        )

    def _axiom(self, rule: str, edge: Triple, path: Sequence[tuple[Derived, bool]]) -> str:
        """Return the axiom in the terms of OWL 2 (section 9.2 of the structural specification)."""
        head, body = self.relation(edge.predicate), [self.relation(p.edge.predicate) for p, _ in path]
        roles = [f"inverse {name}" if turned else name for name, (_, turned) in zip(body, path, strict=True)]
        return {
            "inverse": f"{head} InverseOf {body[0]}",
            "sub-property": f"{body[0]} SubPropertyOf {head}",
            "symmetric": f"Symmetric {head}",
            "transitive": f"Transitive {head}",
        }.get(rule, f"{' o '.join(roles)} SubPropertyOf {head}")

    def doubts(self, edge: Triple) -> Iterator[str]:
        """Yield the reasons why an edge does not hold."""
        if edge.predicate == v.RDF_TYPE:
            yield from self._doubts_of_class(edge)
            return
        said = [
            (f"{self.words(other)}: " if other != edge else "") + _doubt(row, self.sources)
            for other in self._ways_to_say(edge)
            for row in select(self.store, _about(_SAID, other))
        ]
        yield from said or ["No claim says so."]
        if self.sources and edge in self.steps:
            yield "It follows from the claims of all sources, not from those of these alone."
        for reason in dict.fromkeys(p.reason for p in self.proposals(edge)):
            yield f"A rule proposes it, and no source states it: {reason}."
        relation = next((r for r in self.lexicon.relations.values() if r.iri == edge.predicate), None)
        if relation is not None and not said:
            for iri, place, classes in (
                (edge.subject, "subject", relation.domains),
                (edge.object, "object", relation.ranges),
            ):
                kind = _kind(iri)
                if not self.lexicon.is_any(kind, classes):
                    wanted = ", ".join(self.lexicon.label(c) for c in classes)
                    label = self.lexicon.label(kind)
                    yield f"{label} is no usual {place} of {relation.name}; those are kinds of {wanted}."

    def proposals(self, edge: Triple) -> Iterator[Proof]:
        """Yield what rules propose of an edge, each down to the claims that it reads."""
        rows: dict[str, list[dict[str, str]]] = defaultdict(list)
        for other in self._ways_to_say(edge):
            for row in select(self.store, _about(_PROPOSED, other)):
                rows[row["candidate"]].append(row)
        for read in rows.values():
            if all(self._is_wanted(row["claim"]) for row in read):
                claimed: dict[Triple, list[Ground]] = defaultdict(list)
                for row in read:
                    claimed[Triple(row["s"], row["p"], row["o"])].append(self.known[row["claim"]])
                premises = (Proof(e, self.words(e), "claimed", grounds=tuple(g)) for e, g in claimed.items())
                rule, reason = read[0]["rule"], read[0]["reason"]
                yield Proof(edge, self.words(edge), rule, premises=tuple(premises), reason=reason)

    def _ways_to_say(self, edge: Triple) -> list[Triple]:
        """Return an edge and those from each of which it would follow: its inverse among them."""
        return [edge, *sufficient(ontology_of(self.store), edge)]

    def _doubts_of_class(self, edge: Triple) -> Iterator[str]:
        """Yield why an exemplar is not of a class, what would make it one, and what nearly does."""
        yield "Neither the ontology nor what claims state makes it one."
        named: set[str] = set()
        for words, names in self._by_classes.definitions(edge.object):
            yield f"It would be one if it were {words}."
            named |= names
        stated = {ground.claim for grounds in self.grounds.values() for ground in grounds}
        for row in select(self.store, _about(_SAID_OF, edge)):
            kinds = sorted(named & self.lexicon.kinds.keys())
            if row["p"] in named and self.lexicon.is_any(v.class_of(row["o"]), kinds) and row["claim"] not in stated:
                yield f"{self.words(Triple(edge.subject, row['p'], row['o']))}: {_doubt(row, self.sources)}"

    def _nearest_class(self, edge: Triple) -> Iterator[str]:
        """Yield the most special class of an exemplar that is above one that it is not of."""
        above = self.lexicon.ancestors(edge.object)
        shared = [c for c in above if self._is_written(Triple(edge.subject, v.RDF_TYPE, c)) and c in self.lexicon.kinds]
        lowest = [c for c in shared if not any(c != d and c in self.lexicon.ancestors(d) for d in shared)]
        yield from sorted(self.words(Triple(edge.subject, v.RDF_TYPE, c)) for c in lowest)

    def nearest(self, edge: Triple) -> Iterator[str]:
        """Yield up to three edges that hold and come closest to one that does not."""
        if edge.predicate == v.RDF_TYPE:
            yield from self._nearest_class(edge)
            return
        around = {edge.subject, edge.object}
        classes = [_kind(iri) for iri in (edge.subject, edge.object)]
        of_kinds = all(iri.startswith(v.KIND) for iri in around)
        family = self.lexicon.ancestors(classes[0]) | self.lexicon.ancestors(classes[1])
        ranked: list[tuple[int, str, Triple]] = []
        for known in {*self.grounds, *self.steps}:
            ends = {known.subject, known.object}
            if of_kinds and not all(iri.startswith(v.KIND) for iri in ends):
                continue
            others = {_kind(iri) for iri in ends - around}
            kin = others & family or any(self.lexicon.is_any(c, classes) for c in others)
            is_same_end = known.subject == edge.subject or known.object == edge.object
            if ends == around:
                ranked.append((int(known.predicate != edge.predicate), self.words(known), known))
            elif known.predicate == edge.predicate and (is_same_end or (kin and around & ends)):
                is_nearer = kin if of_kinds else known.subject == edge.subject
                ranked.append((2 if is_nearer else 3, self.words(known), known))
        holding = (words for _, words, known in sorted(ranked) if next(self.proofs(known, 1), None) is not None)
        yield from islice(holding, 3)


def _kind(iri: str) -> str:
    """Return the class of an exemplar; a value, such as a locus, is none and stays."""
    return v.class_of(iri) if iri.startswith(v.KIND) else iri


def _doubt(row: dict[str, str], sources: frozenset[str]) -> str:
    where = row["evidence"]
    if row["status"] == v.IRKG + "rejected":
        return f"A curator has rejected the claim of {where}" + (f": {row['note']}." if row["note"] else ".")
    if row["quarantine"]:
        return f"The claim of {where} is quarantined: {row['quarantine']}"
    if row["negated"] == "true":
        return f"{where} denies it."
    strength = row["strength"].removeprefix(v.IRKG)
    if sources and strength in (Strength.ASSERTED, Strength.ABILITY):
        return f"Another source states it: {where}."
    cue = f' ("{row["cue"]}")' if row["cue"] else ""
    return f"{where} says so, but only as {strength}{cue}; no edge is made of that."


def _path(edge: Triple, premises: tuple[Derived, ...]) -> list[tuple[Derived, bool]]:
    """Return the premises as the path that they make from the subject to the object, each with whether it is turned."""
    rest, at, path = list(premises), edge.subject, []
    while rest:
        step = next((p for p in rest if at == p.edge.subject), None)
        turned = step is None
        if step is None:
            step = next((p for p in rest if at == p.edge.object), None)
        if step is None:
            return [(p, False) for p in premises]
        rest.remove(step)
        path.append((step, turned))
        at = step.edge.subject if turned else step.edge.object
    return path
