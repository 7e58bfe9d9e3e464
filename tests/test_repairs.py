"""Repairs are proposed where there is one right answer, and nowhere else; applied, they mend what they name."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from irkg.cli import main
from irkg.resources import shapes_files
from irkg.validate import validate
from irkg.validate.repairs import Repair, patch, repairs
from irkg.vocab import SH, XSD

CLAIM_SHAPES = [path for path in shapes_files() if path.stem == "claim"]
CONTEXT = ox.parse(path=str(Path(__file__).parent / "shapes" / "context.ttl"))
ONTOLOGY = list(CONTEXT)
PREFIXES = f"""@prefix irkg: <https://w3id.org/irkg/> . @prefix kind: <https://w3id.org/irkg/kind/> .
@prefix claim: <https://w3id.org/irkg/claim/> . @prefix source: <https://w3id.org/irkg/source/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix x: <urn:x:> . @prefix sh: <{SH}> .
@prefix xsd: <{XSD}> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
CLAIM = {
    "subject": "kind:Cell",
    "predicate": "irkg:recruits",
    "object": "kind:TCell",
    "negated": "false",
    "strength": "irkg:asserted",
    "reviewStatus": "irkg:extracted",
    "source": "source:one",
    "evidence": "<https://w3id.org/irkg/evidence/one/0-50>",
}


def quads(text: str) -> list[ox.Quad]:
    return list(ox.parse(PREFIXES + text, format=ox.RdfFormat.TRIG))


def claim(**changed: str) -> list[ox.Quad]:
    said = " ; ".join(f"irkg:{word} {value}" for word, value in (CLAIM | changed).items())
    return [*ONTOLOGY, *quads(f"<urn:g> {{ claim:1 a irkg:Claim ; {said} . }}")]


def proposed(data: list[ox.Quad], shapes: list[Path] = CLAIM_SHAPES) -> list[Repair]:
    return repairs(validate(data, shapes), data)


MENDED = [
    ({"subject": '"T cell"'}, "https://w3id.org/irkg/kind/TCell"),
    ({"object": '"  t  CELL "'}, "https://w3id.org/irkg/kind/TCell"),
    ({"subject": '"kind:Cell"'}, "https://w3id.org/irkg/kind/Cell"),
    ({"object": '"https://w3id.org/irkg/kind/Pathway"'}, "https://w3id.org/irkg/kind/Pathway"),
    ({"predicate": '"is associated with"'}, "https://w3id.org/irkg/associatedWith"),
    ({"strength": '"irkg:hedged"', "hedgeCue": '"may"'}, "https://w3id.org/irkg/hedged"),
    ({"negated": '"false"'}, "false"),
    ({"negated": '" true\\n"'}, "true"),
    ({"quantifier": '" some"'}, "some"),
    ({"section": "2"}, "2"),
]
AMBIGUOUS = [
    {"subject": '"B cell"'},  # unknown
    {"subject": "irkg:TCell"},  # a class: is the exemplar meant, or another kind?
    {"negated": '"no"'},
    {"quantifier": '"most"'},
    {"section": '"Introduction"@en'},  # the language would be lost
    {"confidence": "80"},
    {"strength": '"sure"'},
]


@pytest.mark.parametrize(("changed", "right"), MENDED, ids=str)
def test_what_has_one_right_answer_is_mended(changed: dict[str, str], right: str) -> None:
    data = claim(**changed)
    (repair,) = proposed(data)
    assert getattr(repair.new.object, "value", None) == right
    store = ox.Store()
    store.extend(data)
    store.update(patch([repair]))
    assert not validate(list(store), CLAIM_SHAPES).findings
    assert len(store) == len(set(data))


@pytest.mark.parametrize("changed", AMBIGUOUS, ids=str)
def test_what_has_more_answers_or_none_is_left_alone(changed: dict[str, str]) -> None:
    data = claim(**changed)
    assert validate(data, CLAIM_SHAPES).findings
    assert proposed(data) == []


def test_a_name_of_two_kinds_is_left_alone() -> None:
    twin = quads("kind:Other a owl:NamedIndividual ; rdfs:label 'T cell' ; irkg:exemplarOf irkg:Other .")
    assert proposed([*claim(subject='"T cell"'), *twin]) == []


def test_blank_nodes_have_no_place_in_an_update(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(
        PREFIXES + "x:S a sh:PropertyShape ; sh:targetSubjectsOf x:p ; sh:path x:p ; sh:datatype xsd:integer ."
    )
    assert len(proposed(quads("[] x:p '1' . x:a x:p '1' ."), [tmp_path / "shapes.ttl"])) == 1


def test_inverse_statements_are_added_once_and_not_beside_claims(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(PREFIXES + "x:S a sh:NodeShape ; sh:targetNode x:a ; sh:nodeKind sh:IRI .")
    data = quads("x:p owl:inverseOf x:q . x:a x:p x:b . x:b x:q x:a . x:c x:p x:d . x:e x:q x:f .")
    found = proposed(data, [tmp_path / "shapes.ttl"])
    assert [str(r.new) for r in found] == ["<urn:x:d> <urn:x:q> <urn:x:c>", "<urn:x:f> <urn:x:p> <urn:x:e>"]
    assert all(r.old is None for r in found)
    assert proposed([*claim(), *quads("kind:Cell irkg:recruits kind:TCell .")]) == []


def test_the_patch_is_written_beside_the_file_and_can_be_applied(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shapes, data, fixed = (tmp_path / name for name in ("shapes.ttl", "data.ttl", "fix.ru"))
    shapes.write_text(
        PREFIXES + "x:S a sh:PropertyShape ; sh:targetSubjectsOf x:p ; sh:path x:p ; sh:name 'p' ; "
        "sh:message 'Give an integer.' ; sh:datatype xsd:integer ."
    )
    data.write_text(PREFIXES + "x:a x:p ' 1' , 2 .")
    before = data.read_bytes()
    with pytest.raises(SystemExit) as ended:
        main(["validate", str(data), "--shapes", str(shapes), "--fix", str(fixed)])
    assert ended.value.code == 1
    assert "1 repair proposed" in capsys.readouterr().err
    assert data.read_bytes() == before
    assert "# p: Give an integer." in fixed.read_text()
    store = ox.Store()
    store.load(path=str(data), format=ox.RdfFormat.TURTLE)
    store.update(fixed.read_text())
    assert not validate(list(store), [shapes]).findings
    assert len(store) == 2
