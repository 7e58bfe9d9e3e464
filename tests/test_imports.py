"""The modules that the ontology imports: what goes into them, and that those that ship are what the command makes."""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from irkg import resources
from irkg import vocab as v
from irkg.cli import main
from irkg.errors import GraphError, SourceError
from irkg.imports import Reference, Reuse, modules, read_reference, read_reuse, write_imports
from irkg.lexicon import Lexicon, fold, shipped_lexicon
from irkg.ontology_file import read_ontology, read_with_imports
from irkg.sssom import MappingSet, Match

ONTOLOGY = """
<https://w3id.org/irkg/ontology> a owl:Ontology ; owl:versionInfo "2026-01-01" .
irkg:DomainEntity a owl:Class .
obo:CL_0000815 a owl:Class ; rdfs:label "regulatory T cell" ; obo:IAO_0000115 "A." ;
    oboInOwl:hasExactSynonym "Treg" ; rdfs:subClassOf irkg:DomainEntity .
obo:CL_0000795 a owl:Class ; rdfs:label "other cell" ; obo:IAO_0000115 "B." ; rdfs:subClassOf irkg:DomainEntity .
"""
REUSE = {
    "CL:0000815": Reuse("regulatory T cell", "file 1", frozenset({"old name"})),
    "CL:0000795": Reuse("other cell", "file 1", frozenset()),
}
REFERENCE = Reference(
    labels={"CL:0000815": "regulatory T cell", "CL:0000795": "other cell", "CL:0000084": "T cell", "BFO:0000040": "m"},
    parents={"CL:0000815": frozenset({"CL:0000084"}), "CL:0000084": frozenset({"BFO:0000040"})},
    names={
        "CL:0000815": frozenset({"T-regulatory cell", "tregs", "old name", "shared name"}),
        "CL:0000795": frozenset({"Shared names"}),
        "CL:0000084": frozenset({"name of an ancestor"}),
    },
    files={"CL:0000815": frozenset({"file 1"}), "CL:0000084": frozenset({"file 2"})},
    licenses={"CL": "CC BY 4.0", "BFO": "CC0 1.0 (per registry)"},
)
MAPPINGS = MappingSet(
    {"mapping_set_id": "https://example.org/m"},
    {"CL": v.OBO + "CL_", "skos": v.SKOS, "MESH": "http://id.nlm.nih.gov/mesh/"},
    (
        Match("CL:0000815", "skos:exactMatch", "MESH:D050378", False, "same"),
        Match("CL:0000815", "skos:exactMatch", "MESH:D1", True, "the opposite"),
    ),
)


def triples(turtle: str | bytes) -> list[ox.Triple]:
    data = turtle.encode() if isinstance(turtle, str) else turtle
    prefixes = "".join(f"@prefix {p}: <{n}> .\n" for p, n in v.PREFIXES.items()).encode()
    return [q.triple for q in ox.parse(prefixes + data, format=ox.RdfFormat.TURTLE)]


def made() -> dict[str, list[ox.Triple]]:
    return {name: triples(content) for name, content in modules(triples(ONTOLOGY), REUSE, REFERENCE, MAPPINGS).items()}


def objects(graph: list[ox.Triple], subject: str, predicate: str) -> set[str]:
    iri = v.expand(subject) or subject
    return {t.object.value for t in graph if (t.subject.value, t.predicate.value) == (iri, predicate)}


def test_a_module_for_each_ontology_and_one_for_mappings() -> None:
    assert sorted(made()) == ["bfo.ttl", "cl.ttl", "mappings.ttl"]


def test_classes_come_with_label_and_ancestors() -> None:
    cl, bfo = made()["cl.ttl"], made()["bfo.ttl"]
    assert objects(cl, "CL:0000815", v.SUBCLASS_OF) == {v.OBO + "CL_0000084"}
    assert objects(cl, "CL:0000084", v.LABEL) == {"T cell"}
    assert objects(cl, "CL:0000084", v.SUBCLASS_OF) == {v.OBO + "BFO_0000040"}
    assert objects(cl, "BFO:0000040", v.RDF_TYPE) == {v.OWL + "Class"}
    assert objects(cl, "BFO:0000040", v.LABEL) == set()
    assert objects(bfo, "BFO:0000040", v.LABEL) == {"m"}


