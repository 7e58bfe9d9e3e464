"""The knowledge graph out of its parts: ontology, claims, decisions, what a reasoner adds, what rules propose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from irkg import resources
from irkg import vocab as v
from irkg.claim_graph import literature_quads, source_ids
from irkg.derive import Derivation, derivations
from irkg.edges import edge_triple, stated_edges, stating
from irkg.errors import GraphError
from irkg.lexicon import Lexicon
from irkg.literature import read_literature
from irkg.model import Finding, Reasoning, Triple, digest
from irkg.ontology_file import read_with_imports
from irkg.query import load_catalogue
from irkg.reason import reason
from irkg.review import Decision, apply_decisions, decisions_in, read_decisions
from irkg.selection import check_sources
from irkg.store import FILE_FORMATS, check_place, in_memory, open_dataset, read_rdf, run_query, save_dataset
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
    """

    quads: tuple[ox.Quad, ...]
    findings: tuple[Finding, ...]
    quarantine: Mapping[str, str]
    undecided: tuple[str, ...]


def build(
    ontology: Sequence[ox.Triple],
    claims: Iterable[ox.Quad],
    decisions: Mapping[str, Decision],
    shapes: Sequence[Path],
    rules: Mapping[str, str],
    *,
    report: Report = lambda _: None,
) -> Built:
    """Build a knowledge graph.

    Args:
        ontology: The ontology's triples.
        claims: The quads of claims' graphs.
        decisions: A curator's decisions, by the IRI of the claim.
        shapes: SHACL files that claims must conform to.
        rules: From the name of a rule for candidates to its CONSTRUCT query.
        report: Told of each step before it starts.

    Returns:
        The dataset, with what was found on the way.

    Raises:
        GraphError: The ontology, or the ontology with the edges, is inconsistent.
        MissingExtra: The reasoner or the validator is not installed.
    """
    report("classifying the ontology")
    hierarchy = _consistent(reason(ontology), "the ontology")
    subclasses = [_triple(a, v.SUBCLASS_OF, b) for a, b in hierarchy.subclasses]
    base = [*ontology, *exemplars(Lexicon.from_triples([*ontology, *subclasses]))]
    decided = list(apply_decisions(claims, decisions))

    report("checking the claims")
    findings = validate([*base, *subclasses, *(q.triple for q in decided)], shapes)
    quarantine = quarantined(findings)
    claim_quads = [*decided, *_quarantine_quads(decided, quarantine)]

    report("reasoning")
    edges = stated_edges(claim_quads)
    followed = _consistent(reason([*base, *(edge_triple(e) for e in edges)]), "the ontology with the stated edges")
    derived = derivations(ontology, edges, followed.edges)
    quads = [
        *_into(v.GRAPH_ONTOLOGY, [*base, *_schema_version()]),
        *claim_quads,
        *_into(v.GRAPH_EDGES, [edge_triple(e) for e in edges]),
        *_into(v.GRAPH_ENTAILED, _entailed(followed)),
        *_into(v.GRAPH_DERIVATIONS, _derivation_triples(derived, claim_quads)),
    ]
    report("proposing candidates")
    quads += _into(v.GRAPH_CANDIDATES, _candidates(quads, rules))
    held = {q.subject.value for q in claim_quads if isinstance(q.subject, ox.NamedNode)}
    missing = tuple(sorted(set(decisions) - held))
    return Built(tuple(dict.fromkeys(quads)), tuple(findings), quarantine, missing)


def _consistent(result: Reasoning, what: str) -> Reasoning:
    if not result.consistent:
        raise GraphError(f"{what} is inconsistent", remedy="find out why with: irkg reason")
    if result.unsatisfiable:
        raise GraphError(f"{what} has a class that can have no member", iri=result.unsatisfiable[0])
    return result


def _triple(subject: str, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target))


def _into(graph: str, triples: Iterable[ox.Triple]) -> list[ox.Quad]:
    name = ox.NamedNode(graph)
    return [ox.Quad(t.subject, t.predicate, t.object, name) for t in triples]


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
        found.append(_triple(own, v.RDF_TYPE, v.OWL + "NamedIndividual"))
        found.append(_triple(own, v.RDF_TYPE, kind.iri))
        found.append(_triple(own, v.EXEMPLAR_OF, kind.iri))
        for prop, text in ((v.LABEL, kind.label), (v.PREF_LABEL, kind.display)):
            found.append(ox.Triple(ox.NamedNode(own), ox.NamedNode(prop), ox.Literal(text)))
    return found


