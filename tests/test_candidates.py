"""What each rule for candidates proposes, what it leaves alone, and how it is switched off."""

from __future__ import annotations

import random
import re
from pathlib import Path
from types import SimpleNamespace

import pyoxigraph as ox
import pytest
from rdflib import Dataset

from irkg import build as building
from irkg import vocab as v
from irkg.build import build_to
from irkg.catalogue import candidate_rules
from irkg.changes import retract
from irkg.cli import main
from irkg.errors import UnknownName
from irkg.store import open_dataset, run_query

PREFIXES = """
@prefix irkg: <https://w3id.org/irkg/> .
@prefix kind: <https://w3id.org/irkg/kind/> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix : <urn:claim:> .
irkg:hedged irkg:rank 3 . irkg:ability irkg:rank 4 . irkg:asserted irkg:rank 5 .
irkg:hasPatient rdfs:subPropertyOf obo:RO_0000057 .
irkg:Strategy rdfs:subClassOf irkg:Intervention .
irkg:TregRecruitment rdfs:subClassOf irkg:Recruitment ,
  [ owl:onProperty irkg:hasPatient ; owl:someValuesFrom irkg:Treg ] .
irkg:Recruitment rdfs:subClassOf irkg:ResistanceMechanism .
irkg:Exclusion rdfs:subClassOf irkg:ResistanceMechanism ; owl:equivalentClass [ owl:intersectionOf (
  irkg:ResistanceMechanism [ owl:onProperty obo:RO_0000057 ; owl:someValuesFrom irkg:CD8 ] ) ] .
irkg:Treg rdfs:subClassOf irkg:TCell . irkg:CD8 rdfs:subClassOf irkg:TCell .
"""
NAMES = {
    "Combination": "irkg:Strategy",
    "AntiX": "irkg:Strategy",
    "AntiY": "irkg:Strategy",
    "Strategy": "irkg:Intervention",
    "Tumor": "irkg:DomainEntity",
}
OTHERS = ("Treg", "CD8", "TCell", "TregRecruitment", "Recruitment", "Exclusion", "ResistanceMechanism")


def _claim(name: str, said: str) -> str:
    """Return a claim from "SUBJECT RELATION OBJECT strength [more]", all of the source s unless it says otherwise."""
    subject, relation, thing, strength, *more = said.split()
    more_said = {"source": "irkg:s", "status": "irkg:unreviewed", "negated": "false"} | dict(m.split("=") for m in more)
    held = "irkg:quarantined true ;" if "quarantined" in more_said else ""
    return (
        f":{name} a irkg:Claim ; irkg:subject kind:{subject} ; irkg:predicate {relation} ; irkg:object kind:{thing} ;"
        f"{held} irkg:negated {more_said['negated']} ; irkg:reviewStatus {more_said['status']} ;"
        f"irkg:strength irkg:{strength} ; irkg:source {more_said['source']} .\n"
    )


def _turtle(*claims: str) -> str:
    kinds = "".join(f"irkg:{n} rdfs:subClassOf {above} .\n" for n, above in NAMES.items())
    exemplars = "".join(
        f'kind:{n} irkg:exemplarOf irkg:{n} ; skos:prefLabel "{n}" . irkg:{n} rdfs:label "{n}" .\n'
        for n in (*NAMES, *OTHERS)
    )
    return PREFIXES + kinds + exemplars + "".join(_claim(f"c{i}", said) for i, said in enumerate(claims))


def _proposed(rule: str, *claims: str) -> list[str]:
    """Return the candidates of a rule in words, by pyoxigraph, after rdflib has found the same."""
    turtle, sparql = _turtle(*claims), candidate_rules()[rule].text
    store = ox.Store()
    store.load(turtle.encode(), format=ox.RdfFormat.TURTLE)
    made = run_query(store, sparql)
    assert isinstance(made, ox.QueryTriples)
    triples = set(map(str, made))
    judge = Dataset(default_union=True).parse(data=turtle, format="turtle").query(sparql)
    assert {" ".join(t.n3() for t in triple) for triple in judge} == triples
    said: dict[str, dict[str, list[str]]] = {}
    for t in triples:
        subject, predicate, thing = t.split(" ", maxsplit=2)
        local = re.split(r"[/#:]", predicate.strip("<>"))[-1]
        said.setdefault(subject, {}).setdefault(local, []).append(re.split(r"[/#:]", thing.strip('<>"'))[-1])
    assert all(c["rule"] == [rule] and c["predicate"] == ["counters"] and c["reason"] for c in said.values())
    return sorted(
        f"{c['subject'][0]} {c['object'][0]} {c['strength'][0]} {','.join(sorted(c['premise']))}" for c in said.values()
    )


COMPONENT = ("Combination obo:BFO_0000051 AntiX ability", "AntiX irkg:counters TregRecruitment hedged")
TARGET = ("AntiX irkg:depletes Treg asserted",)
NARROW = ("AntiX irkg:counters TregRecruitment ability",)


