"""From article to claims: scores against hand-made annotations, and what ships of the article."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from irkg import resources
from irkg.claims_table import COLUMNS, as_tsv
from irkg.errors import IrkgError
from irkg.fill import fill, fill_all, filled_quads, format_for, written
from irkg.store import in_memory
from irkg.vocab import GRAPH_CLAIMS


def test_scores_on_the_article(article: Path, shared: Path, tmp_path: Path) -> None:
    predicted = tmp_path / "predicted.tsv"
    predicted.write_text(as_tsv(fill(article).claims), encoding="utf-8")
    gold = shared / "gold" / "eran-2023" / "claims.tsv"
    scorer = shared / "tools" / "score_claims.py"
    done = subprocess.run(
        [sys.executable, str(scorer), str(predicted), str(gold)], capture_output=True, text=True, check=True
    )
    scores = {
        line.split("\t")[0]: dict(cell.split("=") for cell in line.split("\t")[1:]) for line in done.stdout.splitlines()
    }
    assert float(scores["typed"]["P"]) >= 0.95
    assert float(scores["typed"]["R"]) >= 0.85
    assert float(scores["full"]["P"]) >= 0.95


def test_the_restated_article_gives_what_it_says(restated: Path) -> None:
    claims = {
        (c.subject.label, c.relation, c.object.label): (c.strength.value, c.negated, c.citations)
        for c in fill(restated).claims
    }
    assert claims["cancer cell", "recruits", "regulatory T cell"] == ("asserted", False, ())
    assert claims["cancer cell", "uses", "resistance mechanism"] == ("asserted", False, (1,))
    assert claims["regulatory T cell", "inhibits", "anti-tumor immune cell"] == ("ability", False, ())
    assert claims["antigen downregulation", "impairs", "immune recognition"] == ("asserted", False, (3,))
    assert claims["tumor", "exploits", "CTLA-4 pathway"] == ("ability", False, ())
    assert claims["cancer cell", "depletes", "nutrient"] == ("hedged", False, (2,))
    assert claims["nutrient depletion", "impairs", "immune response"] == ("hedged", False, (2,))
    assert claims["combination therapy", "counters", "immune therapy resistance"] == ("hedged", False, ())
    assert claims["T-cell dysfunction", "isTypeOf", "resistance mechanism"] == ("asserted", False, ())
    assert claims["exhausted T cell", "kills", "cancer cell"] == ("asserted", True, ())


def test_the_table_has_the_promised_columns_and_one_line_a_claim(restated: Path) -> None:
    filled = fill(restated)
    lines = as_tsv(filled.claims).splitlines()
    assert tuple(lines[0].split("\t")) == COLUMNS
    assert len(lines) == 1 + len(filled.claims)
    rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    text = restated.read_text(encoding="utf-8")
    for row in rows:
        assert None not in row.values()
        assert text[int(row["subj_start"]) : int(row["subj_end"])].split() == row["subj_text"].split()
        assert text[int(row["obj_start"]) : int(row["obj_end"])].split() == row["obj_text"].split()


@pytest.mark.parametrize("format_name", ["tsv", "jsonl", "trig", "nq"])
def test_filling_twice_writes_the_same_bytes(format_name: str, restated: Path) -> None:
    assert written([fill(restated)], format_name, quotes=True) == written([fill(restated)], format_name, quotes=True)


def test_each_source_has_its_own_graph(restated: Path, tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("Cancer cells recruit Tregs.")
    quads = filled_quads(fill_all([restated, tmp_path / "other.md"]), quotes=True)
    graphs = {g.value for g in in_memory(quads).named_graphs() if not hasattr(g, "never")}
    assert graphs == {GRAPH_CLAIMS + "restated", GRAPH_CLAIMS + "other"}


def test_two_sources_of_one_name_are_refused(restated: Path, tmp_path: Path) -> None:
    (tmp_path / "restated.txt").write_text("Cancer cells recruit Tregs.")
    with pytest.raises(IrkgError, match='a second source with the id "restated"'):
        fill_all([restated, tmp_path / "restated.txt"])


def test_the_format_is_guessed_or_refused() -> None:
    assert format_for(Path("a.trig"), None) == "trig"
    assert format_for(None, None) == "tsv"
    assert format_for(Path("-"), None) == "tsv"
    with pytest.raises(IrkgError, match=r'unknown suffix "\.xls"'):
        format_for(Path("a.xls"), None)


def test_nothing_that_ships_holds_a_sentence_of_the_article(article: Path) -> None:
    from irkg.text import read_source

    sentences = [s.text.rstrip(".") for s in read_source(article).sentences if len(s.text.split()) > 6]
    assert len(sentences) > 20
    root = resources.ontology_file().parent
    shipped = [p for p in root.rglob("*") if p.is_file()] + [Path(__file__).parent / "data" / "restated.md"]
    for path in shipped:
        content = " ".join(path.read_text(encoding="utf-8").split())
        assert not [s for s in sentences if " ".join(s.split()) in content], path


def test_the_shipped_claims_are_what_fill_writes(article: Path) -> None:
    fresh = written([fill(article)], "trig", quotes=False)
    assert fresh == resources.claims_files()[0].read_bytes()
