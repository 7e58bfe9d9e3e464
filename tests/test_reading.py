"""Articles in every format: one invented article says the same in all of them, and its offsets hold."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import re
import sys
from pathlib import Path
from xml.sax.saxutils import escape

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import invented
from irkg.cli import main
from irkg.errors import MissingExtra, SourceError
from irkg.fill import Filled, fill
from irkg.reading import read_documents, read_texts
from irkg.reading.layout import Line, Run, laid_out
from irkg.text import Document

FORMATS = {
    "text.txt": invented.as_text,
    "markdown.md": invented.as_markdown,
    "jats.xml": invented.as_jats,
    "jats-raised.nxml": lambda: invented.as_jats(raised=True),
    "page.html": invented.as_html,
    "page-raised.htm": lambda: invented.as_html(raised=True),
    "bioc.xml": invented.as_bioc,
    "print.pdf": invented.as_pdf,
    "print-raised.pdf": lambda: invented.as_pdf(raised=True),
    "columns.pdf": lambda: invented.as_pdf(columns=2, per_column=12),
    "columns-raised.pdf": lambda: invented.as_pdf(columns=2, per_column=13, raised=True),
}


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(_bytes(content))
    return path


def _read(folder: Path, name: str, content: str | bytes) -> Document:
    return read_documents(_write(folder, name, content))[0]


def _said(filled: Filled) -> set[tuple[str, ...]]:
    return {
        (c.section, c.subject.label, c.subject.text, c.relation, c.object.label, c.object.text, str(c.citations))
        for c in filled.claims
    }


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, ...]]:
    """What the invented article says as plain text."""
    return _said(fill(_write(tmp_path_factory.mktemp("plain"), "a.txt", invented.as_text()))[0])


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_article_gives_the_same_claims_in_every_format(
    name: str, plain: set[tuple[str, ...]], tmp_path: Path
) -> None:
    assert len(plain) == 15
    filled = fill(_write(tmp_path, name, FORMATS[name]()))[0]
    assert _said(filled) == plain
    for claim in filled.claims:
        assert claim.sentence.of(filled.text) == claim.quote
        assert claim.subject.span.of(filled.text) == claim.subject.text
        assert claim.object.span.of(filled.text) == claim.object.text


@pytest.mark.parametrize("name", FORMATS)
def test_the_texts_alone_are_those_of_the_documents(name: str, tmp_path: Path) -> None:
    path = _write(tmp_path, name, FORMATS[name]())
    assert read_texts(path) == tuple((d.source.id, d.text) for d in read_documents(path))


@pytest.mark.parametrize("name", FORMATS)
def test_the_text_that_is_written_reads_the_same(name: str, tmp_path: Path) -> None:
    document = _read(tmp_path, name, FORMATS[name]())
    again = _read(tmp_path, "again.md", document.text)
    assert again.text == document.text
    assert again.sentences == document.sentences


@pytest.mark.parametrize("name", FORMATS)
def test_compressed_by_gzip_it_is_the_same(name: str, tmp_path: Path) -> None:
    packed = _read(tmp_path, name + ".gz", gzip.compress(_bytes(FORMATS[name]())))
    assert packed == _read(tmp_path, name, FORMATS[name]())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("text.txt", "text"),
        ("jats.xml", "PMC900900"),
        ("page.html", "doi-10.1234-own.9"),
        ("bioc.xml", "PMC900900"),
    ],
)
def test_a_source_is_named_by_its_identifier_where_the_file_marks_one(name: str, expected: str, tmp_path: Path) -> None:
    source = _read(tmp_path, name, FORMATS[name]()).source
    assert source.id == expected
    if name in ("jats.xml", "page.html"):
        assert (source.author, source.year, source.doi, source.title) == (
            "Curator AB",
            2024,
            "10.1234/own.9",
            invented.TITLE,
        )


@pytest.mark.parametrize("name", ["jats.xml", "bioc.xml"])
def test_references_bear_their_identifiers(name: str, tmp_path: Path) -> None:
    references = _read(tmp_path, name, FORMATS[name]()).source.references
    assert [(r.number, r.year, r.doi, r.pmid, r.title) for r in references] == [
        (1, 2001, "10.1234/first.1", "900001", "First entry, made up"),
        (2, 2002, "10.1234/second.2", "900002", "Second entry"),
        (3, 2003, None, None, "Third entry"),
    ]


def test_what_stands_around_an_article_is_not_read(tmp_path: Path) -> None:
    page = _read(tmp_path, "page.html", invented.as_html())
    assert not any(word in page.text for word in ("navigation", "scripts", "footers", "color"))
    assert not any("department" in s.text for s in page.sentences)
    assert "thank" not in _read(tmp_path, "a.xml", invented.as_jats()).text


def test_many_abstracts_in_a_file(tmp_path: Path) -> None:
    abstracts = {
        "101": "Cancer cells recruit Tregs.",
        "102": "BACKGROUND: Tregs inhibit T cells.\nRESULTS: T cells kill cancer cells.",
        "103": "",
    }
    documents = read_documents(_write(tmp_path, "some.xml.gz", gzip.compress(invented.as_pubmed(abstracts).encode())))
    assert [d.source.id for d in documents] == ["pmid-101", "pmid-102", "pmid-103"]
    assert [d.source.doi for d in documents] == [f"10.1234/pubmed.{n}" for n in abstracts]
    assert (documents[0].source.author, documents[0].source.year) == ("Doe J", 2019)
    assert documents[0].text == "# Invented article 101.\n\n## Abstract\n\nCancer cells recruit Tregs.\n"
    assert [(s.section, s.text) for s in documents[1].sentences if not s.heading] == [
        ("Background", "Tregs inhibit T cells."),
        ("Results", "T cells kill cancer cells."),
    ]
    assert [s.text for s in documents[2].sentences] == ["Invented article 103."]


def test_the_tour_of_the_documentation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = (Path(__file__).parents[1] / "docs" / "input.md").read_text(encoding="utf-8")
    abstracts = {
        "101": "Cancer cells recruit Tregs.",
        "102": "BACKGROUND: Tregs inhibit T cells.\nRESULTS: T cells kill cancer cells.",
    }
    _write(tmp_path, "abstracts.xml.gz", gzip.compress(invented.as_pubmed(abstracts).encode()))
    monkeypatch.chdir(tmp_path)
    command = re.search(r"^\$ irkg (fill .*)$", told, re.MULTILINE)
    assert command
    with pytest.raises(SystemExit):
        main(command[1].split())
    rows = [line.split("\t") for line in Path("claims.tsv").read_text().splitlines()]
    cut = ["\t".join(row[i - 1] for i in (1, 2, 3, 4, 5, 9, 10, 15)) for row in rows]
    assert "\n".join([f"{command[0]}\n{capsys.readouterr().err.strip()}", "$ cat texts/pmid-101.txt"]) in told
    assert (
        Path("texts/pmid-101.txt").read_text() + "$ cut -f1-5,9,10,15 claims.tsv\n" + "\n".join(cut) + "\n```" in told
    )


def test_the_text_goes_to_a_file_or_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = _write(tmp_path, "first.txt", "\ufeffCancer cells recruit Tregs.\r\n")
    second = _write(tmp_path, "second.md", "Tregs inhibit T cells.")

    def filled(*words: object) -> int:
        with pytest.raises(SystemExit) as stop:
            main(["fill", *map(str, words), "-o", str(tmp_path / "out.tsv")])
        return int(stop.value.code or 0)

    assert filled(first, "--text", tmp_path / "own.txt") == 0
    assert (tmp_path / "own.txt").read_bytes() == b"Cancer cells recruit Tregs.\r\n"
    assert filled(first, second, "--text", tmp_path / "texts") == 0
    assert filled(first, "--text", tmp_path / "texts") == 0
    assert sorted(p.name for p in (tmp_path / "texts").iterdir()) == ["first.txt", "second.txt"]
    capsys.readouterr()
    assert filled(first, second, "--text", tmp_path / "own.txt") == 2
    assert "own.txt: is a file, and there are 2 articles; name a folder" in capsys.readouterr().err


def test_annotate_writes_the_text_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = _write(tmp_path, "page.html", invented.as_html())
    with pytest.raises(SystemExit):
        main(["annotate", str(page), "--text", str(tmp_path / "page.txt")])
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    text = (tmp_path / "page.txt").read_text(encoding="utf-8")
    assert len(rows) > 20
    assert all(text[int(row["start"]) : int(row["end"])] == row["text"] for row in rows)


def test_several_articles_of_pubmed_central_in_a_file(tmp_path: Path) -> None:
    inner = [invented.as_jats(pmcid=i).partition("\n")[2] for i in ("1", "PMC2")]
    path = _write(tmp_path, "set.xml", f"<pmc-articleset>{''.join(inner)}</pmc-articleset>")
    assert [d.source.id for d in read_documents(path)] == ["PMC1", "PMC2"]


def _jats_body(body: str, refs: str = "") -> str:
    return f"<article><body>{body}</body><back><ref-list>{refs}</ref-list></back></article>"


REFS = "".join(
    f'<ref id="r{n}"><mixed-citation><name><surname>{name}</surname></name> wrote it in <year>{year}</year>.'
    "</mixed-citation></ref>"
    for n, name, year in [(1, "Doe", 2001), (2, "Roe", 2002), (3, "Poe", 2003), (4, "Moe", 2004), (5, "Noe", 2005)]
)


@pytest.mark.parametrize(
    ("body", "text", "cited"),
    [
        ('So it is [<xref ref-type="bibr" rid="r2">2</xref>].', "So it is [2].", (2,)),
        ('So it is (<xref ref-type="bibr" rid="r2">2</xref>).', "So it is (2).", (2,)),
        ('So it is.<sup><xref ref-type="bibr" rid="r1">1</xref></sup>', "So it is.[1]", (1,)),
        ('So it is<xref ref-type="bibr" rid="r1"><sup>1</sup></xref>.', "So it is[1].", (1,)),
        (
            'It is<sup><xref ref-type="bibr" rid="r2">2</xref>–<xref ref-type="bibr" rid="r5">5</xref></sup>.',
            "It is[2–5].",
            (2, 3, 4, 5),
        ),
        ('So it is <xref ref-type="bibr" rid="r1 r3">1,3</xref>.', "So it is [1,3].", (1, 3)),
        ('It is (<xref ref-type="bibr" rid="r4">Moe 2004</xref>).', "It is (Moe 2004).", (4,)),
        ("It is so (Poe et al., 2003).", "It is so (Poe et al., 2003).", (3,)),
        ('It is so (<xref ref-type="fig" rid="f1">Fig. 2</xref>).', "It is so (Fig. 2).", ()),
        ("An area of 5 cm<sup>2</sup> and 10<sup>3</sup> CD8<sup>+</sup> cells.", None, ()),
    ],
)
def test_markers_in_jats(body: str, text: str | None, cited: tuple[int, ...], tmp_path: Path) -> None:
    document = _read(tmp_path, "a.xml", _jats_body(f"<p>{body}</p>", REFS))
    assert [s.citations for s in document.sentences] == [cited]
    assert document.sentences[0].text == (text or "An area of 5 cm2 and 10^3 CD8+ cells.")


@pytest.mark.parametrize(
    "layout",
    [
        '<div><h2>References</h2><span>edit</span></div><div class="reflist"><ol>{entries}</ol></div>',
        "<section><h2>References</h2><section><ul>{entries}</ul></section></section>",
        '<div class="c-references"><ol role="doc-bibliography">{entries}</ol></div>',
        "<h2>References</h2><ol>{entries}</ol><h2>Rights</h2><ul><li>Tregs keep all rights of 2001.</li></ul>",
    ],
)
def test_reference_lists_of_pages(layout: str, tmp_path: Path) -> None:
    entries = "".join(
        f'<li><span class="back"><a href="#cite{n}">^</a></span> <p id="cite-note-{n}">{name} wrote it. {year}. '
        f'<a href="https://doi.org/10.1234/{n}">Article</a> <a href="https://pubmed.ncbi.nlm.nih.gov/90000{n}/">PubMed</a>'
        "</p></li>"
        for n, name, year in [(1, "Doe J", 2001), (2, "Roe K", 2002)]
    )
    body = '<h1>T</h1><h2>Introduction</h2><p>Tregs act.<sup id="cite2"><a href="/wiki/T#cite-note-2">2</a></sup></p>'
    document = _read(tmp_path, "a.html", f"<html><body>{body}{layout.format(entries=entries)}</body></html>")
    assert [(s.text, s.citations) for s in document.sentences if s.text.startswith("Tregs act")] == [
        ("Tregs act.[2]", (2,))
    ]
    assert [(r.number, r.doi, r.pmid, r.span.of(document.text)) for r in document.source.references] == [
        (1, "10.1234/1", "900001", "Doe J wrote it. 2001."),
        (2, "10.1234/2", "900002", "Roe K wrote it. 2002."),
    ]


def test_captions_are_read_in_a_section_of_their_own(tmp_path: Path) -> None:
    figure = (
        '<fig id="f"><label>Figure 1</label><caption><title>How Tregs act.</title><p>Tregs inhibit T cells.</p>'
        "</caption></fig>"
    )
    table = "<table-wrap><table><tr><td>Tregs kill cells</td></tr></table></table-wrap>"
    document = _read(tmp_path, "a.xml", _jats_body(f"<sec><title>Results</title><p>A is.{figure}</p>{table}</sec>"))
    assert [(s.section, s.text) for s in document.sentences if not s.heading] == [
        ("Results", "A is."),
        ("Captions of figures and tables", "Figure 1."),
        ("Captions of figures and tables", "How Tregs act."),
        ("Captions of figures and tables", "Tregs inhibit T cells."),
    ]


def test_the_root_element_tells_what_an_xml_file_is(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"a\.xml: is XML that starts with <rss>; give JATS"):
        _read(tmp_path, "a.xml", "<rss/>")
    assert _read(tmp_path, "without-suffix", invented.as_jats()).source.id == "PMC900900"
    spaced = invented.as_jats().replace("<article xmlns", '<article xmlns="https://jats.nlm.nih.gov/ns" xmlns')
    assert _read(tmp_path, "spaced.xml", spaced).text == _read(tmp_path, "a.xml", invented.as_jats()).text


def test_a_doctype_that_names_a_dtd_is_fine_and_its_named_letters_are_known(tmp_path: Path) -> None:
    doctype = '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS//EN" "http://127.0.0.1:9/JATS.dtd">\n'
    article = invented.as_jats(doctype=doctype).replace("Exhausted T cells", "TNF-&alpha; and exhausted T cells")
    assert "TNF-α and exhausted T cells" in _read(tmp_path, "a.xml", article).text


def test_running_heads_and_page_numbers_are_no_text(tmp_path: Path) -> None:
    document = _read(tmp_path, "a.pdf", invented.as_pdf())
    assert "2024;1:1" not in document.text
    assert not re.search(r"^\d+$", document.text, re.MULTILINE)
    assert not any("department" in s.text for s in document.sentences)


def _line(text: str, y: float, **font: float | bool) -> Line:
    return Line((Run(text, 50, y, float(font.get("size", 10)), bool(font.get("bold", False))),))


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("the micro-", "environment of tumors", "the microenvironment of tumors"),
        ("the PD-", "L1 protein", "the PD-L1 protein"),
        ("the T-", "cell response", "the T-cell response"),
        ("the soft hy\u00ad", "phen of it", "the soft hyphen of it"),
        ("the anti-", "PD-1 antibodies", "the anti-PD-1 antibodies"),
        ("they are tumor-", "specific cells", "they are tumor-specific cells"),  # as the article writes elsewhere
        ("a range 3 -", "5 of it", "a range 3 -5 of it"),
    ],
)
def test_words_that_a_line_breaks(first: str, second: str, whole: str) -> None:
    text = laid_out([[_line("Some are tumor-specific by nature.", 700), _line(first, 660), _line(second, 648)]])
    assert text.splitlines()[2] == whole


def test_raised_numbers_are_markers_only_where_the_list_has_them(tmp_path: Path) -> None:
    def line(y: float, *runs: tuple[str, float, float]) -> Line:
        return Line(tuple(Run(text, 50, y + rise, size, False) for text, size, rise in runs))

    page = [
        _line("Introduction", 720, bold=True),
        line(700, ("Tregs act on cells.", 10, 0), ("1", 6, 4), (" An area of 5 cm", 10, 0), ("2", 6, 4)),
        line(688, ("and some 10", 10, 0), ("3", 6, 4), (" cells", 10, 0), ("9", 6, 4), (" rest in H", 10, 0)),
        line(676, ("2", 6, -2), ("O.", 10, 0)),
        _line("References", 640, bold=True),
        _line("1. Doe J. One. 2001.", 620),
        _line("2. Roe K. Two. 2002.", 608),
    ]
    document = _read(tmp_path, "a.txt", laid_out([page]))
    assert [(s.text, s.citations) for s in document.sentences if not s.heading] == [
        ("Tregs act on cells.¹", (1,)),
        ("An area of 5 cm² and some 10³ cells⁹ rest in H 2O.", ()),
    ]


def test_what_a_file_is_shows_at_its_start_where_its_name_does_not_say(tmp_path: Path) -> None:
    for name, content in {"a": invented.as_pdf(), "b.txt": invented.as_pdf(), "c": invented.as_html()}.items():
        assert _read(tmp_path, name, content).text.startswith(f"# {invented.TITLE}\n")


def test_a_stamp_along_the_edge_of_a_page_is_no_text(tmp_path: Path) -> None:
    upright = invented.shown([("Tregs inhibit T cells.", "F1", 10.0, 0.0)], 72, 700)
    stamp = "BT 0 1 -1 0 20 300 Tm /F1 10 Tf (Made up 2024) Tj ET"
    assert _read(tmp_path, "a.pdf", invented.pdf_of([f"{stamp}\n{upright}"])).text == "Tregs inhibit T cells.\n"
    assert _read(tmp_path, "b.pdf", invented.pdf_of([stamp])).text == "Made up 2024\n"


@pytest.mark.parametrize(("name", "library"), [("a.xml", "lxml"), ("a.html", "lxml"), ("a.pdf", "pypdf")])
def test_without_the_library_for_a_format(
    name: str, library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = {"a.xml": invented.as_jats(), "a.html": invented.as_html(), "a.pdf": invented.as_pdf()}[name]
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtra, match=r"needs libraries that are not installed; run: pip install 'irkg\[fill\]'"):
        _read(tmp_path, name, content)


def test_an_encrypted_pdf_that_needs_no_password(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(io.BytesIO(invented.as_pdf()))
    writer.encrypt("", "owner", algorithm="RC4-128")
    writer.write(tmp_path / "a.pdf")
    assert read_documents(tmp_path / "a.pdf")[0].text == _read(tmp_path, "b.pdf", invented.as_pdf()).text


_PRINTABLE = st.characters(codec="latin-1", exclude_categories=["Cc"], exclude_characters="\\")


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    lines=st.lists(
        st.tuples(
            st.text(
                st.characters(codec="latin-1", exclude_categories=["Cc"], exclude_characters="\\"),
                min_size=1,
                max_size=60,
            ),
            st.sampled_from(["F1", "F2"]),
            st.sampled_from([6.0, 10.0, 14.0]),
            st.sampled_from([12.0, 20.0, -30.0]),
        ),
        max_size=12,
    )
)
def test_offsets_hold_whatever_is_printed(lines: list[tuple[str, str, float, float]], tmp_path: Path) -> None:
    content = [invented.shown([("It is an end.", "F1", 10.0, 0.0)], 72, 760)]
    y = 740.0
    for text, font, size, gap in lines:
        y -= gap
        content.append(invented.shown([(text, font, size, 0.0)], 72, y))
    try:
        document = _read(tmp_path, "a.pdf", invented.pdf_of(["\n".join(content)]))
    except SourceError as error:
        assert "cannot be decoded" in str(error)  # noqa: PT017
        return
    spans = [s.span for s in document.sentences]
    assert all(s.text == s.span.of(document.text) and s.text.strip() for s in document.sentences)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))


# Text of any kind, split by markup at any place; control characters cannot stand in XML.
_RUNS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=30),
    min_size=1,
    max_size=6,
)


def _wrapped(runs: list[str], tags: tuple[str, str]) -> str:
    return "".join(f"<{t}>{escape(run)}</{t}>" for run, t in zip(runs, itertools.cycle(tags), strict=False))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    paragraphs=st.lists(_RUNS, min_size=1, max_size=4),
    kind=st.sampled_from(["jats", "html", "bioc", "pubmed", "text"]),
)
def test_offsets_hold_whatever_the_text(paragraphs: list[list[str]], kind: str, tmp_path: Path) -> None:
    flat = "\n".join(f"<p>{_wrapped(runs, ('italic', 'sup'))} end.</p>" for runs in paragraphs)
    content = {
        "jats": f"<article><body>{flat}</body></article>",
        "html": f"<html><body><h1>T</h1>{flat}</body></html>",
        "bioc": "<collection><document><id>x</id>"
        + "".join(f"<passage><text>{escape(''.join(r))} end.</text></passage>" for r in paragraphs)
        + "</document></collection>",
        "pubmed": invented.as_pubmed({"1": " ".join(" ".join("".join(r).split()) for r in paragraphs) + " end."}),
        "text": "\n\n".join("".join(r) + " end." for r in paragraphs),
    }[kind]
    document = _read(tmp_path, "a.txt" if kind == "text" else "a.html" if kind == "html" else "a.xml", content)
    spans = [s.span for s in document.sentences]
    assert spans
    assert all(s.text == s.span.of(document.text) and s.text.strip() for s in document.sentences)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert any(s.text.endswith("end.") for s in document.sentences)
