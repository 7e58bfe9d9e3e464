"""Decisions that wait for a claim which was not found again, and how a knowledge graph keeps them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from irkg import vocab as v
from irkg.decisions import Decision, Statement, Written, said_by, statement_of, value_by_predicate
from irkg.model import ReviewStatus

_TYPE, _BY = ox.NamedNode(v.RDF_TYPE), v.DCTERMS + "contributor"
_RECORD = ox.NamedNode(v.GRAPH_DECISIONS)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A decision whose claim was not found again when its source was filled in anew.

    Attributes:
        decision: The decision; it applies again when the claim comes back.
        source: Id of the source.
        says: What the extractor had said.
        label: The same in words.
        evidence: IRI of the evidence that it had.
        digest: SHA-256 of the sentence, empty where it was read from a page.
    """

    decision: Decision
    source: str
    says: Statement
    label: str
    evidence: str
    digest: str


_SAID = ox.NamedNode(v.PROV + "Entity")


def waiting_quads(waiting: Mapping[str, Waiting], in_words: Callable[[Statement], str]) -> list[ox.Quad]:
    """Write the decisions that wait: what was decided, on what, and where that stood.

    Args:
        waiting: By the IRI of the claim.
        in_words: Puts a statement into words.
    """
    found: list[ox.Quad] = []
    for iri, one in waiting.items():
        key, decision = iri.removeprefix(v.CLAIM_NS), one.decision
        assert not isinstance(decision.edited, Written)
        decided, extracted = v.DECISION_NS + key, v.EXTRACTED_NS + key
        links = {
            v.HAS_REVIEW: v.IRKG + decision.status.value,
            v.HAS_SOURCE: v.SOURCE_NS + one.source,
            v.HAS_EVIDENCE: one.evidence,
            v.REVISION_OF: extracted,
        }
        words = {v.REVIEW_NOTE: decision.reason, v.DIGEST: one.digest, _BY: decision.by}
        triples = [
            *(ox.Triple(ox.NamedNode(decided), ox.NamedNode(p), ox.NamedNode(o)) for p, o in links.items()),
            *(ox.Triple(ox.NamedNode(decided), ox.NamedNode(p), ox.Literal(w)) for p, w in words.items() if w),
            *_statement(extracted, one.says, one.label),
        ]
        if decision.edited:
            triples += _statement(decided, decision.edited, in_words(decision.edited))
        found += [ox.Quad(t.subject, t.predicate, t.object, _RECORD) for t in triples]
    return found


def _statement(iri: str, says: Statement, label: str) -> list[ox.Triple]:
    said: dict[str, ox.NamedNode | ox.Literal] = {v.RDF_TYPE: _SAID, **said_by(says, label)}
    return [ox.Triple(ox.NamedNode(iri), ox.NamedNode(p), o) for p, o in said.items()]


def waiting_in(record: Iterable[ox.Quad]) -> dict[str, Waiting]:
    """Read the decisions that wait out of the graph of decisions, by the IRI of the claim."""
    by_node: dict[str, list[ox.Quad]] = defaultdict(list)
    for quad in record:
        if isinstance(quad.subject, ox.NamedNode):
            by_node[quad.subject.value].append(quad)
    found = {}
    for iri, node in by_node.items():
        if not iri.startswith(v.DECISION_NS):
            continue
        said = value_by_predicate(node)
        extracted = by_node[said[v.REVISION_OF]]
        decision = Decision(
            ReviewStatus(said[v.HAS_REVIEW].removeprefix(v.IRKG)),
            said.get(v.REVIEW_NOTE, ""),
            statement_of(node) if v.SUBJECT in said else None,
            said.get(_BY, ""),
        )
        found[v.CLAIM_NS + iri.removeprefix(v.DECISION_NS)] = Waiting(
            decision,
            said[v.HAS_SOURCE].removeprefix(v.SOURCE_NS),
            statement_of(extracted),
            value_by_predicate(extracted)[v.LABEL],
            said[v.HAS_EVIDENCE],
            said.get(v.DIGEST, ""),
        )
    return found
