"""The knowledge graph out of its parts: what makes an edge, what is held back, what follows, what is proposed."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pyoxigraph as ox
import pytest

from irkg import resources
from irkg import vocab as v
from irkg.build import build_to
from irkg.changes import add, retract
from irkg.claims_files import claims_in
from irkg.cli import main
from irkg.curation import curation_in
from irkg.decisions import Decision, apply_decisions
from irkg.default_graph import own_quads
from irkg.edges import stated_edges
from irkg.errors import GraphError, SourceError, UnknownName
from irkg.fill import Filled, filled_quads
from irkg.kg import Filter, KnowledgeGraph
from irkg.model import Argument, Claim, Reference, ReviewStatus, Source, Span, Strength, Triple, digest
from irkg.review import read_decisions
from irkg.store import dataset_bytes, open_dataset, save_dataset

TREG, MDSC, CANCER_CELL = v.OBO + "CL_0000815", v.OBO + "CL_0000889", v.OBO + "CL_0001064"
RECRUITMENT = v.IRKG + "TregRecruitment"


def claim(subject: str, relation: str, thing: str, **more: object) -> Claim:
    """Return a claim of an invented source, one sentence for each."""
    sentence_digest = digest(f"{subject}{relation}{thing}")
    number = int(sentence_digest[:8], 16) % 500
    made = Claim(
        source="s",
        sentence=Span(number, number + 9),
        sentence_digest=sentence_digest,
        section="",
        subject=Argument(subject, subject.rsplit("/", 1)[-1], Span(number, number + 1)),
        relation=relation,
        object=Argument(thing, thing.rsplit("/", 1)[-1], Span(number + 2, number + 3)),
        rule="active-verb",
    )
    return dataclasses.replace(made, **more)  # type: ignore[arg-type]


def quads(*claims: Claim, source: str = "s") -> list[ox.Quad]:
    """Return the claims as RDF."""
    own = tuple(dataclasses.replace(c, source=source) for c in claims)
    cited = Reference(1, Span(550, 590), True, "Doe J", 2001)
    article = Source(source, digest(source), 600, references=(cited,))
    return filled_quads([Filled(article, "", own)], quotes=False)


RECRUITS = Triple(v.exemplar(CANCER_CELL), v.IRKG + "recruits", v.exemplar(TREG))


@pytest.mark.parametrize(
    ("more", "edges"),
    [
        ({}, [RECRUITS]),
        ({"strength": Strength.ABILITY}, [RECRUITS]),
        ({"review": ReviewStatus.ACCEPTED}, [RECRUITS]),
        ({"strength": Strength.HEDGED}, []),
        ({"strength": Strength.FUTURE}, []),
        ({"strength": Strength.HYPOTHETICAL}, []),
        ({"negated": True}, []),
        ({"review": ReviewStatus.REJECTED}, []),
    ],
)
def test_what_makes_an_edge(more: dict[str, object], edges: list[Triple]) -> None:
    assert stated_edges(quads(claim(CANCER_CELL, "recruits", TREG, **more))) == edges


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small graph: a sound claim, a hedged one, one out of range, and two that counter something."""
    path = tmp_path_factory.mktemp("kg") / "small"
    claims = quads(
        claim(CANCER_CELL, "recruits", TREG, citations=(1,)),
        claim(CANCER_CELL, "recruits", MDSC, strength=Strength.HEDGED, hedge_cue="may"),
        claim(CANCER_CELL, "recruits", v.IRKG + "ImmuneTherapyResistance"),
        claim(v.IRKG + "TregDepletion", "counters", RECRUITMENT),
        claim(
            v.IRKG + "CombinationTherapy",
            "counters",
            v.IRKG + "ImmuneTherapyResistance",
            strength=Strength.HEDGED,
            hedge_cue="may",
        ),
    )
    built = add(path, claims)
    assert len(built.quarantine) == 1
    return path


