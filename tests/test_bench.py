"""What holds the measurements together; how fast anything is, no test says."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from bench import __main__ as command
from bench.generate import quads
from bench.rows import Row, exponents, table

from irkg import vocab as v
from irkg.resources import shapes_files
from irkg.validate import validate


def test_the_same_seed_gives_the_same_graph_and_another_one_another() -> None:
    first, again, other = list(quads(25_000)), list(quads(25_000)), list(quads(25_000, seed=1))
    assert first == again
    assert first != other
    assert 25_000 <= len(first) < 26_000


def test_a_larger_graph_begins_as_the_smaller_one() -> None:
    small = list(quads(22_000))
    assert list(quads(24_000))[: len(small)] == small


def test_generated_claims_conform_as_those_of_irkg_fill_do() -> None:
    made = [q.triple for q in quads(21_000) if q.graph_name != ox.NamedNode(v.GRAPH_ENTAILED)]
    found = validate(made, shapes_files(), names=["claim-source", "claim-evidence"])
    assert not [f for f in found.findings if f.severity == "error"]


def test_exponents_are_those_of_powers() -> None:
    rows = [Row("s", "w", n, "triples", {"irkg": 3e-6 * n**1.5}) for n in (100, 1_000, 10_000, 100_000)]
    [(subject, work, count, slope)] = exponents([*rows, Row("s", "other", 9, "triples", {"irkg": 1.0})])
    assert (subject, work, count) == ("s", "w", 4)
    assert slope == pytest.approx(1.5)


def test_the_table_says_where_irkg_loses() -> None:
    lost, won = (Row("s", w, 1_000, "triples", {"irkg": 1.0, "peer": p}) for w, p in (("a", 0.5), ("b", 2.0)))
    lines = list(table([lost, won]))
    assert "0.50" in lines[2]
    assert "irkg loses" in lines[2]
    assert "2.00" in lines[3]
    assert "irkg loses" not in lines[3]


def test_the_command_writes_a_page_and_keeps_other_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "b.md"

    def run(*words: str) -> str:
        given = ["bench", "--quick", "--room", str(tmp_path / "room"), "-o", str(page), *words]
        monkeypatch.setattr("sys.argv", given)
        command.main()
        return page.read_text(encoding="utf-8")

    assert "| onto disk | 20,000 triples |" in run("--only", "load")
    both = run("--only", "validate", "--sizes", "19000", "--add")
    assert "| onto disk | 20,000 triples |" in both
    assert "| proven shapes | 19,000 triples |" in both
