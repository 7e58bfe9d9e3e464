"""Reading sources: sections, sentences, markers, references; and files that are none."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irkg.errors import SourceError
from irkg.model import Span
from irkg.reading import read_documents
from irkg.text import Document, parse, split_sentences


def _read(path: Path) -> Document:
    return read_documents(path)[0]


def _gold(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_sentences_of_the_article(article: Path, shared: Path) -> None:
    document = _read(article)
    found = {(s.span.start, s.span.end): s for s in document.sentences}
    gold = _gold(shared / "gold" / "eran-2023" / "sentences.tsv")
    assert len(gold) == 27
    for row in gold:
        sentence = found[int(row["start"]), int(row["end"])]
        assert [f"[{n}]" for n in sentence.citations] == row["citations"].split()
    body = {(int(r["start"]), int(r["end"])) for r in gold}
    assert all(s.heading for place, s in found.items() if place not in body)


def test_the_lost_numbers_of_the_reference_list(article: Path, shared: Path) -> None:
    references = _read(article).source.references
    gold = _gold(shared / "gold" / "eran-2023" / "references.tsv")
    expected = [(r["marker"], int(r["start"]), int(r["end"]), r["number_printed"] == "yes") for r in gold]
    assert sorted((f"[{r.number}]", r.span.start, r.span.end, r.printed) for r in references) == sorted(expected)


def test_who_wrote_the_article(article: Path) -> None:
    source = _read(article).source
    assert (source.id, source.year, source.doi) == ("eran-2023", 2023, "10.35841/aacir-6.4.164")


def test_the_restated_article(restated: Path) -> None:
    document = _read(restated)
    sections = list(dict.fromkeys(s.section for s in document.sentences))
    assert sections[1:5] == [
        "Introduction",
        "Tumor microenvironment manipulation",
        "Antigen downregulation",
        "Immune checkpoint upregulation",
    ]
    assert [
        (r.number, r.printed, r.authors, r.year) for r in sorted(document.source.references, key=lambda r: r.number)
    ] == [
        (1, True, "Doe J et al.", 2001),
        (2, False, "Poe E", 2002),
        (3, True, "Moe M", 2003),
    ]
    assert not any("department" in s.text for s in document.sentences)


def test_a_paragraph_after_a_run_in_heading_leaves_its_section() -> None:
    document = parse("# T\n\n## Introduction\n\nA is.\n\n**Run in**: B is.\n\nC is.\n", "x")
    assert [(s.text, s.section) for s in document.sentences if not s.heading] == [
        ("A is.", "Introduction"),
        ("B is.", "Run in"),
        ("C is.", "Introduction"),
    ]


def test_headings_without_marks_are_known_by_their_names() -> None:
    document = parse(
        "How Tregs act on cells\n\nA. Doe\n\nNo university\n\nABSTRACT\n\nA is.\n\n2. Materials and Methods\n\nB is.\n",
        "x",
    )
    assert [(s.text, s.heading, s.section) for s in document.sentences] == [
        ("How Tregs act on cells", True, "How Tregs act on cells"),
        ("ABSTRACT", True, "ABSTRACT"),
        ("A is.", False, "ABSTRACT"),
        ("2. Materials and Methods", True, "2. Materials and Methods"),
        ("B is.", False, "2. Materials and Methods"),
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Tregs (e.g. FOXP3+ cells) persist. They do.", 2),
        ("Seen by Smith et al. in 2001. It is so.", 2),
        ("Described by J. Doe. It is so.", 2),
        ("Is it so? Yes! It is.", 3),
        ("A dose of 3.5 mg was given.", 1),
        ('"It is so." They said.', 2),
        ("no end", 1),
    ],
)
def test_sentence_ends(text: str, count: int) -> None:
    assert len(split_sentences(text, Span(0, len(text)))) == count


def test_what_is_no_prose_in_markdown() -> None:
    text = (
        "---\ntitle: Tregs kill metadata\n---\n\nOn Tregs\n========\n\n"
        "First part\n----------\nTregs act.\n\n<!-- Tregs kill\n\n"
        "comments. -->\n\n```\nTregs kill code.\n\nAll of it.\n```\n\n| Tregs | kill tables |\n| --- | --- |\n\n***\n\n"
        "- T cells rest.\n- B cells too.\n"
    )
    document = parse(text, "x")
    assert [(s.text, s.heading, s.section) for s in document.sentences] == [
        ("On Tregs", True, "On Tregs"),
        ("First part", True, "First part"),
        ("Tregs act.", False, "First part"),
        ("T cells rest.", False, "First part"),
        ("B cells too.", False, "First part"),
    ]
    assert all(s.text == s.span.of(text) for s in document.sentences)


@pytest.mark.parametrize(
    "line",
    [
        "<!-- ",
        "```\n",
        "a\n---\n",
        "| a\n",
        "References\n",
        "1. Doe J. 2001.\n",
        "- ",
        "# ",
        "**",
        "[1,",
        "Citation: Doe J ",
    ],
)
def test_texts_of_one_mark_over_and_over(line: str) -> None:
    document = parse(line * 3000, "x")
    assert all(s.text == s.span.of(document.text) for s in document.sentences)


@given(st.text(max_size=300))
def test_offsets_always_point_at_the_text(text: str) -> None:
    document = parse(text, "x")
    spans = [s.span for s in document.sentences]
    assert all(s.text == s.span.of(text) and s.text.strip() for s in document.sentences)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"fine\nthen \xff\xfe", "x.txt:2: not UTF-8 at byte 10"),
        (b"a\0b", "NUL"),
    ],
)
def test_files_that_are_no_text(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=message):
        _read(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"absent\.txt: no such file; check the name"):
        _read(tmp_path / "absent.txt")
    with pytest.raises(SourceError, match="is a folder"):
        _read(tmp_path)
