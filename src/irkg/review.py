"""The curator's table of claims: written out of a knowledge graph, and read back with decisions in it."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from irkg import vocab as v
from irkg.curation import Curation, curation_in, provisional_names, waits_for, with_kinds
from irkg.decisions import Decision, Statement, Written, statement_of, value_by_predicate
from irkg.errors import IrkgError, SourceError, UnknownName
from irkg.extract.unknown import nearest
from irkg.lexicon import Lexicon
from irkg.model import ReviewStatus, Strength
from irkg.provisional import Met, kinds_table
from irkg.store import select
from irkg.tables import Row, read_sheet, sheet

COLUMNS = ("claim", "decision", "reason")
EDITABLE = ("subject", "relation", "object", "negated", "strength")
_SHOWN = ("evidence", "quarantine", "by", "extracted", "waiting")  # for the reader's eyes, but for `by`
_STATUS = {"accept": ReviewStatus.ACCEPTED, "reject": ReviewStatus.REJECTED, "withdraw": ReviewStatus.EXTRACTED}
_EDIT = "edit"


def read_decisions(path: Path) -> dict[str, Decision]:
    """Read a table of decisions.

    Args:
        path: A table as a spreadsheet saves it (see `irkg.tables.read_sheet`), with at least the columns `claim`
            (`claim:` and 16 hexadecimal digits), `decision` (`accept`, `reject`, `edit`, `withdraw`, or empty for none
            yet) and `reason`; for `edit` the columns of `EDITABLE` hold what the source says in the curator's eyes.
            A column `by` says who has decided.

    Returns:
        From the IRI of a claim to the decision on it.

    Raises:
        SourceError: The file is missing or not such a table, or a row cannot be used; with its line.
    """
    return dict(_decisions(read_sheet(path, COLUMNS), path))


def _decisions(table: Iterable[Row], path: Path) -> Iterator[tuple[str, Decision]]:
    seen: set[str] = set()
    for row in table:
        key, word = row["claim"].strip().removeprefix("claim:"), row["decision"].strip().casefold()
        if len(key) != 16 or not set(key) <= set("0123456789abcdef"):
            raise SourceError(f'"{key[:40]}" is no claim', path=path, line=row.line)
        if key in seen:
            raise SourceError(f"decides on claim {key} twice", path=path, line=row.line)
        seen.add(key)
        reason, by = (" ".join(row.cells.get(column, "").split()) for column in ("reason", "by"))
        if word == _EDIT:
            cells = {column: " ".join(row.cells.get(column, "").split()) for column in EDITABLE}
            written = Written(**cells, path=path, line=row.line)
            yield v.CLAIM_NS + key, Decision(ReviewStatus.ACCEPTED, reason, written, by)
        elif word in _STATUS:
            status = _STATUS[word]
            yield v.CLAIM_NS + key, Decision(status, "" if word == "withdraw" else reason, None, by)
        elif word:
            what, remedy = f'unknown decision "{word[:40]}"', "accept, reject, edit or withdraw"
            raise SourceError(what, path=path, line=row.line, remedy=remedy)


def understood(decisions: Mapping[str, Decision], curation: Curation, lexicon: Lexicon) -> dict[str, Decision]:
    """Return decisions with what a curator has written into a table taken as statements.

    Args:
        decisions: By the IRI of a claim, as extracted or as shown; those on other claims are left as they are.
        curation: The claims, with what was decided before.
        lexicon: The kinds and relations of the ontology.

    Raises:
        SourceError: A name, a relation, a strength or a truth value is not known, or nothing is edited; with the line.
    """
    said = {iri: statement_of(node) for iri, node in curation.nodes().items()}
    said |= {iri: waiting.says for iri, waiting in curation.waiting.items()}
    before = {**curation.decisions, **{iri: w.decision for iri, w in curation.waiting.items()}}
    names = _Cells(lexicon, provisional_names(curation.claims))
    found = {}
    for iri, decision in decisions.items():
        own = _own(iri, curation)
        if not isinstance(decision.edited, Written) or own not in said:
            found[iri] = decision if own in said else replace(decision, edited=None)
            continue
        extracted = with_kinds(said[own], curation.kinds)
        earlier = before[own].edited if own in before else None
        current = earlier if isinstance(earlier, Statement) else extracted
        edited = names.statement(decision.edited, current)
        if edited == extracted:
            remedy = "change a cell of the claim, or write accept"
            written = decision.edited
            raise SourceError("edits nothing", path=written.path, line=written.line, remedy=remedy)
        found[iri] = replace(decision, edited=edited)
    return found


def _own(iri: str, curation: Curation) -> str:
    """Return the claim whose reading is shown under an IRI, as it was extracted."""
    extracted = curation.shown.get(iri, (iri,))
    return iri if iri in extracted else extracted[0]


class _Cells:
    """What the cells of an edited claim mean."""

    def __init__(self, lexicon: Lexicon, provisional: Mapping[str, str]) -> None:
        self._lexicon, self._provisional = lexicon, provisional
        self._by_label = {label.casefold(): iri for iri, label in provisional.items()}

    def statement(self, written: Written, current: Statement) -> Statement:
        """Return what was written; what is empty, or as it was shown, is as it was."""
        return Statement(
            subject=self._kind(written.subject, current.subject, "subject", written),
            relation=self._relation(written.relation, current.relation, written),
            object=self._kind(written.object, current.object, "object", written),
            negated=_word(written, "negated", ("true", "false"), str(current.negated).lower()) == "true",
            strength=Strength(_word(written, "strength", list(Strength), current.strength)),
        )

    def name(self, iri: str) -> str:
        return self._provisional.get(iri) or self._lexicon.label(iri)

    def _kind(self, cell: str, current: str, column: str, written: Written) -> str:
        if not cell or cell == " ".join(self.name(current).split()):
            return current
        iri = v.expand(cell) or self._by_label.get(cell.casefold(), "")
        if iri in self._provisional:
            return iri
        try:
            return self._lexicon.resolve(cell, sort=column)
        except IrkgError as error:
            raise error.at(written.path, written.line) from error

    def _relation(self, cell: str, current: str, written: Written) -> str:
        relations = self._lexicon.relations
        if not cell:
            return current
        if cell in relations:
            return relations[cell].iri
        near = difflib.get_close_matches(cell, relations, n=2, cutoff=0.6)
        error = UnknownName("relation", cell, near=near, remedy="give the name of a relation of the ontology")
        raise error.at(written.path, written.line)


def _word(written: Written, column: str, known: Collection[str], current: str) -> str:
    cell: str = getattr(written, column).casefold()
    if cell and cell not in known:
        what, remedy = f'"{cell[:40]}" cannot stand in the column {column}', f"write {', '.join(known)}"
        raise SourceError(what, path=written.path, line=written.line, remedy=remedy)
    return cell or current


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


def _rows(store: ox.Store) -> list[dict[str, str]]:
    """Return the claims of a knowledge graph, each with its status, in the order of their evidence."""
    by_claim: dict[str, dict[str, str]] = {}
    rows = select(store, _CLAIMS)
    for row in sorted(rows, key=lambda r: (_place(r["evidence"]), r["claim"], r["subject"], r["object"])):
        by_claim.setdefault(row["claim"], row)  # a provisional kind may bear several labels
    return list(by_claim.values())


def _place(evidence: str) -> tuple[str, int]:
    """Return what evidence is ordered by: source and offset, or the address of a publication."""
    place = _SPAN.fullmatch(evidence)
    return (place[1], int(place[2])) if place else (evidence, 0)


def decisions_table(store: ox.Store, lexicon: Lexicon) -> str:
    """Return the claims of a knowledge graph as a table for a curator, as `read_decisions` reads it.

    Args:
        store: The knowledge graph.
        lexicon: Its kinds and relations.

    Returns:
        TSV, one line a claim in the order of the evidence, then one for each decision that waits for its claim;
        `decision` is empty where none was taken.
    """
    curation = curation_in(store)
    cells, said = _Cells(lexicon, provisional_names(curation.claims)), curation.nodes()
    rows = []
    for r in _rows(store):
        own = _own(r["claim"], curation)
        decision = curation.decisions.get(own)
        extracted = statement_of(said[own])
        changed = (decision and decision.edited) or extracted != with_kinds(extracted, curation.kinds)
        status = next((w for w, s in _STATUS.items() if v.IRKG + s.value == r["status"] and w != "withdraw"), "")
        # by CURIE: digits alone are a number to a spreadsheet, which rounds it
        row = {**r, "claim": v.contract(r["claim"]), "strength": r["strength"].removeprefix(v.IRKG)}
        row |= {"decision": _EDIT if decision and decision.edited else status, "reason": r["note"]}
        row |= {
            "by": decision.by if decision else "",
            "extracted": _in_words(extracted, cells, lexicon) if changed else "",
        }
        rows.append(row)
    waits = waits_for(curation)
    for iri, waiting in sorted(curation.waiting.items(), key=lambda w: (w[1].source, w[1].evidence, w[0])):
        decision, edited = waiting.decision, waiting.decision.edited
        says = edited if isinstance(edited, Statement) else waiting.says
        row = {"claim": v.contract(iri), "reason": decision.reason, "by": decision.by, "waiting": waits[iri]}
        row["decision"] = _EDIT if edited else next(w for w, s in _STATUS.items() if s is decision.status)
        row |= _by_column(says, cells, lexicon)
        row["extracted"] = waiting.label if edited else ""
        row["evidence"] = _in_short(waiting.evidence)
        rows.append(row)
    columns = (*COLUMNS, *EDITABLE, *_SHOWN)
    return sheet(columns, ([row.get(c, "") for c in columns] for row in rows))


def _by_column(says: Statement, cells: _Cells, lexicon: Lexicon) -> dict[str, str]:
    relation = next((r.name for r in lexicon.relations.values() if r.iri == says.relation), v.contract(says.relation))
    values = (cells.name(says.subject), relation, cells.name(says.object), str(says.negated).lower(), says.strength)
    return dict(zip(EDITABLE, values, strict=True))


def _in_words(says: Statement, cells: _Cells, lexicon: Lexicon) -> str:
    said = _by_column(says, cells, lexicon)
    denied = "not: " if says.negated else ""
    return f"{denied}{said['subject']} {said['relation']} {said['object']} ({said['strength']})"


def kinds_of(store: ox.Store, lexicon: Lexicon) -> str:
    """Return the provisional kinds of a knowledge graph as a table, as `irkg.provisional.read_kinds` reads it.

    Args:
        store: The knowledge graph.
        lexicon: Its kinds, those promoted among them.
    """
    curation = curation_in(store)
    sentences: dict[str, list[str]] = defaultdict(list)
    for node in curation.nodes().values():
        says, evidence = statement_of(node), value_by_predicate(node)[v.HAS_EVIDENCE]
        for iri in {says.subject, says.object}:
            sentences[iri].append(_in_short(evidence))
    met = {}
    for iri, phrase in provisional_names(curation.claims).items():
        near = () if iri in curation.kinds else nearest(phrase, lexicon)
        met[iri] = Met(phrase, len(sentences[iri]), min(sentences[iri], key=_place, default=""), near)
    return kinds_table(curation.kinds, met)


def _in_short(evidence: str) -> str:
    """Return evidence as answers show it, `source:start-end`, by its IRI."""
    return evidence.removeprefix(v.EVIDENCE_NS).replace("/", ":")
