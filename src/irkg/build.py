"""The knowledge graph out of its parts: ontology, claims, decisions, what a reasoner adds, what rules propose."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyoxigraph as ox

from irkg import resources
from irkg import vocab as v
from irkg.canonical import quad_order
from irkg.catalogue import candidate_rules
from irkg.claims_files import claims_in, claims_of, together
from irkg.consequences import consequences, consistent, into, triple
from irkg.curation import Curation, curated, curation_in, disputed, provisional_names, waiting_lines
from irkg.default_graph import with_merged
from irkg.lexicon import Lexicon
from irkg.model import Finding
from irkg.ontology_file import read_with_imports
from irkg.provisional import is_kinds_table, promoted, read_kinds
from irkg.reasoners import entailments
from irkg.review import read_decisions, understood
from irkg.store import check_place, graph_name, in_memory, run_query, save_dataset, writing
from irkg.validate import quarantined, validate

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Built:
    """A knowledge graph and what its making brought to light.

    Attributes:
        quads: The whole dataset.
        findings: What the shapes found in the claims.
        quarantine: From the IRI of a quarantined claim to the reason.
        undecided: IRIs of the claims that decisions speak of and no graph holds.
        waiting: From the IRI of a claim that is not found any more, and was decided on, to a line that says so.
        disputed: Lines on claims that were merged into one, and decided on in different ways before.
    """

    quads: tuple[ox.Quad, ...]
    findings: tuple[Finding, ...]
    quarantine: Mapping[str, str]
    undecided: tuple[str, ...] = ()
    waiting: Mapping[str, str] = field(default_factory=dict)
    disputed: tuple[str, ...] = ()


def build(
    ontology: Sequence[ox.Triple],
    curation: Curation,
    shapes: Sequence[Path],
    rules: Mapping[str, str],
    *,
    report: Report = lambda _: None,
    reasoner: str = "auto",
) -> Built:
    """Build a knowledge graph.

    Args:
        ontology: The ontology's triples.
        curation: The claims, and what curators have decided on them and on provisional kinds.
        shapes: SHACL files that claims must conform to.
        rules: From the name of a rule for candidates to its CONSTRUCT query.
        report: Told of each step before it starts.
        reasoner: One of `irkg.reasoners.REASONERS`; all come to the same graph.

    Returns:
        The dataset, with what was found on the way.

    Raises:
        GraphError: The ontology, or the ontology with the edges, is inconsistent.
        MissingExtra: The reasoner or the validator is not installed.
    """
    ontology = list(dict.fromkeys([*ontology, *promoted(curation.kinds)]))
    report("classifying the ontology")
    hierarchy = consistent(entailments(ontology, reasoner, report), "the ontology")
    subclasses = [triple(a, v.SUBCLASS_OF, b) for a, b in hierarchy.subclasses]
    lexicon = Lexicon.from_triples([*ontology, *subclasses])
    base = [*ontology, *exemplars(lexicon)]
    put_together = curated(curation, lexicon)
    decided = claims_of(put_together)

    report("checking the claims")
    findings = validate([*base, *subclasses, *(q.triple for q in decided)], shapes, engine="auto").findings
    quarantine = quarantined(findings)
    claim_quads = [*decided, *_quarantine_quads(decided, quarantine)]

    report("reasoning")
    quads = [
        *into(v.GRAPH_ONTOLOGY, [*base, *_description(curation.rules_left_out)]),
        *claim_quads,
        *(q for q in put_together if not graph_name(q).startswith(v.GRAPH_CLAIMS)),
        *consequences(base, claim_quads, reasoner, report),
    ]
    report("proposing candidates")
    applied = {name: rule for name, rule in rules.items() if name not in curation.rules_left_out}
    quads += into(v.GRAPH_CANDIDATES, _candidates(quads, applied))
    waiting, disputes = waiting_lines(curation), disputed(curation, lexicon)
    return Built(tuple(dict.fromkeys(quads)), tuple(findings), quarantine, (), waiting, tuple(disputes))


def exemplars(lexicon: Lexicon) -> list[ox.Triple]:
    """Return the exemplar of each kind: the one individual that claims about the kind are about.

    Args:
        lexicon: The kinds of the ontology.

    Returns:
        For each, its types (`owl:NamedIndividual` and the class), its labels, and the class it stands for.
    """
    found: list[ox.Triple] = []
    for kind in lexicon.kinds.values():
        own = v.exemplar(kind.iri)
        found.append(triple(own, v.RDF_TYPE, v.OWL + "NamedIndividual"))
        found.append(triple(own, v.RDF_TYPE, kind.iri))
        found.append(triple(own, v.EXEMPLAR_OF, kind.iri))
        for prop, text in ((v.LABEL, kind.label), (v.PREF_LABEL, kind.display)):
            found.append(ox.Triple(ox.NamedNode(own), ox.NamedNode(prop), ox.Literal(text)))
    return found


def ontology_in(store: ox.Store) -> list[ox.Triple]:
    """Return the ontology that a knowledge graph was built with: its graph without what `build` put beside it.

    Args:
        store: The knowledge graph.

    Returns:
        The triples, in the order of `irkg.canonical.quad_order`.
    """
    named = ox.NamedNode(v.GRAPH_ONTOLOGY)
    added = {q.triple for q in store.quads_for_pattern(ox.NamedNode(v.DATASET), None, None, named)}
    for link in store.quads_for_pattern(None, ox.NamedNode(v.EXEMPLAR_OF), None, named):
        own, kind = link.subject, link.object
        added |= {link.triple, ox.Triple(own, ox.NamedNode(v.RDF_TYPE), kind)}
        added.add(ox.Triple(own, ox.NamedNode(v.RDF_TYPE), ox.NamedNode(v.OWL + "NamedIndividual")))
        for name in (v.LABEL, v.PREF_LABEL):
            added |= {q.triple for q in store.quads_for_pattern(own, ox.NamedNode(name), None, named)}
    held = sorted(store.quads_for_pattern(None, None, None, named), key=quad_order)
    return [q.triple for q in held if q.triple not in added]


def _description(left_out: Collection[str]) -> list[ox.Triple]:
    """Return what the dataset says of itself: an individual like all others, so that it is OWL 2 DL too."""
    said: list[tuple[str, str | int]] = [(v.LABEL, "irkg knowledge graph"), (v.HAS_SCHEMA_VERSION, v.SCHEMA_VERSION)]
    said += [(v.RULE_LEFT_OUT, name) for name in sorted(left_out)]
    values = [ox.Triple(ox.NamedNode(v.DATASET), ox.NamedNode(p), ox.Literal(value)) for p, value in said]
    types = (v.OWL + "NamedIndividual", v.DATASET_CLASS)
    return [*(triple(v.DATASET, v.RDF_TYPE, t) for t in types), *values]


def _quarantine_quads(claims: Iterable[ox.Quad], quarantine: Mapping[str, str]) -> list[ox.Quad]:
    graphs = {q.subject.value: q.graph_name for q in claims if isinstance(q.subject, ox.NamedNode)}
    found: list[ox.Quad] = []
    for iri, reason_ in sorted(quarantine.items()):
        node, graph = ox.NamedNode(iri), graphs[iri]
        found.append(ox.Quad(node, ox.NamedNode(v.QUARANTINED), ox.Literal(True), graph))
        found.append(ox.Quad(node, ox.NamedNode(v.QUARANTINE_REASON), ox.Literal(reason_), graph))
    return found


def _candidates(quads: Sequence[ox.Quad], rules: Mapping[str, str]) -> list[ox.Triple]:
    store = in_memory(with_merged(quads))  # rules join claims of many sources: one graph instead of one for each
    found: dict[ox.Triple, None] = {}
    for _, sparql in sorted(rules.items()):
        proposed = run_query(store, sparql)
        assert isinstance(proposed, ox.QueryTriples)
        found.update(dict.fromkeys(sorted(proposed, key=str)))
    return list(found)


def build_to(
    out: Path,
    claims: Sequence[Path],
    reviews: Sequence[Path],
    ontology: Path | None,
    *,
    left_out: Collection[str] = (),
    report: Report = lambda _: None,
    reasoner: str = "auto",
) -> Built:
    """Build a knowledge graph out of files and write it, whole or not at all.

    Args:
        out: A new folder, or a `.trig` or `.nq` file.
        claims: Files that `irkg fill` wrote, and tables of literature; those that ship with irkg, with the decisions
            on them, where empty.
        reviews: Tables of decisions.
        ontology: The ontology; irkg's own where None.
        left_out: Names of the rules for candidates that propose nothing; changes of the graph keep to that.
        report: Told of each step before it starts.
        reasoner: One of `irkg.reasoners.REASONERS`.

    Raises:
        UnknownName: There is no such rule.
        IrkgError: A file cannot be used, the ontology is inconsistent, or the place cannot be written.
    """
    decided = list(reviews) if reviews or claims else resources.decisions_files()
    ontology = ontology or resources.ontology_file()
    with writing(out):
        triples = read_with_imports(ontology)
        curation = curation_in(
            together((path, claims_in(path, ontology)) for path in claims or resources.claims_files())
        )
        curation, unknown = _reviewed(curation, decided, triples)
        curation = replace(curation, rules_left_out=tuple(sorted(left_out)))
        return rebuild(out, curation, triples, report, reasoner, undecided=unknown)


def _reviewed(curation: Curation, tables: Iterable[Path], ontology: Sequence[ox.Triple]) -> tuple[Curation, list[str]]:
    """Return claims with the decisions of tables, those on kinds before those on claims, and what these do not meet."""
    lexicon = Lexicon.from_triples([*ontology, *promoted(curation.kinds)])
    on_claims = []
    for path in tables:
        if is_kinds_table(path):
            kinds = read_kinds(path, lexicon, provisional_names(curation.claims), curation.kinds)
            curation = replace(curation, kinds=kinds)
            lexicon = Lexicon.from_triples([*ontology, *promoted(kinds)])
        else:
            on_claims.append(path)
    decisions = {iri: d for path in on_claims for iri, d in read_decisions(path).items()}
    return curation.decided(understood(decisions, curation, lexicon))


def rebuild(
    out: Path,
    curation: Curation,
    ontology: Sequence[ox.Triple],
    report: Report,
    reasoner: str = "auto",
    *,
    undecided: Sequence[str] = (),
) -> Built:
    """Build a knowledge graph with the rules and shapes that ship with irkg and write it, whole or not at all.

    Args:
        out: A folder, or a `.trig` or `.nq` file; a knowledge graph that stands there is replaced.
        curation: The claims, and what curators have decided on them and on provisional kinds.
        ontology: The ontology's triples.
        report: Told of each step before it starts.
        reasoner: One of `irkg.reasoners.REASONERS`.
        undecided: IRIs of the claims that decisions speak of and no graph holds.

    Raises:
        IrkgError: The ontology is inconsistent, or the place cannot be written.
    """
    rules = {name: spec.text for name, spec in candidate_rules(curation.rules_left_out).items()}
    shapes = resources.shapes_files()
    check_place(out)
    built = build(ontology, curation, shapes, rules, report=report, reasoner=reasoner)
    built = replace(built, undecided=tuple(undecided))
    save_dataset(built.quads, out, v.PREFIXES)
    return built