def test_what_fails_the_shapes_is_kept_without_an_edge(graph: Path) -> None:
    store = open_dataset(graph)
    held = [q.subject for q in own_quads(store) if q.predicate.value == v.QUARANTINED]
    assert len(held) == 1
    assert list(store.quads_for_pattern(held[0], ox.NamedNode(v.QUARANTINE_REASON), None, None))
    edges = list(store.quads_for_pattern(None, None, None, ox.NamedNode(v.GRAPH_EDGES)))
    assert {q.object for q in edges if q.predicate.value == v.IRKG + "recruits"} == {ox.NamedNode(v.exemplar(TREG))}


def test_a_stated_strategy_is_stated_and_no_candidate(graph: Path) -> None:
    answer = KnowledgeGraph.open(graph).query("strategies-countering", mechanism="Treg recruitment")
    rows = list(zip(answer.column("subject_id"), answer.column("support"), strict=True))
    assert rows == [("irkg:TregDepletion", "stated"), ("irkg:CombinationTherapy", "candidate")]
    assert answer.notes == ()


def test_a_candidate_is_never_an_edge(graph: Path) -> None:
    store = open_dataset(graph)
    candidate = ox.NamedNode(v.exemplar(v.IRKG + "CombinationTherapy"))
    assert not list(store.quads_for_pattern(candidate, ox.NamedNode(v.IRKG + "counters"), None, None))


def test_filters_say_what_they_hold_back(graph: Path) -> None:
    kg = KnowledgeGraph.open(graph)
    answer = kg.query("recruited-by", agent="cancer cell")
    assert answer.column("object_id") == ("CL:0000815",)
    assert any("--min-strength hedged" in note for note in answer.notes)
    weaker = kg.query("recruited-by", Filter(min_strength=Strength.HEDGED), agent="cancer cell")
    assert set(weaker.column("object_id")) == {"CL:0000815", "CL:0000889"}
    assert kg.query("recruited-by", Filter(reviewed=True), agent="cancer cell").rows == ()


def test_refilling_keeps_decisions_and_adding_keeps_sources(graph: Path, tmp_path: Path) -> None:
    rejected = claim(CANCER_CELL, "recruits", TREG, review=ReviewStatus.REJECTED, note="misread")
    place = tmp_path / "kg.trig"
    add(place, quads(rejected))
    built = add(place, quads(claim(CANCER_CELL, "recruits", TREG), claim(CANCER_CELL, "recruits", MDSC)))
    assert curation_in(open_dataset(place)).decisions[rejected.iri].status is ReviewStatus.REJECTED
    assert built.undecided == ()
    assert KnowledgeGraph.open(place).query("recruited-by", agent="cancer cell").column("object_id") == ("CL:0000889",)


def test_a_source_that_is_retracted_was_never_there(graph: Path, tmp_path: Path) -> None:
    place = tmp_path / "kg.trig"
    key = claim(CANCER_CELL, "recruits", TREG).iri
    accepted = apply_decisions(own_quads(open_dataset(graph)), {key: Decision(ReviewStatus.ACCEPTED, "read again")})
    save_dataset(list(accepted), place, v.PREFIXES)
    before = place.read_bytes()
    other = claim(v.IRKG + "CCR4Blockade", "counters", RECRUITMENT, review=ReviewStatus.REJECTED, note="not this one")
    add(place, quads(other, source="t"))
    assert KnowledgeGraph.open(place).sources() == ["s", "t"]
    assert retract(place, ["t"]).undecided == ()
    assert place.read_bytes() == before
    with pytest.raises(UnknownName, match='unknown source "sources"'):
        retract(place, ["s", "sources"])
    assert place.read_bytes() == before
    retract(place, ["s"])
    left = open_dataset(place)
    assert KnowledgeGraph.open(place).sources() == []
    for name in (v.GRAPH_EDGES, v.GRAPH_CANDIDATES):
        assert list(left.quads_for_pattern(None, None, None, ox.NamedNode(name))) == []
    assert not any(str(q.object).startswith(f"<{v.CLAIM_NS}") for q in left)


def test_a_decision_that_is_taken_again_changes_nothing() -> None:
    store = open_dataset(resources.graph_file())
    decisions = curation_in(store).decisions
    codes = {q.object.value for q in store.quads_for_pattern(None, ox.NamedNode(v.EVIDENCE_CODE), None, None)}
    assert {v.AUTHOR_STATEMENT_MANUAL, v.AUTHOR_STATEMENT_CITED_MANUAL} <= codes
    assert set(apply_decisions(store, decisions)) == set(store)


