"""The native engine runs a shape only where it finds what pySHACL, the reference, finds: nothing more, nothing less."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irkg.errors import GraphError
from irkg.resources import shapes_files
from irkg.validate import native, reference, validate
from irkg.validate.proven import PROVEN
from irkg.validate.results import Result, shown
from irkg.validate.shapes import Shapes, shapes_of
from irkg.vocab import CLAIM_NS, RDF, SH, XSD

W3C = Path(__file__).parent / "data" / "shacl-core"
TESTS = sorted(p for p in W3C.rglob("*.ttl") if not p.stem.endswith(("-data", "-shapes")))
# Tests of the suite that no part of goes to the native engine, by what it is that is not proven
LEFT_TO_PYSHACL = {
    # pySHACL compares what has no order (NaN, booleans, datatypes of one's own) otherwise
    "bounds": "node/maxExclusive-001 node/maxInclusive-001 node/minExclusive-001 node/minInclusive-001 "
    "node/minInclusive-002 node/minInclusive-003 property/maxExclusive-001 property/maxInclusive-001 "
    "property/minExclusive-002",
    # pySHACL gives up on blank nodes
    "pairs in order": "property/lessThan-002 property/lessThanOrEquals-001",
    # pySHACL takes "2023-01-01" for an xsd:dateTime
    "datatypes but four": "node/datatype-002 property/datatype-001 property/datatype-003 property/datatype-ill-formed "
    "property/or-datatypes-001",
    "flags, letters behind a backslash": "node/pattern-002 property/pattern-002 complex/personexample",
    # pySHACL takes "1" for true here
    "uniqueLang": "property/uniqueLang-001 property/uniqueLang-002 complex/shacl-shacl",
}


def key(result: Result) -> tuple[str | None, ...]:
    value = None if result.value is None else f"{type(result.value).__name__} {shown(result.value)}"
    return (shown(result.focus), result.path, value, result.component, result.severity, shown(result.shape))


def assert_equal(data: Sequence[ox.Triple], shapes: Shapes) -> int:
    """Compare all that both engines find, and return how much it is."""
    found, expected = Counter(map(key, native.run(data, shapes))), Counter(map(key, reference.run(data, shapes)))
    assert found == expected
    return expected.total()


def parsed(path: Path) -> list[ox.Triple]:
    return [q.triple for q in ox.parse(path=str(path), base_iri=f"http://example.org/{path.name}")]


@pytest.mark.filterwarnings("ignore::Warning")  # pySHACL warns of constraints that have no place where they stand
@pytest.mark.parametrize("path", TESTS, ids=lambda p: str(p.relative_to(W3C).with_suffix("")))
def test_the_core_tests_of_the_w3c(path: Path) -> None:
    data, shapes = (path.with_name(f"{path.stem}-{part}.ttl") for part in ("data", "shapes"))
    found = parsed(data if data.exists() else path)
    share = native.share_out(shapes_of(parsed(shapes if shapes.exists() else path)), found).fast
    left = " ".join(LEFT_TO_PYSHACL.values()).split()
    assert (share is None) == (path.relative_to(W3C).with_suffix("").as_posix() in left)
    if share:
        assert_equal(found, share)


def test_every_constraint_that_is_called_proven_stands_in_a_test_or_in_generated_data() -> None:
    words = {t.predicate.value.removeprefix(SH) for p in TESTS for t in parsed(p)}
    words |= {t.predicate.value.removeprefix(SH) for p in W3C.rglob("*-shapes.ttl") for t in parsed(p)}
    assert words | {t.predicate.value.removeprefix(SH) for t in general().triples} >= PROVEN


# A shape for each constraint; those that must not go together with another stand alone.
CONSTRAINTS = {
    "class": "sh:class x:C",
    "kind": "sh:nodeKind sh:BlankNodeOrLiteral",
    "min": "sh:minCount 2",
    "max": "sh:maxCount 1",
    "short": "sh:minLength 2",
    "long": "sh:maxLength 3",
    "among": 'sh:in ( x:a "1" 1 1.0 "a"@en true )',
    "has": "sh:hasValue 1",
    "integer": "sh:datatype xsd:integer",
    "decimal": "sh:datatype xsd:decimal",
    "boolean": "sh:datatype xsd:boolean",
    "text": "sh:datatype xsd:string",
    "pattern": 'sh:pattern "^[a-z]+(-[a-z0-9]{1,2})*$"',
    "loose": 'sh:pattern "a.b|1"',
    "other": "sh:disjoint x:q",
    "same": "sh:equals x:q",
    "language": 'sh:languageIn ( "en" )',
    "either": "sh:or ( [ sh:class x:C ] [ sh:datatype xsd:integer ] )",
    "one": "sh:xone ( [ sh:nodeKind sh:IRI ] [ sh:class x:C ] )",
    "both": "sh:and ( [ sh:nodeKind sh:IRI ] [ sh:class x:C ] )",
    "never": "sh:not [ sh:class x:C ]",
    "inner": "sh:node [ sh:property [ sh:path x:q ; sh:minCount 1 ] ]",
    "some": "sh:qualifiedValueShape [ sh:class x:C ] ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1",
}
PATHS = (
    "x:p",
    "[ sh:inversePath x:p ]",
    "( x:p x:q )",
    "[ sh:alternativePath ( x:p x:q ) ]",
    "[ sh:zeroOrMorePath x:p ]",
    "[ sh:oneOrMorePath [ sh:alternativePath ( x:p [ sh:inversePath x:q ] ) ] ]",
    "( x:p [ sh:zeroOrOnePath x:q ] )",
)
TARGETS = ("sh:targetClass x:C", "sh:targetSubjectsOf x:p", "sh:targetObjectsOf x:p", "sh:targetNode x:a , x:none , 1")


@cache
def general() -> Shapes:
    """Each constraint on a property, by turns with each target and path; and closed shapes."""
    lines = [f"@prefix sh: <{SH}> . @prefix x: <urn:x:> . @prefix xsd: <{XSD}> ."]
    for at, (name, constraint) in enumerate(CONSTRAINTS.items()):
        target = TARGETS[at % len(TARGETS)]
        for also, path in enumerate(dict.fromkeys((PATHS[0], PATHS[at % len(PATHS)]))):
            severity = ("sh:Violation", "sh:Warning")[also]
            lines.append(f"x:{name}{also} a sh:PropertyShape ; {target} ; sh:severity {severity} ; sh:path {path} ;")
            lines.append(f"  {constraint} .")
    lines.append("x:closed a sh:NodeShape ; sh:targetClass x:C ; sh:closed true ; sh:property x:max0 ;")
    lines.append(f"  sh:ignoredProperties ( <{RDF}type> ) .")
    return shapes_of([q.triple for q in ox.parse("\n".join(lines), format=ox.RdfFormat.TURTLE)])


IRIS = [ox.NamedNode(f"urn:x:{n}") for n in "abc"]
LITERALS = [
    *(ox.Literal(text) for text in ("", "1", "a", "a-b", "ab-", "a-b-c1", "é", "a\nb", "azb", "toolong")),
    *(ox.Literal(text, datatype=ox.NamedNode(XSD + "integer")) for text in ("1", "01", "+2", "-0", "x", "")),
    *(ox.Literal(text, datatype=ox.NamedNode(XSD + "decimal")) for text in ("1.0", "1", "1.50", ".5")),
    *(ox.Literal(text, datatype=ox.NamedNode(XSD + "double")) for text in ("1e0", "1.5", "INF", "NaN")),
    *(ox.Literal(text, datatype=ox.NamedNode(XSD + "boolean")) for text in ("true", "1", "yes")),
    *(ox.Literal(text, datatype=ox.NamedNode(XSD + "dateTime")) for text in ("2023-01-01T00:00:00Z", "2023-01-01")),
    *(ox.Literal(text, language=tag) for text in ("a", "b") for tag in ("en", "en-GB", "de")),
    ox.Literal("2", datatype=ox.NamedNode(XSD + "long")),
    ox.Literal("1", datatype=ox.NamedNode("urn:x:own")),
]
NODES = st.sampled_from([*IRIS, ox.BlankNode("b")])
TYPED = st.builds(
    ox.Triple,
    NODES,
    st.just(ox.NamedNode(RDF + "type")),
    st.sampled_from([ox.NamedNode("urn:x:C"), ox.NamedNode("urn:x:D")]),
)
SAID = st.builds(
    ox.Triple,
    NODES,
    st.sampled_from([ox.NamedNode(f"urn:x:{n}") for n in "ppqr"]),
    st.one_of(NODES, st.sampled_from(LITERALS)),
)
GRAPHS = st.lists(st.one_of(TYPED, SAID, SAID, SAID), max_size=14, unique=True)
SUBCLASS = ox.Triple(
    ox.NamedNode("urn:x:D"),
    ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf"),
    ox.NamedNode("urn:x:C"),
)


def test_all_of_the_general_shapes_go_to_the_native_engine() -> None:
    shares = native.share_out(general())
    assert shares.slow is None
    assert set(shares.names["shacl"]) >= {f"urn:x:{name}0" for name in CONSTRAINTS}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(GRAPHS)
def test_generated_data(data: list[ox.Triple]) -> None:
    assert_equal([*data, SUBCLASS], general())


@pytest.mark.thorough
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(GRAPHS)
def test_much_generated_data(data: list[ox.Triple]) -> None:
    assert_equal([*data, SUBCLASS], general())


X = f"@prefix sh: <{SH}> . @prefix x: <urn:x:> .\n"


def shares(text: str, data: Iterable[ox.Triple] = ()) -> native.Shares:
    return native.share_out(shapes_of([q.triple for q in ox.parse(X + text, format=ox.RdfFormat.TURTLE)]), data)


@pytest.mark.parametrize(
    "constraint",
    [
        'sh:sparql [ sh:select "SELECT $this { $this ?p ?o }" ]',
        "sh:own 1",
        "sh:uniqueLang true",
        "sh:lessThan x:q",
        "sh:minInclusive 1",
        "sh:datatype <http://www.w3.org/2001/XMLSchema#date>",
        'sh:pattern "a" ; sh:flags "i"',
        *(f'sh:pattern "{p}"' for p in (r"\\d", "(?i)a", "(?=a)", "[[a]", "[a&&b]", "a{b", "é", "a++")),
        "sh:js [ ]",
        "sh:expression [ ]",
        "sh:node [ sh:node [ sh:uniqueLang true ] ]",
    ],
)
def test_what_is_not_proven_is_left_to_pyshacl(constraint: str) -> None:
    text = ox.Triple(ox.NamedNode("urn:x:a"), ox.NamedNode("urn:x:p"), ox.Literal("1"))
    found = shares(f"x:S a sh:PropertyShape ; sh:targetNode x:a ; sh:path x:p ; {constraint} .", [text])
    assert found.fast is None
    assert found.slow is not None


def test_a_pattern_is_left_to_pyshacl_where_a_text_ends_with_a_line_break() -> None:
    shape = 'x:S a sh:NodeShape ; sh:targetNode x:a ; sh:property [ sh:path x:p ; sh:pattern "^a$" ] .'
    text = ox.Triple(ox.NamedNode("urn:x:a"), ox.NamedNode("urn:x:p"), ox.Literal("a\n"))
    assert shares(shape).slow is None
    assert shares(shape, [text]).fast is None


def test_a_node_shape_is_shared_out_by_its_properties() -> None:
    found = shares(
        "x:S a sh:NodeShape ; sh:targetNode x:a ; sh:nodeKind sh:IRI ; sh:property x:P , x:Q ."
        "x:P sh:path x:p ; sh:minCount 1 . x:Q sh:path x:q ; sh:uniqueLang true ."
    )
    assert found.names == {"shacl": ("urn:x:P", "urn:x:S"), "pyshacl": ("urn:x:Q",)}
    closed = shares(
        "x:S a sh:NodeShape ; sh:targetNode x:a ; sh:closed true ; sh:property x:P , x:Q ."
        "x:P sh:path x:p ; sh:minCount 1 . x:Q sh:path x:q ; sh:uniqueLang true ."
    )
    assert closed.fast is None


def nested(depth: int) -> str:
    return (
        "x:S a sh:NodeShape ; sh:targetNode x:a ; " + "sh:node [ " * depth + "sh:nodeKind sh:IRI" + " ]" * depth + " ."
    )


def chained(depth: int) -> str:
    links = "".join(f"x:S{i} sh:node x:S{i + 1} .\n" for i in range(depth))
    return f"x:S0 a sh:NodeShape ; sh:targetNode x:a .\n{links}x:S{depth} sh:nodeKind sh:IRI ."


@pytest.mark.parametrize(
    "text",
    [
        nested(100),
        chained(20_000),
        "x:S a sh:NodeShape ; sh:targetNode x:a ; sh:node x:S .",
        f"x:S a sh:NodeShape ; sh:targetNode x:a ; sh:in ( {'x:a ' * 20_000}) .",
        f"x:S a sh:NodeShape ; sh:targetNode x:a ; sh:in x:l . x:l <{RDF}first> x:a ; <{RDF}rest> x:l .",
    ],
    ids=["nested", "chained", "in a circle", "a long list", "an endless list"],
)
def test_what_would_end_the_process_does_not_reach_the_native_engine(text: str) -> None:
    assert shares(text).fast is None


def test_the_native_engine_is_asked_for_by_name_where_it_is_proven(tmp_path: Path) -> None:
    path = tmp_path / "shapes.ttl"
    path.write_text(X + "x:S a sh:NodeShape ; sh:targetNode x:a ; sh:nodeKind sh:Literal .")
    found = validate([], [path], engine="shacl")
    assert [(f.check, f.focus) for f in found.findings] == [("urn:x:S", "urn:x:a")]
    assert found == validate([], [path], engine="auto")
    with pytest.raises(GraphError, match="not proven on"):
        validate([], shapes_files(), engine="shacl")


def test_both_engines_together_find_what_pyshacl_finds_alone() -> None:
    data = [q.triple for q in ox.parse(path=str(Path(__file__).parent / "shapes" / "context.ttl"))]
    claims = f"<{CLAIM_NS}1> a <https://w3id.org/irkg/Claim> . <urn:d> a <https://w3id.org/irkg/Derivation> ."
    data += [q.triple for q in ox.parse(claims, format=ox.RdfFormat.TURTLE)]
    auto, alone = (validate(data, shapes_files(), engine=engine) for engine in ("auto", "pyshacl"))
    assert len(auto.findings) > 10
    assert auto.findings == alone.findings
    assert {name: len(ran) > 10 for name, ran in auto.engines.items()} == {"shacl": True, "pyshacl": False}
