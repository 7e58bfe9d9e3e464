"""Terms of the Cell Ontology in the 67 articles of CRAFT, against what annotators marked by hand."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from irkg.annotate import annotate, chosen_terms
from irkg.annotate.formats import FORMATS


@pytest.fixture(scope="module")
def predicted(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `irkg annotate --ontology CL.obo.gz --without CL:0000000` writes of all articles."""
    room = tmp_path_factory.mktemp("craft")
    with tarfile.open(shared / "gold" / "craft" / "texts.tar.gz") as packed:
        packed.extractall(room, filter="data")
    articles = sorted((room / "texts").glob("*.txt"))
    assert len(articles) == 67
    terms = chosen_terms(shared / "gold" / "craft" / "CL.obo.gz", without=["CL:0000000"])
    table = room / "found.tsv"
    table.write_text(FORMATS["tsv"].write(annotate(articles, terms)), encoding="utf-8")
    return table


def scores(shared: Path, predicted: Path, documents: list[str]) -> dict[str, float]:
    """Return precision, recall and F as the field's scorer counts them: exact span and identifier."""
    words = [shared / "tools" / "score_terms.py", predicted, shared / "gold" / "craft" / "CL.tsv", *documents]
    done = subprocess.run([sys.executable, *map(str, words)], capture_output=True, check=True, text=True)
    return {key: float(value) for key, value in (cell.split("=") for cell in done.stdout.split())}


def held_out(predicted: Path) -> list[str]:
    """Return the articles that no rule was developed on: all but each third by number."""
    names = sorted(p.stem for p in (predicted.parent / "texts").glob("*.txt"))
    return [name for n, name in enumerate(names) if n % 3]


def test_all_articles(shared: Path, predicted: Path) -> None:
    found = scores(shared, predicted, [])
    assert found["P"] >= 0.92
    assert found["R"] >= 0.76
    assert found["F"] >= 0.835


def test_the_articles_that_no_rule_was_developed_on(shared: Path, predicted: Path) -> None:
    found = scores(shared, predicted, held_out(predicted))
    assert found["docs"] == 44
    assert found["P"] >= 0.90
    assert found["F"] >= 0.80


def test_the_ontology_is_read_whole(shared: Path) -> None:
    path = shared / "gold" / "craft" / "CL.obo.gz"
    stanzas = gzip.decompress(path.read_bytes()).decode().split("\n[")
    living = [s for s in stanzas if s.startswith("Term]") and "\nis_obsolete: true" not in s]
    labels = {tuple(re.findall(r"^(?:id|name): (.+)$", s, re.MULTILINE)) for s in living}
    assert {(t.id, t.label) for t in chosen_terms(path).terms.values()} == labels
