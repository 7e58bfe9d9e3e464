"""What the pages show, read out of the graph: claims, kinds, sources, and what follows or is proposed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from irkg import vocab as v
from irkg.binding import iri_term
from irkg.export.property_graph import Edge, Ontology, edges, iri_of, relation_name
from irkg.kg import KnowledgeGraph
from irkg.model import ReviewStatus, Support
from irkg.store import select

_CLAIMS = f"""
SELECT ?claim ?s ?p ?o ?negated ?strength ?status ?source ?evidence ?page ?section ?cue ?caveat ?quarantine
  ?note ?paraphrase ?quote ?rule WHERE {{
  WANTED
  GRAPH ?g {{
    ?claim a <{v.CLAIM}> ; <{v.SUBJECT}> ?s ; <{v.PREDICATE}> ?p ; <{v.OBJECT}> ?o ; <{v.NEGATED}> ?negated ;
      <{v.HAS_STRENGTH}> ?level ; <{v.HAS_REVIEW}> ?status ; <{v.HAS_SOURCE}> ?source ;
      <{v.HAS_EVIDENCE}> ?where .
    ?where <{v.LABEL}> ?evidence .
    OPTIONAL {{ ?where <{v.PAGE}> ?page }}
    OPTIONAL {{ ?where <{v.OA}hasSelector>/<{v.OA}exact> ?quote }}
    OPTIONAL {{ ?claim <{v.SECTION}> ?section }}
    OPTIONAL {{ ?claim <{v.HEDGE_CUE}> ?cue }}
    OPTIONAL {{ ?claim <{v.CAVEAT}> ?caveat }}
    OPTIONAL {{ ?claim <{v.QUARANTINE_REASON}> ?quarantine }}
    OPTIONAL {{ ?claim <{v.REVIEW_NOTE}> ?note }}
    OPTIONAL {{ ?claim <{v.COMMENT}> ?paraphrase }}
    OPTIONAL {{ ?claim <{v.RULE}> ?rule }}
  }}
  BIND (STRAFTER(STR(?level), "{v.IRKG}") AS ?strength)
}} ORDER BY ?p ?source ?evidence ?claim"""
_CANDIDATES = f"""
SELECT ?candidate ?s ?p ?o ?strength ?rule ?reason (GROUP_CONCAT(STR(?premise)) AS ?premises) WHERE {{
  WANTED
  GRAPH <{v.GRAPH_CANDIDATES}> {{
    ?candidate <{v.SUBJECT}> ?s ; <{v.PREDICATE}> ?p ; <{v.OBJECT}> ?o ; <{v.HAS_STRENGTH}> ?level ;
      <{v.RULE}> ?rule ; <{v.REASON}> ?reason ; <{v.PREMISE}> ?premise .
  }}
  BIND (STRAFTER(STR(?level), "{v.IRKG}") AS ?strength)
}} GROUP BY ?candidate ?s ?p ?o ?strength ?rule ?reason ORDER BY ?p ?s ?o ?candidate"""
MORE = "evidence page section cue caveat quarantine note paraphrase quote rule negated reason premises".split()
"""What there may be to say of a statement beside its parts."""
_NOTHING = dict.fromkeys(MORE, "")
_MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind, as far as a link to it needs it.

    Attributes:
        iri: IRI of the class.
        label: What answers call it.
    """

    iri: str
    label: str

    @property
    def path(self) -> str:
        """The path of its page, which is that of its exemplar's IRI; empty where it has none."""
        try:
            return v.exemplar(self.iri).removeprefix(v.IRKG.rstrip("/"))
        except ValueError:
            return ""

    @property
    def curie(self) -> str:
        """The CURIE of the class."""
        return v.contract(self.iri)


