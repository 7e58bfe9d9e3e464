"""Terms of an ontology in texts: which names are found by which rule, what is left alone, where exactly."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irkg.annotate import Matcher, annotate_text
from irkg.annotate.folding import fold, key_of
from irkg.annotate.formats import COLUMNS, FORMATS
from irkg.annotate.forms import RULES
from irkg.annotate.terms import Name, Term, Terminology, read_terminology, terminology_of
from irkg.cli import main
from irkg.lexicon import Lexicon
from irkg.vocab import contract

OBO = """format-version: 1.2
ontology: cl

[Term]
id: CL:0000000
name: cell

[Term]
id: CL:0000540
name: neuron
synonym: "nerve cell" EXACT []
is_a: CL:0000000 ! cell

[Term]
id: CL:0000101
name: sensory neuron
is_a: CL:0000540 {source="x"} ! neuron

[Term]
id: CL:0000062
name: osteoblast
is_a: CL:0000000

[Term]
id: CL:0000138
name: chondrocyte
is_a: CL:0000000

[Term]
id: CL:0000019
name: sperm
synonym: "sperm cell" EXACT []
synonym: "spermatozoon" EXACT []
is_a: CL:0000000

[Term]
id: CL:0000084
name: T cell
synonym: "T lymphocyte" EXACT []
is_a: CL:0000000

[Term]
id: CL:0000236
name: B cell
is_a: CL:0000000

[Term]
id: CL:0000492
name: CD4-positive helper T cell
is_a: CL:0000084

[Term]
id: CL:0000798
name: gamma-delta T cell
is_a: CL:0000084

[Term]
id: CL:0000232
name: erythrocyte
synonym: "RBC" EXACT []
synonym: "red blood cell" EXACT []
is_a: CL:0000000

[Term]
id: CL:0000560
name: band form neutrophil
synonym: "band" BROAD []
is_a: CL:0000000

[Term]
id: CL:0000134
name: mesenchymal cell
synonym: "mesenchymal stem cell" RELATED []
synonym: "stem cells, mesenchymal" RELATED PLURAL []
is_a: CL:0000000

[Term]
id: CL:0002322
name: embryonic stem cell
synonym: "ESC" EXACT []
is_a: CL:0000000

[Term]
id: CL:0002293
name: epithelial cell of thymus
def: "An epithelial cell of the \\"thymus\\". The thymic epithelium holds it." [x:y]
is_a: CL:0000000

[Term]
id: CL:0000210
name: photoreceptor cell
is_a: CL:0000000

[Term]
id: CL:0000604
name: retinal rod cell
def: "A photoreceptor of the retina. Rods are more sensitive to light than cones." [x:y]
is_a: CL:0000210

[Term]
id: CL:0002211
name: type I muscle cell
is_a: CL:0000000

[Term]
id: CL:0000002
name: obsolete immortal cell line cell
synonym: "immortal cell line cell" EXACT []
is_obsolete: true

