"""A user's own SPARQL looks nowhere else and changes nothing, whatever it is dressed up as; innocent queries run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irkg.errors import QueryError
from irkg.permitted import dataset, looks_elsewhere, own_query
from irkg.store import in_memory, run_query

ELSEWHERE = "SERVICE <http://127.0.0.1:9/> { ?s ?p ?o }"  # pyoxigraph tells that it will not ask that port
LATER = "SELECT * { ?s ?p <<( ?a ?b ?c )>> "  # of SPARQL 1.2, which rdflib cannot parse


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'SERVICE <http://127.0.0.1:9/> {}' } # service",
        "SELECT * { ?s ?p '\\u0022 SERVICE <http://127.0.0.1:9/> {}' }",
        "PREFIX service: <urn:x:> ASK { ?service service:p ?o }",
        "PREFIX x: <urn:x:> ASK { ?s x:service ?o ; x:from ?from ; x:load 'LOAD <http://127.0.0.1:9/>' }",
        "ASK { ?s ?p 'a'@service }",
        "DESCRIBE <urn:x:a>",
        "DESCRIBE<urn:x:service>",
        "PREFIX : <urn:x:> DESCRIBE:from",
        "SELECT * { GRAPH <urn:g> { ?s ?p 'FROM' } }",
        "PREFIX g: <urn:> SELECT * FROM NAMED <urn:g> FROM NAMED g:g { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * FROM <urn:\\u0067> { ?s ?p ?o }",
        "ASK { FILTER(" + "(" * 45 + "1" + ")" * 45 + ") } # SERVICE",
        "ASK { " + "{} UNION " * 600 + "{ } ?service ?p 'from' } # SERVICE",
        LATER + "} # SERVICE, FROM",
        LATER + "FILTER(?a = 'FROM <urn:other>' || ?b = 'SERVICE') }",
    ],
)
def test_innocent_queries_pass_unchanged(text: str) -> None:
    assert own_query(text, ["urn:g"]) == text
    run_query(in_memory([]), text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"SELECT * {{ {ELSEWHERE} }}", "--endpoint URL"),
        ("SELECT *\n{ { SELECT * { OPTIONAL { sErViCe SILENT ?e { ?s ?p ?o } } } } }", "--endpoint URL"),
        ("PREFIX : <http://127.0.0.1:9/> SELECT * { SERVICE:x { ?s ?p ?o } }", "--endpoint URL"),
        ("SELECT * { ?a ?b 1SERVICE<http://127.0.0.1:9/>{ ?s ?p ?o } }", "SERVICE"),
        ("SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "has an escape outside"),
        ("SELECT * { FILTER EXISTS { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } }", "--endpoint URL"),
        (f'SELECT * {{ BIND("\\u0022 AS ?x) }} #" AS ?y) {ELSEWHERE} }}', "--endpoint URL"),
        (f"PREFIX x: <urn:x> SELECT * {{ ?a ?b x:\u3001\\'c . {ELSEWHERE} ?a ?b 'c' }}", "SERVICE"),
        (f"PREFIX x: <urn:x> SELECT * {{ ?a ?b x:e\u0301\\'c . {ELSEWHERE} ?a ?b 'c' }}", "SERVICE"),
        (LATER + ELSEWHERE + " }", "cannot be parsed"),
        ("SELECT * { service", "cannot be parsed"),
        ("SELECT * FROM <http://example.org/g> { ?s ?p ?o }", "holds no graph <http://example.org/g>"),
        ("SELECT * FROM NAMED <urn:other> { GRAPH ?g { ?s ?p ?o } }", "holds no graph <urn:other>"),
        ("PREFIX : <urn:> SELECT * FROM:other { ?s ?p ?o }", "holds no graph <urn:other>"),
        ("SELECT * FROM <urn:\\u0068> { ?s ?p ?o }", "holds no graph <urn:h>"),
        ("PREFIX x: <urn:o> SELECT * FROM x:ther { ?s ?p <<( ?a ?b ?c )>> }", "holds no graph <urn:other>"),
        ("PREFIX : <urn:x:> INSERT DATA { :a :b :c }", "INSERT is an update"),
        ("LOAD <http://127.0.0.1:9/>", "LOAD is an update"),
        ("BASE<urn:x>LOAD<http://127.0.0.1:9/>INTO GRAPH<urn:g>", "LOAD is an update"),
        ("WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "DELETE is an update"),
        ("DROP ALL", "DROP is an update"),
        ("PREFIX x: <urn:x>", "not a SPARQL query"),
        ("what is this", "not a SPARQL query"),
        ("ASK { FILTER(" + "(" * 60 + "1" + ")" * 60 + ") }", "nests more than 50 brackets"),
        ("ASK { FILTER(" + "!" * 5000 + "1) }", "more than 3,000 words"),
        ("ASK { } #" + "x" * 200_000, "longer than"),
    ],
)
def test_others_are_refused(text: str, said: str) -> None:
    with pytest.raises(QueryError) as refused:
        own_query(text, ["urn:g"])
    assert said in str(refused.value)


def test_the_line_is_told() -> None:
    with pytest.raises(QueryError) as refused:
        own_query(f"SELECT * {{\n# SERVICE\n {ELSEWHERE} }}")
    assert refused.value.line == 3


PIECES = [
    ELSEWHERE,
    "service<http://127.0.0.1:9/>{}",
    "OPTIONAL {",
    "FILTER EXISTS {",
    "FILTER(?a<?b)",
    "BIND('\\u0022' AS ?x)",
    'BIND("\\u000A" AS ?y)',
    "?a ?b ?c .",
    "?a ?b x:a\\'b .",
    "?a ?b x:\U0001f600\\'b .",
    "?a ?b x:e\u0301\\#b .",
    "?a ?b 1",
    "?a ?b 'c'",
    "FILTER(?a<x:b#c>\n)",
    *"\" ' \"\"\" ''' # \n { } . < > ( ) \\u0022 \\' \\ a 1".split(" "),
]


@given(st.lists(st.sampled_from(PIECES), min_size=2, max_size=7), st.sampled_from(["", " ", "\n"]))
def test_what_passes_asks_nobody(pieces: list[str], between: str) -> None:
    inner = between.join(pieces)
    text = "PREFIX x: <urn:x:> SELECT * { " + inner + " }" * (1 + inner.count("{") - inner.count("}"))
    try:
        checked = own_query(text)
        rows = run_query(in_memory([]), checked)
        list(rows)  # type: ignore[call-overload]
    except QueryError:
        pass  # refused, or no SPARQL; a request is an OSError, while the rows are read


def test_the_property_above_would_see_a_request() -> None:
    with pytest.raises(OSError, match="port 9"):
        list(run_query(in_memory([]), f"SELECT * {{ {ELSEWHERE} }}"))  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT $this {{ {ELSEWHERE} }}",
        f"SELECT $this {{ $this $PATH ?o . {ELSEWHERE} }}",
        f"SELECT $this {{ $this ^$PATH/$PATH ?o . {ELSEWHERE} }}",
        "SELECT $this from x:g { $this x:p ?o }",
        "SELECT $this { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "LOAD <http://127.0.0.1:9/>",
    ],
)
def test_queries_of_shapes_that_fetch_are_told(text: str) -> None:
    assert looks_elsewhere(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT $this { $this ^$PATH ?o } # SERVICE, from x:y",
        "SELECT $this { $this $PATH 'SERVICE <http://127.0.0.1:9/>', 'from x:y' }",
        "PREFIX service: <urn:x> SELECT $this ?from { $this service:from ?from }",
    ],
)
def test_and_innocent_ones_are_not(text: str) -> None:
    assert not looks_elsewhere(text)


def test_the_dataset_is_that_of_the_query_and_not_of_its_texts() -> None:
    assert dataset("SELECT * FROM <urn:a> { ?s ?p 'FROM <urn:b>' } # FROM <urn:c>") == (["urn:a"], [])
    assert dataset("PREFIX : <urn:> SELECT * FROM:a FROM NAMED :b { ?s ?p ?o }") == (["urn:a"], ["urn:b"])
    assert dataset("SELECT ?from { ?from ?p 'FROM' }") is None
    assert dataset("# FROM <urn:c>\n \t#\r SELECT ?from From <urn:a> {}") == (["urn:a"], [])
    assert dataset("#+ summary: from\n#FROM <urn:c>\nASK {}") is None