@pytest.mark.parametrize(
    ("rule", "claims", "proposed"),
    [
        # a combination has a part that counters it; as strong as the weaker claim, whichever that is
        ("component", COMPONENT, ["Combination TregRecruitment hedged c0,c1"]),
        (
            "component",
            ("Combination obo:BFO_0000051 AntiX hedged source=irkg:t", "AntiX irkg:counters Exclusion asserted"),
            ["Combination Exclusion hedged c0,c1"],
        ),
        ("component", (COMPONENT[0] + " negated=true", COMPONENT[1]), []),
        ("component", (COMPONENT[0], COMPONENT[1] + " negated=true"), []),
        ("component", (COMPONENT[0], COMPONENT[1] + " status=irkg:rejected"), []),
        ("component", (COMPONENT[0], COMPONENT[1] + " quarantined=yes"), []),
        ("component", (*COMPONENT, "Combination irkg:counters TregRecruitment hedged"), []),
        ("component", ("Tumor obo:BFO_0000051 AntiX ability", COMPONENT[1]), []),
        ("component", (COMPONENT[0], "AntiX irkg:counters ResistanceMechanism ability"), []),
        # it targets what takes part, by the axioms of the ontology
        ("shared-target", TARGET, ["AntiX TregRecruitment asserted c0"]),
        ("shared-target", ("AntiX irkg:targets CD8 hedged",), ["AntiX Exclusion hedged c0"]),
        (
            "shared-target",
            ("AntiX irkg:inhibits TCell hedged",),
            ["AntiX Exclusion hedged c0", "AntiX TregRecruitment hedged c0"],
        ),
        ("shared-target", ("AntiX irkg:promotes Treg asserted",), []),
        ("shared-target", (TARGET[0] + " negated=true",), []),
        ("shared-target", (TARGET[0] + " status=irkg:rejected",), []),
        ("shared-target", ("Tumor irkg:targets Treg asserted",), []),
        ("shared-target", (*TARGET, "AntiX irkg:counters TregRecruitment hedged"), []),
        # it counters a kind of it
        ("sub-mechanism", NARROW, ["AntiX Recruitment ability c0"]),
        ("sub-mechanism", ("AntiX irkg:counters Recruitment ability",), []),
        ("sub-mechanism", ("Strategy irkg:counters TregRecruitment ability",), []),
        ("sub-mechanism", (NARROW[0] + " negated=true",), []),
        ("sub-mechanism", (*NARROW, "AntiX irkg:counters Recruitment hedged"), []),
        (
            "sub-mechanism",
            (*NARROW, "AntiX irkg:counters Recruitment hedged source=irkg:t"),
            ["AntiX Recruitment ability c0"],
        ),
    ],
)
def test_what_a_rule_proposes(rule: str, claims: tuple[str, ...], proposed: list[str]) -> None:
    assert _proposed(rule, *claims) == proposed


ANTI_JOIN = re.compile(r"MINUS (?=\{\s+\?known )")


def test_what_a_source_says_itself_is_left_out_as_if_each_row_were_asked() -> None:
    dice, store = random.Random(1), ox.Store()
    relations = ("irkg:counters", "irkg:counters", "irkg:depletes", "obo:BFO_0000051")
    claims = [
        f"{dice.choice(list(NAMES))} {dice.choice(relations)} {dice.choice((*NAMES, *OTHERS, *OTHERS))} hedged"
        f" source=irkg:s{dice.randrange(9)} status=irkg:{dice.choice(('unreviewed', 'rejected'))}"
        f" negated={dice.choice(('false', 'false', 'true'))}{dice.choice(('', '', ' quarantined=yes'))}"
        for _ in range(300)
    ]
    turtle = _turtle(*claims).replace("irkg:exemplarOf irkg:Tumor", "irkg:exemplarOf irkg:ImmuneTherapyResistance")
    store.load(turtle.encode(), format=ox.RdfFormat.TURTLE)
    for rule, spec in candidate_rules().items():
        row_by_row, changed = ANTI_JOIN.subn("FILTER NOT EXISTS ", spec.text)
        assert changed
        found, expected = (set(map(str, run_query(store, text))) for text in (spec.text, row_by_row))  # type: ignore[arg-type]
        assert found == expected, rule
        assert found, rule


@pytest.mark.parametrize("rule", ["component", "shared-target", "sub-mechanism", "general-counter"])
def test_every_rule_says_that_it_is_one(rule: str) -> None:
    assert candidate_rules()[rule].tags[:2] == ("rule", "candidate")


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the shapes out: they have no say in what rules propose of claims that conform."""
    monkeypatch.setattr(building, "validate", lambda *_, **__: SimpleNamespace(findings=()))


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["--without-rule", "shared-target", "--without-rule", "sub-mechanism"], {"general-counter"}),
        (["--rule", "sub-mechanism"], {"sub-mechanism"}),
    ],
)
def test_rules_are_switched_on_and_off_by_name_and_stay_so(words: list[str], left: set[str], tmp_path: Path) -> None:
    out = tmp_path / "kg.nq"
    with pytest.raises(SystemExit) as done:
        main(["build", *words, "-o", str(out)])
    assert done.value.code == 0
    assert _rules(out) == left
    retract(out, ["yi-2019"])
    assert _rules(out) == left


def test_a_rule_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="sub-mechanism"):
        build_to(tmp_path / "kg.nq", [], [], None, left_out=["submechanism"])
    assert not (tmp_path / "kg.nq").exists()


def _rules(graph: Path) -> set[str]:
    rules = open_dataset(graph).quads_for_pattern(None, ox.NamedNode(v.RULE), None, ox.NamedNode(v.GRAPH_CANDIDATES))
    return {q.object.value for q in rules if isinstance(q.object, ox.Literal)}
