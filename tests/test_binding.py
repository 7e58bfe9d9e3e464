from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.term import URIRef

from irkg.binding import bind, check_placeholders, form, own_query, tokens
from irkg.errors import QueryError, UnknownName
from irkg.model import Param, QuerySpec

PARAMS = (
    Param("kind", "?_kind_iri", (), required=True),
    Param("agent", "?_agent_iri", (), required=False),
)
TEXT = '''PREFIX : <urn:x:> # not ?_kind_iri
SELECT ?s WHERE {
  ?s :p ?_kind_iri ; :note "?_kind_iri", """a " ?_kind_iri""", '?_kind_iri' ; :see <urn:x:?_kind_iri> .
  ?s :q ?_kind_iri_two . OPTIONAL { ?s :by ?_agent_iri }
}'''
BENIGN = "urn:test:benign"
KIND = "https://w3id.org/irkg/kind/CL_0000815"


def spec(text: str = TEXT, params: tuple[Param, ...] = PARAMS) -> QuerySpec:
    return QuerySpec("test", "", "", (), (), params, "", text)


def algebra(sparql: str) -> str:
    return repr(translateQuery(parseQuery(sparql)).algebra)


def test_only_the_variable_is_replaced() -> None:
    changed = TEXT.replace("?s :p ?_kind_iri ;", f"?s :p <{KIND}> ;")
    assert bind(spec(), {"kind": [KIND]}) == changed


def test_an_optional_parameter_stays_a_variable() -> None:
    assert ":by ?_agent_iri }" in bind(spec(), {"kind": [KIND], "agent": []})
    assert ":by <urn:x:a> }" in bind(spec(), {"kind": [KIND], "agent": ["urn:x:a"]})


def test_several_values_stand_in_the_group_of_the_placeholder() -> None:
    bound = bind(spec(), {"kind": [KIND], "agent": ["urn:x:a", "urn:x:b", "urn:x:a"]})
    assert "OPTIONAL { VALUES ?_agent_iri { <urn:x:a> <urn:x:b> } ?s :by ?_agent_iri }" in bound
    parseQuery(bound)


@pytest.mark.parametrize(
    "value",
    [
        "", "Treg", "urn:x:a> . ?s ?p ?o", "urn:x:a b", "urn:x:\\u003e", "urn:x:{", "urn:x:\ud800", "urn:x:\n",
        'urn:x:"', "urn:x:`", "urn:x:^", "urn:x:|", "<urn:x:a>", "urn:x:\x00", "?s",
    ],
)  # fmt: skip
def test_what_is_no_iri_is_refused(value: str) -> None:
    with pytest.raises(QueryError):
        bind(spec(), {"kind": [value]})


hostile = st.one_of(
    st.text(max_size=40),
    st.text(max_size=30).map("https://w3id.org/irkg/kind/".__add__),
    st.text(alphabet="<>{}\"'\\u003e#?_kindr .;\n|^`:/%é", max_size=30).map("urn:x:".__add__),
    st.sampled_from(["urn:x:a> ?y . ?s :secret ?o . #", "urn:x:a\\u003E", "http://[::1]/a", "a:?_agent_iri"]),
)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(hostile)
def test_a_value_changes_nothing_but_its_term(value: str) -> None:
    try:
        bound = bind(spec(), {"kind": [value]})
    except QueryError:
        return
    calm = algebra(bind(spec(), {"kind": [BENIGN]}))
    assert algebra(bound) == calm.replace(repr(URIRef(BENIGN)), repr(URIRef(value)))


def test_the_property_above_is_not_met_by_refusing_everything() -> None:
    for value in (KIND, "urn:é:ü", "http://example.org/a?b=c#d", "a:?_agent_iri"):
        calm = algebra(bind(spec(), {"kind": [BENIGN]}))
        assert algebra(bind(spec(), {"kind": [value]})) == calm.replace(repr(URIRef(BENIGN)), repr(URIRef(value)))


def test_a_missing_or_unknown_parameter_is_named() -> None:
    with pytest.raises(QueryError, match="the query test needs a kind; add --kind VALUE"):
        bind(spec(), {"agent": ["urn:x:a"]})
    with pytest.raises(UnknownName, match='unknown parameter "knd"; did you mean "kind"'):
        bind(spec(), {"knd": [KIND]})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT ?_kind_iri { ?s ?p ?_kind_iri ; :by ?_agent_iri }", "must stand in a pattern"),
        ("CONSTRUCT { ?s ?p ?_kind_iri } { ?s ?p ?_kind_iri ; :by ?_agent_iri }", "must stand in a pattern"),
        ("SELECT * { ?s ?p ?_kind_iri ; :by ?_agent_iri , $_kind_iri }", r"\$_kind_iri is not declared"),
        ("SELECT * { ?s ?p ?_kind_iri ; :by ?_agent_iri , ?_other_iri }", r"\?_other_iri is not declared"),
        ("SELECT * { ?s ?p ?_kind_iri ; :by '?_agent_iri' }", r"\?_agent_iri does not occur"),
    ],
)
def test_placeholders_stand_where_a_value_may(text: str, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        check_placeholders(text, PARAMS)


def test_tokens_follow_the_grammar() -> None:
    text = "?a<?b && <urn:x> ex:from :a\\#b '''it's \\''' ?c''' \"\\\"?d\" # ?e\n?f $g"
    assert [t.text for t in tokens(text) if t.sort == "var"] == ["?a", "?b", "?f", "$g"]
    assert [t.text for t in tokens(text) if t.sort == "name"] == ["ex:from", ":a\\#b"]
    assert form("# SELECT\nPREFIX ask: <urn:SELECT> DESCRIBE ask:x") == "DESCRIBE"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'SERVICE <http://127.0.0.1:9/> {}' } # service",
        "PREFIX service: <urn:x:> ASK { ?service service:p ?o }",
        "DESCRIBE <urn:x:a>",
        "SELECT * { GRAPH <urn:g> { ?s ?p 'FROM' } }",
        "PREFIX g: <urn:> SELECT * FROM NAMED <urn:g> FROM NAMED g:g { GRAPH ?g { ?s ?p ?o } }",
    ],
)
def test_own_queries_pass_unchanged(text: str) -> None:
    assert own_query(text, ["urn:g"]) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "--endpoint URL"),
        ("SELECT * { { SELECT * { OPTIONAL { sErViCe SILENT ?e { ?s ?p ?o } } } } }", "--endpoint URL"),
        ("SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * { FILTER EXISTS { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } }", "--endpoint URL"),
        ("SELECT * { service", "cannot be checked"),
        ("SELECT * FROM <http://example.org/g> { ?s ?p ?o }", "holds no graph <http://example.org/g>"),
        ("SELECT * FROM NAMED <urn:other> { GRAPH ?g { ?s ?p ?o } }", "holds no graph <urn:other>"),
        ("PREFIX : <urn:x:> INSERT DATA { :a :b :c }", "INSERT is an update"),
        ("LOAD <http://127.0.0.1:9/>", "LOAD is an update"),
        ("what is this", "not a SPARQL query"),
        ("ASK { FILTER(" + "(" * 60 + "1" + ")" * 60 + ") }", "nests more than 50 brackets"),
        ("ASK { FILTER(" + "!" * 5000 + "1) }", "more than 3,000 words"),
        ("ASK { } #" + "x" * 200_000, "longer than"),
    ],
)
def test_own_queries_are_refused(text: str, said: str) -> None:
    with pytest.raises(QueryError) as refused:
        own_query(text, ["urn:g"])
    assert said in str(refused.value)
