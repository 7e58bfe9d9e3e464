from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from irkg.engines import Table
from irkg.errors import QueryError
from irkg.model import Answer, Strength, Support
from irkg.query import answer, filter_answer, load_catalogue, read_query, shown_strength
from irkg.vocab import IRKG, KIND, OBO

HEADER = {
    "summary": "Which cells?",
    "description": "What it shows.",
    "tags": "[cell, recruits]",
    "endpoint": "http://127.0.0.1:8000/sparql",
    "params": "kind obo:CL_0000000|irkg:AnatomicalSite required; agent irkg:DomainEntity optional cells",
    "questions": "which {kind} | who is {agent}",
    "empty": "any {kind}",
}
BODY = "SELECT ?s { ?s ?p ?_kind_iri , ?__agent_iri }"


def written(folder: Path, header: dict[str, str], body: str = BODY, name: str = "cells") -> Path:
    path = folder / f"{name}.rq"
    path.write_text("".join(f"#+ {k}: {v}\n" for k, v in header.items()) + body, encoding="utf-8")
    return path


def test_a_header_is_read(tmp_path: Path) -> None:
    written(tmp_path, HEADER | {"description": '"What: it \\"shows\\"."'})
    spec = load_catalogue(tmp_path)["cells"]
    assert (spec.name, spec.summary, spec.description) == ("cells", "Which cells?", 'What: it "shows".')
    assert spec.tags == ("cell", "recruits")
    assert spec.questions == ("which {kind}", "who is {agent}")
    kind, agent = spec.params
    assert kind.placeholder == "?_kind_iri"
    assert kind.classes == (OBO + "CL_0000000", IRKG + "AnatomicalSite")
    assert (kind.required, kind.values) == (True, None)
    assert (agent.required, agent.values) == (False, "cells")
    assert agent.placeholder == "?__agent_iri"  # two underscores: BASIL's way to say that it can be left out


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        ({"summary": "Which: cells"}, 1, "must be quoted"),
        ({"summary": "{a}"}, 1, "must be quoted"),
        ({"summary": "a #b"}, 1, "must be quoted"),
        ({"summary": '"open'}, 1, "not a quoted value"),
        ({"tags": "cell"}, 3, "tags are not a list"),
        ({"params": "kind irkg:X needed; agent irkg:Y optional"}, 5, "is no parameter"),
        ({"params": "Kind irkg:X required"}, 5, "is no name of a parameter"),
        ({"params": "kind http://x required"}, 5, "is not made of CURIEs"),
        ({"questions": "which {cell}"}, 6, "{cell} is not a parameter"),
        ({"colour": "red"}, 8, "the header key colour is unknown"),
        ({"params": "kind irkg:X required"}, 8, "?__agent_iri is not declared"),
    ],
)
def test_a_broken_header_is_told_with_its_line(tmp_path: Path, change: dict[str, str], line: int, said: str) -> None:
    path = written(tmp_path, HEADER | change)
    with pytest.raises(QueryError) as refused:
        read_query(path)
    assert said in str(refused.value)
    assert (refused.value.path, refused.value.line) == (str(path), line)


def test_a_header_keeps_its_order_and_place(tmp_path: Path) -> None:
    late = {"tags": "[a]", **{k: v for k, v in HEADER.items() if k != "tags"}}
    for text, said in [
        ("".join(f"#+ {k}: {v}\n" for k, v in late.items()) + BODY, "stands too late"),
        ("#+ summary: a\n" + BODY, "has no description"),
        (BODY + "\n#+ summary: a\n", "not a header line"),
        ("#+summary: a\n" + BODY, "not a header line"),
    ]:
        path = tmp_path / "cells.rq"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(QueryError, match=said):
            read_query(path)


def test_what_is_no_query_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="is a SELECT or a CONSTRUCT"):
        read_query(written(tmp_path, HEADER, "INSERT DATA { }"))
    with pytest.raises(QueryError, match="is no name of a query"):
        read_query(written(tmp_path, HEADER, name="Cells_2"))
    with pytest.raises(QueryError, match="the header of a check has no level"):
        read_query(written(tmp_path, HEADER, name="check-cells"))
    (tmp_path / "bytes.rq").write_bytes(b"\xff\xfe")
    with pytest.raises(QueryError, match="cannot be read as a query"):
        read_query(tmp_path / "bytes.rq")
    with pytest.raises(QueryError, match="no such folder"):
        load_catalogue(tmp_path / "none")


