"""Each shape lets its valid example pass and stops its invalid ones, and says what to do."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from irkg import validate as validation
from irkg.errors import GraphError, MissingExtra
from irkg.model import Finding
from irkg.resources import shapes_files
from irkg.validate import native, quarantined
from irkg.validate.results import shown
from irkg.validate.shapes import Shapes, read_shapes
from irkg.vocab import CLAIM_NS, SH

EXAMPLES = Path(__file__).parent / "shapes"
VALID = sorted(EXAMPLES.glob("*/valid/*.ttl"))
INVALID = sorted(EXAMPLES.glob("*/invalid/*.ttl"))
EXPECT = "# expect: "


def read(path: Path) -> list[ox.Triple]:
    return [q.triple for q in ox.parse(path=path)]


def validate(data: Iterable[ox.Triple], shapes: Iterable[Path]) -> list[Finding]:
    return list(validation.validate(data, shapes).findings)


def name(path: Path) -> str:
    return str(path.relative_to(EXAMPLES))


def with_context(path: Path) -> list[ox.Triple]:
    """Return an example, together with what all examples stand on."""
    return [*read(EXAMPLES / "context.ttl"), *read(path)]


@cache
def validated(path: Path) -> validation.Validation:
    """Validate an example against all shapes that ship, by the reference."""
    return validation.validate(with_context(path), shapes_files())


def findings(path: Path) -> list[Finding]:
    return list(validated(path).findings)


@cache
def shapes() -> Shapes:
    return read_shapes(shapes_files())


@cache
def shares() -> native.Shares:
    return native.share_out(shapes())


@pytest.mark.parametrize("path", [*VALID, *INVALID], ids=name)
def test_the_native_engine_finds_in_an_example_what_the_reference_finds(path: Path) -> None:
    share, names = shares().fast, shares().names
    assert share is not None
    alone = set(names["shacl"]) - set(names["pyshacl"])  # a shape with two targets may be asked by both

    def keys(results: Iterable[validation.Result]) -> Counter[tuple[object, ...]]:
        return Counter(result_key(r) for r in results if shapes().name(r.shape) in alone)

    assert keys(native.run(with_context(path), share)) == keys(validated(path).results)


@pytest.mark.parametrize("path", [p for p in INVALID if p.stem.startswith("mapping-justification")], ids=name)
def test_a_shape_that_both_engines_are_asked_for_reports_as_by_the_reference_alone(path: Path) -> None:
    together = validation.validate(with_context(path), shapes_files(), engine="auto")
    assert Counter(map(result_key, together.results)) == Counter(map(result_key, validated(path).results))


def result_key(result: validation.Result) -> tuple[object, ...]:
    value = None if result.value is None else shown(result.value)
    return (shown(result.focus), result.path, value, result.component, result.severity, shapes().name(result.shape))


@pytest.mark.parametrize("path", VALID, ids=name)
def test_a_valid_example_passes(path: Path) -> None:
    assert findings(path) == []


def expected(path: Path) -> list[tuple[str, str]]:
    """Return what must fire: the shape that the example is for, and those that one fault must break with it."""
    said = [line.removeprefix(EXPECT).split() for line in path.read_text().splitlines() if line.startswith(EXPECT)]
    assert said, f"{path}: the first line must be: {EXPECT}COMPONENT NAME"
    return [(SH + component, check) for component, check in said]


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_an_invalid_example_is_stopped_by_its_shape_and_no_other(path: Path) -> None:
    assert sorted((f.component, f.check) for f in findings(path)) == sorted(expected(path))


@cache
def named_shapes() -> dict[str, Path]:
    """Return the names of all shapes that hold a constraint of their own, with their files."""
    found = {}
    for path in shapes_files():
        for shape in shapes_with_constraints(read(path)):
            names = values(path, shape, "name")
            assert len(names) == 1, f"{path}: {shape} needs one sh:name"
            found[names[0]] = path
    return found


def shapes_with_constraints(triples: Sequence[ox.Triple]) -> set[ox.NamedNode]:
    """Property shapes, and node shapes with a target that constrain nodes and not only group property shapes."""
    said: dict[ox.NamedNode, set[str]] = {}
    for t in triples:
        if isinstance(t.subject, ox.NamedNode):
            said.setdefault(t.subject, set()).add(t.predicate.value.removeprefix(SH))
    own = {"sparql", "or", "not", "and", "xone", "node", "class"}
    targeted = {s for s, words in said.items() if words & own and any(w.startswith("target") for w in words)}
    return targeted | {s for s, words in said.items() if "path" in words}


def values(path: Path, shape: ox.NamedNode, word: str) -> list[str]:
    found = (t.object for t in read(path) if t.subject == shape and t.predicate.value == SH + word)
    return [o.value for o in found if not isinstance(o, ox.Triple)]


def test_every_shape_has_a_name_that_is_its_own_a_message_and_a_severity() -> None:
    for path in shapes_files():
        for shape in shapes_with_constraints(read(path)):
            assert values(path, shape, "name") == [shape.value.rsplit("/", 1)[1]]
            (message,) = values(path, shape, "message")
            assert message.endswith(".")
            assert values(path, shape, "severity")[0] in {SH + s for s in ("Violation", "Warning", "Info")}


# These two are asked of the values of other shapes and never report by themselves: `claim-subject` does.
ASKED_BY_OTHERS = {"exemplar-of": "claim-subject-class", "relation-name": "claim-predicate-unnamed"}


def test_there_are_at_least_forty_property_shapes() -> None:
    word = ox.NamedNode(SH + "PropertyShape")
    assert sum(t.object == word for path in shapes_files() for t in read(path)) >= 40


def test_every_shape_has_a_valid_and_an_invalid_example() -> None:
    stopped = {check for path in INVALID for _, check in expected(path)}
    assert stopped | set(ASKED_BY_OTHERS) == set(named_shapes())
    assert {path.stem for path in INVALID}.issuperset(ASKED_BY_OTHERS.values())
    assert {path.stem for path in VALID}.issuperset(named_shapes())
    for path in (*VALID, *INVALID):
        concern = path.parent.parent.name
        check = max((n for n in named_shapes() if path.stem.startswith(n)), key=len)
        assert named_shapes()[check].stem == concern, f"{path} stands in the wrong folder"
        assert path in VALID or check in dict(map(reversed, expected(path))), f"{path} is named for another shape"


def test_a_finding_tells_all_there_is_to_know() -> None:
    (finding,) = findings(EXAMPLES / "edge" / "invalid" / "edge-claimed.ttl")
    assert finding == Finding(
        severity="Violation",
        check="edge-claimed",
        focus="https://w3id.org/irkg/kind/Cell",
        label="cell",
        path="https://w3id.org/irkg/recruits",
        value="https://w3id.org/irkg/kind/TCell",
        component=SH + "SPARQLConstraintComponent",
        message="Take this edge out, or add the claim that states it or the derivation that it follows by.",
    )


def broken_claims() -> list[ox.Triple]:
    """Two claims that break several shapes each."""
    text = "".join(f"<{CLAIM_NS}{i}> a <https://w3id.org/irkg/Claim> .\n" for i in (2, 1))
    return [q.triple for q in ox.parse(text, format=ox.RdfFormat.TURTLE)]


def test_findings_are_sorted_whatever_the_order_of_the_data() -> None:
    data = [*read(EXAMPLES / "context.ttl"), *broken_claims()]
    found = validate(data, shapes_files())
    assert len({f.focus for f in found}) == 2
    random.Random(1).shuffle(data)
    assert validate(data, shapes_files()[::-1]) == found


def test_claims_with_violations_are_quarantined_with_every_reason_once() -> None:
    found = validate([*read(EXAMPLES / "context.ttl"), *broken_claims()], shapes_files())
    reasons = quarantined([*found, *found])
    assert list(reasons) == [CLAIM_NS + "1", CLAIM_NS + "2"]
    said = reasons[CLAIM_NS + "1"].split("; ")
    assert said == sorted(set(said))
    assert {s.split(":")[0] for s in said} >= {"claim-subject", "claim-source", "claim-negated"}
    assert quarantined(found[::-1]) == reasons


def test_warnings_and_other_nodes_are_not_quarantined() -> None:
    def finding(severity: str, focus: str) -> Finding:
        return Finding(severity, "check", focus, "", None, None, None, "Do it.")

    claim, kind = CLAIM_NS + "1", "https://w3id.org/irkg/kind/Cell"
    assert quarantined([finding("Warning", claim), finding("Violation", kind)]) == {}


def shapes_file(folder: Path, text: str) -> Path:
    path = folder / "shapes.ttl"
    path.write_text(
        f"@prefix sh: <{SH}> .\n@prefix x: <urn:x:> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n{text}"
    )
    return path


DATA = [q.triple for q in ox.parse("<urn:x:a> a <urn:x:C> . [] a <urn:x:C> .", format=ox.RdfFormat.TURTLE)]


def test_a_users_shape_without_a_name_is_called_by_its_iri(tmp_path: Path) -> None:
    text = "x:Shape a sh:NodeShape ; sh:targetNode x:a ; sh:severity sh:Warning ; sh:nodeKind sh:Literal ."
    (found,) = validate(DATA, [shapes_file(tmp_path, text)])
    assert (found.check, found.severity, found.label, found.path) == ("urn:x:Shape", "Warning", "", None)
    assert found.message


def test_blank_nodes_have_no_name_that_changes_from_run_to_run(tmp_path: Path) -> None:
    path = shapes_file(
        tmp_path, "x:Shape a sh:NodeShape ; sh:targetClass x:C ; sh:message 'No.' ; sh:nodeKind sh:IRI ."
    )
    assert [f.focus for f in validate(DATA, [path])] == ["[]"]
    assert validate(DATA, [path]) == validate(DATA, [path])


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("x:Shape a sh:NodeShape ; ;; .\nx:broken", "not Turtle", 5),
        ("x:a x:b x:c .", "holds no SHACL shapes", None),
        ("x:S a sh:NodeShape ; sh:targetNode x:a ; sh:property [ sh:minCount 1 ] .", "not well-formed", None),
        ("x:S a sh:NodeShape ; sh:targetNode x:a ; sh:minCount 1 .", "not well-formed", None),
        (
            "x:S a sh:NodeShape ; sh:targetNode x:a ; sh:sparql [ sh:select 'SELECT $this WHERE {' ] .",
            "not well-formed",
            None,
        ),
        (
            "x:S a sh:NodeShape ; sh:targetNode x:a ; sh:sparql [ sh:select 'SELECT $this WHERE { ?s no:p ?o }' ] .",
            "not well-formed",
            None,
        ),
    ],
)
def test_what_is_no_shapes_file_is_refused(text: str, what: str, line: int | None, tmp_path: Path) -> None:
    path = shapes_file(tmp_path, text)
    with pytest.raises(GraphError) as caught:
        validate(DATA, [path])
    assert what in caught.value.what
    assert caught.value.path == str(path)
    assert caught.value.line == line
    assert "\n" not in str(caught.value)


def test_a_missing_shapes_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="no such file"):
        validate(DATA, [tmp_path / "none.ttl"])


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT $this FROM <http://127.0.0.1:9/> WHERE { ?s ?p ?o }",
        "SELECT $this FROM NAMED<http://127.0.0.1:9/> WHERE { ?s ?p ?o }",
        "SELECT $this from x:g WHERE { ?s ?p ?o }",
    ],
)
def test_shapes_that_would_fetch_something_are_refused(query: str, tmp_path: Path) -> None:
    text = f'x:S a sh:NodeShape ; sh:targetNode x:a ; sh:sparql [ sh:select "{query}" ] .'
    with pytest.raises(GraphError, match="fetches data"):
        validate(DATA, [shapes_file(tmp_path, text)])


def test_nothing_is_printed_and_nothing_imported(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text = """<urn:x:o> a <http://www.w3.org/2002/07/owl#Ontology> ;
        <http://www.w3.org/2002/07/owl#imports> <http://127.0.0.1:9/other> .
        x:S a sh:NodeShape ; sh:targetNode x:a ; sh:nodeKind sh:IRI ."""
    assert validate([*DATA, *read(shapes_file(tmp_path, text))], [shapes_file(tmp_path, text)]) == []
    assert capfd.readouterr() == ("", "")


def test_without_pyshacl_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    with pytest.raises(MissingExtra, match=r"irkg\[build\]"):
        validate(DATA, shapes_files())


@pytest.mark.parametrize(
    ("example", "nearest"),
    [
        ("claim-nearest-relation-wider", "https://w3id.org/irkg/reaches"),
        ("claim-nearest-relation-same-word", "https://w3id.org/irkg/calls"),
        ("claim-nearest-relation-open", "https://w3id.org/irkg/associatedWith"),
    ],
)
def test_the_nearest_relation_is_wider_or_of_the_same_words_or_open_to_every_kind(example: str, nearest: str) -> None:
    found = findings(EXAMPLES / "edge" / "invalid" / f"{example}.ttl")
    (advice,) = (f for f in found if f.check == "claim-nearest-relation")
    assert advice.severity == "Warning"
    assert advice.message.endswith(f"fits both kinds: {nearest}.")
