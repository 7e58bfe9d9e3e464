"""The namespaces and terms that the code speaks of; a test holds them against the ontology."""

from __future__ import annotations

IRKG = "https://w3id.org/irkg/"
KIND = IRKG + "kind/"
CLAIM_NS = IRKG + "claim/"
SOURCE_NS = IRKG + "source/"
EVIDENCE_NS = IRKG + "evidence/"
PROVISIONAL = IRKG + "provisional/"  # kinds that a text speaks of and the ontology lacks
EXTRACTED_NS = IRKG + "extracted/"  # claims as the extractor put them, where a curator has changed them
DECISION_NS = IRKG + "decision/"
GRAPH_NS = IRKG + "graph/"
OBO = "http://purl.obolibrary.org/obo/"
OBO_IN_OWL = "http://www.geneontology.org/formats/oboInOwl#"
OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
OA = "http://www.w3.org/ns/oa#"
SH = "http://www.w3.org/ns/shacl#"

# Longest namespaces first, so that contraction finds the most specific prefix.
PREFIXES = {
    "kind": KIND,
    "claim": CLAIM_NS,
    "source": SOURCE_NS,
    "evidence": EVIDENCE_NS,
    "graph": GRAPH_NS,
    "irkg": IRKG,
    "obo": OBO,
    "oboInOwl": OBO_IN_OWL,
    "owl": OWL,
    "rdf": RDF,
    "rdfs": RDFS,
    "xsd": XSD,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "prov": PROV,
    "oa": OA,
    "sh": SH,
}
# OBO prefixes whose IRIs are written obo:PREFIX_digits and whose CURIEs are PREFIX:digits.
OBO_PREFIXES = frozenset(
    {"BFO", "CHEBI", "CL", "COB", "ECO", "GO", "IAO", "MAXO", "MONDO", "OBI", "PR", "PW", "RO", "UBERON", "VO"}
)

GRAPH_ONTOLOGY = GRAPH_NS + "ontology"
GRAPH_CLAIMS = GRAPH_NS + "claims/"  # followed by the source's id
GRAPH_EDGES = GRAPH_NS + "edges"
GRAPH_ENTAILED = GRAPH_NS + "entailed"
GRAPH_CANDIDATES = GRAPH_NS + "candidates"
GRAPH_DERIVATIONS = GRAPH_NS + "derivations"
GRAPH_EXTRACTED = GRAPH_NS + "extracted/"  # followed by the source's id
GRAPH_DECISIONS = GRAPH_NS + "decisions"
DATASET = IRKG + "dataset"
SCHEMA_VERSION = 1

RDF_TYPE = RDF + "type"
LABEL = RDFS + "label"
COMMENT = RDFS + "comment"
SUBCLASS_OF = RDFS + "subClassOf"
DEFINITION = OBO + "IAO_0000115"
DEFINITION_SOURCE = OBO + "IAO_0000119"
EXACT_SYNONYM = OBO_IN_OWL + "hasExactSynonym"
REPLACED_BY = OBO + "IAO_0100001"
REVISION_OF = PROV + "wasRevisionOf"
PREF_LABEL = SKOS + "prefLabel"
RELATED_SYNONYM = OBO_IN_OWL + "hasRelatedSynonym"

# Classes
DOMAIN_ENTITY = IRKG + "DomainEntity"
CLAIM = IRKG + "Claim"
CANDIDATE = IRKG + "Candidate"
DERIVATION = IRKG + "Derivation"
SOURCE = IRKG + "Source"
REFERENCE = IRKG + "Reference"
STRENGTH = IRKG + "Strength"
DATASET_CLASS = IRKG + "Dataset"
REVIEW_STATUS = IRKG + "ReviewStatus"

# How kinds and relations are tied to words and to each other (annotation properties)
RELATION_NAME = IRKG + "relationName"
DISPLAY_NAME = IRKG + "displayName"
EXEMPLAR_OF = IRKG + "exemplarOf"
PROCESS_OF = IRKG + "processOf"
CHECK_EXCEPTION = IRKG + "checkException"
DOMAIN_INCLUDES = IRKG + "domainIncludes"
RANGE_INCLUDES = IRKG + "rangeIncludes"
VERB_PATTERN = IRKG + "verbPattern"
NOUN_PATTERN = IRKG + "nounPattern"
ADJECTIVE_PATTERN = IRKG + "adjectivePattern"
STATE_ADJECTIVE = IRKG + "stateAdjective"
HEAD_NOUN = IRKG + "headNoun"