def _schema_version() -> list[ox.Triple]:
    """Return what the dataset says of itself: an individual like all others, so that it is OWL 2 DL too."""
    said = ((v.LABEL, "irkg knowledge graph"), (v.HAS_SCHEMA_VERSION, v.SCHEMA_VERSION))
    values = [ox.Triple(ox.NamedNode(v.DATASET), ox.NamedNode(p), ox.Literal(value)) for p, value in said]
    types = (v.OWL + "NamedIndividual", v.DATASET_CLASS)
    return [*(_triple(v.DATASET, v.RDF_TYPE, t) for t in types), *values]


def _quarantine_quads(claims: Iterable[ox.Quad], quarantine: Mapping[str, str]) -> list[ox.Quad]:
    graphs = {q.subject.value: q.graph_name for q in claims if isinstance(q.subject, ox.NamedNode)}
    found: list[ox.Quad] = []
    for iri, reason_ in sorted(quarantine.items()):
        node, graph = ox.NamedNode(iri), graphs[iri]
        found.append(ox.Quad(node, ox.NamedNode(v.QUARANTINED), ox.Literal(True), graph))
        found.append(ox.Quad(node, ox.NamedNode(v.QUARANTINE_REASON), ox.Literal(reason_), graph))
    return found


def _entailed(followed: Reasoning) -> list[ox.Triple]:
    return [
        *(_triple(a, v.SUBCLASS_OF, b) for a, b in followed.subclasses),
        *(_triple(a, v.RDF_TYPE, b) for a, b in followed.types),
        *(edge_triple(e) for e in followed.edges),
    ]


def _derivation_iri(derivation: Derivation) -> str:
    parts = (derivation.edge, *derivation.premises)
    text = "\n".join([derivation.rule, *(f"{t.subject} {t.predicate} {t.object}" for t in parts)])
    return f"{v.IRKG}derivation/{digest(text)[:16]}"


def _derivation_triples(derived: Sequence[Derivation], claims: Iterable[ox.Quad]) -> list[ox.Triple]:
    """Write derivations; their premises are the claims that state an edge and the derivations of entailed ones."""
    behind: dict[Triple, list[str]] = {}
    for claim, edge in stating(claims):
        behind.setdefault(edge, []).append(claim)
    for derivation in derived:
        behind.setdefault(derivation.edge, []).append(_derivation_iri(derivation))
    found: list[ox.Triple] = []
    for derivation in derived:
        iri, edge = _derivation_iri(derivation), derivation.edge
        found += [
            _triple(iri, v.RDF_TYPE, v.OWL + "NamedIndividual"),
            _triple(iri, v.RDF_TYPE, v.DERIVATION),
            _triple(iri, v.SUBJECT, edge.subject),
            _triple(iri, v.PREDICATE, edge.predicate),
            _triple(iri, v.OBJECT, edge.object),
            ox.Triple(ox.NamedNode(iri), ox.NamedNode(v.RULE), ox.Literal(derivation.rule)),
            *(_triple(iri, v.PREMISE, p) for premise in derivation.premises for p in behind.get(premise, ())),
        ]
    return found


def _candidates(quads: Sequence[ox.Quad], rules: Mapping[str, str]) -> list[ox.Triple]:
    store = in_memory(quads)
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
    report: Report = lambda _: None,
) -> Built:
    """Build a knowledge graph out of files and write it, whole or not at all.

    Args:
        out: A new folder, or a `.trig` or `.nq` file.
        claims: Files that `irkg fill` wrote, and tables of literature; those that ship with irkg, with the decisions
            on them, where empty.
        reviews: Tables of decisions.
        ontology: The ontology; irkg's own where None.
        report: Told of each step before it starts.

    Raises:
        IrkgError: A file cannot be used, the ontology is inconsistent, or the place cannot be written.
    """
    decided = list(reviews) if reviews or claims else resources.decisions_files()
    decisions = {iri: d for path in decided for iri, d in read_decisions(path).items()}
    ontology = ontology or resources.ontology_file()
    quads = _together((path, claims_in(path, ontology)) for path in claims or resources.claims_files())
    return _build_and_save(out, quads, decisions, ontology, report)


def _together(parts: Iterable[tuple[Path, list[ox.Quad]]]) -> list[ox.Quad]:
    """Put files with claims together, each source from one of them."""
    quads: list[ox.Quad] = []
    seen: dict[str, Path] = {}
    for path, found in parts:
        for source in source_ids(found):
            if source in seen:
                what = f'holds claims of the source "{source}", and so does {seen[source]}'
                raise GraphError(what, path=path, remedy="leave one of the files out")
            seen[source] = path
        quads += found
    return quads


