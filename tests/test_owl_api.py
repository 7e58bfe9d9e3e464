"""Protégé's library opens every OWL export whole: in OWL 2 DL, the same in each format, with nothing proposed in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

import owl_api
from irkg import vocab as v
from irkg.export import FORMATS, export
from irkg.lexicon import Lexicon
from irkg.resources import graph_file, ontology_file
from irkg.store import open_dataset
from owl_api import Classified, Opened, OwlApiError
from own_process import OwnProcess

Edge = tuple[str, str, str]

OWL_FORMATS = [name for name, form in FORMATS.items() if form.suffixes[0] in owl_api.SYNTAXES]
LEFT_OUT = {v.GRAPH_CANDIDATES, v.GRAPH_DERIVATIONS}
GUIDE = Path(__file__).resolve().parents[1] / "docs" / "protege.md"
# | `a DL query` | who is among those it finds |
QUERIES = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
CANCER_CELL, TREG, TREG_RECRUITMENT = v.OBO + "CL_0001064", v.OBO + "CL_0000815", v.IRKG + "TregRecruitment"


@pytest.fixture(scope="module")
def java() -> Iterator[OwnProcess]:
    """Calls functions of `owl_api` in the one process that Java runs in."""
    lacking = owl_api.missing()
    if lacking:
        pytest.skip(lacking)
    with OwnProcess() as process:
        yield process


@pytest.fixture(scope="module")
def store() -> ox.Store:
    return open_dataset(graph_file())


@pytest.fixture(scope="module")
def files(store: ox.Store, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    room = tmp_path_factory.mktemp("owl")
    found = {name: room / f"irkg{FORMATS[name].suffixes[0]}" for name in OWL_FORMATS}
    for name, path in found.items():
        path.write_bytes(export(store, name))
    return found


@pytest.fixture(scope="module")
def graph(java: OwnProcess, files: dict[str, Path]) -> Opened:
    """The knowledge graph as Protégé holds it: the file that opens with a double click."""
    return java(owl_api.open_file, files["rdfxml"])


def edges_in(store: ox.Store, graph: str) -> set[Edge]:
    quads = store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
    named = (q for q in quads if isinstance(q.subject, ox.NamedNode) and isinstance(q.object, ox.NamedNode))
    return {(q.subject.value, q.predicate.value, q.object.value) for q in named}


def said(store: ox.Store) -> set[Edge]:
    """Return what an export must hold, worked out without the code under test."""
    graphs = {g.value for g in store.named_graphs() if isinstance(g, ox.NamedNode)}
    return set().union(*(edges_in(store, g) for g in graphs - LEFT_OUT))


def proposed(store: ox.Store) -> set[Edge]:
    """Return the edges that candidates propose."""
    parts: dict[str, dict[str, str]] = {}
    for subject, prop, value in edges_in(store, v.GRAPH_CANDIDATES):
        parts.setdefault(subject, {})[prop] = value
    return {(c[v.SUBJECT], c[v.PREDICATE], c[v.OBJECT]) for c in parts.values()}


def is_clean(opened: Opened) -> None:
    assert opened.violations == ()
    assert opened.unparsed == ()
    assert opened.entities == opened.declared
    assert opened.nameless == 0
    assert max(Counter(iri for _, iri in opened.declared).values()) == 1  # nothing is of two sorts


def test_the_formats_that_owl_tools_read_are_all_tried() -> None:
    assert {"turtle", "rdfxml", "ntriples"} <= set(OWL_FORMATS)
    assert {name for name in FORMATS if name in {"nquads", "trig"}}.isdisjoint(OWL_FORMATS)


@pytest.mark.parametrize("name", OWL_FORMATS)
def test_an_export_is_whole_in_owl_2_dl_and_needs_no_other_file(
    name: str, java: OwnProcess, files: dict[str, Path]
) -> None:
    opened = java(owl_api.open_file, files[name])
    assert opened.syntax == owl_api.SYNTAXES[FORMATS[name].suffixes[0]]
    assert opened.imports == ()
    is_clean(opened)


@pytest.mark.parametrize("name", OWL_FORMATS)
def test_every_format_says_the_same(name: str, java: OwnProcess, files: dict[str, Path], graph: Opened) -> None:
    opened = java(owl_api.open_file, files[name])
    assert opened.axioms == graph.axioms
    assert (opened.iri, opened.notes) == (graph.iri, graph.notes)


def test_nothing_is_lost_when_protege_saves_it(
    java: OwnProcess, files: dict[str, Path], graph: Opened, tmp_path: Path
) -> None:
    saved = java(owl_api.saved_again, files["rdfxml"], tmp_path)
    assert set(saved) == {"RDF/XML Syntax", "Turtle Syntax", "OWL Functional Syntax"}
    for axioms, notes in saved.values():
        assert axioms == graph.axioms
        assert notes == graph.notes


def test_every_stated_edge_is_seen_as_a_property_assertion(store: ox.Store, graph: Opened) -> None:
    stated = edges_in(store, v.GRAPH_EDGES)
    assert stated
    assert len(stated & graph.links) == len(stated)
    for subject, prop, target in stated:
        assert {("NamedIndividual", subject), ("ObjectProperty", prop), ("NamedIndividual", target)} <= graph.declared


def test_property_assertions_are_those_of_the_dataset_and_no_others(store: ox.Store, graph: Opened) -> None:
    properties = {iri for sort, iri in graph.declared if sort == "ObjectProperty"}
    held = said(store)
    individuals = {s for s, p, o in held if (p, o) == (v.RDF_TYPE, v.OWL + "NamedIndividual")}
    assert graph.links == {(s, p, o) for s, p, o in held if p in properties and s in individuals}


def test_what_is_only_proposed_is_not_in_it(store: ox.Store, graph: Opened) -> None:
    nodes = {s for left_out in LEFT_OUT for s, _, _ in edges_in(store, left_out)}
    known = edges_in(store, v.GRAPH_EDGES) | edges_in(store, v.GRAPH_ENTAILED)
    only_proposed = proposed(store) - known
    assert nodes
    assert only_proposed
    assert nodes.isdisjoint(iri for _, iri in graph.entities)
    assert only_proposed.isdisjoint(graph.links)


def test_every_kind_and_relation_is_seen_with_its_label_and_definition(lexicon: Lexicon, graph: Opened) -> None:
    triples = ox.parse(path=ontology_file())
    texts = {(t.subject.value, t.predicate.value, t.object.value) for t in triples if isinstance(t.object, ox.Literal)}
    written = {t for t in texts if t[1] in {v.LABEL, v.DEFINITION}}
    assert written <= graph.annotations
    for iri in {r.iri for r in lexicon.relations.values()} | set(lexicon.kinds):
        assert len(graph.values(iri, v.LABEL)) == 1
        if any(s == iri for s, _, _ in written):  # what another ontology defines may come without words
            assert graph.values(iri, v.DEFINITION)


def test_everything_bears_a_label_for_protege_to_show(graph: Opened) -> None:
    labelled = {s for s, p, _ in graph.annotations if p == v.LABEL}
    assert {iri for _, iri in graph.entities} - labelled == set()


def test_a_label_of_ours_means_one_thing_in_an_expression(graph: Opened) -> None:
    named: dict[tuple[str, str], set[str]] = {}
    for sort, iri in graph.entities:
        if sort in {"Class", "ObjectProperty", "DataProperty"}:
            for label in graph.values(iri, v.LABEL):
                named.setdefault((sort, label), set()).add(iri)
    shared = {name: iris for name, iris in named.items() if len(iris) > 1}
    # two reference ontologies may use one label; what we name ourselves must not add to that
    assert {name: iris for name, iris in shared.items() if any(iri.startswith(v.IRKG) for iri in iris)} == {}


def test_an_exemplar_looks_like_its_class_and_the_ontology_says_so(lexicon: Lexicon, graph: Opened) -> None:
    for kind in lexicon.kinds:
        exemplar = v.exemplar(kind)
        assert graph.values(exemplar, v.LABEL) == graph.values(kind, v.LABEL)
        assert graph.values(exemplar, v.EXEMPLAR_OF) == {kind}
        assert (exemplar, kind) in graph.types
    (comment,) = (text for prop, text in graph.notes if prop == v.RDFS + "comment")
    assert "exemplar" in comment
    assert "same label" in comment
    assert graph.values(v.EXEMPLAR_OF, v.DEFINITION)


@pytest.fixture(scope="module")
def classified(java: OwnProcess, files: dict[str, Path]) -> Classified:
    return java(owl_api.classify, files["rdfxml"], *(expression for expression, _ in QUERIES))


def test_hermit_finds_it_consistent_and_every_class_possible(classified: Classified) -> None:
    assert classified.consistent
    assert classified.unsatisfiable == ()


@pytest.mark.parametrize(("expression", "among"), QUERIES)
def test_a_dl_query_of_the_guide_finds_whom_it_names(
    expression: str, among: str, classified: Classified, graph: Opened
) -> None:
    found = classified.instances[expression]
    assert set(among.split(", ")) <= {label for iri in found for label in graph.values(iri, v.LABEL)}
    assert all(iri.startswith(v.KIND) for iri in found)


def test_the_guide_has_a_query_for_who_recruits_t_cells() -> None:
    assert ("recruits some 'T cell'", "malignant cell") in QUERIES


def test_a_stranger_comes_from_the_name_of_a_mechanism_to_the_claims_about_its_participants(
    store: ox.Store, graph: Opened
) -> None:
    both = {("Class", TREG_RECRUITMENT), ("NamedIndividual", v.exemplar(TREG_RECRUITMENT))}
    assert graph.found_by("treg recruitment") == both
    assert graph.found_by("Recruitment of Tregs") == {("Class", TREG_RECRUITMENT)}
    assert graph.values(TREG_RECRUITMENT, v.DEFINITION) == {"The drawing of regulatory T cells into a tumor."}

    described = " ".join(graph.classes[TREG_RECRUITMENT])
    assert re.findall(rf"ObjectSomeValuesFrom\(<{v.IRKG}hasPatient> <([^>]*)>\)", described) == [TREG]
    assert "hasAgent" not in described  # who recruits is for sources to say

    exemplars = {s for s, p, o in graph.annotations if p == v.EXEMPLAR_OF and o in {TREG, TREG_RECRUITMENT}}
    assert exemplars == {v.exemplar(TREG), v.exemplar(TREG_RECRUITMENT)}
    claims = {s for s, p, o in graph.links if p in {v.SUBJECT, v.OBJECT} and o in exemplars}
    held = said(store)
    made = {s for s, p, o in held if (p, o) == (v.RDF_TYPE, v.CLAIM)}
    assert claims == {s for s, p, o in held if s in made and p in {v.SUBJECT, v.OBJECT} and o in exemplars}

    (claim,) = (c for c in claims if graph.values(c, v.LABEL) == {"cancer cell recruits regulatory T cell"})
    seen = {p: graph.values(o, v.LABEL) for s, p, o in graph.links if s == claim}
    assert seen[v.SUBJECT] == {"malignant cell"}  # the label in the Cell Ontology; "cancer cell" is found as well
    assert ("NamedIndividual", v.exemplar(CANCER_CELL)) in graph.found_by("cancer cell")
    assert seen[v.OBJECT] == {"regulatory T cell"}
    assert seen[v.HAS_STRENGTH] == {"asserted"}
    assert seen[v.HAS_REVIEW] == {"accepted"}
    assert seen[v.HAS_SOURCE] == {"eran-2023"}
    assert seen[v.HAS_EVIDENCE] == {"eran-2023:1212-1412"}
    assert graph.values(claim, v.PREDICATE) == {v.IRKG + "recruits"}


def test_the_ontology_opens_as_it_lies_there_with_what_it_imports(java: OwnProcess) -> None:
    opened = java(owl_api.open_file, ontology_file())
    is_clean(opened)
    properties = {"http://www.w3.org/2002/07/owl#imports"}
    wanted = {t.object.value for t in ox.parse(path=ontology_file()) if t.predicate.value in properties}
    assert wanted <= set(opened.imports)


def test_what_is_wrong_with_a_file_is_seen(java: OwnProcess, tmp_path: Path) -> None:
    path = tmp_path / "wrong.ttl"
    path.write_text(
        "@prefix : <urn:x:> . @prefix owl: <http://www.w3.org/2002/07/owl#> ."
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."
        "<urn:x:o> a owl:Ontology . :p a owl:ObjectProperty , owl:DatatypeProperty . :d a owl:DatatypeProperty ."
        ':x a owl:NamedIndividual , :C ; :p :x ; :note "undeclared" ; :d "2026-01-01"^^xsd:date .'
        "[] a owl:AllDisjointClasses .",
        encoding="utf-8",
    )
    opened = java(owl_api.open_file, path)
    said = "\n".join(opened.violations)
    for part in ("class: <urn:x:C>", "annotation property: <urn:x:note>", "datatype: xsd:date"):
        assert f"Use of undeclared {part}" in said
    assert "Cannot pun between properties: <urn:x:p>" in said
    assert opened.unparsed
    undeclared = {("Class", "urn:x:C"), ("AnnotationProperty", "urn:x:note"), ("Datatype", v.XSD + "date")}
    assert opened.entities - opened.declared == undeclared


def test_an_import_is_taken_from_the_catalog_and_from_nowhere_else(java: OwnProcess, tmp_path: Path) -> None:
    owl = "@prefix owl: <http://www.w3.org/2002/07/owl#> ."
    (tmp_path / "part.ttl").write_text(f"{owl} <urn:x:part> a owl:Ontology . <urn:x:C> a owl:Class .", encoding="utf-8")
    (tmp_path / owl_api.CATALOG).write_text(
        '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">'
        '<uri name="urn:x:part" uri="part.ttl"/></catalog>',
        encoding="utf-8",
    )
    for name in ("part", "absent"):
        text = f"{owl} <urn:x:o> a owl:Ontology ; owl:imports <urn:x:{name}> ."
        (tmp_path / f"imports-{name}.ttl").write_text(text, encoding="utf-8")
    opened = java(owl_api.open_file, tmp_path / "imports-part.ttl")
    assert opened.imports == ("urn:x:part",)
    assert opened.declared == {("Class", "urn:x:C")}
    with pytest.raises(OwlApiError, match="urn:x:absent"):
        java(owl_api.open_file, tmp_path / "imports-absent.ttl")


def test_a_contradiction_is_seen(java: OwnProcess, tmp_path: Path) -> None:
    path = tmp_path / "wrong.ttl"
    path.write_text(
        "@prefix : <urn:x:> . @prefix owl: <http://www.w3.org/2002/07/owl#> . <urn:x:o> a owl:Ontology ."
        ":A a owl:Class ; owl:disjointWith :B . :B a owl:Class . :x a owl:NamedIndividual , :A , :B .",
        encoding="utf-8",
    )
    assert not java(owl_api.classify, path).consistent


def test_an_expression_with_an_unknown_name_is_refused(java: OwnProcess, files: dict[str, Path]) -> None:
    with pytest.raises(OwlApiError, match="T cellz"):
        java(owl_api.classify, files["rdfxml"], "recruits some 'T cellz'")


def test_the_statistics_count_what_is_there(java: OwnProcess) -> None:
    opened, text = java(owl_api.open_file, ontology_file()), java(owl_api.statistics, ontology_file())
    assert f"{len(opened.axioms):8}  in all\n" in text
    assert f"{sum(sort == 'Class' for sort, _ in opened.entities):8}  Class\n" in text
    assert "OWL 2 DL: 0 violations\n" in text
    assert "HermiT: consistent, 0 unsatisfiable classes\n" in text