def test_only_new_clear_names_of_reused_classes_are_taken() -> None:
    cl = made()["cl.ttl"]
    assert objects(cl, "CL:0000815", v.EXACT_SYNONYM) == {"T-regulatory cell"}  # not: known, refused, of two kinds
    assert objects(cl, "CL:0000795", v.EXACT_SYNONYM) == set()
    assert objects(cl, "CL:0000084", v.EXACT_SYNONYM) == set()


def test_heads_name_version_licence_and_files() -> None:
    module = v.IRKG + "imports/cl"
    cl = made()["cl.ttl"]
    assert objects(cl, module, v.OWL + "versionIRI") == {module + "/2026-01-01"}
    assert objects(cl, module, v.DCTERMS + "license") == {"https://creativecommons.org/licenses/by/4.0/"}
    assert objects(cl, module, v.DCTERMS + "source") == {"CL, CC BY 4.0: file 1", "CL, CC BY 4.0: file 2"}
    bfo = objects(made()["bfo.ttl"], v.IRKG + "imports/bfo", v.DCTERMS + "license")
    assert bfo == {"https://creativecommons.org/publicdomain/zero/1.0/"}


def test_matches_that_hold_are_annotations_and_refused_ones_are_not() -> None:
    mappings = made()["mappings.ttl"]
    assert objects(mappings, "CL:0000815", v.SKOS + "exactMatch") == {"http://id.nlm.nih.gov/mesh/D050378"}
    assert objects(mappings, v.SKOS + "exactMatch", v.RDF_TYPE) == {v.OWL + "AnnotationProperty"}


def test_a_class_without_a_decision_is_refused() -> None:
    with pytest.raises(GraphError, match=r"reused without a decision <.*CL_0000795>; add it to"):
        modules(triples(ONTOLOGY), {"CL:0000815": REUSE["CL:0000815"]}, REFERENCE, MAPPINGS)


@pytest.mark.parametrize("licence", ["", "CC BY-SA 3.0", "CC BY 4.0-like", "NOT VERIFIED"])
def test_terms_of_unknown_licence_are_refused(licence: str) -> None:
    reference = Reference(
        REFERENCE.labels, REFERENCE.parents, REFERENCE.names, REFERENCE.files, {"CL": "CC BY 4.0", "BFO": licence}
    )
    with pytest.raises(GraphError, match="the licence of BFO is not known"):
        modules(triples(ONTOLOGY), REUSE, reference, MAPPINGS)


def test_tables_that_contradict_themselves_are_refused(tmp_path: Path) -> None:
    (tmp_path / "terms.tsv").write_text("curie\tlabel\tfile_version\tlicence\nCL:1\ta\tf\tCC0 1.0\n")
    head = "child\tparent\tsource\tchild_label\tparent_label\n"
    (tmp_path / "hierarchy.tsv").write_text(head + "CL:1\tCL:2\tf\tb\tc\n")
    (tmp_path / "synonyms.tsv").write_text("curie\tsynonym\tscope\tsource\n")
    with pytest.raises(SourceError, match=r'hierarchy\.tsv:2: gives CL:1 a second label, "b"'):
        read_reference(tmp_path)
    (tmp_path / "hierarchy.tsv").write_text(head)
    assert read_reference(tmp_path).labels == {"CL:1": "a"}
    with pytest.raises(SourceError, match=r"has no column decision, reason, refused_names, source"):
        read_reuse(tmp_path / "terms.tsv")


def test_only_exact_synonyms_are_names(tmp_path: Path) -> None:
    (tmp_path / "terms.tsv").write_text("curie\tlabel\tfile_version\tlicence\nCL:1\ta\tf\tCC0 1.0\n")
    (tmp_path / "hierarchy.tsv").write_text("child\tparent\tsource\tchild_label\tparent_label\n")
    scopes = ["exact", "broad", "narrow", "related", "unspecified"]
    lines = "".join(f"CL:1\tname {s}\t{s}\tf\n" for s in scopes)
    (tmp_path / "synonyms.tsv").write_text("curie\tsynonym\tscope\tsource\n" + lines)
    assert read_reference(tmp_path).names == {"CL:1": {"name exact"}}


