"""What the addresses answer, without a server: the same questions as on the command line get the same answers."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irkg import KnowledgeGraph
from irkg.catalogue import catalogue
from irkg.serve.messages import Reply, Request
from irkg.serve.negotiation import negotiated
from irkg.serve.protocol import BOOLEAN_TYPES, GRAPH_TYPES, RESULT_TYPES
from irkg.serve.site import Site

SELECT = "SELECT ?s { ?s a irkg:Source } ORDER BY ?s LIMIT 2"
CONSTRUCT = "CONSTRUCT { ?s a irkg:Source } { ?s a irkg:Source }"
_SD = "http://www.w3.org/ns/sparql-service-description#"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(KnowledgeGraph.open().prepared(), tmp_path_factory.mktemp("room"))


@pytest.fixture(scope="module")
def plain() -> KnowledgeGraph:
    """The graph as the command line opens it."""
    return KnowledgeGraph.open()


def get(site: Site, path: str, accept: str = "", **params: Any) -> Reply:
    return site.handle(Request(path, query_string=urlencode(params, doseq=True), accept=accept))


def record(reply: Reply) -> dict[str, Any]:
    assert reply.status == 200, reply.body
    found = json.loads(reply.body)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "a/json"),
        ("*/*", "a/json"),
        ("text/csv", "text/csv"),
        ("text/csv;q=0.1, a/json;q=0.2", "a/json"),
        ("text/csv; q=0.8, a/json; q=0.8", "a/json"),
        ("TEXT/CSV;Q=0.5", "text/csv"),
        ("text/*, a/json;q=0.9", "text/csv"),
        ("*/*;q=0.1, a/json;q=0", "text/csv"),
        ("a/json;q=0, text/csv;q=0", None),
        ("image/png", None),
        ("text/csv;q=nonsense, a/json;q=0.1", "a/json"),
        ("text/csv;header=present;q=0.9, a/json;q=0.2", "text/csv"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "a/json"),
    ],
)
def test_negotiation(accept: str, chosen: str | None) -> None:
    assert negotiated(accept, ["a/json", "text/csv"]) == chosen


@pytest.mark.parametrize("media_type", RESULT_TYPES)
def test_each_result_format_reads_back(site: Site, media_type: str) -> None:
    reply = get(site, "/sparql", media_type, query=SELECT)
    assert (reply.status, reply.media_type.partition(";")[0]) == (200, media_type)
    if RESULT_TYPES[media_type] == ox.QueryResultsFormat.CSV:  # which has no types of terms
        rows = list(csv.DictReader(io.StringIO(reply.body.decode())))
        sources = [row["s"] for row in rows]
    else:
        read = ox.parse_query_results(reply.body, format=RESULT_TYPES[media_type])
        assert isinstance(read, ox.QuerySolutions)
        sources = [solution["s"].value for solution in read]
    assert sources == [row[0] for row in site.kg.sparql(SELECT.replace("?s {", "(STR(?s) AS ?t) {")).rows]


@pytest.mark.parametrize("media_type", GRAPH_TYPES)
def test_each_graph_format_reads_back(site: Site, media_type: str) -> None:
    reply = get(site, "/sparql", media_type, query=CONSTRUCT)
    assert (reply.status, reply.media_type.partition(";")[0]) == (200, media_type)
    assert len(set(ox.parse(reply.body, format=GRAPH_TYPES[media_type]))) == len(site.kg.sources())


def test_an_ask_has_no_columns(site: Site) -> None:
    for media_type in BOOLEAN_TYPES:
        assert get(site, "/sparql", media_type, query="ASK {}").status == 200
    assert get(site, "/sparql", "text/csv", query="ASK {}").status == 406


def test_plain_queries_see_no_candidates(site: Site) -> None:
    query = "ASK { ?c a irkg:Candidate }"
    assert json.loads(get(site, "/sparql", query=query).body)["boolean"] is False
    graph = "https://w3id.org/irkg/graph/candidates"
    chosen = get(site, "/sparql", query=query, **{"default-graph-uri": graph})
    assert json.loads(chosen.body)["boolean"] is True
    asked = get(site, "/sparql", query=f"ASK FROM <{graph}> {{ ?c a irkg:Candidate }}")
    assert json.loads(asked.body)["boolean"] is True
    assert get(site, "/sparql", query=query, **{"default-graph-uri": "candidates"}).status == 400


def test_the_service_describes_itself(site: Site) -> None:
    reply = get(site, "/sparql", "application/n-triples")
    store = ox.Store()
    store.load(reply.body, format=ox.RdfFormat.N_TRIPLES)
    service = ox.NamedNode("http://127.0.0.1/sparql")
    assert [q.object for q in store.quads_for_pattern(service, ox.NamedNode(_SD + "endpoint"), None)] == [service]
    formats = {q.object for q in store.quads_for_pattern(service, ox.NamedNode(_SD + "resultFormat"), None)}
    assert ox.NamedNode("http://www.w3.org/ns/formats/SPARQL_Results_JSON") in formats
    names = {q.object.value for q in store.quads_for_pattern(None, ox.NamedNode(_SD + "name"), None)}
    assert names == {g.value for g in site.kg.store.named_graphs()}


@pytest.mark.parametrize("name", sorted(n for n, s in catalogue().items() if not any(p.required for p in s.params)))
def test_canned_queries_answer_as_on_the_command_line(site: Site, plain: KnowledgeGraph, name: str) -> None:
    found = record(get(site, f"/query/{name}"))
    answer = plain.query(name)
    assert [tuple(row.values()) for row in found["rows"]] == list(answer.rows)
    assert tuple(found["notes"]) == answer.notes


def test_parameters_and_filters_are_those_of_the_command_line(site: Site) -> None:
    asked = {"mechanism": "Treg recruitment", "source": "eran-2023"}
    found = record(get(site, "/query/strategies-countering", **asked))
    assert {row["support"] for row in found["rows"]} == {"candidate"}
    assert "does not state" in found["notes"][0]
    stated = record(get(site, "/query/strategies-countering", **asked, support="stated"))
    assert stated["rows"] == []
    table = get(site, "/query/strategies-countering", "text/csv", **asked)
    assert table.body.decode().splitlines()[0].startswith("subject,relation,object,support")
    assert json.loads(table.headers["Irkg-Notes"]) == found["notes"]
    assert get(site, "/query/strategies-countering", **asked, format="tsv").media_type.startswith("text/tab-")


@pytest.mark.parametrize(
    ("path", "params", "status", "said"),
    [
        ("/query/strategies-counterin", {}, 404, 'did you mean "strategies-countering"'),
        ("/query/strategies-countering", {}, 400, "needs the parameter mechanism"),
        ("/query/strategies-countering", {"mechanism": "Treg recrutment"}, 400, 'did you mean "Treg recruitment"'),
        ("/query/mechanisms", {"mechanisms": "x"}, 400, 'unknown parameter "mechanisms"'),
        ("/query/mechanisms", {"support": "state"}, 400, 'did you mean "stated"'),
        ("/query/mechanisms", {"min-strength": "strong"}, 400, "unknown strength"),
        ("/query/mechanisms", {"source": "nowhere"}, 400, "nowhere"),
        ("/query/mechanisms", {"format": "xlsx"}, 400, 'unknown format "xlsx"'),
        ("/query/mechanisms", {"reviewed": "perhaps"}, 400, "true or false"),
        ("/ask", {}, 400, "the parameter q is needed once"),
        ("/ask", {"q": "how is the weather"}, 400, "no canned query answers this question"),
        ("/explain", {"subject": "cancer cell", "relation": "x", "object": "T cell"}, 400, 'unknown relation "x"'),
        ("/nowhere", {}, 404, "/openapi.json"),
    ],
)
def test_mistakes_are_told_in_a_line(site: Site, path: str, params: dict[str, str], status: int, said: str) -> None:
    reply = get(site, path, **params)
    assert reply.status == status
    assert said in reply.body.decode()
    assert reply.body.count(b"\n") == 1


_PLACES = (
    "/", "/sparql", "/query/mechanisms", "/query/strategies-countering", "/ask", "/explain", "/search", "/complete",
    "/kind/TregRecruitment", "/claim/0123456789abcdef", "/source/eran-2023", "/neighbours", "/graph", "/editor",
    "/matrix",
)  # fmt: skip
_NAMES = (
    "query",
    "q",
    "kind",
    "mechanism",
    "source",
    "support",
    "min-strength",
    "format",
    "steps",
    "default-graph-uri",
)
_VALUES = (
    "ASK {}",
    "Treg",
    "irkg:TregRecruitment",
    "eran-2023",
    "stated",
    "csv",
    "turtle",
    "1",
    "<>",
    "\x00",
    "%ff",
    "",
)
_TEXT = st.one_of(st.sampled_from(_VALUES), st.text(max_size=30))


@settings(max_examples=150, deadline=None)
@given(
    place=st.one_of(st.sampled_from(_PLACES), st.text(max_size=20).map("/".__add__)),
    fields=st.lists(st.tuples(st.sampled_from(_NAMES), _TEXT), max_size=3),
    accept=st.one_of(st.sampled_from(["", "*/*", "text/html", "text/turtle", "text/csv"]), st.text(max_size=30)),
    method=st.sampled_from(["GET", "POST", "OPTIONS", "PUT"]),
    kind=st.sampled_from(
        ["", "application/x-www-form-urlencoded", "application/sparql-query", "text/plain; charset=x"]
    ),
    body=st.binary(max_size=40),
)
def test_every_request_gets_a_reply(
    site: Site, place: str, fields: list[tuple[str, str]], accept: str, method: str, kind: str, body: bytes
) -> None:
    encoded = urlencode(fields, errors="replace")
    reply = site.handle(Request(place, method, encoded, accept, kind, "http://127.0.0.1", body))
    assert reply.status in (200, 204, 303, 400, 403, 404, 405, 406, 415)
    if reply.status >= 400 and reply.media_type.startswith("text/plain"):
        assert reply.body.count(b"\n") == 1


def test_an_address_that_is_not_utf8_is_told(site: Site) -> None:
    for path in ("/sparql", "/query/mechanisms", "/ask"):
        assert site.handle(Request(path, query_string="query=%ff&q=%ff")).status == 400


def test_a_question_finds_its_query(site: Site) -> None:
    found = record(get(site, "/ask", q="which strategies counter Treg recruitment", source="eran-2023"))
    assert found["query"] == "strategies-countering"
    assert found["values"] == {"mechanism": ["Treg recruitment"]}
    assert {row["support"] for row in found["rows"]} == {"candidate"}


def test_an_explanation_goes_down_to_claims(site: Site) -> None:
    edge = {"subject": "cancer cell", "relation": "indirectlyInhibits", "object": "anti-tumor immune cell"}
    found = record(get(site, "/explain", **edge))
    assert found["holds"] is True
    assert get(site, "/explain", "text/plain", **edge).body.decode().startswith("cancer cell indirectlyInhibits")
    assert get(site, "/explain", "text/vnd.graphviz", **edge).body.startswith(b"digraph")
    assert get(site, "/explain", "image/png", **edge).status == 406
    doubt = record(get(site, "/explain", subject="combination therapy", relation="counters", object="Treg recruitment"))
    assert doubt["holds"] is False
    assert doubt["doubts"]


def test_openapi_tells_of_each_canned_query_and_its_parameters(site: Site) -> None:
    paths = record(get(site, "/openapi.json"))["paths"]
    assert {p for p in paths if p.startswith("/query/")} == {f"/query/{name}" for name in catalogue()}
    for name, spec in catalogue().items():
        parameters = {p["name"]: p for p in paths[f"/query/{name}"]["get"]["parameters"]}
        assert {p.name: p.required for p in spec.params} == {
            n: p["required"] for n, p in parameters.items() if n in {q.name for q in spec.params}
        }
        assert {"source", "support", "min-strength", "reviewed"} <= set(parameters)


def test_a_download_is_written_once(site: Site) -> None:
    first = get(site, "/download/cyjs")
    made = Path(first.file).stat().st_mtime_ns
    assert get(site, "/download/cytoscape").file == first.file
    assert Path(first.file).stat().st_mtime_ns == made
    assert [p.name for p in site.room.iterdir()] == ["irkg.cyjs"]
