from __future__ import annotations

import csv
import io
import json
import sys

import pyoxigraph as ox
import pytest

from irkg import KnowledgeGraph
from irkg.binding import is_ordered, with_prefixes
from irkg.engines import EmbeddedEngine
from irkg.errors import MissingExtra, QueryError
from irkg.model import Answer
from irkg.own_query import own_answer
from irkg.query import answer, own_rows
from irkg.results import RESULT_FORMATS, link, render
from irkg.store import in_memory
from irkg.vocab import IRKG, KIND, XSD

ANSWER = Answer(
    ("subject", "subject_id", "note"),
    (("Treg", "CL:0000815", 'tab\there, "quoted"\nline \\n'), ("γδ", "not an id", "")),
    ("a note",),
)


def test_tsv_has_one_line_a_row_and_can_be_read_back() -> None:
    lines = render(ANSWER, "tsv").split("\n")
    assert lines[0] == "subject\tsubject_id\tnote"
    assert lines[1] == 'Treg\tCL:0000815\ttab\\there, "quoted"\\nline \\\\n'
    assert lines[2:] == ["γδ\tnot an id\t", ""]


def test_csv_is_read_back_whole() -> None:
    assert list(csv.reader(io.StringIO(render(ANSWER, "csv")))) == [list(ANSWER.columns), *map(list, ANSWER.rows)]


def test_json_is_a_list_of_records() -> None:
    records = json.loads(render(ANSWER, "json"))
    assert records == [dict(zip(ANSWER.columns, row, strict=True)) for row in ANSWER.rows]


def test_sparql_json_is_read_by_another_reader() -> None:
    solutions = ox.parse_query_results(render(ANSWER, "sparql-json"), format=ox.QueryResultsFormat.JSON)
    assert isinstance(solutions, ox.QuerySolutions)
    first, second = list(solutions)
    assert first["subject_id"] == ox.NamedNode("http://purl.obolibrary.org/obo/CL_0000815")
    assert first["note"] == ox.Literal(ANSWER.rows[0][2])
    assert (second["subject_id"], second["note"]) == (ox.Literal("not an id"), None)


def test_sparql_xml_is_read_by_another_reader() -> None:
    solutions = ox.parse_query_results(render(ANSWER, "sparql-xml"), format=ox.QueryResultsFormat.XML)
    assert isinstance(solutions, ox.QuerySolutions)
    first, second = list(solutions)
    assert first["subject_id"] == ox.NamedNode("http://purl.obolibrary.org/obo/CL_0000815")
    assert first["note"] == ox.Literal(ANSWER.rows[0][2])
    assert (second["subject"], second["note"]) == (ox.Literal("γδ"), None)
    assert "\ufffd" in render(Answer(("a",), (("\x00",),)), "sparql-xml")


OWN = """SELECT ?x ?n ?t ?l ?none { VALUES (?x ?n ?t ?l) {
  (irkg:recruits 9 true "b"@en) (irkg:recruits 9 true "b"@en) (irkg:recruits 1.5 false "a")
  ("1"^^irkg:odd "x"^^xsd:integer 0 1)
} } ORDER BY DESC(?l)"""


def own(text: str) -> Answer:
    return own_rows(EmbeddedEngine(in_memory([])).run(with_prefixes(text)), ordered=is_ordered(text))


READ_BY = [("sparql-json", ox.QueryResultsFormat.JSON), ("sparql-xml", ox.QueryResultsFormat.XML)]


@pytest.mark.parametrize(("format_name", "read_by"), READ_BY)
def test_rows_of_own_sparql_keep_their_terms_their_number_and_their_order(
    format_name: str, read_by: ox.QueryResultsFormat
) -> None:
    engine = ox.Store().query(with_prefixes(OWN))
    assert isinstance(engine, ox.QuerySolutions)
    expected = [tuple(row) for row in engine]
    read = ox.parse_query_results(render(own(OWN), format_name), format=read_by)
    assert isinstance(read, ox.QuerySolutions)
    assert [tuple(row) for row in read] == expected
    assert len(expected) == 4


def test_rows_of_own_sparql_without_an_order_are_sorted() -> None:
    assert own("SELECT ?n { VALUES ?n { 3 1 2 1 } }").column("n") == ("1", "1", "2", "3")