def test_what_rests_on_a_claim_goes_when_a_curator_rejects_it(
    graph: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, table = tmp_path / "kg.trig", tmp_path / "decisions.tsv"
    save_dataset(list(open_dataset(graph)), place, v.PREFIXES)
    rejected = claim(v.IRKG + "TregDepletion", "counters", RECRUITMENT)
    key = rejected.iri.removeprefix(v.CLAIM_NS)
    table.write_text(f"claim\tdecision\treason\n{key}\treject\tsaid of mice\n")
    with pytest.raises(SystemExit) as stop:
        main(["review", "--kg", str(place), "--in", str(table)])
    assert stop.value.code == 0
    after = KnowledgeGraph.open(place)
    assert curation_in(after.store).decisions[rejected.iri] == Decision(ReviewStatus.REJECTED, "said of mice")
    answer = after.query("strategies-countering", mechanism="Treg recruitment")
    assert set(answer.column("support")) == {"candidate"}
    capsys.readouterr()
    with pytest.raises(SystemExit) as stop:
        main(["review", "--kg", str(place)])
    assert f"claim:{key}\treject\tsaid of mice\t" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["retract", "eran-2023"], "the knowledge graph that ships with irkg is not changed; make your own with: "),
        (["retract", "s", "--kg", "absent.trig"], "absent.trig: "),
        (["retract", "--kg", "kg.trig"], "Missing argument 'SOURCES...'"),
        (["review", "--in", "absent.tsv"], "the knowledge graph that ships with irkg is not changed; make your own"),
        (["review", "--kg", "kg.trig", "--in", "absent.tsv"], "absent.tsv: no such file"),
        (["review", "--kg", "kg.trig", "--in", "a.tsv", "-o", "b.tsv"], "--in and --out go one after the other"),
        (["review", "--kg", "kg.trig", "--carry", "--kinds"], "--carry and --kinds go one after the other"),
        (["review", "--kg", "kg.trig", "--kinds", "--by", "Me"], "--by signs what --in takes over"),
        (["review", "--carry"], "the knowledge graph that ships with irkg is not changed; make your own with: "),
    ],
)
def test_curation_that_cannot_be_done(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"irkg: {message}")
    assert list(tmp_path.iterdir()) == []


def test_the_shipped_graph_is_what_build_makes(tmp_path: Path) -> None:
    build_to(tmp_path / "kg.trig", (), (), None)
    assert (tmp_path / "kg.trig").read_bytes() == resources.graph_file().read_bytes()


def test_the_shipped_graph_is_canonical() -> None:
    store = open_dataset(resources.graph_file())
    assert dataset_bytes(store, ".trig", v.PREFIXES) == resources.graph_file().read_bytes()


def test_every_shipped_claim_is_decided_on() -> None:
    decided = {iri for path in resources.decisions_files() for iri in read_decisions(path)}
    waiting = {
        q.subject.value
        for path in resources.claims_files()
        for q in claims_in(path)
        if q.predicate.value == v.HAS_REVIEW and q.object.value == v.IRKG + "extracted"  # type: ignore[union-attr]
    }
    assert waiting == decided


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("claim\tdecision\n", "has no column reason"),
        ("claim\tdecision\treason\nxyz\taccept\t\n", r"review\.tsv:2: \"xyz\" is no claim"),
        (
            "claim\tdecision\treason\n0123456789abcdef\tmaybe\t\n",
            'unknown decision "maybe"; accept, reject, edit',
        ),
        ("claim\tdecision\treason\n" + "0123456789abcdef\taccept\t\n" * 2, "decides on claim 0123456789abcdef twice"),
    ],
)
def test_tables_that_are_no_decisions(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "review.tsv"
    path.write_text(content)
    with pytest.raises(SourceError, match=message):
        read_decisions(path)


def test_files_without_claims_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.nq").write_text("<http://a/> <http://b/> <http://c/> .\n")
    with pytest.raises(GraphError, match="holds no claims"):
        claims_in(tmp_path / "a.nq")
    with pytest.raises(GraphError, match="no such file"):
        claims_in(tmp_path / "absent.trig")
