"""Hostile and broken input: one line, exit 2, nothing fetched, nothing changed, as docs/reliability.md says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import reliability
from irkg.kg import KnowledgeGraph
from irkg.serve import protocol
from irkg.serve.messages import Request
from own_process import OwnProcess
from reliability import Case

ACCEPTED = 0
BAD = 2


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[str]]]:
    with reliability.listening(reliability.SECRET) as found:
        yield found


@pytest.fixture(scope="module")
def light() -> Iterator[OwnProcess]:
    with OwnProcess() as process:
        yield process


@pytest.fixture(scope="module")
def page() -> str:
    return reliability.PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return KnowledgeGraph.open()


@pytest.mark.parametrize("case", reliability.CASES, ids=lambda case: case.what)
def test_the_row_is_true(
    case: Case, tmp_path: Path, listener: tuple[str, list[str]], light: OwnProcess, page: str
) -> None:
    (tmp_path / "own").mkdir()
    outcome = reliability.run(case, tmp_path / "own", *listener, light)
    assert outcome.asked == []
    assert outcome.changed == []
    assert outcome.megabytes < case.megabytes
    assert outcome.seconds < case.seconds
    assert outcome.code in (ACCEPTED, BAD)
    if outcome.code == BAD:
        assert outcome.out == ""
        assert outcome.said.startswith("irkg: ")
        assert outcome.said.count("\n") == 1
    assert reliability.SECRET not in outcome.out + outcome.said
    assert outcome.row(case) in page.splitlines()


def test_the_page_has_no_other_rows(page: str) -> None:
    table = page.partition(reliability.START)[2].partition(reliability.END)[0]
    rows = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith(("| ---", "| input"))]
    assert len(rows) == len(reliability.CASES)
    assert len({case.what for case in reliability.CASES}) == len(reliability.CASES)


REFUSED = ("SERVICE", "LOAD", "INSERT", "FROM", "5,000", "2,000 steps", "20,000 operators", "string without")


@pytest.mark.parametrize(
    "case", [c for c in reliability.QUERIES if any(word in c.what for word in REFUSED)], ids=lambda case: case.what
)
def test_the_endpoint_refuses_the_same(case: Case, listener: tuple[str, list[str]], graph: KnowledgeGraph) -> None:
    url, asked = listener
    already = len(asked)
    text = str(case.files["q.rq"]).replace("{url}", url)
    reply = protocol.reply(graph.store, Request("/sparql", "POST", content_type=protocol.DIRECT, body=text.encode()))
    assert reply.status in (400, 403)
    assert reply.body.count(b"\n") == 1
    assert len(asked) == already
