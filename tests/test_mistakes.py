"""Mistakes that modellers make are caught: each is a small ontology that is added to the shipped one."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from irkg import vocab as v
from irkg.build import exemplars
from irkg.catalogue import find_checks
from irkg.errors import IrkgError
from irkg.lexicon import Lexicon
from irkg.model import Finding, Level, Reasoning
from irkg.ontology_file import read_ontology
from irkg.reason import reason
from irkg.report import at_least, report
from irkg.resources import ontology_file, shapes_files
from irkg.store import in_memory
from irkg.validate import validate

FOLDER = Path(__file__).parent / "mistakes"

# The reasoner names this class, which can have no member. One run for all of these: no two concern the same class.
UNSATISFIABLE = {
    "drug-as-cell": "irkg:Nivolumab",
    "therapy-as-drug": "irkg:KRASInhibition",
    "cell-as-process": "irkg:InfiltratingTCell",
    "molecule-as-genus": "irkg:PDL1Mechanism",
    "patient-of-the-wrong-sort": "irkg:ChemokineRecruitment",
    "process-as-its-own-patient": "irkg:SelfRecruitment",
    "onset-as-locus": "irkg:LateEvasion",
    "site-as-process": "irkg:SuppressiveNiche",
}
# This one takes others with it: the mechanisms and therapies that regulatory T cells define
FAR_REACHING = {"state-apart-from-type": {"CL:0000815", "irkg:TregRecruitment", "irkg:TregDepletion"}}
# The reasoner finds that the ontology has no model
INCONSISTENT = [
    "exemplar-in-two-branches",
    "irreflexive-relation",
    "retyping-domain",
    "claim-as-kind",
    "rank-in-words",
]
# The tool refuses to reason over it, and says what it cannot take
REFUSED = {
    "undeclared-property": ("does not declare", "https://w3id.org/irkg/recrutes"),
    "date-without-time": ("does not know the datatype", v.XSD + "date"),
    "transitive-and-asymmetric": ("Non-simple property", "https://w3id.org/irkg/isTypeOf"),
}
# Shapes find these nodes and no others
SHAPES = {
    "class-in-a-claim": {("claim-object", "claim:0000000000000011")},
    "word-as-relation": {("claim-predicate", "claim:0000000000000012")},
    "claim-against-domain": {("claim-domain", "claim:0000000000000013")},
    "class-as-individual": {("edge-ends", "CL:0000889")},
    "edge-to-a-word": {("edge-ends", "kind:MelanomaCell")},
    "edge-without-claim": {("edge-claimed", "kind:Nivolumab")},
    "candidate-as-edge": {
        ("edge-claimed", "kind:CombinationTherapy"),
        ("candidate-not-edge", "irkg:candidate/0000000000000001"),
    },
    "hedged-claim-as-edge": {("edge-supported", "kind:Ipilimumab")},
    "kind-without-genus": {("kind-genus", "irkg:TregEvent")},
    "exemplar-of-two-kinds": {("exemplar-kind", "kind:CL_0000889"), ("kind-exemplar", "irkg:RegulatoryImmuneCell")},
    "kind-defined-twice": {("kind-definition", "irkg:Relatlimab")},
}
# A quality check of level error finds this entity; some are caught by the reasoner too
CHECKS = {
    "subclass-cycle": ("subclass-cycle", "irkg:Relapse"),
    "mistyped-superclass": ("undeclared-class", "irkg:ResistanceMechanisms"),
    "borrowed-label": ("duplicate-label", "irkg:TregInflux"),
    "irreflexive-relation": ("strict-relation", "irkg:recruits"),
    "transitive-and-asymmetric": ("strict-relation", "irkg:isTypeOf"),
    "undeclared-property": ("undeclared-property", "irkg:recrutes"),
    "date-without-time": ("unsupported-datatype", "source:one"),
    "kind-defined-twice": ("multiple-definitions", "irkg:Relatlimab"),
}


@cache
def ontology() -> tuple[ox.Triple, ...]:
    return tuple(read_ontology(ontology_file()))


@cache
def with_exemplars() -> tuple[ox.Triple, ...]:
    return (*ontology(), *exemplars(Lexicon.from_triples(ontology())))


def mistakes(*names: str) -> list[ox.Triple]:
    return [t for name in names for t in read_ontology(FOLDER / f"{name}.ttl")]


def test_each_mistake_is_caught_in_some_way_and_there_are_many() -> None:
    tables = (UNSATISFIABLE, FAR_REACHING, INCONSISTENT, REFUSED, SHAPES, CHECKS)
    assert {path.stem for path in FOLDER.glob("*.ttl")} == {name for table in tables for name in table}
    assert len(list(FOLDER.glob("*.ttl"))) >= 30


def _verdict(names: tuple[str, ...]) -> Reasoning | IrkgError:
    try:
        return reason([*ontology(), *mistakes(*names)])
    except IrkgError as error:
        return error


@pytest.fixture(scope="module")
def verdicts() -> Mapping[tuple[str, ...], Reasoning | IrkgError]:
    """What the reasoner says, two runs at a time: a Java starts for each."""
    runs = [tuple(UNSATISFIABLE), *((name,) for name in (*FAR_REACHING, *INCONSISTENT, *REFUSED))]
    ontology()
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(runs, pool.map(_verdict, runs), strict=True))


Verdicts = Mapping[tuple[str, ...], Reasoning | IrkgError]


def unsatisfiable(verdict: Reasoning | IrkgError) -> set[str]:
    assert isinstance(verdict, Reasoning)
    assert verdict.consistent
    return {v.contract(iri) for iri in verdict.unsatisfiable}


@pytest.mark.parametrize("name", UNSATISFIABLE)
def test_the_reasoner_names_the_class_that_can_have_no_member(name: str, verdicts: Verdicts) -> None:
    assert UNSATISFIABLE[name] in unsatisfiable(verdicts[tuple(UNSATISFIABLE)])


def test_the_reasoner_names_no_other_class(verdicts: Verdicts) -> None:
    assert unsatisfiable(verdicts[tuple(UNSATISFIABLE)]) == set(UNSATISFIABLE.values())


@pytest.mark.parametrize("name", FAR_REACHING)
def test_the_reasoner_names_all_that_a_mistake_makes_impossible(name: str, verdicts: Verdicts) -> None:
    assert unsatisfiable(verdicts[(name,)]) >= FAR_REACHING[name]


@pytest.mark.parametrize("name", INCONSISTENT)
def test_the_reasoner_finds_no_model(name: str, verdicts: Verdicts) -> None:
    assert verdicts[(name,)] == Reasoning(consistent=False)


@pytest.mark.parametrize("name", REFUSED)
def test_the_tool_refuses_to_reason(name: str, verdicts: Verdicts) -> None:
    said = str(verdicts[(name,)])
    assert all(words in said for words in REFUSED[name]), said


@pytest.fixture(scope="module")
def found() -> list[Finding]:
    """What the shapes find once all mistakes of that sort are made; no two concern the same node."""
    return list(validate([*with_exemplars(), *mistakes(*SHAPES)], shapes_files()).findings)


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_finds_it(name: str, found: list[Finding]) -> None:
    assert SHAPES[name] <= {(f.check, v.contract(f.focus)) for f in found if f.severity == "Violation"}


def test_the_shapes_find_no_other_violation(found: list[Finding]) -> None:
    violations = (f for f in found if f.severity == "Violation")
    assert {(f.check, v.contract(f.focus)) for f in violations} == set().union(*SHAPES.values())


@pytest.mark.parametrize("name", CHECKS)
def test_a_quality_check_finds_it(name: str) -> None:
    check, entity = CHECKS[name]
    store = in_memory(ox.Quad(*t) for t in {*with_exemplars(), *mistakes(name)})
    errors = at_least(report(store, find_checks([check])), Level.ERROR)
    assert entity in {v.contract(f.focus) for f in errors}
    without = report(in_memory(ox.Quad(*t) for t in with_exemplars()), find_checks([check]))
    assert without == []