[Typedef]
id: part_of
name: part of
"""


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small cut of the Cell Ontology in OBO."""
    path = tmp_path_factory.mktemp("ontology") / "cells.obo"
    path.write_text(OBO, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def matcher(cells: Path) -> Matcher:
    return Matcher(read_terminology(cells).below((), ("CL:0000000",)))


def found(text: str, matcher: Matcher) -> list[tuple[str, str, str]]:
    return [(a.text, a.term.removeprefix("CL:").lstrip("0"), a.rule) for a in annotate_text(text, matcher)]


@pytest.mark.parametrize(
    ("text", "annotations"),
    [
        # as written: case, hyphens, line breaks, accents
        ("A Sensory\nneuron.", [("Sensory\nneuron", "101", "written")]),
        ("wrapped T\r\n   cell", [("T\r\n   cell", "84", "written")]),
        ("a T-cell, a nerve–cell", [("T-cell", "84", "written"), ("nerve–cell", "540", "written")]),
        # plurals, Latin ones too
        ("osteoblasts, spermatozoa", [("osteoblasts", "62", "written"), ("spermatozoa", "19", "written")]),
        ("T cells' fate", [("T cells", "84", "written")]),
        # spelling: Greek letters, signs
        ("γδ T cells", [("γδ T cells", "798", "spelling")]),
        ("CD4+ helper T cells", [("CD4+ helper T cells", "492", "spelling")]),
        # phrases turned
        ("thymus epithelial cells", [("thymus epithelial cells", "2293", "turned")]),
        ("epithelial cells of the thymus", [("epithelial cells of the thymus", "2293", "turned")]),
        # adjectives
        ("thymic epithelial cells", [("thymic epithelial cells", "2293", "adjective")]),
        ("neuronal death", [("neuronal", "540", "adjective")]),
        ("chondrocytic and osteoblastic", [("chondrocytic", "138", "adjective"), ("osteoblastic", "62", "adjective")]),
        # the head noun: put, left out, named by what is above
        ("osteoblast cells", [("osteoblast cells", "62", "head")]),
        ("neuronal cells", [("neuronal cells", "540", "head")]),
        ("photoreceptors", [("photoreceptors", "210", "head")]),
        ("rod photoreceptors", [("rod photoreceptors", "604", "genus")]),
        # what the definition calls it by a bare noun, where the document speaks of such things
        ("Photoreceptors: rods.", [("Photoreceptors", "210", "head"), ("rods", "604", "bare")]),
        # abbreviations that the document defines
        (
            "sensory neurons (SNs) and SN",
            [("sensory neurons", "101", "written"), ("SNs", "101", "abbreviation"), ("SN", "101", "abbreviation")],
        ),
        ("dorsal sensory (DS) pain; DS neurons", [("neurons", "540", "written")]),
        ("thymic epithelial (TE) tissue; TE cells", [("TE cells", "2293", "abbreviation")]),
        ("embryonic stem (ES) cells; ES lines", [("ES", "2322", "abbreviation")]),
        (
            "SN, sensory neuron; an SN",
            [("SN", "101", "abbreviation"), ("sensory neuron", "101", "written"), ("SN", "101", "abbreviation")],
        ),
        # initials of the ontology with their noun spelled out
        ("ES cells", [("ES cells", "2322", "initials")]),
        # what the ontology calls related, broad or abbreviates counts where the term is named in full
        ("red blood cells, RBCs", [("red blood cells", "232", "written"), ("RBCs", "232", "written")]),
        (
            "mesenchymal cells and mesenchymal stem cells",
            [("mesenchymal cells", "134", "written"), ("mesenchymal stem cells", "134", "written")],
        ),
        ("a band form neutrophil, or band", [("band form neutrophil", "560", "written"), ("band", "560", "written")]),
        # the longest name at each place
        ("sensory neurons", [("sensory neurons", "101", "written")]),
        ("(T cell)/B cell", [("T cell", "84", "written"), ("B cell", "236", "written")]),
        ("type I muscle cells", [("type I muscle cells", "2211", "written")]),
    ],
)
def test_what_is_found(text: str, annotations: list[tuple[str, str, str]], matcher: Matcher) -> None:
    assert found(text, matcher) == annotations


@pytest.mark.parametrize(
    "text",
    [
        "neuronopathy, osteoblastoma, antineuron, neuron2",  # parts of words
        "the vitamin T. Cell death",  # across a full stop
        "of type T\n\nCell biology",  # across a paragraph
        "T (cell), T; cell",  # across punctuation
        "RBC, RBCs",  # an abbreviation of the ontology without its term
        "the red band, bands",  # what the ontology calls broad
        "mesenchymal stem cells",  # what it calls related
        "the rotating rod, rods",  # a bare noun without company
        "SPERM was a magazine",  # a short word in capitals is another abbreviation
        "the immortal cell line cell",  # obsolete
        "stem cells",  # a name that is shortened says less
        "esc, Es cells",  # the capitals of initials
        "type i muscle cells",  # "i" is no numeral
        "part of",  # relations are no terms
        "",
        "\n",
    ],
)
def test_what_is_left_alone(text: str, matcher: Matcher) -> None:
    assert found(text, matcher) == []


def test_an_abbreviation_means_what_the_document_says(matcher: Matcher) -> None:
    text = "Red blood cells were drawn. The rat blood count (RBC) fell; RBC was low."
    assert [a.text for a in annotate_text(text, matcher)] == ["Red blood cells"]


def test_the_first_part_of_a_shared_name_is_no_name_of_its_own(matcher: Matcher) -> None:
    two = Terminology.of(
        [
            Term("X:1", "rod", (Name("rod", "label"), Name("rod photoreceptor", "exact"))),
            Term("X:2", "cone photoreceptor", (Name("cone photoreceptor", "label"),)),
        ]
    )
    split = annotate_text("rod and cone photoreceptors", Matcher(two))
    assert [(a.text, a.term) for a in split] == [("cone photoreceptors", "X:2")]
    assert [a.term for a in annotate_text("a rod and a cone photoreceptor", Matcher(two))] == ["X:1", "X:2"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("T and B cells", {"T ... cells": "CL:0000084", "B cells": "CL:0000236"}),
        ("T, or B-cells", {"B-cells": "CL:0000236"}),
        ("B, T, and sensory neurons", {"sensory neurons": "CL:0000101"}),
        ("T lymphocytes and B cells", {"T lymphocytes": "CL:0000084", "B cells": "CL:0000236"}),
        (
            "embryonic stem (ES) cells",
            {"embryonic stem ... cells": "CL:0002322", "ES ... cells": "CL:0002322"},
        ),
        (
            "embryonic stem, T and B cells",
            {"embryonic stem ... cells": "CL:0002322", "T ... cells": "CL:0000084", "B cells": "CL:0000236"},
        ),
        ("Lymphocytes T. And B cells", {"B cells": "CL:0000236"}),
    ],
)
def test_names_whose_parts_stand_apart(text: str, parts: dict[str, str], matcher: Matcher) -> None:
    found = annotate_text(text, matcher, apart=True)
    assert {a.text: a.term for a in found} == parts
    for a in found:
        pieces = a.pieces or ((a.start, a.end),)
        assert " ... ".join(text[start:end] for start, end in pieces) == a.text
    whole = [a for a in found if not a.pieces]
    assert annotate_text(text, matcher) == whole


