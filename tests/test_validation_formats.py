"""A validation is written for people and for programs, and each way says the same."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from irkg import KnowledgeGraph
from irkg.cli import main
from irkg.file_checks import validate_files
from irkg.model import Finding, digest
from irkg.resources import graph_file, shapes_files
from irkg.validate import SEVERITIES, Validation, at_least, validate
from irkg.validation_formats import VALIDATION_FORMATS, Shown, by_shape, table
from irkg.vocab import CLAIM_NS, OA, SH

SHAPES = f"""@prefix sh: <{SH}> . @prefix x: <urn:x:> .
x:Thing a sh:NodeShape ; sh:targetClass x:Thing ; sh:property x:size , x:named .
x:size a sh:PropertyShape ; sh:path x:size ; sh:name "size" ; sh:message "Give it one size." ; sh:maxCount 1 .
x:named a sh:PropertyShape ; sh:path [ sh:inversePath x:names ] ; sh:name "named" ; sh:severity sh:Warning ;
    sh:message "Let something name it." ; sh:minCount 1 .
x:colour a sh:PropertyShape ; sh:targetClass x:Thing ; sh:path x:colour ; sh:name "colour" ; sh:severity sh:Info ;
    sh:message "Colour it red & <green>." ; sh:hasValue x:red .
x:unbroken a sh:PropertyShape ; sh:targetClass x:Thing ; sh:path x:age ; sh:name "age" ; sh:maxCount 1 .
"""
DATA = """@prefix x: <urn:x:> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
x:a a x:Thing ; rdfs:label "the first" ; x:size 1 , 2 ; x:colour x:red .
x:b a x:Thing ; x:colour "blue\\u0001" .
x:n x:names x:b .
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("formats")
    (folder / "shapes.ttl").write_text(SHAPES)
    (folder / "things.ttl").write_text(DATA.replace("\\u0001", ""))  # which no file may hold
    return folder / "things.ttl", folder / "shapes.ttl"


@pytest.fixture(scope="module")
def checked(files: tuple[Path, Path]) -> Validation:
    return validate(ox.parse(DATA, format=ox.RdfFormat.TURTLE), [files[1]])


def written(validation: Validation, name: str, files: tuple[str, ...] = ()) -> str:
    return VALIDATION_FORMATS[name].write(Shown(validation, validation.findings, files))


def test_findings_stand_by_severity_and_shape(checked: Validation) -> None:
    found = [(f.severity, f.check, f.focus, f.label, f.path) for f in checked.findings]
    assert found == [
        ("Violation", "size", "urn:x:a", "the first", "urn:x:size"),
        ("Warning", "named", "urn:x:a", "the first", None),
        ("Info", "colour", "urn:x:b", "", "urn:x:colour"),
    ]
    assert checked.violated
    assert not checked.conforms
    assert [len(at_least(checked.findings, s)) for s in SEVERITIES] == [1, 2, 3]


def test_people_read_each_shape_once(checked: Validation) -> None:
    answers = by_shape(checked.findings)
    assert answers[0].notes == ("Violation: size (1)", "  Give it one size.")
    assert answers[0].column("label") == ("the first",)


def test_messages_that_differ_stand_in_the_rows() -> None:
    found = [Finding("Warning", "near", f"urn:{i}", "", None, None, None, f"Take {i}.") for i in (1, 2)]
    (answer,) = by_shape(found)
    assert answer.notes == ("Warning: near (2)",)
    assert answer.column("message") == ("Take 1.", "Take 2.")


def test_tables_and_json_have_all_there_is_to_know(checked: Validation) -> None:
    records = json.loads(written(checked, "json"))
    assert list(records[0]) == list(table([]).columns)
    assert records[0]["component"] == "sh:MaxCountConstraintComponent"
    assert len(written(checked, "tsv").splitlines()) == 1 + len(records) == 4


