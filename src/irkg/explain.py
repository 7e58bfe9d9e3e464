"""Why an edge holds, down to the claims that it rests on; or why it does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product

import pyoxigraph as ox

from irkg import vocab as v
from irkg.edges import stating
from irkg.errors import UnknownName
from irkg.lexicon import Lexicon
from irkg.model import Triple
from irkg.store import run_query

_MOST = 50  # proofs of one edge that are worth telling
_STATED = "stated"


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
    """

    claim: str
    source: str
    evidence: str
    digest: str
    strength: str
    review: str
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """One way in which an edge holds.

    Attributes:
        edge: The edge.
        words: The edge in words.
        rule: `stated`, or the name of the rule by which it follows.
        axiom: The axiom of the ontology that the rule applies, empty for `stated`.
        premises: Proofs of the edges that it follows from, in the order of the axiom.
        grounds: The claims that state the edge, where it is stated.
    """

    edge: Triple
    words: str
    rule: str
    axiom: str
    premises: tuple[Proof, ...] = ()
    grounds: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """What there is to say about an edge.

    Attributes:
        edge: The edge.
        words: The edge in words.
        proofs: The ways in which it holds, the shortest first; none where it does not hold.
        doubts: Why it does not hold, in sentences; none where it holds.
        nearest: Edges that do hold and come closest, in words.
    """

    edge: Triple
    words: str
    proofs: tuple[Proof, ...]
    doubts: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the edge holds."""
        return bool(self.proofs)


def relation_iri(store: ox.Store, name: str) -> str:
    """Return the relation that a user means.

    Args:
        store: The knowledge graph.
        name: Its name, label, CURIE or IRI; relations that only follow from others count too.

    Raises:
        UnknownName: There is none of that name.

    Example:
        >>> from irkg import KnowledgeGraph
        >>> relation_iri(KnowledgeGraph.open().store, "indirectly inhibits")
        'https://w3id.org/irkg/indirectlyInhibits'
    """
    names = _relation_names(store)
    for iri, known in names.items():
        if name in (iri, v.contract(iri)) or _plain(name) in map(_plain, known):
            return iri
    import difflib

    by_name = {_plain(n): n for known in names.values() for n in known[:1]}
    near = difflib.get_close_matches(_plain(name), by_name, n=3, cutoff=0.6)
    raise UnknownName("relation", name, near=[by_name[n] for n in near], remedy="see docs/ontology.md")


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _relation_names(store: ox.Store) -> dict[str, tuple[str, ...]]:
    """Return the names of each relation between kinds: the one that claims use first."""
    graph = ox.NamedNode(v.GRAPH_ONTOLOGY)
    kind = ox.NamedNode(v.OWL + "ObjectProperty")
    found: dict[str, tuple[str, ...]] = {}
    for quad in store.quads_for_pattern(None, ox.NamedNode(v.RDF_TYPE), kind, graph):
        iri = quad.subject
        if isinstance(iri, ox.NamedNode):
            said = [
                q.object.value
                for prop in (v.RELATION_NAME, v.LABEL)
                for q in store.quads_for_pattern(iri, ox.NamedNode(prop), None, graph)
                if isinstance(q.object, ox.Literal)
            ]
            found[iri.value] = (*said, v.contract(iri.value).rpartition(":")[2])
    return found


def explain(
    store: ox.Store, lexicon: Lexicon, edge: Triple, *, every: bool = False, sources: Sequence[str] = ()
) -> Explanation:
    """Explain why an edge between exemplars holds, or why it does not.

    Args:
        store: The knowledge graph.
        lexicon: The names of its kinds and relations.
        edge: The edge.
        every: Whether all minimal proofs are wanted (at most 50), not only the shortest.
        sources: Ids of the sources that it must follow from; all where empty.

    Returns:
        The proofs, the shortest first; or the reasons why there is none.

    Example:
        >>> from irkg import KnowledgeGraph
        >>> kg = KnowledgeGraph.open()
        >>> chain = Triple(v.KIND + "CL_0001064", v.IRKG + "indirectlyInhibits", v.KIND + "AntiTumorImmuneCell")
        >>> proof = explain(kg.store, kg.lexicon, chain).proofs[0]
        >>> proof.axiom
        'recruits o inhibits SubPropertyOf indirectlyInhibits'
        >>> [premise.words for premise in proof.premises][1]
        'regulatory T cell inhibits anti-tumor immune cell'
    """
    graph = _Graph(store, lexicon, frozenset(sources))
    proofs = tuple(graph.proofs(edge, _MOST if every else 1))
    words = graph.words(edge)
    if proofs:
        return Explanation(edge, words, proofs)
    return Explanation(edge, words, (), tuple(graph.doubts(edge)), tuple(graph.nearest(edge)))


_GROUNDS = f"""
SELECT ?claim ?source ?evidence ?digest ?strength ?status ?reference WHERE {{
  GRAPH ?g {{
    ?claim a <{v.CLAIM}> ; <{v.HAS_SOURCE}>/<{v.LABEL}> ?source ; <{v.HAS_EVIDENCE}> ?place ;
      <{v.HAS_STRENGTH}> ?strength ; <{v.HAS_REVIEW}> ?status .
    ?place <{v.LABEL}> ?evidence .
    OPTIONAL {{ ?place <{v.DIGEST}> ?digest }}
    OPTIONAL {{ ?claim <{v.CITES}>/<{v.LABEL}> ?reference }}
  }}
}}"""
_SAID = f"""
SELECT ?evidence ?negated ?strength ?status ?cue ?note ?quarantine ?source WHERE {{
  GRAPH ?g {{
    ?claim a <{v.CLAIM}> ; <{v.SUBJECT}> <SUBJECT> ; <{v.PREDICATE}> <PREDICATE> ; <{v.OBJECT}> <OBJECT> ;
      <{v.NEGATED}> ?negated ; <{v.HAS_STRENGTH}> ?strength ; <{v.HAS_REVIEW}> ?status ;
      <{v.HAS_SOURCE}>/<{v.LABEL}> ?source ; <{v.HAS_EVIDENCE}>/<{v.LABEL}> ?evidence .
    OPTIONAL {{ ?claim <{v.HEDGE_CUE}> ?cue }}
    OPTIONAL {{ ?claim <{v.REVIEW_NOTE}> ?note }}
    OPTIONAL {{ ?claim <{v.QUARANTINE_REASON}> ?quarantine }}
  }}
}} ORDER BY ?evidence"""
_PROPOSED = f"""
SELECT DISTINCT ?reason WHERE {{
  GRAPH <{v.GRAPH_CANDIDATES}> {{
    ?candidate <{v.SUBJECT}> <SUBJECT> ; <{v.PREDICATE}> <PREDICATE> ; <{v.OBJECT}> <OBJECT> ; <{v.REASON}> ?reason .
  }}
}} ORDER BY ?reason"""


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
    steps: dict[Triple, set[tuple[str, tuple[Triple, ...]]]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        known = self._known_grounds()
        graphs = [g.value for g in self.store.named_graphs() if isinstance(g, ox.NamedNode)]
        claims = (
            q
            for g in graphs
            if g.startswith(v.GRAPH_CLAIMS)
            for q in self.store.quads_for_pattern(None, None, None, ox.NamedNode(g))
        )
        edge_of: dict[str, Triple] = {}
        for claim, edge in stating(claims):
            edge_of[claim] = edge
            if not self.sources or known[claim].source in self.sources:
                self.grounds[edge].append(known[claim])
        self._read_steps(edge_of)

    def _select(self, query: str) -> Iterator[dict[str, str]]:
        rows = run_query(self.store, query)
        assert isinstance(rows, ox.QuerySolutions)
        names = [variable.value for variable in rows.variables]
        for row in rows:
            yield {n: row[n].value if row[n] is not None else "" for n in names}

    def _known_grounds(self) -> dict[str, Ground]:
        cites: dict[str, list[str]] = defaultdict(list)
        rows: dict[str, dict[str, str]] = {}
        for row in self._select(_GROUNDS):
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
                cites=tuple(sorted(cites[iri])),
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
            self.steps[edge_of[iri]].add((said[v.RULE][0], tuple(sorted(premises, key=_order))))

    def relation(self, iri: str) -> str:
        """Return the name of a relation: the one that claims use, or the last part of its IRI."""
        known = (q.object for q in self.store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(v.RELATION_NAME), None))
        return next((o.value for o in known if isinstance(o, ox.Literal)), v.contract(iri).rpartition(":")[2])

    def words(self, edge: Triple) -> str:
        """Return an edge in words."""
        subject, thing = map(self._called, (edge.subject, edge.object))
        return f"{subject} {self.relation(edge.predicate)} {thing}"

    def _called(self, iri: str) -> str:
        return self.lexicon.label(v.class_of(iri)) if iri.startswith(v.KIND) else v.contract(iri).rpartition(":")[2]

    def proofs(self, edge: Triple, most: int) -> Iterator[Proof]:
        """Yield minimal proofs of an edge, the shortest first."""
        found = sorted(islice(self._prove(edge, frozenset()), _MOST), key=_size)
        yield from found[:most]

    def _prove(self, edge: Triple, above: frozenset[Triple]) -> Iterator[Proof]:
        """Yield the proofs of an edge in which no edge rests on itself."""
        if self.grounds.get(edge):
            yield Proof(edge, self.words(edge), _STATED, "", (), tuple(self.grounds[edge]))
        below = above | {edge}
        for rule, premises in sorted(self.steps.get(edge, ()), key=lambda s: (s[0], [_order(p) for p in s[1]])):
            if not premises:
                if not self.sources:  # a reasoner does not tell which claims it used
                    yield Proof(edge, self.words(edge), rule, "axioms on classes, by the OWL reasoner")
                continue
            if not below.isdisjoint(premises):
                continue
            ordered = self._in_order(edge, premises)
            for chosen in product(*(list(islice(self._prove(p, below), _MOST)) for p in ordered)):
                yield Proof(edge, self.words(edge), rule, self._axiom(rule, edge, ordered), chosen)

    def _in_order(self, edge: Triple, premises: tuple[Triple, ...]) -> tuple[Triple, ...]:
        """Return the premises as the path that they make from the subject to the object, where they make one."""
        rest, at, path = list(premises), edge.subject, []
        while rest:
            step = next((p for p in rest if at in (p.subject, p.object)), None)
            if step is None:
                return premises
            rest.remove(step)
            path.append(step)
            at = step.object if step.subject == at else step.subject
        return tuple(path)

    def _axiom(self, rule: str, edge: Triple, premises: Sequence[Triple]) -> str:
        """Return the axiom in the terms of OWL 2 (section 9.2 of the structural specification)."""
        head, body = self.relation(edge.predicate), [self.relation(p.predicate) for p in premises]
        return {
            "inverse": f"{head} InverseOf {body[0]}",
            "sub-property": f"{body[0]} SubPropertyOf {head}",
            "symmetric": f"Symmetric {head}",
            "transitive": f"Transitive {head}",
        }.get(rule, f"{' o '.join(body)} SubPropertyOf {head}")

    def doubts(self, edge: Triple) -> Iterator[str]:
        """Yield the reasons why an edge does not hold."""
        said = list(self._select(_about(_SAID, edge)))
        for row in said:
            yield _doubt(row, self.sources)
        if not said:
            yield "No claim says so."
        for row in self._select(_about(_PROPOSED, edge)):
            yield f"A rule proposes it, and no source states it: {row['reason']}."
        relation = next((r for r in self.lexicon.relations.values() if r.iri == edge.predicate), None)
        if relation is not None and not said:
            for iri, place, classes in (
                (edge.subject, "subject", relation.domains),
                (edge.object, "object", relation.ranges),
            ):
                kind = v.class_of(iri)
                if not self.lexicon.is_any(kind, classes):
                    wanted = ", ".join(self.lexicon.label(c) for c in classes)
                    label = self.lexicon.label(kind)
                    yield f"{label} is no usual {place} of {relation.name}; those are kinds of {wanted}."

    def nearest(self, edge: Triple) -> Iterator[str]:
        """Yield up to three edges that hold and come closest to one that does not."""
        around = {edge.subject, edge.object}
        family = self.lexicon.ancestors(v.class_of(edge.subject)) | self.lexicon.ancestors(v.class_of(edge.object))
        ranked: list[tuple[int, str]] = []
        for known in {*self.grounds, *self.steps}:
            ends = {known.subject, known.object}
            if not around & ends or not all(iri.startswith(v.KIND) for iri in ends):
                continue
            if next(self._prove(known, frozenset()), None) is None:
                continue
            distance = 0 if ends == around else 2
            distance += known.predicate != edge.predicate
            kin = {v.class_of(iri) for iri in ends - around} & family
            if ends == around or (known.predicate == edge.predicate and kin):
                ranked.append((distance, self.words(known)))
        yield from (words for _, words in sorted(ranked)[:3])


def _doubt(row: dict[str, str], sources: frozenset[str]) -> str:
    where = row["evidence"]
    if sources and row["source"] not in sources:
        return f"Another source states it: {where}."
    if row["status"] == v.IRKG + "rejected":
        return f"A curator has rejected the claim of {where}" + (f": {row['note']}." if row["note"] else ".")
    if row["quarantine"]:
        return f"The claim of {where} is quarantined: {row['quarantine']}"
    if row["negated"] == "true":
        return f"{where} denies it."
    strength = row["strength"].removeprefix(v.IRKG)
    cue = f' ("{row["cue"]}")' if row["cue"] else ""
    return f"{where} says so, but only as {strength}{cue}; no edge is made of that."


def _order(edge: Triple) -> tuple[str, str, str]:
    return (edge.subject, edge.predicate, edge.object)


def _size(proof: Proof) -> int:
    return 1 + sum(map(_size, proof.premises))