@pytest.mark.parametrize("name", list(FORMATS))
def test_each_format_writes_both_parts(
    name: str, cells: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "parts.txt"
    text.write_text("T and B cells", encoding="utf-8")
    _, out, _ = run(capsys, text, "--ontology", cells, "--apart", "--format", name)
    if name == "tsv":
        assert out.splitlines()[1].split("\t")[1:5] == ["0;8", "1;13", "T ... cells", "CL:0000084"]
    elif name == "jsonl":
        assert {k: json.loads(out.splitlines()[0])[k] for k in ("start", "end")} == {"start": "0;8", "end": "1;13"}
    elif name == "pubannotation":
        spans = [d["span"] for d in json.loads(out)["denotations"]]
        assert spans == [[{"begin": 0, "end": 1}, {"begin": 8, "end": 13}], {"begin": 6, "end": 13}]
    else:
        (first, _) = json.loads(out)["documents"][0]["passages"][0]["annotations"]
        assert first["locations"] == [{"offset": 0, "length": 1}, {"offset": 8, "length": 5}]


def test_a_name_of_two_terms_is_the_one_that_the_document_names_or_none() -> None:
    neck, leaf = (
        Term("X:1", "cervix cell", (Name("cervix cell", "label"), Name("neck cell", "exact"))),
        Term("X:2", "gastric neck cell", (Name("gastric neck cell", "label"), Name("neck cell", "exact"))),
    )
    both = Matcher(Terminology.of([neck, leaf]))
    assert annotate_text("neck cells", both) == []
    assert [a.term for a in annotate_text("cervix cells, neck cells", both)] == ["X:1", "X:1"]


def test_a_name_of_a_term_and_of_one_below_it_is_the_general_one() -> None:
    above = Term("X:1", "macrophage", (Name("macrophage", "label"), Name("eating cell", "exact")))
    below = Term("X:2", "Kupffer cell", (Name("Kupffer cell", "label"), Name("eating cell", "exact")), parents=("X:1",))
    assert [a.term for a in annotate_text("eating cells", Matcher(Terminology.of([above, below])))] == ["X:1"]


PIECES = st.sampled_from(
    "T cell|T cells|neuron|sensory|spermatozoa|γδ|ES cells|embryonic stem (ES) cells|(SN)|rod|photoreceptors|"
    " |  |\n|\r\n\t|\n\n|-|–|, |; |. |é|e\u0301|ß|İ|細胞|😀|\u00a0|\u2028|™|CD4+|of the|thymus|epithelial".split("|")
)


@settings(max_examples=150, deadline=None)
@given(pieces=st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=14))
def test_offsets_are_of_the_exact_text_and_none_overlap(pieces: list[str], matcher: Matcher) -> None:
    text = " ".join(pieces)
    end = 0
    for a in annotate_text(text, matcher):
        assert end <= a.start < a.end <= len(text)
        assert text[a.start : a.end] == a.text
        assert a.text == a.text.strip()
        assert a.term in matcher.terminology.terms
        assert a.rule in RULES
        end = a.end


