"""A file is read as what its suffix says, whole, or refused in one line that tells where and what to do."""

from __future__ import annotations

import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from irkg.errors import GraphError
from irkg.ontology_file import read_ontology, read_with_imports
from irkg.rdf_files import SYNTAXES
from irkg.vocab import DCTERMS, OWL

TRIPLE = ox.Triple(ox.NamedNode("urn:x:a"), ox.NamedNode("urn:x:b"), ox.Literal("é"))
RDF_XML = """<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [
    <!ENTITY x "urn:x:" >
    <!ENTITY rdf "http://www.w3.org/1999/02/22-rdf-syntax-ns#" >
]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="urn:x:">
    <rdf:Description rdf:about="&x;a">
        <x:b>é</x:b>
    </rdf:Description>
</rdf:RDF>
"""
TEXTS = {
    ".ttl": '@prefix x: <urn:x:> . x:a x:b "é" .',
    ".nt": '<urn:x:a> <urn:x:b> "é" .\n',
    ".nq": '<urn:x:a> <urn:x:b> "é" <urn:x:g> .\n<urn:x:a> <urn:x:b> "é" <urn:x:h> .\n',
    ".trig": '@prefix x: <urn:x:> . x:g { x:a x:b "é" }',
    ".owl": RDF_XML,
    ".rdf": RDF_XML,
    ".jsonld": '{"@id": "urn:x:a", "urn:x:b": "é"}',
    ".TTL": '<urn:x:a> <urn:x:b> "é" .',
}


def written(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize("suffix", TEXTS)
def test_each_syntax_is_read(suffix: str, tmp_path: Path) -> None:
    assert read_ontology(written(tmp_path, "a" + suffix, TEXTS[suffix])) == [TRIPLE]


def test_each_known_suffix_is_tested() -> None:
    assert set(SYNTAXES) <= set(TEXTS)


def test_candidates_and_derivations_are_left_out(tmp_path: Path) -> None:
    graphs = ("ontology", "claims/eran-2023", "edges", "entailed", "candidates", "derivations")
    text = "".join(f"<urn:x:{g}> <urn:x:p> <urn:x:o> <https://w3id.org/irkg/graph/{g}> .\n" for g in graphs)
    found = read_ontology(written(tmp_path, "kg.nq", text))
    assert {t.subject.value for t in found} == {f"urn:x:{g}" for g in graphs[:4]}


def refusal(path: Path) -> GraphError:
    with pytest.raises(GraphError) as caught:
        read_ontology(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("suffix", SYNTAXES)
def test_a_missing_file_is_refused(suffix: str, tmp_path: Path) -> None:
    assert refusal(tmp_path / f"none{suffix}").what == "no such file"


@pytest.mark.parametrize("suffix", SYNTAXES)
def test_an_empty_file_is_refused(suffix: str, tmp_path: Path) -> None:
    refusal(written(tmp_path, f"empty{suffix}", ""))


@pytest.mark.parametrize("text", ["# only a comment\n", "@prefix x: <urn:x:> .\n"])
def test_a_file_without_triples_is_refused(text: str, tmp_path: Path) -> None:
    assert "holds no Turtle triples" in refusal(written(tmp_path, "none.ttl", text)).what


@pytest.mark.parametrize("name", ["a.txt", "a", "a.obo"])
def test_an_unknown_suffix_is_refused_with_the_known_ones(name: str, tmp_path: Path) -> None:
    refused = refusal(written(tmp_path, name, TEXTS[".ttl"]))
    assert all(suffix in str(refused) for suffix in SYNTAXES)


@pytest.mark.parametrize("suffix", [".ttl", ".nt", ".nq", ".trig"])
def test_what_is_not_utf8_is_refused_with_its_line(suffix: str, tmp_path: Path) -> None:
    refused = refusal(written(tmp_path, f"latin{suffix}", b'# one\n<urn:x:a> <urn:x:b> "\xe9" .\n'))
    assert refused.what == "is not UTF-8"
    assert refused.line == 2


def test_rdf_xml_in_its_declared_encoding_only(tmp_path: Path) -> None:
    refused = refusal(written(tmp_path, "latin.owl", RDF_XML.encode("latin-1")))
    assert refused.line == 8


@pytest.mark.parametrize(
    ("suffix", "text", "line"),
    [
        (".ttl", "<urn:x:a> <urn:x:b> <urn:x:c> .\n<urn:x:a> nonsense\n", 2),
        (".nt", "<urn:x:a> <urn:x:b> <urn:x:c> .\n<urn:x:a> nonsense\n", 2),
        (".nq", "<urn:x:a> <urn:x:b> <urn:x:c> .\nx\n", 2),
        (".trig", "<urn:x:g> {\n<urn:x:a> <urn:x:b>", 2),
        (".owl", RDF_XML.replace("</x:b>", "</x:c>"), 8),
        (".owl", "@prefix x: <urn:x:> . x:a x:b x:c .", 1),
        (".ttl", RDF_XML, 1),
    ],
)
def test_wrong_syntax_is_refused_with_its_line(suffix: str, text: str, line: int, tmp_path: Path) -> None:
    assert refusal(written(tmp_path, f"wrong{suffix}", text)).line == line


@pytest.mark.parametrize("keep", [0.99, 0.9, 0.7, 0.5])
def test_truncated_rdf_xml_is_refused(keep: float, tmp_path: Path) -> None:
    refused = refusal(written(tmp_path, "cut.owl", RDF_XML[: int(len(RDF_XML) * keep)]))
    assert "not well-formed XML" in refused.what


def test_well_formed_xml_that_is_not_rdf_is_refused(tmp_path: Path) -> None:
    refusal(written(tmp_path, "page.owl", "<html><body><p>404</p></body></html>"))


def with_entities(*declarations: str, used: str = "") -> str:
    subset = "\n".join(f"<!ENTITY {d}>" for d in declarations)
    return f"<!DOCTYPE r [\n{subset}\n]>\n" + RDF_XML.split("]>\n")[1].replace("&x;", "urn:x:" + used)


LAUGHS = with_entities('l0 "ha"', *(f'l{i} "{f"&l{i - 1};" * 10}"' for i in range(1, 12)), used="&l11;")


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        with_entities('a "&#38;b;"', 'b "x"'),
        with_entities('a SYSTEM "file:///etc/hostname"'),
        with_entities('a SYSTEM "http://127.0.0.1:9/x"'),
        with_entities('% a "x"'),
        with_entities(f'a "{"x" * 5000}"'),
        with_entities(*(f'e{i} "x"' for i in range(101))),
    ],
    ids=["billion-laughs", "hidden", "file", "url", "parameter", "long", "many"],
)
def test_entities_that_could_do_harm_are_refused_at_once(text: str, tmp_path: Path) -> None:
    start = time.perf_counter()
    refused = refusal(written(tmp_path, "bomb.owl", text))
    assert time.perf_counter() - start < 1
    assert "entit" in refused.what
    assert refused.line is not None


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.ttl").mkdir()
    assert "cannot be read" in refusal(tmp_path / "folder.ttl").what


