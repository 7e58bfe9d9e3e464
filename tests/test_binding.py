from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib.namespace import XSD
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.term import Literal, URIRef

from irkg.binding import bind, check_placeholders, form, tokens
from irkg.errors import QueryError, UnknownName
from irkg.model import Param, QuerySpec, ValueType

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


SIGNS = "<>{}()[].;,|^`:/%#?$@&*+-='\"\\ \t\n\r\x00\x07\x85\u2028\u202e\u2066\ufeff\ud800é日😀0123456789abuUnr_"
PIECES = [
    "urn:x:a> ?y . ?s :secret ?o . #", "urn:x:a\\u003E", "http://[::1]/a", "a:?_kind_iri", '" . ?s ?p ?o . #',
    "\\u0022", "'" * 3, '"' * 3, "\\\\u0022 } #", '\\" } UNION { ?s ?p ?o', "} # ", "1 . ?s ?p ?o", "1e9", "-1",
    "٤", "04", "1" * 40, "<urn:x:a>", "https://w3id.org/irkg/kind/", "a b", "urn:x:a b", '"4"^^<urn:x:int>',
    "\u202eurn:x:a", '"' * 1_999, "SERVICE <urn:x:a> {}", "Precision medicine", "?__agent_iri", "@en",
    "x" * 100_000, "\\" * 100_000, "urn:x:" + "a" * 100_000,
]  # fmt: skip
hostile = st.one_of(
    st.text(alphabet=SIGNS, max_size=40),
    st.text(max_size=40),
    st.text(max_size=30).map("https://w3id.org/irkg/kind/".__add__),
    st.text(alphabet=SIGNS, max_size=30).map("urn:x:".__add__),
    st.sampled_from(PIECES),
    st.lists(st.sampled_from([p[:300] for p in PIECES]), min_size=2, max_size=4).map("".join),
    st.text(alphabet="0123456789", max_size=30),
)
TYPES = {
    ValueType.IRI: (BENIGN, URIRef),
    ValueType.INTEGER: ("7", lambda text: Literal(str(int(text)), datatype=XSD.integer)),
    ValueType.LITERAL: ("calm", Literal),
}


def typed(sort: ValueType) -> tuple[QuerySpec, str]:
    """Return a query with a parameter of a type, and its algebra with a harmless value."""
    text = TEXT.replace("kind_iri", f"kind_{sort}")
    query = spec(text, (Param("kind", f"?_kind_{sort}", (), required=True, type=sort), PARAMS[1]))
    return query, algebra(bind(query, {"kind": [TYPES[sort][0]]}))


def check_terms(sort: ValueType, values: Iterable[str]) -> int:
    """Check that each value changes nothing but its term, or is refused in one line; return how many were bound."""
    query, calm = typed(sort)
    harmless, term = TYPES[sort]
    bound, refusals = 0, list[str]()
    for value in values:
        try:
            sparql = bind(query, {"kind": [value]})
        except QueryError as error:
            refusals.append(str(error))
            continue
        assert algebra(sparql) == calm.replace(repr(term(harmless)), repr(term(value)))
        bound += 1
    assert all(line.isprintable() and len(line) < 500 for line in refusals)
    return bound


# A list of values in each example, for an example takes longer than a value does.
@pytest.mark.parametrize("sort", ValueType)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(hostile, min_size=5, max_size=20))
def test_a_value_changes_nothing_but_its_term(sort: ValueType, values: list[str]) -> None:
    check_terms(sort, values)


@pytest.mark.thorough
@pytest.mark.parametrize("sort", ValueType)
def test_ten_thousand_values_change_nothing_but_their_term(sort: ValueType) -> None:
    seen: set[str] = set()
    bound = 0

    @settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.lists(hostile, min_size=12, max_size=20, unique=True))
    def throw(values: list[str]) -> None:
        nonlocal bound
        new = [v for v in values if v not in seen]
        seen.update(new)
        bound += check_terms(sort, new)

    throw()
    assert len(seen) >= 10_000
    assert bound >= 50


def test_numbers_and_texts_are_met_as_well() -> None:
    assert check_terms(ValueType.INTEGER, ["0", "04", "9" * 18]) == 3
    assert check_terms(ValueType.LITERAL, ["a \"b\" 'c'", "?s } #", "é日😀", '"']) == 4


@pytest.mark.parametrize(
    ("sort", "value", "said"),
    [
        (ValueType.INTEGER, "4.0", "not a whole number: '4.0'; use digits only"),
        (ValueType.INTEGER, "-4", "not a whole number"),
        (ValueType.INTEGER, "\u0664", "not a whole number"),
        (ValueType.LITERAL, "", "no text that can be looked for"),
        (ValueType.LITERAL, "a\\u0022", "use words without backslashes"),
        (ValueType.LITERAL, "a\nb", "has a control character"),
        (ValueType.LITERAL, "a\u202eb", "has a control character"),
        (ValueType.IRI, "urn:x:" + "a" * 100_000, "a value of 100,006 characters is too long"),
    ],
)
def test_what_a_type_cannot_be_is_refused_with_the_reason(sort: ValueType, value: str, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        bind(typed(sort)[0], {"kind": [value]})


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
    odd = "ex:a\u0301\\'b ex:\u3001\\'c ?\U0001f600 'd'"
    assert [(t.sort, t.text) for t in tokens(odd)][-1] == ("string", "'d'")
    assert [t.sort for t in tokens(odd)] == ["name", "name", "var", "string"]
    assert form("# SELECT\nPREFIX ask: <urn:SELECT> DESCRIBE ask:x") == "DESCRIBE"