@settings(max_examples=100, deadline=None)
@given(before=st.text(alphabet="ab é\n\t.,(", max_size=9), gap=st.sampled_from([" ", "-", "\n", "  ", "\r\n", " \n\t"]))
def test_a_name_is_found_wherever_it_stands(before: str, gap: str, matcher: Matcher) -> None:
    name = f"sensory{gap}neurons"
    text = f"{before} {name}. End"
    assert name in [a.text for a in annotate_text(text, matcher)]


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=40))
def test_each_character_is_folded_to_one_byte(text: str) -> None:
    folded = fold(text)
    assert len(folded.key) == len(folded.marks)
    assert folded.is_shorter or len(folded.key) == len(text) + 2
    assert fold(f"x{text}").key.split() == fold(f"X{text}").key.split()
    assert key_of(text) == key_of(f" {text}\n")


@pytest.mark.parametrize("suffix", [".owl", ".ttl", ".obo.gz", ".owl.gz"])
def test_each_syntax_of_an_ontology_gives_the_same(suffix: str, cells: Path, matcher: Matcher, tmp_path: Path) -> None:
    path = tmp_path / f"cells{suffix}"
    raw = OBO if suffix.startswith(".obo") else as_rdf(read_terminology(cells), suffix.removesuffix(".gz"))
    path.write_bytes(gzip.compress(raw.encode()) if suffix.endswith(".gz") else raw.encode())
    other = read_terminology(path)
    assert {i: (t.label, set(t.names), t.parents) for i, t in other.terms.items()} == {
        i: (t.label, set(t.names), t.parents) for i, t in read_terminology(cells).terms.items()
    }
    text = "Thymic epithelial cells, rods and photoreceptors, mesenchymal stem cells, γδ T cells and RBCs."
    assert found(text, Matcher(other.below((), ("CL:0000000",)))) == found(text, matcher)


def as_rdf(terminology: Terminology, suffix: str) -> str:
    """Write terms as OWL, as the OBO format is mapped to it, with an obsolete class beside them."""
    from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal, URIRef

    in_owl, purl = "http://www.geneontology.org/formats/oboInOwl#", "http://purl.obolibrary.org/obo/"
    graph = Graph()
    iri = {i: URIRef(purl + i.replace(":", "_")) for i in terminology.terms}
    for term in terminology.terms.values():
        own = iri[term.id]
        graph.add((own, RDF.type, OWL.Class))
        graph.add((own, URIRef(purl + "IAO_0000115"), Literal(term.definition)))
        for parent in term.parents:
            graph.add((own, RDFS.subClassOf, iri[parent]))
        graph.add((own, RDFS.subClassOf, BNode()))
        for name in term.names:
            is_label = name.scope == "label"
            prop = RDFS.label if is_label else URIRef(f"{in_owl}has{name.scope.title()}Synonym")
            graph.add((own, prop, Literal(name.text)))
    gone = URIRef(purl + "CL_0000002")
    graph.add((gone, RDF.type, OWL.Class))
    graph.add((gone, RDFS.label, Literal("obsolete neuron")))
    graph.add((gone, OWL.deprecated, Literal(True)))
    return graph.serialize(format="turtle" if suffix == ".ttl" else "xml")


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    """Run the command; return its exit code and what it wrote to stdout and stderr."""
    with pytest.raises(SystemExit) as stop:
        main(["annotate", *map(str, words)])
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "bone.v2.txt"
    path.write_bytes("Osteoblasts\r\nand «sensory\tneurons» of mice.\n".encode())
    return path