def test_junit_fails_for_violations_only(checked: Validation) -> None:
    root = ElementTree.fromstring(written(checked, "junit"))
    suites = {s.get("name"): s for s in root.findall("testsuite")}
    assert {name: (s.get("tests"), s.get("failures")) for name, s in suites.items()} == {
        "size": ("1", "1"),
        "named": ("1", "0"),
        "colour": ("1", "0"),
        "age": ("1", "0"),
    }
    failure = suites["size"].find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "Give it one size."
    told = suites["colour"].findtext("testcase/system-out")
    assert told is not None
    assert told.startswith("Info: Colour it red & <green>.")


def test_xml_holds_what_it_can(tmp_path: Path, files: tuple[Path, Path]) -> None:
    extra = (
        files[1].read_text()
        + "x:p a sh:PropertyShape ; sh:targetClass x:Thing ; sh:path x:colour ; sh:nodeKind sh:IRI ."
    )
    (tmp_path / "shapes.ttl").write_text(extra)
    found = validate(ox.parse(DATA, format=ox.RdfFormat.TURTLE), [tmp_path / "shapes.ttl"], names=["urn:x:p"])
    assert [f.value for f in found.findings] == ["blue\x01"]
    assert "value: blue\n" in "".join(ElementTree.fromstring(written(found, "junit")).itertext()) + "\n"


def test_sarif_levels_and_rules_belong_together(checked: Validation) -> None:
    (run,) = json.loads(written(checked, "sarif", ("things.ttl",)))["runs"]
    rules = [r["id"] for r in run["tool"]["driver"]["rules"]]
    assert [(r["ruleId"], r["level"]) for r in run["results"]] == [
        ("size", "error"),
        ("named", "warning"),
        ("colour", "note"),
    ]
    assert all(rules[r["ruleIndex"]] == r["ruleId"] for r in run["results"])
    (place,) = run["results"][0]["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "things.ttl"
    assert place["logicalLocations"] == [{"fullyQualifiedName": "urn:x:a", "name": "the first"}]


def test_the_report_is_the_one_of_shacl(checked: Validation) -> None:
    graph = ox.Store()
    graph.load(written(checked, "turtle").encode(), format=ox.RdfFormat.TURTLE)
    rows = graph.query(
        f"""PREFIX sh: <{SH}> SELECT ?focus ?shape ?path ?inverse ?conforms {{
            ?report a sh:ValidationReport ; sh:conforms ?conforms ; sh:result ?r .
            ?r a sh:ValidationResult ; sh:focusNode ?focus ; sh:sourceShape ?shape ; sh:resultPath ?path ;
                sh:resultSeverity ?severity ; sh:sourceConstraintComponent ?component ; sh:resultMessage ?message .
            OPTIONAL {{ ?path sh:inversePath ?inverse }} }}"""
    )
    assert isinstance(rows, ox.QuerySolutions)
    found = {
        (r["shape"].value, r["inverse"].value if r["inverse"] else r["path"].value, r["conforms"].value) for r in rows
    }
    assert found == {
        ("urn:x:size", "urn:x:size", "false"),
        ("urn:x:named", "urn:x:names", "false"),
        ("urn:x:colour", "urn:x:colour", "false"),
    }


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(args))
    out, err = capsys.readouterr()
    return int(str(ended.value.code or 0)), out, err


