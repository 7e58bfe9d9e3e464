"""Claims as RDF: a source, its references, its claims and their evidence, in one named graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

import pyoxigraph as ox

from irkg import vocab as v
from irkg.lexicon import Lexicon
from irkg.model import Argument, Claim, CuratedClaim, Publication, Reference, ReviewStatus, Source, Span


class _Writer:
    """Collects the quads of one named graph."""

    def __init__(self, graph: str) -> None:
        self._graph = ox.NamedNode(graph)
        self.quads: list[ox.Quad] = []

    def link(self, subject: str, predicate: str, target: str) -> None:
        self.quads.append(ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target), self._graph))

    def value(self, subject: str, predicate: str, value: str | int | bool | Decimal) -> None:
        literal = ox.Literal(value) if not isinstance(value, Decimal) else _decimal(value)
        self.quads.append(ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), literal, self._graph))

    def individual(self, iri: str, cls: str, label: str) -> None:
        self.link(iri, v.RDF_TYPE, v.OWL + "NamedIndividual")
        self.link(iri, v.RDF_TYPE, cls)
        self.value(iri, v.LABEL, label)


def _decimal(value: Decimal) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(v.XSD + "decimal"))


def evidence_iri(source_id: str, span: Span) -> str:
    """Return the IRI of a stretch of a source.

    Example:
        >>> evidence_iri("eran-2023", Span(1212, 1412))
        'https://w3id.org/irkg/evidence/eran-2023/1212-1412'
    """
    return f"{v.EVIDENCE_NS}{source_id}/{span.start}-{span.end}"


def graph_iri(source_id: str) -> str:
    """Return the IRI of the named graph that holds the claims of a source."""
    return v.GRAPH_CLAIMS + source_id


def claim_quads(
    source: Source, claims: Iterable[Claim], lexicon: Lexicon, *, quotes: bool, generator: str
) -> list[ox.Quad]:
    """Write a source and its claims as RDF.

    Args:
        source: The source.
        claims: Its claims.
        lexicon: For the IRIs of relations.
        quotes: Whether sentences and surface forms may be stored.
        generator: What made the claims, in words, with its version.

    Returns:
        The quads of the graph `graph:claims/ID`, without duplicates.
    """
    out = _Writer(graph_iri(source.id))
    source_iri, activity = v.SOURCE_NS + source.id, f"{v.IRKG}extraction/{source.id}"
    _source(out, source_iri, source)
    listed = frozenset(reference.number for reference in source.references)
    out.individual(activity, v.PROV + "Activity", generator)
    for claim in claims:
        _claim(out, claim, source_iri, activity, lexicon, listed)
        for argument in (claim.subject, claim.object):
            if argument.iri.startswith(v.PROVISIONAL):
                _provisional(out, argument)
        _evidence(out, source.id, claim.sentence, digest=claim.sentence_digest)
        _evidence(out, source.id, claim.subject.span)
        _evidence(out, source.id, claim.object.span)
        if quotes:
            _quote(out, evidence_iri(source.id, claim.sentence), claim)
    return list(dict.fromkeys(out.quads))


def literature_quads(claims: Iterable[CuratedClaim], lexicon: Lexicon) -> list[ox.Quad]:
    """Write what publications say as RDF, each publication in its own named graph.

    Args:
        claims: What curators have read in the publications.
        lexicon: For the IRIs of relations and the names of kinds.

    Returns:
        The quads of the graphs `graph:claims/ID`, without duplicates; all claims are accepted.
    """
    quads: list[ox.Quad] = []
    for claim in claims:
        out = _Writer(graph_iri(claim.publication.id))
        _publication(out, claim.publication)
        _curated(out, claim, lexicon)
        quads += out.quads
    return list(dict.fromkeys(quads))


def _page_iri(source_id: str) -> str:
    return f"{v.EVIDENCE_NS}{source_id}/page"


def _publication(out: _Writer, publication: Publication) -> None:
    iri, page = v.SOURCE_NS + publication.id, _page_iri(publication.id)
    out.individual(iri, v.SOURCE, publication.id)
    out.value(iri, v.DCTERMS + "identifier", publication.identifier)
    words = {v.DCTERMS + "title": publication.title, v.DCTERMS + "creator": publication.author}
    for predicate, text in words.items():
        if text:
            out.value(iri, predicate, text)
    if publication.year:
        out.value(iri, v.YEAR, publication.year)
    out.individual(page, v.OA + "SpecificResource", publication.identifier)
    out.link(page, v.OA + "hasSource", iri)
    out.value(page, v.PAGE, publication.page)


def _curated(out: _Writer, claim: CuratedClaim, lexicon: Lexicon) -> None:
    relation, activity = lexicon.relations[claim.relation], f"{v.IRKG}reading/{claim.publication.id}"
    denied = "does not: " if claim.negated else ""
    subject, thing = lexicon.label(claim.subject), lexicon.label(claim.object)
    out.individual(activity, v.PROV + "Activity", f"reading of {claim.publication.id} by a curator")
    out.individual(claim.iri, v.CLAIM, f"{denied}{subject} {relation.label} {thing}")
    links = {
        v.SUBJECT: v.exemplar(claim.subject),
        v.PREDICATE: relation.iri,
        v.OBJECT: v.exemplar(claim.object),
        v.HAS_STRENGTH: v.IRKG + claim.strength.value,
        v.HAS_REVIEW: v.IRKG + ReviewStatus.ACCEPTED.value,
        v.HAS_SOURCE: v.SOURCE_NS + claim.publication.id,
        v.HAS_EVIDENCE: _page_iri(claim.publication.id),
        v.PROV + "wasGeneratedBy": activity,
        v.EVIDENCE_CODE: evidence_code(cited=False, reviewed=ReviewStatus.ACCEPTED),
    }
    for predicate, target in links.items():
        out.link(claim.iri, predicate, target)
    out.value(claim.iri, v.NEGATED, claim.negated)
    out.value(claim.iri, v.COMMENT, claim.paraphrase)
    for predicate, text in {v.HEDGE_CUE: claim.hedge_cue, v.CAVEAT: claim.caveat}.items():
        if text:
            out.value(claim.iri, predicate, text)


def _source(out: _Writer, iri: str, source: Source) -> None:
    out.individual(iri, v.SOURCE, source.id)
    out.value(iri, v.DIGEST, source.digest)
    out.value(iri, v.LENGTH, source.length)
    if source.author:
        out.value(iri, v.DCTERMS + "creator", source.author)
    if source.year:
        out.value(iri, v.YEAR, source.year)
    if source.title:
        out.value(iri, v.DCTERMS + "title", source.title)
    if identifier := _identifier(source):
        out.value(iri, v.DCTERMS + "identifier", identifier)
    for reference in source.references:
        own = f"{iri}/reference/{reference.number}"
        out.individual(own, v.REFERENCE, " ".join(filter(None, [reference.authors, str(reference.year or "")])))
        out.value(own, v.REFERENCE_NUMBER, reference.number)
        out.value(own, v.NUMBER_PRINTED, reference.printed)
        if reference.title:
            out.value(own, v.DCTERMS + "title", reference.title)
        if identifier := _identifier(reference):
            out.value(own, v.DCTERMS + "identifier", identifier)
        out.link(own, v.HAS_SOURCE, iri)
        out.link(own, v.HAS_EVIDENCE, evidence_iri(source.id, reference.span))
        _evidence(out, source.id, reference.span)


def _identifier(publication: Source | Reference) -> str | None:
    """Return the identifier of a publication: its DOI, else what PubMed calls it."""
    if publication.doi:
        return f"doi:{publication.doi}"
    return f"pmid:{publication.pmid}" if publication.pmid else None


def _claim(
    out: _Writer, claim: Claim, source_iri: str, activity: str, lexicon: Lexicon, listed: frozenset[int]
) -> None:
    denied = "does not: " if claim.negated else ""
    relation = lexicon.relations[claim.relation]
    out.individual(claim.iri, v.CLAIM, f"{denied}{claim.subject.label} {relation.label} {claim.object.label}")
    links = {
        v.SUBJECT: v.exemplar(claim.subject.iri),
        v.PREDICATE: relation.iri,
        v.OBJECT: v.exemplar(claim.object.iri),
        v.HAS_STRENGTH: v.IRKG + claim.strength.value,
        v.HAS_REVIEW: v.IRKG + claim.review.value,
        v.HAS_SOURCE: source_iri,
        v.HAS_EVIDENCE: evidence_iri(claim.source, claim.sentence),
        v.SUBJECT_MENTION: evidence_iri(claim.source, claim.subject.span),
        v.OBJECT_MENTION: evidence_iri(claim.source, claim.object.span),
        v.PROV + "wasGeneratedBy": activity,
        v.EVIDENCE_CODE: evidence_code(cited=not listed.isdisjoint(claim.citations), reviewed=claim.review),
    }
    for predicate, target in links.items():
        out.link(claim.iri, predicate, target)
    out.value(claim.iri, v.NEGATED, claim.negated)
    out.value(claim.iri, v.CONFIDENCE, Decimal(str(claim.confidence)))
    words = {v.SECTION: claim.section, v.RULE: claim.rule, v.HEDGE_CUE: claim.hedge_cue, v.QUANTIFIER: claim.quantifier}
    for predicate, text in words.items():
        if text:
            out.value(claim.iri, predicate, text)
    for number in claim.citations:
        out.value(claim.iri, v.CITATION_MARKER, f"[{number}]")
        if number in listed:
            out.link(claim.iri, v.CITES, f"{source_iri}/reference/{number}")
    for marker in claim.unresolved:
        out.value(claim.iri, v.CITATION_MARKER, marker)


def _provisional(out: _Writer, argument: Argument) -> None:
    """Declare a kind that the ontology lacks, with its exemplar; what it is a kind of, a person must say."""
    own = v.exemplar(argument.iri)
    out.link(argument.iri, v.RDF_TYPE, v.OWL + "Class")
    out.value(argument.iri, v.LABEL, argument.label)
    out.individual(own, argument.iri, argument.label)
    out.value(own, v.PREF_LABEL, argument.label)
    out.link(own, v.EXEMPLAR_OF, argument.iri)


def evidence_code(*, cited: bool, reviewed: ReviewStatus) -> str:
    """Return the ECO class for a claim: an author's statement, with or without a reference, seen by a person or not.

    Args:
        cited: Whether its sentence cites a reference.
        reviewed: What a curator has said of it.
    """
    if reviewed is ReviewStatus.EXTRACTED:
        return v.AUTHOR_STATEMENT_CITED_AUTOMATIC if cited else v.AUTHOR_STATEMENT_AUTOMATIC
    return v.AUTHOR_STATEMENT_CITED_MANUAL if cited else v.AUTHOR_STATEMENT_MANUAL


def _evidence(out: _Writer, source_id: str, span: Span, *, digest: str | None = None) -> None:
    iri = evidence_iri(source_id, span)
    out.individual(iri, v.OA + "SpecificResource", f"{source_id}:{span.start}-{span.end}")
    out.link(iri, v.OA + "hasSource", v.SOURCE_NS + source_id)
    selector = iri + "#position"
    out.link(iri, v.OA + "hasSelector", selector)
    out.individual(selector, v.OA + "TextPositionSelector", f"characters {span.start} to {span.end}")
    out.value(selector, v.OA + "start", span.start)
    out.value(selector, v.OA + "end", span.end)
    if digest:
        out.value(iri, v.DIGEST, digest)


def _quote(out: _Writer, evidence: str, claim: Claim) -> None:
    selector = evidence + "#quote"
    out.link(evidence, v.OA + "hasSelector", selector)
    out.individual(selector, v.OA + "TextQuoteSelector", "quotation")
    out.value(selector, v.OA + "exact", claim.quote)
    out.value(selector, v.OA + "prefix", claim.prefix)
    out.value(selector, v.OA + "suffix", claim.suffix)


def source_ids(quads: Iterable[ox.Quad]) -> Iterator[str]:
    """Yield the ids of the sources whose graphs are among the quads, each once, in order."""
    seen: dict[str, None] = {}
    for quad in quads:
        if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.startswith(v.GRAPH_CLAIMS):
            seen.setdefault(quad.graph_name.value.removeprefix(v.GRAPH_CLAIMS))
    yield from seen
