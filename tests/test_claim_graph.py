"""Claims as RDF: complete, stable, and without a sentence where none may be kept."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from irkg import vocab as v
from irkg.decisions import Decision, apply_decisions
from irkg.fill import Filled, fill, filled_quads
from irkg.lexicon import Lexicon
from irkg.model import ReviewStatus


def _values(quads: list[ox.Quad], predicate: str) -> list[str]:
    return [q.object.value for q in quads if q.predicate.value == predicate and not isinstance(q.object, ox.Triple)]


def _restated(restated: Path) -> tuple[Filled, str]:
    return fill(restated)[0], restated.read_text(encoding="utf-8")


def test_without_quotes_no_sentence_is_kept(restated: Path) -> None:
    filled, text = _restated(restated)
    kept = " ".join(q.object.value for q in filled_quads([filled], quotes=False) if isinstance(q.object, ox.Literal))
    assert len(filled.claims) > 20
    # a heading is a name, and names of kinds are ours too
    assert all(c.quote and c.quote not in kept for c in filled.claims if c.rule != "heading")
    assert not any(line.strip() and len(line) > 60 and line in kept for line in text.splitlines())


def test_with_quotes_the_selector_holds_the_exact_sentence(restated: Path) -> None:
    filled, text = _restated(restated)
    quotes = _values(filled_quads([filled], quotes=True), v.OA + "exact")
    assert quotes
    assert all(quote in text for quote in quotes)


def test_each_claim_says_where_it_stands(restated: Path) -> None:
    filled, _ = _restated(restated)
    quads = filled_quads([filled], quotes=False)
    for predicate in (v.SUBJECT, v.PREDICATE, v.OBJECT, v.HAS_EVIDENCE, v.HAS_STRENGTH, v.NEGATED, v.RULE):
        with_it = {q.subject for q in quads if q.predicate.value == predicate}
        assert {ox.NamedNode(c.iri) for c in filled.claims} <= with_it, predicate


def test_filling_twice_gives_the_same_quads(restated: Path) -> None:
    assert filled_quads(fill(restated), quotes=False) == filled_quads(fill(restated), quotes=False)


def test_a_decision_replaces_status_and_evidence_code(restated: Path, lexicon: Lexicon) -> None:
    filled, _ = _restated(restated)
    quads = filled_quads([filled], quotes=False)
    claim = filled.claims[0]
    decided = list(apply_decisions(quads, {claim.iri: Decision(ReviewStatus.REJECTED, "misread")}))
    own = [q for q in decided if q.subject == ox.NamedNode(claim.iri)]
    assert _values(own, v.HAS_REVIEW) == [v.IRKG + "rejected"]
    assert _values(own, v.REVIEW_NOTE) == ["misread"]
    assert _values(own, v.EVIDENCE_CODE)[0] in (v.AUTHOR_STATEMENT_MANUAL, v.AUTHOR_STATEMENT_CITED_MANUAL)
    assert [q for q in decided if q.subject != ox.NamedNode(claim.iri)] == [
        q for q in quads if q.subject != ox.NamedNode(claim.iri)
    ]
