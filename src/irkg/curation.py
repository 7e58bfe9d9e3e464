"""The curated claims of a knowledge graph: what the extractor said, what curators decided, and both put together.

Decisions are kept by the claim as it was extracted: by the digest of its sentence, its terms and its relation. So they
meet the claim again when the article is filled in anew, and wait where the claim is not found again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from irkg import vocab as v
from irkg.claim_graph import source_ids
from irkg.decisions import (
    Decision,
    Statement,
    Written,
    apply_decisions,
    decision_of,
    saying,
    statement_of,
    value_by_predicate,
)
from irkg.lexicon import Lexicon
from irkg.model import ReviewStatus, claim_key
from irkg.provisional import KindDecision, kind_quads, kinds_in
from irkg.store import graph_name
from irkg.waiting import Waiting, waiting_in, waiting_quads

_CLAIM, _TYPE = ox.NamedNode(v.CLAIM), ox.NamedNode(v.RDF_TYPE)
_REVISION, _BY = ox.NamedNode(v.REVISION_OF), ox.NamedNode(v.DCTERMS + "contributor")
_LEFT_OUT = ox.NamedNode(v.RULE_LEFT_OUT)
_RECORD = ox.NamedNode(v.GRAPH_DECISIONS)
_FOUND_ANEW = (v.QUARANTINED, v.QUARANTINE_REASON)  # what the shapes said of a claim is found again by each build
_UNDECIDED = Decision(ReviewStatus.EXTRACTED)
Node = list[ox.Quad]


@dataclass(frozen=True, slots=True)
class Curation:
    """Claims and what curators have decided on them.

    Attributes:
        claims: The quads of claims' graphs as they were extracted; where a claim was only accepted or rejected, they
            may say so.
        decisions: By the IRI of the claim as it was extracted.
        waiting: By that IRI too; no claim of that IRI is there.
        kinds: What was decided on provisional kinds, by their IRI.
        rules_left_out: Names of the rules for candidates that are switched off, sorted.
        shown: From the IRI of a claim as the graph shows it to those that it was extracted as, where they differ.
    """

    claims: tuple[ox.Quad, ...] = field(default=(), repr=False)
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    waiting: Mapping[str, Waiting] = field(default_factory=dict)
    kinds: Mapping[str, KindDecision] = field(default_factory=dict)
    rules_left_out: tuple[str, ...] = ()
    shown: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def nodes(self) -> dict[str, Node]:
        """Return the own quads of each claim as it was extracted."""
        return nodes(self.claims)

    def refilled(self, quads: Sequence[ox.Quad]) -> Curation:
        """Return the curation with sources added or filled in anew; a decision without its claim waits for it.

        Args:
            quads: The quads of the claims' graphs of these sources.
        """
        sources = set(source_ids(quads))
        old, new = nodes(q for q in self.claims if _source(q) in sources), nodes(quads)
        digests, lost = _digests(self.claims), old.keys() - new
        gone = {iri: _waiting(old[iri], d, digests) for iri, d in self.decisions.items() if iri in lost}
        back = {iri: w.decision for iri, w in self.waiting.items() if iri in new}
        return replace(
            self,
            claims=(*(q for q in self.claims if _source(q) not in sources), *quads),
            decisions={**{iri: d for iri, d in self.decisions.items() if iri not in gone}, **back},
            waiting={**{iri: w for iri, w in self.waiting.items() if iri not in back}, **gone},
        )

    def without(self, sources: Collection[str]) -> Curation:
        """Return the curation without sources, their claims, and what was decided on these."""
        gone = nodes(q for q in self.claims if _source(q) in sources)
        return replace(
            self,
            claims=tuple(q for q in self.claims if _source(q) not in sources),
            decisions={iri: d for iri, d in self.decisions.items() if iri not in gone},
            waiting={iri: w for iri, w in self.waiting.items() if w.source not in sources},
        )

    def decided(self, decisions: Mapping[str, Decision], by: str = "") -> tuple[Curation, list[str]]:
        """Return the curation with further decisions, each in place of an earlier one.

        Args:
            decisions: By the IRI of a claim, as extracted or as shown; none of them is only `Written`.
            by: Who has taken those that are new or differ from what was decided before.

        Returns:
            The curation; the IRIs that no claim and no waiting decision bears, sorted.
        """
        known, unknown = self.nodes(), []
        taken, waiting = dict(self.decisions), dict(self.waiting)
        for iri, decision in decisions.items():
            for own in self.shown.get(iri, (iri,)):
                if own in known:
                    taken[own] = _signed(decision, taken.get(own), by)
                elif own not in waiting:
                    unknown.append(own)
                elif decision.status is ReviewStatus.EXTRACTED:
                    del waiting[own]
                else:
                    earlier = waiting[own]
                    signed = _signed(decision, earlier.decision, by)
                    waiting[own] = replace(earlier, decision=signed)
        return replace(self, decisions=taken, waiting=waiting), sorted(unknown)


def _signed(decision: Decision, earlier: Decision | None, by: str) -> Decision:
    if earlier is not None and replace(decision, by=earlier.by) == earlier:
        return replace(decision, by=decision.by or earlier.by)
    return replace(decision, by=by or decision.by)


def _source(quad: ox.Quad) -> str:
    return graph_name(quad).removeprefix(v.GRAPH_CLAIMS)


def nodes(quads: Iterable[ox.Quad]) -> dict[str, Node]:
    """Return the own quads of each claim among the quads of claims' graphs, by its IRI."""
    quads = list(quads)
    claims = {q.subject for q in quads if q.predicate == _TYPE and q.object == _CLAIM}
    found: dict[str, Node] = defaultdict(list)
    for quad in quads:
        if quad.subject in claims and isinstance(quad.subject, ox.NamedNode):
            found[quad.subject.value].append(quad)
    return dict(found)