@dataclass(frozen=True, slots=True)
class Statement:
    """Something said of two kinds: a claim, what follows, or what is proposed.

    Attributes:
        iri: IRI of the claim or candidate, empty for what follows.
        subject: The kind that it is about.
        relation: Name of the relation.
        object: The kind that the subject is related to.
        support: What it rests on.
        strength: How strongly it is said.
        review: `accepted`, `unreviewed` or `rejected`; empty for a candidate.
        more: What else there is to say, by the names of `MORE`; empty where there is nothing.
        sources: Ids of its sources.
    """

    iri: str
    subject: Kind
    relation: str
    object: Kind
    support: Support
    strength: str
    review: str
    more: dict[str, str]
    sources: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The path of the page of a claim; empty for what is none."""
        return "/claim/" + self.iri.removeprefix(v.CLAIM_NS) if self.iri.startswith(v.CLAIM_NS) else ""


class Facts:
    """A knowledge graph, asked for what a page shows.

    Args:
        kg: The graph.

    Example:
        >>> facts = Facts(KnowledgeGraph.open())
        >>> facts.kind(v.IRKG + "TregRecruitment").path
        '/kind/TregRecruitment'
    """

    def __init__(self, kg: KnowledgeGraph) -> None:
        self.kg = kg
        self.store = kg.store

    @cached_property
    def ontology(self) -> Ontology:
        """Its classes and relations."""
        return Ontology(self.store)

    @cached_property
    def edges(self) -> list[Edge]:
        """What is stated and what follows about two kinds."""
        return list(edges(self.store))

    def kind(self, iri: str) -> Kind:
        """Return a kind by the IRI of its class."""
        return Kind(iri, self.kg.lexicon.label(iri) if iri in self.kg.lexicon.kinds else self.ontology.label(iri))

    def _claims(self, variable: str, iris: Iterable[str]) -> list[Statement]:
        """Return claims, rejected and negated ones too, by relation, source and place."""
        return [self._claim(row) for row in select(self.store, _CLAIMS.replace("WANTED", _values(variable, iris)))]

    def _said_of(self, iri: str) -> list[str]:
        """Return the IRIs of the claims, candidates and derivations that have a kind as subject or object."""
        kind = ox.NamedNode(v.exemplar(iri))
        quads = [q for p in (v.SUBJECT, v.OBJECT) for q in self.store.quads_for_pattern(None, ox.NamedNode(p), kind)]
        return sorted({iri_of(q.subject) for q in quads} - {""})

    def claims_about(self, iri: str) -> list[Statement]:
        """Return the claims whose subject or object is a kind."""
        return self._claims("claim", self._said_of(iri))

    def claim(self, iri: str) -> Statement | None:
        """Return a claim, None where there is none."""
        return next(iter(self._claims("claim", [iri])), None)

    def claims_of(self, source: str) -> list[Statement]:
        """Return the claims of a source, in the order of its text as far as their places tell it."""
        return self._claims("g", [v.GRAPH_CLAIMS + source])

    def following(self, iri: str) -> list[Statement]:
        """Return what follows about a kind."""
        return [
            Statement(
                "",
                self.kind(e.subject),
                e.relation,
                self.kind(e.object),
                e.support,
                e.strength,
                e.review,
                _NOTHING | {"rule": ", ".join(e.rules), "evidence": ", ".join(e.evidence)},
                e.sources,
            )
            for e in self.edges
            if e.support is Support.ENTAILED and iri in (e.subject, e.object)
        ]

    def candidates(self, iri: str = "") -> list[Statement]:
        """Return what rules propose about a kind, or about all."""
        wanted = _values("candidate", self._said_of(iri)) if iri else ""
        rows = list(select(self.store, _CANDIDATES.replace("WANTED", wanted)))
        premises = {iri for row in rows for iri in row["premises"].split() if iri.startswith(v.CLAIM_NS)}
        claims = {claim.iri: claim for claim in self._claims("claim", sorted(premises))}
        return [self._candidate(row, claims) for row in rows]

    def broader(self, iri: str) -> list[Kind]:
        """Return the named classes right above one, by what is written down and by reasoning, sorted by label."""
        ontology = self.ontology
        above = {a for a in ontology.ancestors(iri) if a != iri}
        beyond = {b for a in above for b in ontology.ancestors(a) if b != a}
        return self._sorted(above - beyond)

    def narrower(self, iri: str) -> list[Kind]:
        """Return the kinds right below one, sorted by label."""
        lexicon, ontology = self.kg.lexicon, self.ontology
        below = {k for k in lexicon.kinds if k != iri and lexicon.is_a(k, iri)}
        return self._sorted(k for k in below if not any(b != k and b in below for b in ontology.ancestors(k)))

    def lineage(self, iri: str) -> list[Kind]:
        """Return one way up from a kind to the top of the domain, the top first, the kind itself left out."""
        path: list[Kind] = []
        at = iri
        while True:
            above = [k for k in self.broader(at) if self.kg.lexicon.is_a(k.iri, v.DOMAIN_ENTITY)]
            if not above:
                return path
            path.insert(0, above[0])
            at = above[0].iri

    def mappings(self, iri: str) -> list[tuple[str, str]]:
        """Return how other vocabularies match a kind: (how, IRI), the closest first."""
        return [(how, other) for how in _MATCHES for other in self.ontology.values(iri, v.SKOS + how)]

    def sources(self) -> list[dict[str, str]]:
        """Return the sources with what is known of them, sorted by id."""
        return [self.source(name) for name in self.kg.sources()]

    def source(self, name: str) -> dict[str, str]:
        """Return what is known of a source: id, title, creator, year, identifier, length, claims."""
        iri, graph = v.SOURCE_NS + name, ox.NamedNode(v.GRAPH_CLAIMS + name)
        kinds = {"title": v.DCTERMS + "title", "creator": v.DCTERMS + "creator", "year": v.YEAR, "length": v.LENGTH}
        kinds["identifier"] = v.DCTERMS + "identifier"
        found = {key: self.ontology.first(iri, prop, graph=graph) for key, prop in kinds.items()}
        claims = self.store.quads_for_pattern(None, ox.NamedNode(v.RDF_TYPE), ox.NamedNode(v.CLAIM), graph)
        return {"id": name, "claims": str(sum(1 for _ in claims)), **found}

    def references(self, name: str) -> list[tuple[int, str]]:
        """Return the reference list of a source: (number, label), by number."""
        graph = ox.NamedNode(v.GRAPH_CLAIMS + name)
        of_type = ox.NamedNode(v.RDF_TYPE), ox.NamedNode(v.REFERENCE), graph
        found = [iri_of(q.subject) for q in self.store.quads_for_pattern(None, *of_type)]
        numbered = [(self.ontology.first(iri, v.REFERENCE_NUMBER, graph=graph), iri) for iri in found]
        return sorted((int(n or 0), self.ontology.first(iri, v.LABEL, graph=graph)) for n, iri in numbered)

    def cited_by(self, claim: str) -> list[str]:
        """Return the references that the sentence of a claim cites."""
        return sorted(self.ontology.first(r, v.LABEL, graph=None) for r in self.ontology.values(claim, v.CITES, None))

    def _claim(self, row: dict[str, str]) -> Statement:
        status = row["status"].removeprefix(v.IRKG)
        more = {name: row.get(name, "") for name in MORE} | {
            "negated": row["negated"] if row["negated"] == "true" else ""
        }
        return Statement(
            row["claim"],
            self.kind(v.class_of(row["s"])),
            relation_name(self.ontology, row["p"]),
            self.kind(v.class_of(row["o"])),
            Support.STATED,
            row["strength"],
            "unreviewed" if status == ReviewStatus.EXTRACTED else status,
            more,
            (row["source"].removeprefix(v.SOURCE_NS),),
        )

    def _candidate(self, row: dict[str, str], claims: Mapping[str, Statement]) -> Statement:
        found = [claims[iri] for iri in row["premises"].split() if iri in claims]
        return Statement(
            row["candidate"],
            self.kind(v.class_of(row["s"])),
            relation_name(self.ontology, row["p"]),
            self.kind(v.class_of(row["o"])),
            Support.CANDIDATE,
            row["strength"],
            "",
            _NOTHING
            | {
                "rule": row["rule"],
                "reason": row["reason"],
                "evidence": ", ".join(sorted({p.more["evidence"] for p in found})),
                "premises": " ".join(p.path for p in found),
            },
            tuple(sorted({s for p in found for s in p.sources})),
        )

    def _sorted(self, iris: Iterable[str]) -> list[Kind]:
        return sorted((self.kind(iri) for iri in iris), key=lambda k: (k.label.casefold(), k.iri))


def _values(variable: str, iris: Iterable[str]) -> str:
    return f"VALUES ?{variable} {{ {' '.join(map(iri_term, iris))} }}"


def by_relation(statements: Sequence[Statement]) -> dict[str, list[Statement]]:
    """Group statements by the name of their relation, sorted."""
    groups: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        groups[statement.relation].append(statement)
    return dict(sorted(groups.items()))