CATALOG = '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">{}</catalog>'
ENTRY = '<uri name="https://example.org/{name}" uri="{place}"/>'


def _importing(folder: Path, name: str, *imports: str, place: str = "") -> None:
    lines = [
        f'<https://example.org/{name}> a <{OWL}Ontology> ; <{DCTERMS}source> "file of {name}" .',
        *(f"<https://example.org/{name}> <{OWL}imports> <https://example.org/{i}> ." for i in imports),
        f"<https://example.org/class-{name}> a <{OWL}Class> .",
    ]
    (folder / (place or f"{name}.ttl")).write_text("\n".join(lines))


def _catalog(folder: Path, **places: str) -> None:
    entries = "".join(ENTRY.format(name=name, place=place) for name, place in places.items())
    (folder / "catalog-v001.xml").write_text(CATALOG.format(entries))


def _classes(triples: list[ox.Triple]) -> list[str]:
    kind = ox.NamedNode(OWL + "Class")
    return [t.subject.value.rpartition("-")[2] for t in triples if t.object == kind]


def test_imports_that_the_catalog_places_are_read_with_the_file(tmp_path: Path) -> None:
    _importing(tmp_path, "a", "b", "elsewhere")
    _importing(tmp_path, "b", "c", "a")
    _importing(tmp_path, "c", "b")
    _catalog(tmp_path, a="a.ttl", b="b.ttl", c="c.ttl")
    whole = read_with_imports(tmp_path / "a.ttl")
    assert sorted(_classes(whole)) == ["a", "b", "c"]
    heads = {t.subject.value for t in whole if t.object == ox.NamedNode(OWL + "Ontology")}
    assert heads == {"https://example.org/a"}
    assert {t.object.value for t in whole if t.predicate.value == OWL + "imports"} == {"https://example.org/elsewhere"}
    sources = {(t.subject.value, t.object.value) for t in whole if t.predicate.value == DCTERMS + "source"}
    assert sources == {("https://example.org/a", f"file of {n}") for n in "abc"}


def test_without_a_catalog_imports_stay_imports(tmp_path: Path) -> None:
    _importing(tmp_path, "a", "b")
    _importing(tmp_path, "b")
    assert read_with_imports(tmp_path / "a.ttl") == read_ontology(tmp_path / "a.ttl")


@pytest.mark.parametrize("place", ["https://example.org/b.ttl", "file:///etc/passwd", "urn:b"])
def test_a_catalog_reaches_for_nothing_but_files_beside_it(place: str, tmp_path: Path) -> None:
    _importing(tmp_path, "a", "b")
    _catalog(tmp_path, b=place)
    assert _classes(read_with_imports(tmp_path / "a.ttl")) == ["a"]


def test_a_placed_module_that_is_missing_is_told(tmp_path: Path) -> None:
    _importing(tmp_path, "a", "b")
    _catalog(tmp_path, b="b.ttl")
    with pytest.raises(GraphError, match=r"b\.ttl: no such file"):
        read_with_imports(tmp_path / "a.ttl")


def test_a_catalog_with_nested_entities_is_refused(tmp_path: Path) -> None:
    _importing(tmp_path, "a", "b")
    (tmp_path / "catalog-v001.xml").write_text('<!DOCTYPE c [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><c>&z;</c>')
    with pytest.raises(GraphError, match="declares the entity"):
        read_with_imports(tmp_path / "a.ttl")