def _digests(quads: Iterable[ox.Quad]) -> dict[str, str]:
    """Return the digests of sentences, by the IRI of the evidence."""
    said = (q for q in quads if q.predicate.value == v.DIGEST and isinstance(q.object, ox.Literal))
    return {q.subject.value: q.object.value for q in said if isinstance(q.subject, ox.NamedNode)}  # type: ignore[union-attr]


def _waiting(node: Node, decision: Decision, digests: Mapping[str, str]) -> Waiting:
    said = value_by_predicate(node)
    evidence = said[v.HAS_EVIDENCE]
    return Waiting(decision, _source(node[0]), statement_of(node), said[v.LABEL], evidence, digests.get(evidence, ""))


def waits_for(curation: Curation) -> dict[str, str]:
    """Return why each waiting decision waits, in words, by the IRI of its claim."""
    if not curation.waiting:
        return {}
    digests = _digests(curation.claims)
    said: dict[str, set[str]] = defaultdict(set)
    for node in curation.nodes().values():
        said[_source(node[0])].add(digests.get(value_by_predicate(node)[v.HAS_EVIDENCE], ""))
    same = same_elsewhere(curation)
    found = {}
    for iri, waiting in curation.waiting.items():
        if waiting.digest and waiting.digest in said[waiting.source]:
            why = "its sentence is there, and is read otherwise now"
        else:
            why = "its sentence has changed or is gone"
        found[iri] = why + (f"; another one says the same: {v.contract(same[iri])}" if iri in same else "")
    return found


def same_elsewhere(curation: Curation) -> dict[str, str]:
    """Return which undecided claim of its source says what a waiting decision was about.

    Args:
        curation: The claims and decisions.

    Returns:
        From the IRI that waits to the IRI of that claim, where there is just one of either.
    """
    new: dict[tuple[str, Statement], list[str]] = defaultdict(list)
    for iri, node in curation.nodes().items():
        if iri not in curation.decisions:
            new[_source(node[0]), statement_of(node)].append(iri)
    asked = Counter((w.source, w.says) for w in curation.waiting.values())
    places = {iri: (w.source, w.says) for iri, w in curation.waiting.items()}
    return {iri: new[at][0] for iri, at in places.items() if asked[at] == 1 and len(new.get(at, ())) == 1}