def test_a_query_that_lists_values_must_exist(tmp_path: Path) -> None:
    written(tmp_path, HEADER | {"params": HEADER["params"].replace("optional cells", "optional mice")})
    with pytest.raises(QueryError, match='no query "mice" lists the values of agent'):
        load_catalogue(tmp_path)


def test_terms_are_shown_as_people_read_them() -> None:
    node = ox.NamedNode(KIND + "CL_0000815")
    columns = ("cell_id", "cell", "claim", "text", "evidence", "none")
    other, text = ox.NamedNode("https://example.org/x"), ox.Literal("a  b", language="en")
    row = (node, node, other, text, ox.Literal("b:2 a:1 b:2"), None)
    shown = answer(Table(columns, (row, row)))
    assert shown.rows == (("CL:0000815", "kind:CL_0000815", "https://example.org/x", "a  b", "a:1 b:2", ""),)


def test_stated_rows_come_first() -> None:
    cells = [("a", "candidate"), ("b", "stated"), ("c", "entailed"), ("a", "stated")]
    rows = tuple((ox.Literal(a), ox.Literal(b)) for a, b in cells)
    ordered = answer(Table(("x", "support"), rows)).rows
    assert ordered == (("a", "stated"), ("b", "stated"), ("c", "entailed"), ("a", "candidate"))


ROWS = Answer(
    ("subject", "support", "strength", "review", "source"),
    (
        ("a", "stated", "asserted", "accepted", "one"),
        ("b", "stated", "hedged", "accepted", "one"),
        ("c", "stated", "future", "unreviewed", "two"),
        ("d", "entailed", "ability", "unreviewed", "one two"),
        ("e", "candidate", "hedged", "accepted", "one"),
        ("f", "candidate", "future", "accepted", "two"),
    ),
)


def left(shown: Answer) -> str:
    return "".join(shown.column("subject"))


def test_by_default_weak_claims_are_held_back_and_candidates_are_not() -> None:
    shown = filter_answer(ROWS)
    assert left(shown) == "adef"
    assert shown.notes == ("1 hedged and 1 future rows are not shown; add --min-strength future.",)


@pytest.mark.parametrize(
    ("least", "subjects"),
    [(Strength.ASSERTED, "a"), (Strength.ABILITY, "ad"), (Strength.HEDGED, "abde"), (Strength.HYPOTHETICAL, "abcdef")],
)
def test_a_strength_asked_for_holds_for_all_rows(least: Strength, subjects: str) -> None:
    assert left(filter_answer(ROWS, min_strength=least)) == subjects


def test_a_row_needs_all_its_sources() -> None:
    shown = filter_answer(ROWS, sources=["one"], min_strength=Strength.HYPOTHETICAL)
    assert left(shown) == "abe"
    assert shown.notes[0].startswith("3 rows are not shown, because other sources are needed")
    assert left(filter_answer(ROWS, sources=["one", "two"], min_strength=Strength.HYPOTHETICAL)) == "abcdef"


def test_support_and_review() -> None:
    shown = filter_answer(ROWS, supports=[Support.STATED], min_strength=Strength.HYPOTHETICAL)
    assert left(shown) == "abc"
    assert shown.notes == ("1 entailed and 2 candidate rows are not shown; leave out --support to see all.",)
    shown = filter_answer(ROWS, min_strength=Strength.HYPOTHETICAL, reviewed=True)
    assert left(shown) == "abef"
    assert shown.notes == ("2 unreviewed rows are not shown; leave out --reviewed to see all.",)


def test_a_filter_that_cannot_work_says_so() -> None:
    plain = Answer(("mechanism",), (("x",),))
    assert filter_answer(plain) == plain
    shown = filter_answer(plain, sources=["one"], reviewed=True)
    assert shown.rows == plain.rows
    assert [n.split(",")[0] for n in shown.notes] == ["These rows have no source", "These rows have no review"]


def test_queries_about_weak_claims_hold_nothing_back() -> None:
    catalogue = load_catalogue(Path(__file__).parent.parent / "queries")
    assert shown_strength(catalogue["hedged-claims"], None) is Strength.HYPOTHETICAL
    assert shown_strength(catalogue["hedged-claims"], Strength.HEDGED) is Strength.HEDGED
    assert shown_strength(catalogue["strategies-countering"], None) is None
