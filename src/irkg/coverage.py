"""What a knowledge graph holds, counted, and which kinds no claim speaks of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from irkg import vocab as v
from irkg.engines import EmbeddedEngine
from irkg.lexicon import with_ancestors
from irkg.model import Answer
from irkg.query import answer

COLUMNS = ("section", "item", "count", "of")

_PREFIXES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in v.PREFIXES.items())
_ONTOLOGY = {
    "classes": "?thing a owl:Class . FILTER isIRI(?thing)",
    "relations": "?thing irkg:relationName ?name",
    "object properties": "?thing a owl:ObjectProperty",
    "datatype properties": "?thing a owl:DatatypeProperty",
    "annotation properties": "?thing a owl:AnnotationProperty",
    "definitions in words": "?thing obo:IAO_0000115 ?text",
    "definitions by axioms": "?thing owl:equivalentClass ?expression . FILTER isIRI(?thing)",
    "exact synonyms": "?kind oboInOwl:hasExactSynonym ?thing",
    "related synonyms": "?kind oboInOwl:hasRelatedSynonym ?thing",
    "exemplars": "?thing irkg:exemplarOf ?kind",
}
# From a section to a pattern that finds ?item and ?thing: the things are counted for each item
_GROUPED = {
    "classes reused from": f"""
        ?thing a owl:Class . FILTER STRSTARTS(STR(?thing), "{v.OBO}")
        FILTER EXISTS {{ ?thing ^irkg:exemplarOf|obo:IAO_0000119 ?own }}
        BIND (STRBEFORE(SUBSTR(STR(?thing), {len(v.OBO) + 1}), "_") AS ?item)""",
    "mappings": """
        VALUES ?item {
          skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch oboInOwl:hasDbXref
        }
        ?kind ?item ?to . FILTER isIRI(?kind) BIND (CONCAT(STR(?kind), " ", STR(?to)) AS ?thing)""",
    "claims by source": "?thing a irkg:Claim ; irkg:source ?from . ?from rdfs:label ?item",
    "claims by relation": "?thing a irkg:Claim ; irkg:predicate ?by . OPTIONAL { ?by irkg:relationName ?item }",
    "claims by strength": "?thing a irkg:Claim ; irkg:strength ?by . ?by rdfs:label ?item",
    "claims by review": "?thing a irkg:Claim ; irkg:reviewStatus ?by . ?by rdfs:label ?item",
    "claims by what they support": """
        ?thing a irkg:Claim ; irkg:negated ?negated ; irkg:reviewStatus ?review ; irkg:strength ?strength .
        OPTIONAL { ?thing irkg:quarantined ?quarantined }
        BIND (IF(?review = irkg:rejected, "no edge: rejected",
            IF(BOUND(?quarantined), "no edge: quarantined",
            IF(?negated, "no edge: negated",
            IF(?strength IN (irkg:asserted, irkg:ability), "an edge", "no edge: too weak")))) AS ?item)""",
    "edges by support": """
        { VALUES ?item { "stated" } GRAPH graph:edges { ?s ?p ?o } }
        UNION
        {
          VALUES ?item { "entailed" }
          GRAPH graph:entailed { ?s ?p ?o } ?s irkg:exemplarOf ?a . ?o irkg:exemplarOf ?b
        }
        UNION
        {
          VALUES ?item { "candidate" }
          GRAPH graph:candidates { ?c irkg:subject ?s ; irkg:predicate ?p ; irkg:object ?o }
        }
        BIND (CONCAT(STR(?s), " ", STR(?p), " ", STR(?o)) AS ?thing)""",
}
# A term of another ontology that only stands here as an ancestor is no kind.
_CLASSES = f"""
SELECT ?low ?high ?label WHERE {{
  ?low rdfs:subClassOf ?high . FILTER (isIRI(?low) && isIRI(?high))
  OPTIONAL {{ ?low rdfs:label ?label }}
  FILTER (!STRSTARTS(STR(?low), "{v.OBO}") || EXISTS {{ ?low ^irkg:exemplarOf|obo:IAO_0000119 ?own }})
}}"""
_SPOKEN_OF = """
SELECT DISTINCT ?kind WHERE {
  ?claim a irkg:Claim ; irkg:subject|irkg:object ?exemplar ; irkg:reviewStatus ?review .
  FILTER (?review != irkg:rejected)
  ?exemplar irkg:exemplarOf ?kind .
}"""


def coverage(store: ox.Store) -> Answer:
    """Count what a dataset holds.

    Args:
        store: A knowledge graph, or an ontology in the default graph.

    Returns:
        Rows of `section`, `item`, `count` and `of` (the whole that the count is a part of, where there is one); in
        a section of the largest count first. Sections without anything are left out.

    Example:
        >>> coverage(ox.Store()).rows[0]
        ('ontology', 'classes', '0', '')
    """
    kinds = _Kinds(store)
    rows = [("ontology", item, _number(store, pattern), "") for item, pattern in _ONTOLOGY.items()]
    rows.insert(1, ("ontology", "kinds", str(len(kinds.above)), ""))
    for section, pattern in _GROUPED.items():
        found = f"SELECT ?item (COUNT(DISTINCT ?thing) AS ?count) WHERE {{ {pattern} }} GROUP BY ?item"
        rows += _sorted((section, item, count, "") for item, count in _rows(store, found))
    rows += _sorted(kinds.without_claims())
    return Answer(COLUMNS, tuple(rows))


class _Kinds:
    """The kinds below `irkg:DomainEntity`, each with the kinds above it.

    The hierarchy is followed here and not by a path in SPARQL, which takes minutes over a closure.
    """

    def __init__(self, store: ox.Store) -> None:
        self._labels: dict[str, str] = {}
        parents: dict[str, set[str]] = defaultdict(set)
        for low, high, label in _rows(store, _CLASSES):
            parents[low].add(high)
            self._labels[low] = label
        root = v.contract(v.DOMAIN_ENTITY)
        ancestors = {kind: with_ancestors([kind], parents) for kind in list(parents)}
        below = {kind for kind, high in ancestors.items() if root in high and kind != root}
        self.above = {kind: ancestors[kind] & below - {kind} for kind in below}
        self._spoken_of = {kind for (kind,) in _rows(store, _SPOKEN_OF)}

    def without_claims(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield a row for each branch: how many of its kinds no claim speaks of that is not rejected."""
        for branch in (kind for kind, high in self.above.items() if not high):
            members = {branch} | {kind for kind, high in self.above.items() if branch in high}
            silent = len(members - self._spoken_of)
            if silent:
                yield "kinds without claims", self._labels[branch], str(silent), str(len(members))


def _rows(store: ox.Store, sparql: str) -> tuple[tuple[str, ...], ...]:
    return answer(EmbeddedEngine(store).run(_PREFIXES + sparql)).rows


def _number(store: ox.Store, pattern: str) -> str:
    return _rows(store, f"SELECT (COUNT(DISTINCT ?thing) AS ?count) WHERE {{ {pattern} }}")[0][0]


def _sorted(rows: Iterable[tuple[str, str, str, str]]) -> list[tuple[str, str, str, str]]:
    return sorted(rows, key=lambda row: (-int(row[2]), row[1]))