def carried(curation: Curation) -> Curation:
    """Return the curation with each decision that waits at the one claim that says the same, where there is one."""
    same = same_elsewhere(curation)
    moved = {now: curation.waiting[iri].decision for iri, now in same.items()}
    waiting = {iri: w for iri, w in curation.waiting.items() if iri not in same}
    return replace(curation, decisions={**curation.decisions, **moved}, waiting=waiting)


def waiting_lines(curation: Curation) -> dict[str, str]:
    """Return a line for each decision that waits for its claim, by the IRI of the claim."""
    found = {}
    for iri, why in sorted(waits_for(curation).items()):
        one = curation.waiting[iri]
        verdict = "edited" if one.decision.edited else one.decision.status.value
        found[iri] = f'the decision on {v.contract(iri)} ("{one.label}", {verdict}) in {one.source} waits: {why}'
    return found


def curation_in(quads: Iterable[ox.Quad]) -> Curation:
    """Take the claims as they were extracted, and what was decided on them, out of a knowledge graph.

    Args:
        quads: A dataset, or the quads of claims' graphs.
    """
    quads = list(quads)
    claims, extracted, record = _parted(quads)
    behind: dict[str, list[str]] = defaultdict(list)
    for quad in extracted:
        if quad.predicate == _REVISION:
            behind[quad.subject.value].append(_as_claim(quad.object.value))  # type: ignore[union-attr]
    changed = {ox.NamedNode(iri) for iri in behind}
    before = [
        *(q for q in claims if q.subject not in changed),
        *(_restored(q) for q in extracted if q.predicate != _REVISION),
        *_claim_types(extracted),
    ]
    kinds, own = kinds_in(record), nodes(before)
    by = {q.subject.value: q.object.value for q in record if q.predicate == _BY}  # type: ignore[union-attr]
    decisions: dict[str, Decision] = {}
    for iri, node in nodes(claims).items():
        decision = decision_of(node)
        if decision is None:
            continue
        raws = sorted(behind.get(iri, (iri,)))
        said, says = with_kinds(statement_of(own[_lead(iri, raws)]), kinds), statement_of(node)
        decision = replace(decision, edited=says if says != said else None, by=by.get(iri, ""))
        decisions.update(dict.fromkeys(raws, decision))
    shown = {iri: tuple(sorted(raws)) for iri, raws in behind.items()}
    left_out = sorted(q.object.value for q in quads if q.predicate == _LEFT_OUT)  # type: ignore[union-attr]
    return Curation(tuple(dict.fromkeys(before)), decisions, waiting_in(record), kinds, tuple(left_out), shown)


def _parted(quads: Iterable[ox.Quad]) -> tuple[Node, Node, Node]:
    claims: Node = []
    extracted: Node = []
    record: Node = []
    for quad in quads:
        name = graph_name(quad)
        if name.startswith(v.GRAPH_CLAIMS) and quad.predicate.value not in _FOUND_ANEW:
            claims.append(quad)
        elif name.startswith(v.GRAPH_EXTRACTED):
            extracted.append(quad)
        elif name == v.GRAPH_DECISIONS:
            record.append(quad)
    return claims, extracted, record


def _as_claim(extracted: str) -> str:
    return v.CLAIM_NS + extracted.removeprefix(v.EXTRACTED_NS)


def _restored(quad: ox.Quad) -> ox.Quad:
    """Return a quad that was laid aside, as it stood in the claims' graph."""
    subject = quad.subject
    if isinstance(subject, ox.NamedNode) and subject.value.startswith(v.EXTRACTED_NS):
        subject = ox.NamedNode(_as_claim(subject.value))
    graph = ox.NamedNode(v.GRAPH_CLAIMS + graph_name(quad).removeprefix(v.GRAPH_EXTRACTED))
    return ox.Quad(subject, quad.predicate, quad.object, graph)