def add(kg: Path, quads: Sequence[ox.Quad], *, report: Report = lambda _: None) -> Built:
    """Add claims to a knowledge graph, or refill sources that it holds; earlier decisions stay.

    Args:
        kg: The graph's folder or file; where there is nothing yet, a new one is built.
        quads: The quads of claims' graphs.
        report: Told of each step before it starts.

    Raises:
        IrkgError: There is something else at that place, or the graph cannot be built.
    """
    held = open_dataset(kg) if kg.exists() else in_memory([])
    claims = [*_claims_without(held, source_ids(quads)), *quads]
    return _build_and_save(kg, claims, decisions_in(held), resources.ontology_file(), report)


def retract(kg: Path, sources: Sequence[str], *, report: Report = lambda _: None) -> Built:
    """Take sources and all that rests on them out of a knowledge graph.

    Args:
        kg: The graph's folder or file.
        sources: The ids of the sources.
        report: Told of each step before it starts.

    Returns:
        The graph as it would be had it been built without them; decisions on their claims go with them.

    Raises:
        GraphError: There is no knowledge graph at that place.
        UnknownName: It holds no such source.
    """
    held = open_dataset(kg)
    check_sources(sources, sorted(source_ids(held)))
    return _build_and_save(kg, _claims_without(held, sources), {}, resources.ontology_file(), report)


def decide(kg: Path, decisions: Mapping[str, Decision], *, report: Report = lambda _: None) -> Built:
    """Put a curator's decisions into a knowledge graph: what rests on a rejected claim leaves it.

    Args:
        kg: The graph's folder or file.
        decisions: By the IRI of the claim; each takes the place of an earlier one, and others stay.
        report: Told of each step before it starts.

    Raises:
        GraphError: There is no knowledge graph at that place, or it cannot be built.
    """
    claims = _claims_without(open_dataset(kg), ())
    return _build_and_save(kg, claims, decisions, resources.ontology_file(), report)


def _claims_without(quads: Iterable[ox.Quad], sources: Iterable[str]) -> list[ox.Quad]:
    """Return the claims' graphs of all sources but some, without what the shapes said of them, which is found anew."""
    left_out = {v.GRAPH_CLAIMS + source for source in sources}
    found_anew = (v.QUARANTINED, v.QUARANTINE_REASON)
    return [q for q in _claims_of(quads) if q.predicate.value not in found_anew and _graph_name(q) not in left_out]


def _build_and_save(
    out: Path, claims: Sequence[ox.Quad], decisions: Mapping[str, Decision], ontology: Path, report: Report
) -> Built:
    rules = {
        name: spec.text
        for name, spec in load_catalogue(resources.queries_dir()).items()
        if name.startswith("construct-")
    }
    shapes = resources.shapes_files()
    check_place(out)
    built = build(read_with_imports(ontology), claims, decisions, shapes, rules, report=report)
    save_dataset(built.quads, out, v.PREFIXES)
    return built


def _claims_of(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    return [q for q in quads if _graph_name(q).startswith(v.GRAPH_CLAIMS)]


def _graph_name(quad: ox.Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""


def claims_in(path: Path, ontology: Path | None = None) -> list[ox.Quad]:
    """Read the claims' graphs of a file that `irkg fill` wrote, or of a knowledge graph, or a table of literature.

    Args:
        path: A `.trig` or `.nq` file, the folder of a knowledge graph, or a `.tsv` file.
        ontology: The ontology that a table speaks in; irkg's own where None.

    Raises:
        GraphError: It holds no claims, or cannot be read.
        SourceError: It is a table that is not one of literature.
    """
    if path.suffix == ".tsv":
        lexicon = Lexicon.from_triples(read_with_imports(ontology or resources.ontology_file()))
        return literature_quads(read_literature(path, lexicon), lexicon)
    if path.is_dir():
        quads = list(open_dataset(path))
    elif path.suffix in FILE_FORMATS:
        quads = read_rdf(path, FILE_FORMATS[path.suffix])
    else:
        raise GraphError(f'unknown suffix "{path.suffix}"', path=path, remedy="use .trig, .nq or .tsv")
    found = _claims_of(quads)
    if not found:
        raise GraphError("holds no claims", path=path, remedy="write one with: irkg fill SOURCE -o claims.trig")
    return found