def test_the_shipped_modules_are_what_the_command_makes(shared: Path, tmp_path: Path) -> None:
    written = write_imports(shared / "terms", tmp_path)
    shipped = sorted(resources.imports_dir().iterdir())
    assert [p.name for p in written] == [p.name for p in shipped]
    for fresh, old in zip(written, shipped, strict=True):
        assert fresh.read_bytes() == old.read_bytes(), f"make it anew: irkg imports TERMS -o {old.parent}"


def test_the_folder_is_made(shared: Path, tmp_path: Path) -> None:
    assert {p.parent for p in write_imports(shared / "terms", tmp_path / "new")} == {tmp_path / "new"}


@pytest.mark.parametrize("place", ["file", "absent/new"])
def test_nothing_is_written_where_no_folder_can_be(place: str, shared: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    with pytest.raises(GraphError, match=r"cannot be made a folder: .*; name another"):
        write_imports(shared / "terms", tmp_path / place)
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_the_catalog_places_each_import_in_a_module_of_that_name() -> None:
    folder = resources.ontology_file().parent
    catalog = ElementTree.parse(folder / "catalog-v001.xml").getroot()
    placed = {e.attrib["name"]: folder / e.attrib["uri"] for e in catalog}
    imports = objects(read_ontology(folder / "irkg.ttl"), v.IRKG + "ontology", v.OWL + "imports")
    assert set(placed) == imports
    assert sorted(placed.values()) == sorted(resources.imports_dir().iterdir())
    for iri, path in placed.items():
        assert objects(read_ontology(path), iri, v.RDF_TYPE) == {v.OWL + "Ontology"}


def test_the_ontology_with_its_imports_is_one_ontology() -> None:
    whole = read_with_imports(resources.ontology_file())
    kinds = {t.subject.value for t in whole if t.object == ox.NamedNode(v.OWL + "Ontology")}
    assert kinds == {v.IRKG + "ontology"}
    assert not [t for t in whole if t.predicate.value == v.OWL + "imports"]
    sources = objects(whole, v.IRKG + "ontology", v.DCTERMS + "source")
    assert any(s.startswith("UBERON, CC BY 3.0: ") for s in sources)
    labels: dict[str, set[str]] = defaultdict(set)
    for t in whole:
        if t.predicate.value == v.LABEL:
            labels[str(t.subject)].add(t.object.value)
    assert {s: found for s, found in labels.items() if len(found) > 1} == {}


def test_modules_add_names_but_no_kinds_and_no_ambiguity() -> None:
    own = Lexicon.from_triples(read_ontology(resources.ontology_file()))
    whole = shipped_lexicon()
    assert set(whole.kinds) == set(own.kinds)
    owners: dict[str, set[str]] = defaultdict(set)
    for kind in whole.kinds.values():
        for name in kind.exact:
            owners[fold(name)].add(kind.iri)
    assert {n: o for n, o in owners.items() if len(o) > 1} == {}
    new = {n for k in whole.kinds.values() for n in set(k.exact) - set(own.kinds[k.iri].exact)}
    assert len(new) > 50
    assert {n for n in new if len(n) <= 3} == set()


def test_no_abstract_class_of_another_ontology_makes_a_kind_of_a_role() -> None:
    """ChEBI's drug, metabolite and nutrient are roles: a substance below one of them would be a role."""
    whole = shipped_lexicon()
    roles = {v.OBO + "CHEBI_50906", v.OBO + "CHEBI_24432"}
    below = {k.display for k in whole.kinds.values() if roles & whole.ancestors(k.iri)}
    assert below == set()
    assert v.OBO + "CHEBI_24431" in whole.ancestors(v.OBO + "CHEBI_17234")  # glucose is a chemical entity


def test_a_copy_opens_elsewhere(tmp_path: Path) -> None:
    folder = shutil.copytree(resources.ontology_file().parent, tmp_path / "ontology")
    here = read_with_imports(resources.ontology_file())
    assert len(read_with_imports(folder / "irkg.ttl")) == len(here)


def test_the_command_tells_what_is_missing_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["imports", str(tmp_path / "absent"), "-o", str(tmp_path)])
    assert stop.value.code == 2
    assert capsys.readouterr().err == f"irkg: {tmp_path / 'absent' / 'terms.tsv'}: no such file; check the name\n"
    assert list(tmp_path.iterdir()) == []