@pytest.mark.parametrize("truth", [True, False])
def test_an_ask_is_written_as_such(truth: bool) -> None:
    found = own("ASK {}" if truth else "ASK { ?s ?p ?o }")
    assert found.rows == ((str(truth).lower(),),)
    for format_name, read_by in (
        ("sparql-json", ox.QueryResultsFormat.JSON),
        ("sparql-xml", ox.QueryResultsFormat.XML),
    ):
        read = ox.parse_query_results(render(found, format_name), format=read_by)
        assert isinstance(read, ox.QueryBoolean)
        assert bool(read) is truth


def test_what_comes_out_of_a_child_means_the_same() -> None:
    here, there = KnowledgeGraph.open().sparql(OWN), own_answer(OWN, None)
    assert here == there
    assert render(here, "sparql-json") == render(there, "sparql-json")
    assert own_answer("ASK {}", None).boolean is True


def test_rows_as_values_of_python() -> None:
    first, _, last, odd = sorted(own(OWN).typed(), key=str, reverse=True)
    assert (first.x, first.n, first.t, first.l, first.none) == ("irkg:recruits", 9, True, "b", None)
    assert (last.n, last.t) == (1.5, False)
    assert odd.n == "x"  # no integer, whatever its datatype says
    (unnamed,) = Answer(("class", "source"), (("a", "b c"),)).typed()
    assert tuple(unnamed) == ("a", "b c")  # who writes the SPARQL decides what a column called source holds
    found = KnowledgeGraph.open().query("strategies-countering", mechanism="Treg recruitment").typed()[0]
    assert (found.support, found.source) == ("stated", ("sun-w-2016",))
    counted = KnowledgeGraph.open().query("claims-by-relation").typed()
    assert all(row.claims >= 1 for row in counted)


def test_an_answer_as_a_data_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = own('SELECT ?kind ?claims { VALUES (?kind ?claims) { ("7" 7) ("12" 12) } }')
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "pandas", None)
        with pytest.raises(MissingExtra, match=r"irkg\[pandas\]"):
            counted.to_pandas()
    pytest.importorskip("pandas", reason="needs pandas: pip install irkg[pandas]")
    frame = counted.to_pandas()
    assert list(frame.columns) == ["kind", "claims"]
    assert frame["claims"].sum() == 19
    assert list(frame["kind"]) == ["12", "7"]  # text, though it looks like numbers
    assert list(Answer(("a", "b"), ()).to_pandas().columns) == ["a", "b"]


def test_only_addresses_become_links() -> None:
    assert link("doi:10.1000/182") == "https://doi.org/10.1000/182"
    assert link("eran-2023:12-40") == ""


def test_markdown_cells_cannot_break_the_table() -> None:
    text = render(Answer(("a|b", "c"), (("x|y\nz", "<b>*"),)), "markdown")
    assert text == "| a\\|b | c |\n| --- | --- |\n| x\\|y z | \\<b\\>\\* |\n"


def test_every_format_ends_its_text_and_takes_an_empty_answer() -> None:
    for name, form in RESULT_FORMATS.items():
        assert form.name == name
        assert form.suffix.startswith(".")
        columns = ("subject", "predicate", "object") if name == "turtle" else ("a",)
        assert render(Answer(columns, ()), name).endswith("\n")


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(QueryError, match='unknown result format "xls"; use one of: tsv, csv'):
        render(ANSWER, "xls")


def test_triples_are_written_as_turtle_and_rows_are_not() -> None:
    made = answer(EmbeddedEngine(in_memory([])).run(with_prefixes('CONSTRUCT { irkg:a irkg:b "x\\n" , 1 } {}')))
    turtle = render(made, "turtle")
    assert {str(q.triple) for q in ox.parse(turtle, format=ox.RdfFormat.TURTLE)} == {
        t.removesuffix(" .") for t in made.triples
    }
    assert len(made.triples) == 2
    assert "@prefix irkg: <https://w3id.org/irkg/> ." in turtle
    with pytest.raises(QueryError, match="CONSTRUCT or DESCRIBE"):
        render(ANSWER, "turtle")


def test_own_triples_come_whole_out_of_their_child() -> None:
    made = own_answer("CONSTRUCT { kind:a irkg:b 1 } {}", None)
    assert made.triples == (f'<{KIND}a> <{IRKG}b> "1"^^<{XSD}integer> .',)