def _claim_types(extracted: Iterable[ox.Quad]) -> Node:
    """Return that what was laid aside as extracted are claims, which it may not be called where it lies."""
    laid_aside = (_restored(q) for q in extracted if q.predicate == _REVISION)
    aside = {(q.object, q.graph_name) for q in laid_aside}
    return [ox.Quad(ox.NamedNode(_as_claim(o.value)), _TYPE, _CLAIM, g) for o, g in aside]  # type: ignore[union-attr]


def _lead(shown: str, extracted: Sequence[str]) -> str:
    """Return which of the claims that are shown as one gives the sentence's reading: its own, else the first."""
    return shown if shown in extracted else min(extracted)


def with_kinds(says: Statement, kinds: Mapping[str, KindDecision]) -> Statement:
    """Return a statement with terms in place of the provisional kinds that were merged or promoted."""
    ends = {e: kinds[e].term for e in (says.subject, says.object) if e in kinds}
    return replace(says, subject=ends.get(says.subject, says.subject), object=ends.get(says.object, says.object))


def curated(curation: Curation, lexicon: Lexicon) -> list[ox.Quad]:
    """Put claims and decisions together, as a knowledge graph holds them.

    Args:
        curation: The claims and decisions; none of these is only `Written`.
        lexicon: The kinds and relations of the ontology.

    Returns:
        The claims' graphs as decided; what the extractor said of the claims that differ from it; the decisions on
        kinds and those that wait.
    """
    own = curation.nodes()
    names = _Names(curation, lexicon)
    groups: dict[str, list[str]] = defaultdict(list)
    for iri, node in own.items():
        groups[names.shown_as(iri, node)].append(iri)
    shown: list[ox.Quad] = []
    aside: list[ox.Quad] = []
    record = [*kind_quads(curation.kinds), *waiting_quads(curation.waiting, names.in_words)]
    for iri, extracted in sorted(groups.items()):
        lead = _lead(iri, extracted)
        decision = next((curation.decisions[e] for e in (lead, *sorted(extracted)) if e in curation.decisions), None)
        said = statement_of(own[lead])
        edited = decision.edited if decision else None
        assert not isinstance(edited, Written)
        says = with_kinds(edited or said, curation.kinds)
        node = own[lead]
        if says != said or extracted != [iri]:
            aside += [q for e in extracted for q in _laid_aside(iri, e, own[e])]
            node = saying(_renamed(node, iri), says, names.in_words(says))
        shown += apply_decisions(node, {iri: decision} if decision else {})
        if decision and decision.by and decision.status is not ReviewStatus.EXTRACTED:
            record.append(ox.Quad(ox.NamedNode(iri), _BY, ox.Literal(decision.by), _RECORD))
    claims = set(map(ox.NamedNode, own))
    rest = [q for q in curation.claims if q.subject not in claims]
    left, unused = _declarations(rest, shown, aside)
    return [*left, *shown, *aside, *unused, *record]


def disputed(curation: Curation, lexicon: Lexicon) -> list[str]:
    """Return a line for each claim that several were merged into which were decided on in different ways.

    Args:
        curation: The claims and decisions.
        lexicon: The kinds and relations of the ontology.
    """
    if not curation.kinds:
        return []
    names, own = _Names(curation, lexicon), curation.nodes()
    groups: dict[str, set[str]] = defaultdict(set)
    for iri in curation.decisions.keys() & own.keys():
        groups[names.shown_as(iri, own[iri])].add(iri)
    lines = []
    for shown, extracted in sorted(groups.items()):
        ways = {replace(curation.decisions[iri], reason="", by="") for iri in extracted}
        if len(ways) > 1:
            several = ", ".join(f"{v.contract(i)} ({curation.decisions[i].status})" for i in sorted(extracted))
            lines.append(f"{v.contract(shown)} was decided on in different ways as {several}; decide on it anew")
    return lines


