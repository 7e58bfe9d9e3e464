"""A curator's decisions on claims: read from a table, applied to the claims' graph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from irkg import vocab as v
from irkg.claim_graph import evidence_code
from irkg.errors import SourceError
from irkg.model import ReviewStatus
from irkg.store import run_query
from irkg.tables import Row, read_sheet, sheet

COLUMNS = ("claim", "decision", "reason")  # further columns are for the reader's eyes
_CITED = {ox.NamedNode(c) for c in (v.AUTHOR_STATEMENT_CITED_AUTOMATIC, v.AUTHOR_STATEMENT_CITED_MANUAL)}
_DECISIONS = {"accept": ReviewStatus.ACCEPTED, "reject": ReviewStatus.REJECTED}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a curator has decided on a claim, and why."""

    status: ReviewStatus
    reason: str


def read_decisions(path: Path) -> dict[str, Decision]:
    """Read a table of decisions.

    Args:
        path: A table as a spreadsheet saves it (see `irkg.tables.read_sheet`), with at least the columns `claim`
            (`claim:` and 16 hexadecimal digits), `decision` (`accept`, `reject`, or empty for none yet) and `reason`.

    Returns:
        From the IRI of a claim to the decision on it.

    Raises:
        SourceError: The file is missing or not such a table, or a row cannot be used; with its line.
    """
    return dict(_decisions(read_sheet(path, COLUMNS), path))


def _decisions(table: Iterable[Row], path: Path) -> Iterator[tuple[str, Decision]]:
    seen: set[str] = set()
    for row in table:
        key, decision = row["claim"].strip().removeprefix("claim:"), row["decision"].strip().casefold()
        if len(key) != 16 or not set(key) <= set("0123456789abcdef"):
            raise SourceError(f'"{key[:40]}" is no claim', path=path, line=row.line)
        if key in seen:
            raise SourceError(f"decides on claim {key} twice", path=path, line=row.line)
        seen.add(key)
        if not decision:
            continue
        if decision not in _DECISIONS:
            raise SourceError(
                f'unknown decision "{decision[:40]}"', path=path, line=row.line, remedy="accept or reject"
            )
        yield v.CLAIM_NS + key, Decision(_DECISIONS[decision], row["reason"].strip())


def apply_decisions(quads: Iterable[ox.Quad], decisions: Mapping[str, Decision]) -> Iterator[ox.Quad]:
    """Yield the quads of claims with the decisions in place of what they said of their review.

    Args:
        quads: The quads of claims' graphs.
        decisions: From the IRI of a claim to the decision on it; those on other claims are left aside.
    """
    for quad in quads:
        subject = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""
        decision = decisions.get(subject)
        if decision is None:
            yield quad
            continue
        if quad.predicate.value == v.HAS_REVIEW:
            yield _with_object(quad, v.IRKG + decision.status.value)
            if decision.reason:
                note = ox.NamedNode(v.REVIEW_NOTE)
                yield ox.Quad(quad.subject, note, ox.Literal(decision.reason), quad.graph_name)
        elif quad.predicate.value == v.EVIDENCE_CODE:
            cited = quad.object in _CITED  # by whichever code: it may have been decided on before
            yield _with_object(quad, evidence_code(cited=cited, reviewed=decision.status))
        elif quad.predicate.value != v.REVIEW_NOTE:
            yield quad


def _with_object(quad: ox.Quad, iri: str) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, ox.NamedNode(iri), quad.graph_name)


_CLAIMS = f"""
SELECT ?claim ?subject ?relation ?object ?negated ?strength ?status ?note ?quarantine ?evidence WHERE {{
  GRAPH ?g {{
    ?claim a <{v.CLAIM}> ; <{v.SUBJECT}> ?s ; <{v.PREDICATE}> ?p ; <{v.OBJECT}> ?o ; <{v.NEGATED}> ?negated ;
      <{v.HAS_STRENGTH}> ?strength ; <{v.HAS_REVIEW}> ?status ; <{v.HAS_EVIDENCE}> ?place .
    ?place <{v.LABEL}> ?evidence .
    OPTIONAL {{ ?claim <{v.REVIEW_NOTE}> ?note }}
    OPTIONAL {{ ?claim <{v.QUARANTINE_REASON}> ?quarantine }}
  }}
  ?s <{v.PREF_LABEL}> ?subject . ?p <{v.RELATION_NAME}> ?relation . ?o <{v.PREF_LABEL}> ?object .
}}"""
_SPAN = re.compile(r"(.*):(\d+)-\d+")
_SHOWN = ("subject", "relation", "object", "negated", "strength", "evidence", "quarantine")


def _rows(store: ox.Store) -> list[dict[str, str]]:
    """Return the claims of a knowledge graph, each with its status, in the order of their evidence."""
    solutions = run_query(store, _CLAIMS)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    rows = [{n: s[n].value if s[n] is not None else "" for n in names} for s in solutions]
    return sorted(rows, key=lambda r: (_place(r["evidence"]), r["claim"]))


def _place(evidence: str) -> tuple[str, int]:
    """Return what evidence is ordered by: source and offset, or the address of a publication."""
    place = _SPAN.fullmatch(evidence)
    return (place[1], int(place[2])) if place else (evidence, 0)


def decisions_in(store: ox.Store) -> dict[str, Decision]:
    """Return the decisions that a knowledge graph holds, by the IRI of the claim."""
    status = {v.IRKG + s.value: s for s in _DECISIONS.values()}
    return {r["claim"]: Decision(status[r["status"]], r["note"]) for r in _rows(store) if r["status"] in status}


def decisions_table(store: ox.Store) -> str:
    """Return the claims of a knowledge graph as a table for a curator, as `read_decisions` reads it.

    Args:
        store: The knowledge graph.

    Returns:
        TSV, one line a claim in the order of the evidence; `decision` is empty where none was taken.
    """
    word = {v.IRKG + status.value: word for word, status in _DECISIONS.items()}
    rows = []
    for r in _rows(store):
        strength = r["strength"].removeprefix(v.IRKG)
        # by CURIE: digits alone are a number to a spreadsheet, which rounds it
        own = (v.contract(r["claim"]), word.get(r["status"], ""), r["note"])
        rows.append([*own, *(strength if column == "strength" else r[column] for column in _SHOWN)])
    return sheet((*COLUMNS, *_SHOWN), rows)
