"""A curator's work: nothing is lost, nothing else is changed, and the ontology of a graph stays its own."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pyoxigraph as ox
import pytest

from irkg import build as building
from irkg import resources
from irkg import vocab as v
from irkg.build import build_to, ontology_in
from irkg.changes import add, decide, retract
from irkg.claim_graph import claim_quads
from irkg.cli import main
from irkg.lexicon import Lexicon
from irkg.model import Argument, Claim, Reasoning, ReviewStatus, Source, Span, digest
from irkg.ontology_file import read_with_imports
from irkg.review import Decision, decisions_in
from irkg.store import canonical, dataset_bytes, open_dataset, writing

PREFIXES = """
@prefix irkg: <https://w3id.org/irkg/> . @prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
OWN = f"""{PREFIXES}
<https://example.org/own> a owl:Ontology .
irkg:DomainEntity a owl:Class .
irkg:Gnome a owl:Class ; rdfs:label "gnome" ; obo:IAO_0000115 "A small being." ; rdfs:subClassOf irkg:DomainEntity .
irkg:Cave a owl:Class ; rdfs:label "cave" ; obo:IAO_0000115 "A hollow in rock." ; rdfs:subClassOf irkg:DomainEntity ;
    owl:disjointWith [ a owl:Restriction ; owl:onProperty irkg:inhibits ; owl:someValuesFrom irkg:Gnome ] .
irkg:inhibits a owl:ObjectProperty ; rdfs:label "inhibits" ; irkg:relationName "inhibits" .
irkg:recruits a owl:ObjectProperty ; rdfs:label "recruits" ; irkg:relationName "recruits" .
"""


@pytest.fixture
def ontology(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small ontology of somebody else's; nothing follows from it, and no shape is broken by its claims."""
    monkeypatch.setattr(building, "reason", lambda *_, **__: Reasoning(consistent=True))
    monkeypatch.setattr(building, "validate", lambda *_, **__: [])
    path = tmp_path / "own.ttl"
    path.write_text(OWN)
    return path


def test_the_ontology_of_a_graph_can_be_taken_out_of_it() -> None:
    held = ontology_in(open_dataset(resources.graph_file()))
    written = read_with_imports(resources.ontology_file())
    assert _canonical(held) == _canonical(written)


def _canonical(triples: list[ox.Triple]) -> list[ox.Quad]:
    return canonical(ox.Quad(t.subject, t.predicate, t.object) for t in triples)


GNOME, CAVE = v.IRKG + "Gnome", v.IRKG + "Cave"


def claim(sentence: str, subject: str, relation: str, thing: str, **more: object) -> Claim:
    """Return a claim of the sentence, whose place follows from its words."""
    at = int(digest(sentence)[:8], 16) % 500
    made = Claim(
        source="s",
        sentence=Span(at, at + 9),
        sentence_digest=digest(sentence),
        section="",
        subject=Argument(subject, subject.rsplit("/", 1)[-1].lower(), Span(at, at + 1)),
        relation=relation,
        object=Argument(thing, thing.rsplit("/", 1)[-1].lower(), Span(at + 2, at + 3)),
        rule="active-verb",
        confidence=0.9,
    )
    return dataclasses.replace(made, **more)  # type: ignore[arg-type]


def article(ontology: Path, *claims: Claim, source: str = "s") -> list[ox.Quad]:
    """Return what was read in an article, as RDF."""
    own = [dataclasses.replace(c, source=source) for c in claims]
    lexicon = Lexicon.from_triples(read_with_imports(ontology))
    about = Source(source, digest(source + str(claims)), 600)
    return claim_quads(about, own, lexicon, quotes=False, generator="the tests")


def built(place: Path, ontology: Path, *claims: Claim) -> Path:
    """Build a graph of one article with somebody else's ontology."""
    read = place.with_name("read.trig")
    read.write_bytes(dataset_bytes(article(ontology, *claims), ".trig", v.PREFIXES))
    build_to(place, [read], [], ontology)
    return place


@pytest.mark.parametrize("name", ["kg.trig", "kg"])
def test_a_graph_keeps_its_ontology(name: str, ontology: Path, tmp_path: Path) -> None:
    recruits = claim("1", GNOME, "recruits", CAVE)
    place = built(tmp_path / name, ontology, recruits)
    before = set(canonical(open_dataset(place)))
    assert ox.NamedNode(GNOME) in {q.subject for q in before}
    add(place, article(ontology, claim("2", CAVE, "inhibits", GNOME), source="t"))
    assert set(canonical(open_dataset(place))) > before
    retract(place, ["t"])
    assert set(canonical(open_dataset(place))) == before
    decide(place, {recruits.iri: Decision(ReviewStatus.ACCEPTED, "read again")})
    assert _canonical(ontology_in(open_dataset(place))) == _canonical(read_with_imports(ontology))
    assert decisions_in(open_dataset(place)) == {recruits.iri: Decision(ReviewStatus.ACCEPTED, "read again")}


def test_two_curators_at_once(ontology: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = built(tmp_path / "kg.trig", ontology, claim("1", GNOME, "recruits", CAVE))
    before = place.read_bytes()
    with writing(place), pytest.raises(SystemExit) as stop:
        main(["retract", "s", "--kg", str(place)])
    assert stop.value.code == 2
    said = f"irkg: {place}: another irkg is writing to it; run this again when that one is done\n"
    assert capsys.readouterr().err == said
    assert place.read_bytes() == before
