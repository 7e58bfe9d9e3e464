"""The sentences that rows rest on stand beside them where their text is at hand."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyoxigraph as ox
import pytest

from irkg import KnowledgeGraph
from irkg.cli import main
from irkg.engines import EmbeddedEngine
from irkg.errors import SourceError
from irkg.kg import Filter
from irkg.quoting import with_references, with_sentences
from irkg.rows import Answer


def test_each_row_shows_the_sentence_at_its_evidence(article: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = article.read_text(encoding="utf-8")
    with pytest.raises(SystemExit) as done:
        main(["query", "recruited-by", "--agent", "cancer cell", "--source-text", str(article)])
    assert done.value.code == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out), delimiter="\t"))
    assert rows
    for row in rows:
        start, end = map(int, row["evidence"].rpartition(":")[2].split("-"))
        assert row["sentence"] == " ".join(text[start:end].split())


def test_another_text_is_refused_and_other_sources_stay_empty(kg: KnowledgeGraph) -> None:
    found = kg.query("strategies-countering", Filter(), mechanism="Treg recruitment")
    with pytest.raises(SourceError, match="not the sentence"):
        with_sentences(found, kg.store, {"eran-2023": "Another text. " * 500})
    untouched = with_sentences(found, kg.store, {"nobody-1999": "Another text."})
    assert set(untouched.column("sentence")) == {""}
    assert [row[:-1] for row in untouched.rows] == list(found.rows)


def test_references_say_who_where_and_at_which_address(kg: KnowledgeGraph) -> None:
    found = with_references(kg.query("who-recruits", kind="regulatory T cell"), kg.engine)
    told = dict(zip(found.column("evidence"), found.column("reference"), strict=True))
    assert told["eran-2023:1212-1412"] == (
        'Eran K (2023), "Tumor microenvironment manipulation", characters 1212-1412, '
        "https://doi.org/10.35841/aacir-6.4.164"
    )
    elsewhere = with_references(kg.query("strategies-countering", mechanism="Treg recruitment"), kg.engine)
    assert elsewhere.records()[0]["reference"] == "Sun W (2016), https://doi.org/10.18632/oncotarget.9265"


def test_every_place_of_every_row_has_its_reference(kg: KnowledgeGraph) -> None:
    found = with_references(kg.query("causes-of", object="immune therapy resistance"), kg.engine)
    for row in found.records():
        assert len(row["evidence"].split()) == len(row["reference"].split(" / "))


def test_a_place_that_nobody_knows_has_no_reference_and_cannot_break_out() -> None:
    hostile = '"}</x:1-2>'
    found = with_references(Answer(("evidence",), ((hostile,), ("",))), EmbeddedEngine(ox.Store()))
    assert found.rows == ((hostile, ""), ("", ""))


def test_the_options_add_their_columns_together(article: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        main(["ask", "who recruits Tregs", "--evidence", "--source-text", str(article), "--format", "tsv"])
    assert done.value.code == 0
    assert capsys.readouterr().out.splitlines()[0].endswith("\treference\tsentence")


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return KnowledgeGraph.open()
