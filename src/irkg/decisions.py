"""What a curator decides on a claim, and a claim's own quads with the decision in place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from irkg import vocab as v
from irkg.claim_graph import evidence_code
from irkg.model import ReviewStatus, Strength

_CITED = {ox.NamedNode(c) for c in (v.AUTHOR_STATEMENT_CITED_AUTOMATIC, v.AUTHOR_STATEMENT_CITED_MANUAL)}
_BY_HAND = v.IRKG + "reading/"  # what made a claim that a curator has read out of a publication
UNSTATED_LIMIT = "weaker in a curator's eyes"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a claim says.

    Attributes:
        subject: IRI of the class that it is about.
        relation: IRI of the relation.
        object: IRI of the class that the subject is related to.
        negated: Whether the source denies it.
        strength: How strongly the author puts it.
    """

    subject: str
    relation: str
    object: str
    negated: bool
    strength: Strength


@dataclass(frozen=True, slots=True)
class Written:
    """A statement as a curator has written it into a table; what is empty is as the extractor said.

    Attributes:
        subject: A name, CURIE or IRI of a kind.
        relation: The name of a relation.
        object: A name, CURIE or IRI of a kind.
        negated: `true` or `false`.
        strength: The name of a strength.
        path: The table.
        line: The line of the table.
    """

    subject: str
    relation: str
    object: str
    negated: str
    strength: str
    path: Path = field(compare=False)
    line: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a curator has decided on a claim, and why.

    Attributes:
        status: Accepted or rejected; extracted takes an earlier decision back.
        reason: Why, in the curator's words.
        edited: What the source says in the curator's eyes, where the extractor got it wrong; such a claim is accepted.
        by: Who has decided.
    """

    status: ReviewStatus
    reason: str = ""
    edited: Statement | Written | None = None
    by: str = ""


def apply_decisions(quads: Iterable[ox.Quad], decisions: Mapping[str, Decision]) -> Iterator[ox.Quad]:
    """Yield the quads of claims with the decisions in place of what they said of their review.

    Args:
        quads: The quads of claims' graphs.
        decisions: From the IRI of a claim to the decision on it; those on other claims are left aside.
    """
    quads = list(quads)
    by_hand = {
        q.subject
        for q in quads
        if isinstance(q.object, ox.NamedNode) and q.object.value.startswith(_BY_HAND) and q.predicate.value == _MADE_BY
    }
    for quad in quads:
        subject = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""
        decision = decisions.get(subject)
        if decision is None:
            yield quad
            continue
        status = decision.status
        if status is ReviewStatus.EXTRACTED and quad.subject in by_hand:
            status = ReviewStatus.ACCEPTED  # it was read by a curator in the first place
        if quad.predicate.value == v.HAS_REVIEW:
            yield with_object(quad, v.IRKG + status.value)
            if decision.reason:
                note = ox.NamedNode(v.REVIEW_NOTE)
                yield ox.Quad(quad.subject, note, ox.Literal(decision.reason), quad.graph_name)
        elif quad.predicate.value == v.EVIDENCE_CODE:
            cited = quad.object in _CITED  # by whichever code: it may have been decided on before
            yield with_object(quad, evidence_code(cited=cited, reviewed=status))
        elif quad.predicate.value != v.REVIEW_NOTE:
            yield quad


_MADE_BY = v.PROV + "wasGeneratedBy"
_STATUS = {v.IRKG + s.value: s for s in ReviewStatus}


def decision_of(node: Iterable[ox.Quad]) -> Decision | None:
    """Return the decision that a claim bears, None where there is none.

    Args:
        node: The claim's own quads.
    """
    said = value_by_predicate(node)
    status = _STATUS[said[v.HAS_REVIEW]]
    born = ReviewStatus.ACCEPTED if said.get(_MADE_BY, "").startswith(_BY_HAND) else ReviewStatus.EXTRACTED
    reason = said.get(v.REVIEW_NOTE, "")
    return Decision(status, reason) if status is not born or reason else None


def statement_of(node: Iterable[ox.Quad]) -> Statement:
    """Return what a claim says.

    Args:
        node: The claim's own quads.
    """
    said = value_by_predicate(node)
    return Statement(
        subject=v.class_of(said[v.SUBJECT]),
        relation=said[v.PREDICATE],
        object=v.class_of(said[v.OBJECT]),
        negated=said[v.NEGATED] == "true",
        strength=Strength(said[v.HAS_STRENGTH].removeprefix(v.IRKG)),
    )


def said_by(says: Statement, label: str) -> dict[str, ox.NamedNode | ox.Literal]:
    """Return what stands in the quads of a claim for a statement, by predicate.

    Args:
        says: The statement.
        label: The same in words.
    """
    return {
        v.SUBJECT: ox.NamedNode(v.exemplar(says.subject)),
        v.PREDICATE: ox.NamedNode(says.relation),
        v.OBJECT: ox.NamedNode(v.exemplar(says.object)),
        v.NEGATED: ox.Literal(says.negated),
        v.HAS_STRENGTH: ox.NamedNode(v.IRKG + says.strength.value),
        v.LABEL: ox.Literal(label),
    }


def saying(node: Iterable[ox.Quad], says: Statement, label: str) -> list[ox.Quad]:
    """Return a claim's own quads with another statement in them; its sentence, evidence and making stay.

    Args:
        node: The claim's own quads.
        says: What it says now.
        label: The same in words.
    """
    node, new = list(node), said_by(says, label)
    changed = [ox.Quad(q.subject, q.predicate, new.get(q.predicate.value, q.object), q.graph_name) for q in node]
    has_reason = {v.HEDGE_CUE, v.CAVEAT} & {q.predicate.value for q in node}
    if not (says.strength.at_least(Strength.ABILITY) or has_reason):
        limit = ox.Literal(UNSTATED_LIMIT)
        changed.append(ox.Quad(node[0].subject, ox.NamedNode(v.CAVEAT), limit, node[0].graph_name))
    return changed


def value_by_predicate(node: Iterable[ox.Quad]) -> dict[str, str]:
    """Return what is said of a node, by predicate; the last where there are several."""
    return {q.predicate.value: q.object.value for q in node if not isinstance(q.object, ox.Triple)}


def with_object(quad: ox.Quad, iri: str) -> ox.Quad:
    """Return a quad with another object."""
    return ox.Quad(quad.subject, quad.predicate, ox.NamedNode(iri), quad.graph_name)