def test_a_table_of_terms(cells: Path, article: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, article, "--ontology", cells)
    assert (code, err) == (0, "bone.v2: 2 terms\n")
    rows = list(csv.DictReader(io.StringIO(out), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert tuple(rows[0]) == COLUMNS
    assert [tuple(r.values()) for r in rows] == [
        ("bone.v2", "0", "11", "Osteoblasts", "CL:0000062", "osteoblast", "osteoblast", "label", "written"),
        (
            "bone.v2",
            "18",
            "33",
            "sensory neurons",
            "CL:0000101",
            "sensory neuron",
            "sensory neuron",
            "label",
            "written",
        ),
    ]
    raw = article.read_bytes().decode()
    assert [raw[int(r["start"]) : int(r["end"])] for r in rows] == ["Osteoblasts", "sensory\tneurons"]


def test_only_some_branches(cells: Path, article: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, article, "--ontology", cells, "--only", "CL:0000540")
    assert [line.split("\t")[4] for line in out.splitlines()[1:]] == ["CL:0000101"]
    assert len(run(capsys, article, "--ontology", cells, "--only", "CL:")[1].splitlines()) == 3
    _, out, _ = run(capsys, article, "--ontology", cells, "--without", "CL:0000101")
    assert [line.split("\t")[3:5] for line in out.splitlines()[1:]] == [
        ["Osteoblasts", "CL:0000062"],
        ["neurons", "CL:0000540"],
    ]


@pytest.mark.parametrize("name", list(FORMATS))
def test_each_format_holds_the_same_places(
    name: str, cells: Path, article: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"found{FORMATS[name].suffix}"
    assert run(capsys, article, "--ontology", cells, "-o", out)[:2] == (0, "")
    written = out.read_text(encoding="utf-8")
    assert written == run(capsys, article, "--ontology", cells, "--format", name)[1]
    assert places(name, written) == [(0, 11, "CL:0000062"), (18, 33, "CL:0000101")]


def places(name: str, written: str) -> list[tuple[int, int, str]]:
    if name == "tsv":
        return [(int(c[1]), int(c[2]), c[4]) for c in (line.split("\t") for line in written.splitlines()[1:])]
    if name == "jsonl":
        return [(r["start"], r["end"], r["id"]) for r in map(json.loads, written.splitlines())]
    if name == "pubannotation":
        return [(d["span"]["begin"], d["span"]["end"], d["obj"]) for d in json.loads(written)["denotations"]]
    passage = json.loads(written)["documents"][0]["passages"][0]
    return [
        (where["offset"], where["offset"] + where["length"], a["infons"]["identifier"])
        for a in passage["annotations"]
        for where in a["locations"]
        if passage["text"][where["offset"] :].startswith(a["text"])
    ]


def test_irkgs_own_ontology_is_the_default(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "tregs.md"
    text.write_text("Tumors recruit regulatory T cells (Tregs). Tregs inhibit CD8+ T cells.", encoding="utf-8")
    code, out, _ = run(capsys, text)
    assert code == 0
    assert [line.split("\t")[3:5] for line in out.splitlines()[1:]][:3] == [
        ["Tumors", "irkg:Tumor"],
        ["regulatory T cells", "CL:0000815"],
        ["Tregs", "CL:0000815"],
    ]


def test_irkgs_own_names_are_found_where_the_extractor_finds_them(restated: Path, lexicon: Lexicon) -> None:
    text = restated.read_text(encoding="utf-8")
    found = {(a.start, a.end): a.term for a in annotate_text(text, Matcher(terminology_of(lexicon)))}
    extracted = {(m.span.start, m.span.end): contract(m.iri) for m in lexicon.find(text) if m.exact}
    assert len(extracted) > 40
    assert {place: found.get(place) for place in extracted} == extracted


def test_a_relational_adjective_names_its_noun_where_the_ontology_has_the_word() -> None:
    terms = [
        Term("X:1", "retina", (Name("retina", "label"),), "The retinal layers."),
        Term("X:2", "kidney", (Name("kidney", "label"),), "What forms the renal pelvis."),
        Term("X:3", "cornea", (Name("cornea", "label"),), "In front of the lens."),
    ]
    anatomy = Matcher(Terminology.of(terms))
    assert [(a.text, a.term) for a in annotate_text("retinal, renal, corneal and retinoid", anatomy)] == [
        ("retinal", "X:1"),
        ("renal", "X:2"),
    ]


def test_a_narrow_synonym_needs_its_term() -> None:
    names = (Name("multicellular organism", "label"), Name("animal", "narrow"), Name("the soma", "exact"))
    bodies = Matcher(Terminology.of([Term("X:1", "multicellular organism", names)]))
    assert annotate_text("animals", bodies) == []
    text = "animals are multicellular organisms"
    assert [a.text for a in annotate_text(text, bodies)] == ["animals", "multicellular organisms"]
    assert [a.text for a in annotate_text("the soma", bodies)] == ["soma"]


def test_a_symbol_is_a_name_and_an_abbreviation_needs_its_term() -> None:
    names = (
        Name("PDCD1", "label"),
        Name("programmed cell death 1", "exact"),
        Name("PCD", "exact"),
        Name("CD279", "exact"),
    )
    symbols = Matcher(Terminology.of([Term("X:1", "PDCD1", names)]))
    assert [a.text for a in annotate_text("PDCD1 or CD279", symbols)] == ["PDCD1", "CD279"]
    assert annotate_text("PCD", symbols) == []
    assert [a.text for a in annotate_text("PCD is PDCD1", symbols)] == ["PCD", "PDCD1"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.obo", b"", "a.obo: is not an OBO file: it has no [Term]"),
        ("a.obo", b"[Term]\nid: X:1\n", "a.obo: has no terms with names"),
        ("a.obo", b"[Term]\nid: X:1\nname: x\nnonsense\n", 'a.obo:4: expected "tag: value", found "nonsense"'),
        ("a.obo", b"[Term]\nid: X:1\nname: \xff\n", "a.obo:3: is not UTF-8"),
        ("a.obo.gz", b"not packed", "a.obo.gz: cannot be unpacked"),
        ("a.owl.gz", gzip.compress(b"<rdf"), "a.owl.gz:1: not well-formed XML"),
        ("a.ttl", b"<x:a> <x:b> <x:c> .", "a.ttl: has no terms with names"),
        ("a.ttl", b"hello", "a.ttl:1: not Turtle"),
        ("a.xyz", b"x", 'a.xyz: unknown suffix ".xyz"; use one of .obo, .ttl'),
    ],
)
def test_what_is_no_ontology_is_refused_in_a_line(
    name: str, content: bytes, message: str, article: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    out = tmp_path / "found.tsv"
    code, printed, err = run(capsys, article, "--ontology", path, "-o", out)
    assert (code, printed, err.count("\n")) == (2, "", 1)
    assert message in err
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--only", "GO:"), 'the ontology has no term "GO:"'),
        (("--only", "CL:9999999"), 'the ontology has no term "CL:9999999"'),
        (("-o", "found.docx"), 'found.docx: unknown suffix ".docx"; use .tsv, .jsonl, .json, .bioc.json'),
        (("--ontology", "no-such.obo"), "no-such.obo: no such file"),
        (("--format", "brat"), "Invalid value for '--format'"),
    ],
)
def test_mistakes_are_told_in_a_line(
    words: tuple[str, ...], message: str, article: Path, cells: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, article, "--ontology", cells, *words)
    assert (code, err.count("\n")) == (2, 1)
    assert message in err


def test_two_files_of_one_name_are_refused(
    article: Path, cells: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    twin = tmp_path / "twin" / "bone.v2.md"
    twin.parent.mkdir()
    twin.write_text("Osteoblasts.", encoding="utf-8")
    code, _, err = run(capsys, article, twin, "--ontology", cells)
    assert code == 2
    assert 'a second source with the id "bone.v2"' in err


def test_without_the_library_the_extra_is_named(
    article: Path, cells: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ahocorasick_rs", None)
    code, _, err = run(capsys, article, "--ontology", cells)
    assert code == 2
    assert "pip install 'irkg[annotate]'" in err


_OF_MANY_FORMS = """
from irkg.annotate.matcher import Matcher
from irkg.annotate.terms import Name, Term, Terminology
nouns = [a + b + "cyte" for a in "bcdfgklm" for b in ("ara", "elo", "iri", "ono", "ulu")]
above = [Term(f"X:{n}", noun, (Name(noun, "label"),)) for n, noun in enumerate(nouns)]
cell = Term("X:99", "odd cell", (Name("odd cell", "label"),), parents=tuple(t.id for t in above))
matcher = Matcher(Terminology.of([*above, cell]))
print([noun for noun in nouns if matcher.lookup("odd " + noun)])
"""


def test_a_name_of_many_forms_has_the_same_ones_in_each_process() -> None:
    words = [sys.executable, "-c", _OF_MANY_FORMS]
    found = {
        subprocess.run(words, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
    assert 20 < found.pop().count(b"cyte") < 40
