"""From article to claims: scores against hand-made annotations, and what ships of the article."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from irkg import resources
from irkg.claims_table import COLUMNS, as_tsv
from irkg.errors import IrkgError
from irkg.fill import as_bytes, fill, filled_quads, format_for
from irkg.store import in_memory
from irkg.vocab import GRAPH_CLAIMS


def _scores(predicted: str, gold: Path, shared: Path, tmp_path: Path) -> dict[str, Counter[str]]:
    """Return what the scorer counts at each level: hits, predicted, core_hits and core."""
    table = tmp_path / f"{gold.stem}.predicted.tsv"
    table.write_text(predicted, encoding="utf-8")
    scorer = shared / "tools" / "score_claims.py"
    done = subprocess.run(
        [sys.executable, str(scorer), str(table), str(gold)], capture_output=True, text=True, check=True
    )
    found = {}
    for line in done.stdout.splitlines():
        level, *cells = line.split("\t")
        counts = dict(cell.split("=") for cell in cells)
        found[level] = Counter({k: int(counts[k]) for k in ("hits", "predicted", "core_hits", "core")})
    return found


def _precision(counts: Counter[str]) -> float:
    return counts["hits"] / counts["predicted"]


def _recall(counts: Counter[str]) -> float:
    return counts["core_hits"] / counts["core"]


def test_scores_on_the_article(article: Path, shared: Path, tmp_path: Path) -> None:
    gold = shared / "gold" / "eran-2023" / "claims.tsv"
    scores = _scores(as_tsv(fill(article)[0].claims), gold, shared, tmp_path)
    assert _precision(scores["pair"]) >= 0.96
    assert _precision(scores["typed"]) >= 0.96
    assert _precision(scores["full"]) >= 0.96
    assert _recall(scores["pair"]) >= 0.89
    assert _recall(scores["typed"]) >= 0.89


def test_scores_on_passages_of_other_publications(shared: Path, tmp_path: Path) -> None:
    total: dict[str, Counter[str]] = {level: Counter() for level in ("pair", "typed", "full")}
    texts = sorted((shared / "gold" / "passages").glob("*.txt"))
    assert len(texts) == 3
    for text in texts:
        gold = text.with_name(text.stem + ".claims.tsv")
        scores = _scores(as_tsv(fill(text, mint=True)[0].claims), gold, shared, tmp_path)
        assert _precision(scores["pair"]) >= 0.85, text.name
        for level, counts in scores.items():
            total[level] += counts
    assert _precision(total["pair"]) >= 0.93
    assert _precision(total["typed"]) >= 0.90
    assert _recall(total["pair"]) >= 0.78
    assert _recall(total["typed"]) >= 0.76
    assert total["full"]["hits"] / total["typed"]["hits"] >= 0.96  # negated and certain as the annotators have it


def test_the_restated_article_gives_what_it_says(restated: Path) -> None:
    claims = {
        (c.subject.label, c.relation, c.object.label): (c.strength.value, c.negated, c.citations)
        for c in fill(restated)[0].claims
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
    filled = fill(restated)[0]
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
    assert as_bytes(fill(restated), format_name, quotes=True) == as_bytes(fill(restated), format_name, quotes=True)


def test_each_source_has_its_own_graph(restated: Path, tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("Cancer cells recruit Tregs.")
    quads = filled_quads([*fill(restated), *fill(tmp_path / "other.md")], quotes=True)
    graphs = {g.value for g in in_memory(quads).named_graphs() if not hasattr(g, "never")}
    assert graphs == {GRAPH_CLAIMS + "restated", GRAPH_CLAIMS + "other"}


def test_the_format_is_guessed_or_refused() -> None:
    assert format_for(Path("a.trig"), None) == "trig"
    assert format_for(None, None) == "tsv"
    assert format_for(Path("-"), None) == "tsv"
    with pytest.raises(IrkgError, match=r'unknown suffix "\.xls"'):
        format_for(Path("a.xls"), None)


def test_nothing_that_ships_holds_a_sentence_of_the_article(article: Path) -> None:
    from irkg.reading import read_documents

    sentences = [s.text.rstrip(".") for s in read_documents(article)[0].sentences if len(s.text.split()) > 6]
    assert len(sentences) > 20
    root = resources.ontology_file().parent
    shipped = [p for p in root.rglob("*") if p.is_file()] + [Path(__file__).parent / "data" / "restated.md"]
    for path in shipped:
        content = " ".join(path.read_text(encoding="utf-8").split())
        assert not [s for s in sentences if " ".join(s.split()) in content], path


def test_the_shipped_claims_are_what_fill_writes(article: Path) -> None:
    fresh = as_bytes(fill(article), "trig", quotes=False)
    assert fresh == resources.claims_files()[0].read_bytes()
