"""The canned queries as they are, through grlc, which serves files of SPARQL as an API."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from grlc import gquery

from irkg.engines import EmbeddedEngine
from irkg.query import answer
from test_queries import ANSWERS, CASES, CATALOGUE, expected, store, term

FOLDER = Path(__file__).parent.parent / "queries"
# grlc takes one value for a parameter, and none at all only for one that can be left out.
SINGLE = [(name, case) for name, case in CASES if "," not in case]


@cache
def metadata(name: str) -> dict[str, object]:
    text = (FOLDER / f"{name}.rq").read_text(encoding="utf-8")
    return gquery.get_metadata(text, "http://127.0.0.1:8000/sparql")


@pytest.mark.parametrize("name", ANSWERS)
def test_grlc_reads_the_header_as_irkg_does(name: str) -> None:
    spec, read = CATALOGUE[name], metadata(name)
    assert read["type"] == "SelectQuery"
    assert (read["summary"], read["description"]) == (spec.summary, spec.description)
    assert (tuple(read["tags"]), read["endpoint"]) == (spec.tags, "http://127.0.0.1:8000/sparql")
    params = {p.name: (p.placeholder, p.required) for p in spec.params}
    assert {n: (p["original"], p["required"]) for n, p in read["parameters"].items()} == params


@pytest.mark.parametrize(("name", "case"), SINGLE)
def test_a_query_that_grlc_has_rewritten_gives_the_golden_rows(name: str, case: str) -> None:
    params = {p.name: p for p in CATALOGUE[name].params}
    given = {} if case == "expected" else dict(part.split("=") for part in case.split("&"))
    if any(p.required and p.name not in given for p in params.values()):
        with pytest.raises(AssertionError, match="required parameters"):
            gquery.rewrite_query(CATALOGUE[name].text, metadata(name)["parameters"], given)
        return
    values = {n: term(params[n], value) for n, value in given.items()}
    rewritten = gquery.rewrite_query(CATALOGUE[name].text, metadata(name)["parameters"], values)
    got = answer(EmbeddedEngine(store()).run(rewritten))
    assert (got.columns, *got.rows) == expected(name, case)
