"""The page of the ontology, the page of the formats and the help of `irkg export` say what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

from irkg import resources
from irkg import vocab as v
from irkg.cli import irkg
from irkg.errors import GraphError
from irkg.export import FORMATS, export
from irkg.store import in_memory, open_dataset

ROOT = Path(__file__).resolve().parents[1]
ONTOLOGY = ox.NamedNode(v.GRAPH_ONTOLOGY)


@pytest.fixture(scope="module")
def store() -> ox.Store:
    return open_dataset(resources.graph_file())


@pytest.fixture(scope="module")
def page(store: ox.Store) -> str:
    return export(store, "markdown").decode()


def entry(page: str, anchor: str) -> str:
    """Return the part of the page about one term."""
    return page.split(f'### <a id="{anchor}"></a>')[1].split("\n##", maxsplit=1)[0]


def test_the_page_of_the_ontology_is_up_to_date(page: str) -> None:
    written = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
    assert written == page, "write it anew: irkg export -o docs/ontology.md"


def test_every_class_and_relation_stands_on_the_page_once(store: ox.Store, page: str) -> None:
    anchors = re.findall(r'^### <a id="([^"]+)"></a>', page, re.MULTILINE)
    named = {
        q.subject.value
        for t in ("Class", "ObjectProperty")
        for q in store.quads_for_pattern(None, ox.NamedNode(v.RDF_TYPE), ox.NamedNode(v.OWL + t), ONTOLOGY)
        if isinstance(q.subject, ox.NamedNode)
    }
    assert len(anchors) == len(set(anchors)) == len(named) > 500
    assert {f"`{v.contract(iri)}`" for iri in named} <= set(re.findall(r"^`[^`]+`", page, re.MULTILINE))


def test_definitions_by_axioms_stand_in_words(page: str) -> None:
    patient, treg = "[has patient](#irkg-hasPatient)", "[regulatory T cell](#CL-0000815)"
    defined = f"- defined as: [cell recruitment](#irkg-CellRecruitment) and ({patient} some {treg})"
    assert defined in entry(page, "irkg-TregRecruitment").splitlines()
    assert f"- always: {patient} only [cell](#CL-0000000)" in entry(page, "irkg-CellRecruitment").splitlines()
    assert "has no words for" not in page


def test_ancestors_from_other_ontologies_stand_apart_from_kinds() -> None:
    obo = "http://purl.obolibrary.org/obo/"
    ttl = f"""<{v.IRKG}ontology> a <{v.OWL}Ontology> . <{v.DOMAIN_ENTITY}> a <{v.OWL}Class> .
        <{obo}CL_1> a <{v.OWL}Class> ; <{v.LABEL}> "above" ; <{v.SUBCLASS_OF}> <{v.DOMAIN_ENTITY}> .
        <{obo}CL_2> a <{v.OWL}Class> ; <{v.LABEL}> "kind" ; <{v.DEFINITION}> "A." ; <{v.SUBCLASS_OF}> <{obo}CL_1> ."""
    quads = (ox.Quad(q.subject, q.predicate, q.object, ONTOLOGY) for q in ox.parse(ttl.encode(), ox.RdfFormat.TURTLE))
    sections = export(in_memory(quads), "markdown").decode().split("\n## ")
    (kinds,) = [s for s in sections if '<a id="CL-2"></a>kind' in s]
    (above,) = [s for s in sections if '<a id="CL-1"></a>above' in s]
    assert kinds.startswith('<a id="branch-')
    assert above.startswith('<a id="ancestors"></a>')
    assert "- is a: [above](#CL-1)" in kinds


def test_every_link_of_the_page_leads_somewhere(page: str) -> None:
    anchors = set(re.findall(r'<a id="([^"]+)"></a>', page))
    links = set(re.findall(r"\]\(#([^)]+)\)", page))
    assert links <= anchors
    tokens = MarkdownIt().parse(page)
    rendered = {c.attrs["href"] for t in tokens for c in t.children or () if c.type == "link_open"}
    assert {f"#{link}" for link in links} == {h for h in rendered if str(h).startswith("#")}


def test_a_kind_and_a_relation_as_they_are_shown(page: str) -> None:
    treg = entry(page, "CL-0000815")
    assert treg.startswith("regulatory T cell\n\n`CL:0000815` A T cell that restrains")
    (parents,) = re.findall(r"^- is a: (.*)$", treg, re.MULTILINE)
    assert {"[T cell](#CL-0000084)", "[regulatory immune cell](#irkg-RegulatoryImmuneCell)"} <= set(parents.split(", "))
    assert re.search(r"^- also called: .*\bTreg\b", treg, re.MULTILINE)
    recruits = entry(page, "irkg-recruits")
    assert "- objects, as advice: [cell](#CL-0000000)" in recruits
    assert "- inverse: [is recruited by](#irkg-recruitedBy)" in recruits
    assert re.search(r"^- words, verb: .*X recruit Y", recruits, re.MULTILINE)
    (example,) = re.findall(r"^- example: (.*)$", recruits, re.MULTILINE)
    assert example.startswith("cancer cell recruits ")
    assert "(asserted, accepted; " in example
    assert "`eran-2023:1212-1412`" in example
    chain = entry(page, "irkg-indirectlyInhibits")
    assert "- follows from: [recruits](#irkg-recruits) then [inhibits](#irkg-inhibits)" in chain
    assert "- characteristics: transitive" in entry(page, "BFO-0000051")


def test_mappings_are_shown_and_refused_ones_are_not(
    store: ox.Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = resources.mappings_file().read_text(encoding="utf-8").splitlines()
    head = [line for line in lines if line.startswith(("#", "subject_id"))]
    columns = head[-1].split("\t")

    def row(**cells: str) -> str:
        known = {"subject_id": "irkg:Tumor", "mapping_justification": "semapv:ManualMappingCuration", **cells}
        return "\t".join(known.get(column, "") for column in columns)

    path = tmp_path / "mappings.sssom.tsv"
    rows = [
        row(predicate_id="skos:exactMatch", object_id="MESH:D2", object_label="a | tumor"),
        row(predicate_id="skos:exactMatch", object_id="MESH:D3", predicate_modifier="Not"),
        row(predicate_id="skos:broadMatch", object_id="MESH:D1"),
    ]
    path.write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")
    monkeypatch.setattr(resources, "mappings_file", lambda: path)
    shown = entry(export(store, "markdown").decode(), "irkg-Tumor")
    assert "- maps to: skos:broadMatch MESH:D1; skos:exactMatch MESH:D2 (a \\| tumor)" in shown


def test_the_page_of_the_formats_lists_the_registry() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", (ROOT / "docs" / "export.md").read_text("utf-8"), re.MULTILINE
    )
    assert rows == [(f.name, ", ".join(f"`{s}`" for s in f.suffixes), f.about) for f in FORMATS.values()]


def test_the_help_lists_the_registry() -> None:
    shown = " ".join(CliRunner().invoke(irkg, ["export", "--help"], terminal_width=400).output.split())
    for known in FORMATS.values():
        assert f"{known.name} ({', '.join(known.suffixes)}) {known.about}" in shown


@pytest.mark.parametrize("name", ["graphml", "kgx"])
def test_a_file_and_a_pipe_get_the_same(name: str, tmp_path: Path) -> None:
    out = tmp_path / f"x{FORMATS[name].suffixes[0]}"
    assert CliRunner().invoke(irkg, ["export", "-o", str(out)]).exit_code == 0
    piped = CliRunner().invoke(irkg, ["export", "--format", name, "-o", "-"])
    assert piped.stdout_bytes == out.read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == [out.name]


def test_an_export_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    graph, out = tmp_path / "kg.trig", tmp_path / "irkg.ofn"
    undeclared = '<https://w3id.org/irkg/dataset> <https://example.org/undeclared> "x" .'
    tiny = (ROOT / "tests" / "data" / "tiny.trig").read_text(encoding="utf-8")
    graph.write_text(tiny.replace("graph:ontology {", f"graph:ontology {{ {undeclared}", 1), encoding="utf-8")
    out.write_text("old", encoding="utf-8")
    done = CliRunner().invoke(irkg, ["export", "--kg", str(graph), "-o", str(out)])
    assert isinstance(done.exception, GraphError)
    assert done.stdout == ""
    assert out.read_text(encoding="utf-8") == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["irkg.ofn", "kg.trig"]
