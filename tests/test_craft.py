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
def articles(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The texts of all articles, in the order of their numbers."""
    room = tmp_path_factory.mktemp("craft")
    with tarfile.open(shared / "gold" / "craft" / "texts.tar.gz") as packed:
        packed.extractall(room, filter="data")
    found = sorted((room / "texts").glob("*.txt"))
    assert len(found) == 67
    return found


@pytest.fixture(scope="module", params=[False, True], ids=["contiguous", "apart"])
def predicted(request: pytest.FixtureRequest, shared: Path, articles: list[Path]) -> tuple[Path, bool]:
    """What `irkg annotate --ontology CL.obo.gz --without CL:0000000` writes of them, and whether with `--apart`."""
    terms = chosen_terms(shared / "gold" / "craft" / "CL.obo.gz", without=["CL:0000000"])
    table = articles[0].parent / f"found-{request.param}.tsv"
    table.write_text(FORMATS["tsv"].write(annotate(articles, terms, apart=request.param)), encoding="utf-8")
    return table, request.param


def scores(shared: Path, predicted: Path, documents: list[str]) -> dict[str, float]:
    """Return precision, recall and F as the field's scorer counts them: exact span and identifier."""
    words = [shared / "tools" / "score_terms.py", predicted, shared / "gold" / "craft" / "CL.tsv", *documents]
    done = subprocess.run([sys.executable, *map(str, words)], capture_output=True, check=True, text=True)
    return {key: float(value) for key, value in (cell.split("=") for cell in done.stdout.split())}


def test_all_articles(shared: Path, predicted: tuple[Path, bool]) -> None:
    table, apart = predicted
    found = scores(shared, table, [])
    assert found["P"] >= 0.92
    assert found["R"] >= (0.78 if apart else 0.77)
    assert found["F"] >= (0.845 if apart else 0.84)


def test_the_articles_that_no_rule_was_developed_on(
    shared: Path, articles: list[Path], predicted: tuple[Path, bool]
) -> None:
    held_out = [path.stem for n, path in enumerate(articles) if n % 3]
    found = scores(shared, predicted[0], held_out)
    assert found["docs"] == 44
    assert found["P"] >= 0.90
    assert found["F"] >= 0.80


def test_the_ontology_is_read_whole(shared: Path) -> None:
    path = shared / "gold" / "craft" / "CL.obo.gz"
    stanzas = gzip.decompress(path.read_bytes()).decode().split("\n[")
    living = [s for s in stanzas if s.startswith("Term]") and "\nis_obsolete: true" not in s]
    labels = {tuple(re.findall(r"^(?:id|name): (.+)$", s, re.MULTILINE)) for s in living}
    assert {(t.id, t.label) for t in chosen_terms(path).terms.values()} == labels
