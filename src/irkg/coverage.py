"""What a knowledge graph holds, counted, and which kinds no claim speaks of."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from irkg import vocab as v
from irkg.engines import EmbeddedEngine
from irkg.model import Answer
from irkg.query import answer

COLUMNS = ("section", "item", "count", "of")

_PREFIXES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in v.PREFIXES.items())
_KIND = "?kind rdfs:subClassOf+ irkg:DomainEntity . FILTER (isIRI(?kind) && ?kind != irkg:DomainEntity)"
_ONTOLOGY = {
    "classes": "?thing a owl:Class . FILTER isIRI(?thing)",
    "kinds": _KIND.replace("?kind", "?thing"),
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
_GAPS = """
SELECT ?item (COUNT(DISTINCT ?silent) AS ?count) (COUNT(DISTINCT ?kind) AS ?of) WHERE {
  ?branch rdfs:subClassOf irkg:DomainEntity ; rdfs:label ?item .
  FILTER NOT EXISTS {
    ?branch rdfs:subClassOf ?between . ?between rdfs:subClassOf irkg:DomainEntity .
    FILTER (?between NOT IN (?branch, irkg:DomainEntity))
  }
  ?kind rdfs:subClassOf* ?branch .
  OPTIONAL {
    ?kind rdfs:label ?label
    FILTER NOT EXISTS {
      ?exemplar irkg:exemplarOf ?kind .
      ?claim a irkg:Claim ; irkg:subject|irkg:object ?exemplar ; irkg:reviewStatus ?review .
      FILTER (?review != irkg:rejected)
    }
    BIND (?kind AS ?silent)
  }
} GROUP BY ?branch ?item"""


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
    rows = [("ontology", item, _number(store, pattern), "") for item, pattern in _ONTOLOGY.items()]
    for section, pattern in _GROUPED.items():
        found = f"SELECT ?item (COUNT(DISTINCT ?thing) AS ?count) WHERE {{ {pattern} }} GROUP BY ?item"
        rows += _sorted((section, item, count, "") for item, count in _rows(store, found))
    rows += _sorted(("kinds without claims", item, count, of) for item, count, of in _rows(store, _GAPS))
    return Answer(COLUMNS, tuple(rows))


def _rows(store: ox.Store, sparql: str) -> tuple[tuple[str, ...], ...]:
    return answer(EmbeddedEngine(store).run(_PREFIXES + sparql)).rows


def _number(store: ox.Store, pattern: str) -> str:
    return _rows(store, f"SELECT (COUNT(DISTINCT ?thing) AS ?count) WHERE {{ {pattern} }}")[0][0]


def _sorted(rows: Iterable[tuple[str, str, str, str]]) -> list[tuple[str, str, str, str]]:
    return sorted(rows, key=lambda row: (-int(row[2]), row[1]))
