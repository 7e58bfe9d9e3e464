"""The sentences that rows rest on stand beside them where their text is at hand."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from irkg import KnowledgeGraph
from irkg.cli import main
from irkg.errors import SourceError
from irkg.kg import Filter
from irkg.quoting import with_sentences


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


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return KnowledgeGraph.open()