# Claims
SUBJECT = IRKG + "subject"
PREDICATE = IRKG + "predicate"
OBJECT = IRKG + "object"
NEGATED = IRKG + "negated"
HAS_STRENGTH = IRKG + "strength"
HAS_REVIEW = IRKG + "reviewStatus"
REVIEW_NOTE = IRKG + "reviewNote"
QUANTIFIER = IRKG + "quantifier"
HEDGE_CUE = IRKG + "hedgeCue"
CAVEAT = IRKG + "caveat"
HAS_SOURCE = IRKG + "source"
HAS_EVIDENCE = IRKG + "evidence"
SUBJECT_MENTION = IRKG + "subjectMention"
OBJECT_MENTION = IRKG + "objectMention"
SECTION = IRKG + "section"
CITES = IRKG + "cites"
CITATION_MARKER = IRKG + "citationMarker"
EVIDENCE_CODE = IRKG + "evidenceCode"
RULE = IRKG + "rule"
CONFIDENCE = IRKG + "confidence"
OPPOSITE_OF = IRKG + "oppositeOf"
QUARANTINED = IRKG + "quarantined"
QUARANTINE_REASON = IRKG + "quarantineReason"
LENGTH = IRKG + "length"
YEAR = IRKG + "year"
REFERENCE_NUMBER = IRKG + "referenceNumber"
NUMBER_PRINTED = IRKG + "numberPrinted"
DIGEST = IRKG + "digest"
PAGE = IRKG + "page"
RANK = IRKG + "rank"
PREMISE = IRKG + "premise"
REASON = IRKG + "reason"
HAS_SCHEMA_VERSION = IRKG + "schemaVersion"
RULE_LEFT_OUT = IRKG + "ruleLeftOut"

# Evidence codes (ECO)
AUTHOR_STATEMENT_AUTOMATIC = OBO + "ECO_0007320"  # without a traceable reference
AUTHOR_STATEMENT_CITED_AUTOMATIC = OBO + "ECO_0007321"
AUTHOR_STATEMENT_MANUAL = OBO + "ECO_0000303"
AUTHOR_STATEMENT_CITED_MANUAL = OBO + "ECO_0000304"


def expand(curie: str) -> str | None:
    """Return the IRI that a CURIE abbreviates.

    Args:
        curie: A CURIE of a class, exemplar or relation.

    Returns:
        The IRI, or None where the prefix is not one of ours.

    Example:
        >>> expand("CL:0000815")
        'http://purl.obolibrary.org/obo/CL_0000815'
        >>> expand("irkg:TregRecruitment")
        'https://w3id.org/irkg/TregRecruitment'
        >>> expand("treg: recruitment") is None
        True
    """
    prefix, colon, local = curie.partition(":")
    if not colon or not local or local.startswith("//"):
        return None
    if prefix in OBO_PREFIXES:
        return f"{OBO}{prefix}_{local}"
    return PREFIXES[prefix] + local if prefix in PREFIXES else None


def contract(iri: str) -> str:
    """Return the CURIE of an IRI, or the IRI itself where no prefix fits.

    Example:
        >>> contract("http://purl.obolibrary.org/obo/CL_0000815")
        'CL:0000815'
        >>> contract("https://w3id.org/irkg/kind/CL_0000815")
        'kind:CL_0000815'
        >>> contract("https://example.org/x")
        'https://example.org/x'
    """
    if iri.startswith(OBO):
        prefix, underscore, local = iri[len(OBO) :].partition("_")
        if underscore and prefix in OBO_PREFIXES:
            return f"{prefix}:{local}"
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def exemplar(class_iri: str) -> str:
    """Return the IRI of the exemplar of a class: the generic member that claims are made about.

    Example:
        >>> exemplar("http://purl.obolibrary.org/obo/CL_0000815")
        'https://w3id.org/irkg/kind/CL_0000815'
        >>> exemplar("https://w3id.org/irkg/TregRecruitment")
        'https://w3id.org/irkg/kind/TregRecruitment'
    """
    for namespace in (OBO, IRKG):
        if class_iri.startswith(namespace):
            return KIND + class_iri[len(namespace) :]
    raise ValueError(f"a kind stands in the OBO or the irkg namespace, not <{class_iri}>")


def class_of(kind_iri: str) -> str:
    """Return the class that an exemplar stands for: the inverse of `exemplar`.

    Example:
        >>> class_of("https://w3id.org/irkg/kind/CL_0000815")
        'http://purl.obolibrary.org/obo/CL_0000815'
    """
    local = kind_iri.removeprefix(KIND)
    if local == kind_iri:
        raise ValueError(f"not an exemplar: <{kind_iri}>")
    prefix, underscore, _ = local.partition("_")
    return (OBO if underscore and prefix in OBO_PREFIXES else IRKG) + local