def _renamed(node: Node, iri: str) -> Node:
    return [ox.Quad(ox.NamedNode(iri), q.predicate, q.object, q.graph_name) for q in node]


def _laid_aside(shown: str, extracted: str, node: Node) -> Node:
    """Return what the extractor said, for the graph that plain queries do not see."""
    kept = ox.NamedNode(v.EXTRACTED_NS + extracted.removeprefix(v.CLAIM_NS))
    graph = ox.NamedNode(v.GRAPH_EXTRACTED + _source(node[0]))
    plain = apply_decisions(node, {extracted: _UNDECIDED})
    own = [ox.Quad(kept, q.predicate, q.object, graph) for q in plain if q.object != _CLAIM]
    return [*own, ox.Quad(ox.NamedNode(shown), _REVISION, kept, graph)]


def _declarations(rest: Node, shown: Node, aside: Node) -> tuple[Node, Node]:
    """Part the quads beside the claims: those that stay, and provisional kinds that no claim of their source names."""
    ends = (v.SUBJECT, v.OBJECT)
    named = {(_source(q), q.object) for q in shown if q.predicate.value in ends}
    graphs = {graph_name(q).removeprefix(v.GRAPH_EXTRACTED) for q in aside}
    left: Node = []
    unused: Node = []
    for quad in rest:
        iri = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""
        exemplar = v.exemplar(iri) if iri.startswith(v.PROVISIONAL) else iri
        provisional = exemplar.startswith(v.exemplar(v.PROVISIONAL))
        if provisional and _source(quad) in graphs and (_source(quad), ox.NamedNode(exemplar)) not in named:
            graph = ox.NamedNode(v.GRAPH_EXTRACTED + _source(quad))
            unused.append(ox.Quad(quad.subject, quad.predicate, quad.object, graph))
        else:
            left.append(quad)
    return left, unused


class _Names:
    """What claims and kinds are called in a curated graph."""

    def __init__(self, curation: Curation, lexicon: Lexicon) -> None:
        self._kinds, self._lexicon = curation.kinds, lexicon
        self._digests = _digests(curation.claims)
        self._relations = {r.iri: r for r in lexicon.relations.values()}
        self._provisional = provisional_names(curation.claims)

    def kind(self, iri: str) -> str:
        return self._provisional.get(iri) or self._lexicon.label(iri)

    def relation(self, iri: str) -> str:
        return self._relations[iri].label if iri in self._relations else v.contract(iri)

    def in_words(self, says: Statement) -> str:
        denied = "does not: " if says.negated else ""
        return f"{denied}{self.kind(says.subject)} {self.relation(says.relation)} {self.kind(says.object)}"

    def shown_as(self, iri: str, node: Node) -> str:
        """Return the IRI that a claim would have, had it been extracted with the terms of its merged kinds."""
        said = statement_of(node)
        says = with_kinds(said, self._kinds)
        digest = self._digests.get(value_by_predicate(node)[v.HAS_EVIDENCE], "")
        if says == said or not digest or says.relation not in self._relations:
            return iri
        relation = self._relations[says.relation].name
        return v.CLAIM_NS + claim_key(_source(node[0]), digest, says.subject, relation, says.object)


def provisional_names(claims: Iterable[ox.Quad]) -> dict[str, str]:
    """Return what provisional kinds are called, by their IRI: the first of their labels in the order of letters."""
    found: dict[str, str] = {}
    for quad in claims:
        iri = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""
        if iri.startswith(v.PROVISIONAL) and quad.predicate.value == v.LABEL and isinstance(quad.object, ox.Literal):
            found[iri] = min(found.get(iri, quad.object.value), quad.object.value)
    return found