def test_the_suffix_chooses_the_format(
    tmp_path: Path, files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    told = ("validate", str(files[0]), "--shapes", str(files[1]))
    code, out, err = run(capsys, *told, "-o", str(tmp_path / "found.sarif"))
    assert (code, out, err) == (1, "", "1 violation, 1 warning, 1 remark\n")
    assert json.loads((tmp_path / "found.sarif").read_text())["version"] == "2.1.0"
    code, _, err = run(capsys, *told, "-o", str(tmp_path / "found.doc"))
    assert code == 2
    assert "use one of: .tsv" in err


def test_one_shape_alone_decides(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    told = ("validate", str(files[0]), "--shapes", str(files[1]))
    code, out, err = run(capsys, *told, "--shape", "named", "--format", "table")
    assert (code, err) == (0, "0 violations, 1 warning, 0 remarks\n")
    assert out.startswith("Warning: named (1)\n  Let something name it.\n")
    code, _, err = run(capsys, *told, "--shape", "sise")
    assert code == 2
    assert 'unknown shape "sise"; did you mean "size"' in err


def test_json_ld_is_read_and_its_context_is_not_fetched(
    tmp_path: Path, files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    thing = {"@id": "urn:x:c", "@type": "urn:x:Thing", "urn:x:size": [1, 2], "urn:x:colour": {"@id": "urn:x:red"}}
    (tmp_path / "c.jsonld").write_text(json.dumps(thing))
    code, out, _ = run(capsys, "validate", str(tmp_path / "c.jsonld"), "--shapes", str(files[1]), "--shape", "size")
    assert code == 1
    assert "urn:x:c" in out
    (tmp_path / "c.jsonld").write_text(json.dumps({"@context": "http://127.0.0.1:9/c", **thing}))
    code, _, err = run(capsys, "validate", str(tmp_path / "c.jsonld"), "--shapes", str(files[1]))
    assert code == 2
    assert "c.jsonld" in err
    assert len(err.splitlines()) == 1


SENTENCE = "Cells may call in T cells."
CLAIM = f"""@prefix irkg: <https://w3id.org/irkg/> . @prefix oa: <{OA}> .
<{CLAIM_NS}1> a irkg:Claim ; irkg:evidence <urn:e> ; irkg:hedgeCue "may" .
<urn:e> oa:hasSource <https://w3id.org/irkg/source/one> ; irkg:digest "{digest(SENTENCE)}" ; oa:hasSelector <urn:p> .
<urn:p> a oa:TextPositionSelector ; oa:start 4 ; oa:end {4 + len(SENTENCE)} .
"""
QUOTED = ("--shape", "claim-evidence-digest", "--shape", "claim-hedge-cue-quoted", "--format", "json")


@cache
def texts() -> dict[str, tuple[int, list[str]]]:
    """From the text of the source to the exit code and the shapes that are broken."""
    return {
        f"Oh. {SENTENCE}": (0, []),
        f"Oh! {SENTENCE}": (0, []),
        f"Oh.  {SENTENCE}": (1, ["claim-evidence-digest"]),
        "Oh. Cells must call in T cells.": (1, ["claim-evidence-digest", "claim-hedge-cue-quoted"]),
    }


@pytest.mark.parametrize("text", texts())
def test_digests_and_cues_are_held_against_the_text(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "claims.ttl").write_text(CLAIM)
    (tmp_path / "one.txt").write_text(text)
    told = ("validate", str(tmp_path / "claims.ttl"), "--source-text", str(tmp_path / "one.txt"), *QUOTED)
    code, out, _ = run(capsys, *told)
    found = json.loads(out)
    assert (code, [f["check"] for f in found]) == texts()[text]
    assert all(f["sentence"] == text[4 : 4 + len(SENTENCE)].strip() for f in found)


def test_a_text_of_no_source_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "claims.ttl").write_text(CLAIM)
    (tmp_path / "two.txt").write_text("Oh.")
    code, _, err = run(capsys, "validate", str(tmp_path / "claims.ttl"), "--source-text", str(tmp_path / "two.txt"))
    assert code == 2
    assert 'no evidence from a source "two"' in err


def test_a_knowledge_graph_in_a_file_is_checked_as_it_is_in_place() -> None:
    shapes = [path for path in shapes_files() if path.stem in ("candidate", "derivation")]
    in_file = validate_files([graph_file()], shapes)
    assert in_file.findings == KnowledgeGraph.open().validate(shapes).findings == ()
