"""What a curator decides on provisional kinds: merged into a term, or promoted to a term of their own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyoxigraph as ox

from irkg import vocab as v
from irkg.errors import IrkgError, SourceError
from irkg.lexicon import Lexicon, fold
from irkg.tables import Row, read_sheet, sheet, sheet_has

COLUMNS = ("kind", "decision", "term", "label", "definition", "parent", "reason")
_SHOWN = ("by", "phrase", "claims", "sentence", "nearest")
_DECISIONS = ("merge", "promote", "withdraw")
_RECORD = ox.NamedNode(v.GRAPH_DECISIONS)
_NOTE, _BY = v.REVIEW_NOTE, v.DCTERMS + "contributor"
_WORD = re.compile(r"[^\W_]+")
_NAMED_BY_CURATOR = "curator of a knowledge graph"


@dataclass(frozen=True, slots=True)
class Promotion:
    """A term that a provisional kind has become.

    Attributes:
        label: Its label.
        definition: What it is, in words.
        parent: IRI of the class above it.
    """

    label: str
    definition: str
    parent: str


@dataclass(frozen=True, slots=True)
class KindDecision:
    """What a curator has decided on a provisional kind.

    Attributes:
        term: IRI of the class that stands for it from now on.
        phrase: What the texts call it.
        promoted: How that class is defined, where it is new; None where the kind was merged into another.
        reason: Why, in the curator's words.
        by: Who has decided.
    """

    term: str
    phrase: str = ""
    promoted: Promotion | None = None
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Met:
    """Where a provisional kind is met.

    Attributes:
        phrase: What the texts call it.
        claims: How many claims speak of it.
        sentence: The first sentence that does, as `source:start-end`.
        nearest: Names of kinds that look like it; empty where it was decided on.
    """

    phrase: str
    claims: int
    sentence: str
    nearest: tuple[str, ...] = ()


def promoted(kinds: Mapping[str, KindDecision]) -> list[ox.Triple]:
    """Return what the ontology gains by the kinds that were promoted.

    Args:
        kinds: Decisions, by the IRI of the provisional kind.

    Returns:
        For each term its label, definition and parent, and what the texts call it as a synonym.
    """
    found: list[ox.Triple] = []
    for decision in kinds.values():
        new, term = decision.promoted, ox.NamedNode(decision.term)
        if new is None:
            continue
        words = [
            (v.LABEL, new.label),
            (v.DEFINITION, new.definition),
            (v.DEFINITION_SOURCE, decision.by or _NAMED_BY_CURATOR),
        ]
        if decision.phrase and fold(decision.phrase) != fold(new.label):
            words.append((v.EXACT_SYNONYM, decision.phrase))
        found.append(ox.Triple(term, ox.NamedNode(v.RDF_TYPE), ox.NamedNode(v.OWL + "Class")))
        found.append(ox.Triple(term, ox.NamedNode(v.SUBCLASS_OF), ox.NamedNode(new.parent)))
        found += [ox.Triple(term, ox.NamedNode(p), ox.Literal(text)) for p, text in words]
    return list(dict.fromkeys(found))


def patch(kinds: Mapping[str, KindDecision]) -> str:
    """Return the promoted kinds as Turtle, for the file of the ontology.

    Args:
        kinds: Decisions, by the IRI of the provisional kind.
    """
    triples = sorted(promoted(kinds), key=lambda t: (str(t.subject), t.predicate.value != v.RDF_TYPE, str(t)))
    prefixes = {p: v.PREFIXES[p] for p in ("irkg", "obo", "oboInOwl", "owl", "rdfs")}
    written = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    assert written is not None
    return written.decode()


def kind_quads(kinds: Mapping[str, KindDecision]) -> list[ox.Quad]:
    """Write decisions on kinds, for the graph of decisions.

    Args:
        kinds: Decisions, by the IRI of the provisional kind.
    """
    found = []
    for iri, decision in kinds.items():
        own = ox.NamedNode(iri)
        words = {v.LABEL: decision.phrase, _NOTE: decision.reason, _BY: decision.by}
        found.append(ox.Quad(own, ox.NamedNode(v.REPLACED_BY), ox.NamedNode(decision.term), _RECORD))
        found += [ox.Quad(own, ox.NamedNode(p), ox.Literal(text), _RECORD) for p, text in words.items() if text]
    # a kind that was merged into one that another was promoted to says nothing of that one
    found += [ox.Quad(t.subject, t.predicate, t.object, _RECORD) for t in promoted(kinds)]
    return [*found, *(_revision(iri, d) for iri, d in kinds.items() if d.promoted)]


def _revision(iri: str, decision: KindDecision) -> ox.Quad:
    return ox.Quad(ox.NamedNode(decision.term), ox.NamedNode(v.REVISION_OF), ox.NamedNode(iri), _RECORD)


def kinds_in(record: Iterable[ox.Quad]) -> dict[str, KindDecision]:
    """Read decisions on kinds out of the graph of decisions, by the IRI of the provisional kind."""
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in record:
        if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.Triple):
            said[quad.subject.value][quad.predicate.value] = quad.object.value
    found = {}
    for iri, own in said.items():
        if v.REPLACED_BY not in own:
            continue
        term = said.get(own[v.REPLACED_BY], {})
        new = None
        if term.get(v.REVISION_OF) == iri:
            new = Promotion(term[v.LABEL], term[v.DEFINITION], term[v.SUBCLASS_OF])
        found[iri] = KindDecision(own[v.REPLACED_BY], own.get(v.LABEL, ""), new, own.get(_NOTE, ""), own.get(_BY, ""))
    return dict(sorted(found.items()))


def kinds_table(kinds: Mapping[str, KindDecision], met: Mapping[str, Met]) -> str:
    """Return the provisional kinds as a table for a curator, as `read_kinds` reads it.

    Args:
        kinds: What was decided so far, by the IRI of the provisional kind.
        met: Where the claims speak of them, by IRI.

    Returns:
        TSV, one line a kind, those that most claims speak of first.
    """
    found = {iri: Met(d.phrase, 0, "") for iri, d in kinds.items()} | dict(met)
    order = sorted(found, key=lambda i: (-found[i].claims, i))
    return sheet((*COLUMNS, *_SHOWN), (_cells(iri, found[iri], kinds.get(iri)) for iri in order))


def _cells(iri: str, met: Met, decision: KindDecision | None) -> list[str]:
    cells = dict.fromkeys((*COLUMNS, *_SHOWN), "")
    cells |= {"kind": v.contract(iri), "phrase": met.phrase, "claims": str(met.claims), "sentence": met.sentence}
    cells["nearest"] = "; ".join(met.nearest)
    if decision:
        new = decision.promoted
        cells |= {"reason": decision.reason, "by": decision.by, "decision": "promote" if new else "merge"}
        if new:
            cells |= {"label": new.label, "definition": new.definition, "parent": v.contract(new.parent)}
        else:
            cells["term"] = v.contract(decision.term)
    return list(cells.values())


@dataclass
class _Table:
    """A table of decisions on kinds, being read."""

    path: Path
    lexicon: Lexicon
    before: Mapping[str, KindDecision]
    new: dict[str, str] = field(default_factory=dict)  # from a folded label to the IRI that it gets in this table

    def error(self, row: Row, what: str, remedy: str) -> SourceError:
        return SourceError(what, path=self.path, line=row.line, remedy=remedy)

    def cell(self, row: Row, column: str) -> str:
        text = " ".join(row[column].split())
        if not text:
            remedy = f"fill in {column}"
            raise self.error(row, f"has nothing in the column {column}", remedy)
        return text

    def term(self, row: Row, column: str) -> str:
        name = self.cell(row, column)
        if fold(name) in self.new:
            return self.new[fold(name)]
        if v.expand(name) in self.new.values():
            return str(v.expand(name))
        try:
            return self.lexicon.resolve(name, sort=column)
        except IrkgError as error:
            raise error.at(self.path, row.line) from error

    def promotion(self, row: Row, iri: str) -> str:
        """Return the IRI that a promoted kind gets, and note its label."""
        label = self.cell(row, "label")
        term = v.IRKG + "".join(w[0].upper() + w[1:] for w in _WORD.findall(label))
        own = self.before[iri].term if iri in self.before and self.before[iri].promoted else None
        taken = next((k for k in self.lexicon.kinds if k != own and self._bears(k, label)), None)
        if taken is None and term != own and (term in self.lexicon.kinds or term in self.new.values()):
            taken = term
        taken = taken or self.new.get(fold(label))
        if taken is not None:
            remedy = f"write merge, and {v.contract(taken)} in the column term"
            raise self.error(row, f'the label "{label[:60]}" is taken by {v.contract(taken)}', remedy)
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", term.removeprefix(v.IRKG)):
            raise self.error(row, f'"{label[:60]}" makes no name of a term', "begin it with a letter, in Latin letters")
        self.new[fold(label)] = term
        return term

    def _bears(self, iri: str, label: str) -> bool:
        return any(fold(name) == fold(label) for name in self.lexicon.kinds[iri].exact)


def is_kinds_table(path: Path) -> bool:
    """Return whether a table decides on provisional kinds, by its header; one that cannot be read does not."""
    return sheet_has(path, COLUMNS[0])


def read_kinds(
    path: Path, lexicon: Lexicon, names: Mapping[str, str], before: Mapping[str, KindDecision], by: str = ""
) -> dict[str, KindDecision]:
    """Read a table of decisions on provisional kinds.

    Args:
        path: A table as a spreadsheet saves it (see `irkg.tables.read_sheet`). `decision` is `merge` (into `term`),
            `promote` (to a term with `label`, `definition` and `parent`), `withdraw`, or empty for none yet. `term` and
            `parent` may be promoted in the same table.
        lexicon: The kinds of the ontology, and those promoted before.
        names: What the texts call the kinds that may be decided on, by IRI.
        before: What was decided before; where the table says nothing, that stays.
        by: Who has decided what is new.

    Returns:
        All decisions, by the IRI of the provisional kind.

    Raises:
        SourceError: The file is missing or not such a table, or a row cannot be used; with its line.
    """
    table = _Table(path, lexicon, before)
    rows = _decided(table, read_sheet(path, COLUMNS), names)
    terms = {iri: table.promotion(row, iri) for iri, row in rows.items() if _word(row) == "promote"}
    found = dict(before)
    for iri, row in rows.items():
        if _word(row) == "withdraw":
            found.pop(iri, None)
            continue
        reason, signed = " ".join(row["reason"].split()), row.cells.get("by", "").strip()
        phrase = names.get(iri) or before[iri].phrase
        if iri in terms:
            new = Promotion(table.cell(row, "label"), table.cell(row, "definition"), table.term(row, "parent"))
            decision = KindDecision(terms[iri], phrase, new, reason, signed)
        else:
            decision = KindDecision(table.term(row, "term"), phrase, None, reason, signed)
        if by and (iri not in before or replace(before[iri], by=signed) != decision):
            decision = replace(decision, by=by)
        found[iri] = decision
    _check_targets(found, rows, table)
    return found


def _word(row: Row) -> str:
    return row["decision"].strip().casefold()


def _decided(table: _Table, rows: Iterable[Row], names: Mapping[str, str]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        written = row["kind"].strip()
        iri = v.expand(written) or written
        if iri not in names and iri not in table.before:
            raise table.error(row, f'unknown provisional kind "{written[:60]}"', "list them with: irkg review --kinds")
        if iri in found:
            raise table.error(row, f"decides on {written} twice", "leave one of the rows out")
        if _word(row) not in ("", *_DECISIONS):
            raise table.error(row, f'unknown decision "{row["decision"][:40]}"', "merge, promote or withdraw")
        found[iri] = row
    return {iri: row for iri, row in found.items() if _word(row)}


def _check_targets(found: Mapping[str, KindDecision], rows: Mapping[str, Row], table: _Table) -> None:
    """Refuse a decision that leads to a term that is no longer promoted, or a parent below its own child."""
    parents = {d.term: d.promoted.parent for d in found.values() if d.promoted}
    gone = {d.term for d in table.before.values() if d.promoted} - parents.keys()
    for iri, decision in found.items():
        target = decision.promoted.parent if decision.promoted else decision.term
        above, seen = target, {decision.term} if decision.promoted else set[str]()
        while above in parents and above not in seen:
            seen.add(above)
            above = parents[above]
        if above in gone or above in seen:
            fault = "is withdrawn" if above in gone else "stands below itself"
            what = f"{v.contract(iri)} needs {v.contract(above)}, which {fault}"
            line = rows[iri].line if iri in rows else None
            raise SourceError(what, path=table.path, line=line, remedy="decide on it anew")
