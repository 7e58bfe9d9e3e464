"""A curator's work: nothing is lost, nothing else is changed, and the ontology of a graph stays its own."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irkg import build as building
from irkg import consequences, resources
from irkg import vocab as v
from irkg.build import build_to, ontology_in
from irkg.canonical import canonical
from irkg.changes import add, decide, retract
from irkg.claim_graph import claim_quads, evidence_iri
from irkg.cli import main
from irkg.curation import Curation, carried, curation_in, nodes
from irkg.decisions import Decision, Statement
from irkg.kg import KnowledgeGraph
from irkg.lexicon import Lexicon
from irkg.model import Argument, Claim, Reasoning, ReviewStatus, Source, Span, Strength, digest
from irkg.ontology_file import read_with_imports
from irkg.provisional import KindDecision, Promotion, promoted
from irkg.review import decisions_table, read_decisions, understood
from irkg.store import dataset_bytes, graph_name, in_memory, open_dataset, writing
from irkg.tables import read_sheet

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


@pytest.fixture(scope="module", autouse=True)
def _nothing_follows() -> Iterator[None]:
    """Nothing follows from the small ontology, and no shape is broken by its claims: both are tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (building, consequences):
            patch.setattr(module, "entailments", lambda *_, **__: Reasoning(consistent=True))
        nothing = SimpleNamespace(findings=())
        patch.setattr(building, "validate", lambda *_, **__: nothing)
        yield


@pytest.fixture(scope="module")
def ontology(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small ontology of somebody else's."""
    path = tmp_path_factory.mktemp("ontology") / "own.ttl"
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


TRIPLES = [q.triple for q in ox.parse(OWN, format=ox.RdfFormat.TURTLE)]
LEXICON = Lexicon.from_triples(TRIPLES)


def article(*claims: Claim, source: str = "s") -> list[ox.Quad]:
    """Return what was read in an article, as RDF."""
    own = [dataclasses.replace(c, source=source) for c in claims]
    about = Source(source, digest(source), 600)
    return claim_quads(about, own, LEXICON, quotes=False, generator="the tests")


def built(place: Path, ontology: Path, *claims: Claim) -> Path:
    """Build a graph of one article with somebody else's ontology."""
    read = place.with_name("read.trig")
    read.write_bytes(dataset_bytes(article(*claims), ".trig", v.PREFIXES))
    build_to(place, [read], [], ontology)
    return place


@pytest.mark.parametrize("name", ["kg.trig", "kg"])
def test_a_graph_keeps_its_ontology(name: str, ontology: Path, tmp_path: Path) -> None:
    recruits = claim("1", GNOME, "recruits", CAVE)
    place = built(tmp_path / name, ontology, recruits)
    before = set(canonical(open_dataset(place)))
    assert ox.NamedNode(GNOME) in {q.subject for q in before}
    add(place, article(claim("2", CAVE, "inhibits", GNOME), source="t"))
    assert set(canonical(open_dataset(place))) > before
    retract(place, ["t"])
    assert set(canonical(open_dataset(place))) == before
    decide(place, {recruits.iri: Decision(ReviewStatus.ACCEPTED, "read again")})
    assert _canonical(ontology_in(open_dataset(place))) == _canonical(read_with_imports(ontology))
    assert curation_in(open_dataset(place)).decisions == {recruits.iri: Decision(ReviewStatus.ACCEPTED, "read again")}


def test_two_curators_at_once(ontology: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = built(tmp_path / "kg.trig", ontology, claim("1", GNOME, "recruits", CAVE))
    before = place.read_bytes()
    with writing(place), pytest.raises(SystemExit) as stop:
        main(["retract", "s", "--kg", str(place)])
    assert stop.value.code == 2
    said = f"irkg: {place}: another irkg is writing to it; run this again when that one is done\n"
    assert capsys.readouterr().err == said
    assert place.read_bytes() == before


# Below, whole graphs are made in memory out of invented articles.
PATIENT = settings(deadline=None, max_examples=50)  # a graph is built for each example, on whatever machine
INHIBITS = v.IRKG + "inhibits"
PIXIE, IMP = v.PROVISIONAL + "pixie", v.PROVISIONAL + "little-imp"
_ENDS = st.sampled_from([GNOME, CAVE, PIXIE, IMP])
_RELATIONS = st.sampled_from(["recruits", "inhibits"])
_CLAIMS = st.builds(
    claim,
    st.sampled_from(["one", "two", "three", "four"]),
    _ENDS,
    _RELATIONS,
    _ENDS,
    negated=st.sampled_from([False, False, True]),
    strength=st.sampled_from([Strength.ASSERTED, Strength.ABILITY]),
    citations=st.just(()),
)
_ARTICLES = st.lists(_CLAIMS, max_size=6, unique_by=lambda c: c.iri)
_VERDICTS = st.sampled_from(
    [
        None,
        Decision(ReviewStatus.ACCEPTED, "", None, ""),
        Decision(ReviewStatus.ACCEPTED, 'read "again"', None, "A. Curator"),
        Decision(ReviewStatus.REJECTED, "said of mice", None, ""),
        Decision(
            ReviewStatus.ACCEPTED, "turned round", Statement(CAVE, v.IRKG + "inhibits", IMP, True, Strength.FUTURE)
        ),
        Decision(ReviewStatus.ACCEPTED, "", Statement(GNOME, v.IRKG + "recruits", CAVE, False, Strength.ASSERTED), "B"),
    ]
)
_PROMOTED = KindDecision(
    v.IRKG + "Pixie", "pixie", Promotion("pixie", "A lesser gnome.", GNOME), "met often", "A. Curator"
)
_KINDS = st.sampled_from(
    [
        {},
        {PIXIE: KindDecision(GNOME, "pixie")},
        {PIXIE: _PROMOTED},
        {PIXIE: _PROMOTED, IMP: KindDecision(_PROMOTED.term, "little-imp", None, "the same")},
    ]
)


@st.composite
def curations(draw: st.DrawFn) -> Curation:
    """Draw one or two articles with decisions on claims and kinds."""
    read = draw(st.tuples(_ARTICLES, st.lists(_CLAIMS, max_size=2, unique_by=lambda c: c.iri)))
    quads = [q for source, claims in zip("st", read, strict=True) for q in article(*claims, source=source)]
    curation = curation_in(graph(Curation(tuple(quads), kinds=draw(_KINDS))))
    decisions = {iri: draw(_VERDICTS) for iri in sorted(curation.nodes())}
    return curation.decided({iri: d for iri, d in decisions.items() if d})[0]


def graph(curation: Curation) -> list[ox.Quad]:
    """Return the graph that is built of a curation."""
    return list(building.build(TRIPLES, curation, [], {}).quads)


def known(curation: Curation) -> Lexicon:
    """Return the names that a graph knows."""
    return Lexicon.from_triples([*TRIPLES, *promoted(curation.kinds)])


def read_back(table: str, curation: Curation, by: str = "") -> tuple[Curation, list[str]]:
    """Return a curation with the decisions of a table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.tsv"
        path.write_text(table)
        return curation.decided(understood(read_decisions(path), curation, known(curation)), by)


@PATIENT
@given(curations())
def test_a_graph_holds_what_was_decided(curation: Curation) -> None:
    quads = graph(curation)
    held = curation_in(quads)
    assert set(graph(held)) == set(quads)
    assert set(held.nodes()) == set(curation.nodes())
    assert held.kinds == curation.kinds


@PATIENT
@given(curations())
def test_a_table_that_comes_back_as_it_went_changes_nothing(curation: Curation) -> None:
    quads = graph(curation)
    held = curation_in(quads)
    again, unknown = read_back(decisions_table(in_memory(quads), known(held)), held, by="somebody else")
    assert unknown == []
    assert set(graph(again)) == set(quads)


@PATIENT
@given(curations())
def test_an_article_that_is_filled_in_anew_keeps_all_decisions(curation: Curation) -> None:
    quads = graph(curation)
    extracted = [q for q in graph(_withdrawn(curation)) if q.graph_name == ox.NamedNode(v.GRAPH_CLAIMS + "s")]
    again = curation_in(quads).refilled(extracted)
    assert set(graph(again)) == set(quads)
    assert again.waiting == {}


def _withdrawn(curation: Curation) -> Curation:
    taken_back = dict.fromkeys(curation.decisions, Decision(ReviewStatus.EXTRACTED))
    return dataclasses.replace(curation.decided(taken_back)[0], kinds={})


@PATIENT
@given(_ARTICLES, _KINDS, st.data())
def test_what_is_withdrawn_was_never_there(
    claims: list[Claim], kinds: dict[str, KindDecision], data: st.DataObject
) -> None:
    plain = graph(Curation(tuple(article(*claims))))
    curation = dataclasses.replace(curation_in(plain), kinds=kinds)
    verdicts = {c.iri: data.draw(_VERDICTS) for c in claims}
    decided, _ = curation.decided({iri: d for iri, d in verdicts.items() if d})
    assert set(graph(_withdrawn(curation_in(graph(decided))))) == set(plain)


@PATIENT
@given(curations(), st.sets(st.sampled_from(["one", "two", "three", "four"])))
def test_decisions_on_changed_sentences_wait_and_come_back(curation: Curation, changed: set[str]) -> None:
    quads = graph(curation)
    held = curation_in(quads)
    before = [q for q in graph(_withdrawn(curation)) if q.graph_name == ox.NamedNode(v.GRAPH_CLAIMS + "s")]
    places = {evidence_of(sentence) for sentence in changed}
    nodes_before = nodes(before)
    gone = {iri for iri, node in nodes_before.items() if {q.object.value for q in node} & places}
    left = [q for q in before if getattr(q.subject, "value", "") not in gone]
    refilled = held.refilled(left)
    again = building.build(TRIPLES, refilled, [], {})
    assert set(again.waiting) == gone & set(held.decisions)
    table = decisions_table(in_memory(again.quads), known(refilled))
    assert set(graph(read_back(table, curation_in(again.quads))[0])) == set(again.quads)
    assert set(graph(curation_in(again.quads).refilled(before))) == set(quads)


def evidence_of(sentence: str) -> str:
    """Return the IRI of the evidence of an invented sentence."""
    return evidence_iri("s", claim(sentence, GNOME, "recruits", CAVE).sentence)


@PATIENT
@given(_ARTICLES, st.data())
def test_a_rejected_claim_takes_its_edge_unless_another_claim_states_it(
    claims: list[Claim], data: st.DataObject
) -> None:
    rejected = data.draw(st.sets(st.sampled_from([c.iri for c in claims]))) if claims else set()
    curation = curation_in(article(*claims)).decided(dict.fromkeys(rejected, Decision(ReviewStatus.REJECTED)))[0]
    stated = {(c.subject.iri, c.relation, c.object.iri) for c in claims if c.iri not in rejected and not c.negated}
    edges = [q for q in graph(curation) if q.graph_name == ox.NamedNode(v.GRAPH_EDGES)]
    assert {(q.subject.value, q.predicate.value, q.object.value) for q in edges} == {
        (v.exemplar(s), v.IRKG + r, v.exemplar(o)) for s, r, o in stated
    }


@PATIENT
@given(curations(), _ARTICLES)
def test_a_source_that_comes_and_goes_leaves_no_trace(curation: Curation, claims: list[Claim]) -> None:
    quads = graph(curation)
    more = curation_in(quads).refilled(article(*claims, source="u"))
    assert set(graph(curation_in(graph(more)).without(["u"]))) == set(quads)


def test_two_decisions_that_a_merge_sets_against_each_other_are_told() -> None:
    by_term, by_phrase = claim("one", GNOME, "recruits", CAVE), claim("one", PIXIE, "recruits", CAVE)
    verdicts = {by_term.iri: Decision(ReviewStatus.ACCEPTED), by_phrase.iri: Decision(ReviewStatus.REJECTED)}
    curation, _ = curation_in(article(by_term, by_phrase)).decided(verdicts)
    assert building.build(TRIPLES, curation, [], {}).disputed == ()
    merged = building.build(TRIPLES, dataclasses.replace(curation, kinds={PIXIE: KindDecision(GNOME)}), [], {})
    several = ", ".join(sorted([f"claim:{by_term.key} (accepted)", f"claim:{by_phrase.key} (rejected)"]))
    line = f"claim:{by_term.key} was decided on in different ways as {several}; decide on it anew"
    assert merged.disputed == (line,)
    again, _ = curation_in(merged.quads).decided({by_term.iri: Decision(ReviewStatus.REJECTED)})
    assert building.build(TRIPLES, again, [], {}).disputed == ()


@PATIENT
@given(_ARTICLES)
def test_a_merged_kind_is_as_if_its_term_had_been_extracted(claims: list[Claim]) -> None:
    def named(argument: Argument) -> Argument:
        return dataclasses.replace(argument, iri=GNOME, label="gnome") if argument.iri == PIXIE else argument

    merged = graph(Curation(tuple(article(*claims)), kinds={PIXIE: KindDecision(GNOME, "pixie")}))
    renamed = {c.iri: dataclasses.replace(c, subject=named(c.subject), object=named(c.object)) for c in claims}
    # where a sentence says a thing by both names, its reading by the term stands, else the first
    own = {renamed[iri].iri: renamed[iri] for iri in sorted(renamed, reverse=True)}
    own |= {iri: c for iri, c in renamed.items() if iri == c.iri}
    expected = graph(Curation(tuple(article(*own.values()))))
    graphs = {v.GRAPH_CLAIMS + "s", v.GRAPH_EDGES, v.GRAPH_ENTAILED}
    assert _of(merged, graphs) == _of(expected, graphs)


def _of(quads: list[ox.Quad], graphs: set[str]) -> set[ox.Quad]:
    return {q for q in quads if graph_name(q) in graphs}


@pytest.fixture
def place(ontology: Path, tmp_path: Path) -> Path:
    """A graph of one article that speaks of a gnome, a cave and a pixie that the ontology does not know."""
    claims = (claim("one", GNOME, "recruits", CAVE), claim("two", PIXIE, "inhibits", CAVE, strength=Strength.ABILITY))
    return built(tmp_path / "kg.trig", ontology, *claims)


def run(*words: object) -> int:
    """Run irkg and return its exit code."""
    with pytest.raises(SystemExit) as stop:
        main([str(w) for w in words])
    assert isinstance(stop.value.code, int)
    return stop.value.code


def edges(place: Path) -> set[str]:
    """Return the stated edges of a graph in short."""
    quads = open_dataset(place).quads_for_pattern(None, None, None, ox.NamedNode(v.GRAPH_EDGES))
    return {" ".join(v.contract(n.value) for n in q.triple) for q in quads}  # type: ignore[union-attr]


def changed(table: Path, first: str, **cells: str) -> None:
    """Change cells in the row of a table that begins with something, and save it as a spreadsheet does."""
    header, *rows = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()]
    at = [row[0] for row in rows].index(first)
    rows[at] = [cells.get(column, cell) for column, cell in zip(header, rows[at], strict=True)]
    lines = ("\t".join(f'"{cell}"' for cell in row) for row in [header, *rows])
    table.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode() + b"\r\n")


def test_a_claim_is_edited_and_given_back(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, before, read = tmp_path / "claims.tsv", place.read_bytes(), claim("two", PIXIE, "inhibits", CAVE)
    assert run("review", "--kg", place, "-o", table) == 0
    changed(
        table,
        f"claim:{read.key}",
        decision="Edit",
        subject="gnome",
        relation="recruits",
        negated="FALSE",
        reason="misread",
    )
    first = {r["claim"]: r for r in read_sheet(table, ())}
    assert run("review", "--kg", place, "--in", table, "--by", "A. Curator") == 0
    held = curation_in(open_dataset(place))
    (decision,) = held.decisions.values()
    assert decision.edited == Statement(GNOME, v.IRKG + "recruits", CAVE, False, Strength.ABILITY)
    assert (decision.status, decision.reason, decision.by) == (ReviewStatus.ACCEPTED, "misread", "A. Curator")
    assert edges(place) == {"kind:Gnome irkg:recruits kind:Cave"}
    assert run("review", "--kg", place, "-o", table) == 0
    rows = {r["claim"]: r for r in read_sheet(table, ())}
    assert rows.keys() == first.keys()
    (edited,) = (r for r in rows.values() if r["decision"] == "edit")
    assert edited["extracted"] == "pixie inhibits cave (ability)"
    published = list(ox.parse(KnowledgeGraph.open(place).export("nanopubs"), format=ox.RdfFormat.TRIG))
    asserted = {q.predicate.value for q in published if graph_name(q).endswith(f"{read.key}#assertion")}
    assert not asserted & {v.REVISION_OF, v.DCTERMS + "contributor"}
    behind = {q.triple for q in published if graph_name(q).endswith(f"{read.key}#provenance")}
    kept = ox.NamedNode(v.EXTRACTED_NS + read.key)
    assert ox.Triple(kept, ox.NamedNode(v.SUBJECT), ox.NamedNode(v.exemplar(PIXIE))) in behind
    assert (
        ox.Triple(ox.NamedNode(read.iri), ox.NamedNode(v.DCTERMS + "contributor"), ox.Literal("A. Curator")) in behind
    )
    capsys.readouterr()
    changed(table, f"claim:{read.key}", decision="withdraw")
    assert run("review", "--kg", place, "--in", table) == 0
    assert place.read_bytes() == before


def test_a_claim_of_a_sentence_that_has_changed(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    was, now = claim("one", GNOME, "recruits", CAVE), claim("one, put otherwise", GNOME, "recruits", CAVE)
    decide(place, {was.iri: Decision(ReviewStatus.REJECTED, "said of mice")})
    line = (
        f'the decision on claim:{was.key} ("gnome recruits cave", rejected) in s waits: its sentence has changed or is '
        f"gone; another one says the same: claim:{now.key}"
    )
    assert add(place, article(now)).waiting == {was.iri: line}
    assert run("review", "--kg", place, "-o", tmp_path / "claims.tsv") == 0
    assert line in capsys.readouterr().err.splitlines()
    held = place.read_bytes()
    assert run("review", "--kg", place, "--carry") == 0
    after = curation_in(open_dataset(place))
    assert after.decisions == {now.iri: Decision(ReviewStatus.REJECTED, "said of mice")}
    assert after.waiting == {}
    place.write_bytes(held)
    changed(tmp_path / "claims.tsv", f"claim:{was.key}", decision="withdraw")
    assert run("review", "--kg", place, "--in", tmp_path / "claims.tsv") == 0
    assert curation_in(open_dataset(place)).waiting == {}


def test_a_decision_is_not_carried_where_two_claims_say_the_same() -> None:
    was, one, two = (claim(sentence, GNOME, "recruits", CAVE) for sentence in ("one", "two", "three"))
    decided, _ = curation_in(article(was)).decided({was.iri: Decision(ReviewStatus.ACCEPTED)})
    assert carried(decided.refilled(article(one, two))).waiting.keys() == {was.iri}
    assert carried(decided.refilled(article(one))).decisions == {one.iri: Decision(ReviewStatus.ACCEPTED)}


def test_a_decision_waits_where_the_sentence_is_read_otherwise(place: Path) -> None:
    was = claim("one", GNOME, "recruits", CAVE)
    decide(place, {was.iri: Decision(ReviewStatus.ACCEPTED)})
    (line,) = add(place, article(claim("one", CAVE, "recruits", GNOME))).waiting.values()
    assert line.endswith("waits: its sentence is there, and is read otherwise now")


def test_a_kind_is_promoted_and_taken_back(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, before = tmp_path / "kinds.tsv", place.read_bytes()
    assert run("review", "--kg", place, "--kinds", "-o", table) == 0
    (row,) = read_sheet(table, ())
    at = claim("two", PIXIE, "inhibits", CAVE).sentence
    assert [row[c] for c in ("kind", "phrase", "claims")] == ["irkg:provisional/pixie", "pixie", "1"]
    assert row["sentence"] == f"s:{at.start}-{at.end}"
    changed(
        table,
        "irkg:provisional/pixie",
        decision="promote",
        label="forest pixie",
        definition="A lesser gnome.",
        parent="gnome",
    )
    assert run("review", "--kg", place, "--in", table, "--by", "A. Curator") == 0
    assert edges(place) == {"kind:Gnome irkg:recruits kind:Cave", "kind:ForestPixie irkg:inhibits kind:Cave"}
    lexicon = KnowledgeGraph.open(place).lexicon
    assert lexicon.resolve("pixie") == lexicon.resolve("forest pixie") == v.IRKG + "ForestPixie"
    assert lexicon.is_a(v.IRKG + "ForestPixie", GNOME)
    assert add(place, article(claim("two", PIXIE, "recruits", CAVE))).waiting == {}
    assert edges(place) == {"kind:ForestPixie irkg:recruits kind:Cave"}
    capsys.readouterr()
    assert run("review", "--kg", place, "--patch") == 0
    own = tmp_path / "patched.ttl"
    own.write_text(OWN + capsys.readouterr().out)
    assert Lexicon.from_triples(read_with_imports(own)).resolve("pixie") == v.IRKG + "ForestPixie"
    assert run("review", "--kg", place, "--kinds", "-o", table) == 0
    changed(table, "irkg:provisional/pixie", decision="withdraw")
    assert run("review", "--kg", place, "--in", table) == 0
    add(place, curation_in(ox.parse(before, format=ox.RdfFormat.TRIG)).claims)
    assert place.read_bytes() == before


def test_decisions_are_built_in_from_their_tables(ontology: Path, tmp_path: Path) -> None:
    made = built(tmp_path / "kg.trig", ontology, claim("two", PIXIE, "inhibits", CAVE))
    kinds, claims = tmp_path / "kinds.tsv", tmp_path / "claims.tsv"
    key = claim("two", PIXIE, "inhibits", CAVE).key
    kinds.write_text(f"{KINDS_HEAD}irkg:provisional/pixie\tmerge\tgnome\n")
    claims.write_text(f"{CLAIMS_HEAD}claim:{key}\tedit\t\t\trecruits\n")
    done = build_to(made, [tmp_path / "read.trig"], [claims, kinds], ontology)
    assert done.undecided == ()
    assert edges(made) == {"kind:Gnome irkg:recruits kind:Cave"}
    before = made.read_bytes()
    build_to(tmp_path / "again.trig", [made], [], ontology)
    assert (tmp_path / "again.trig").read_bytes() == before


CLAIMS_HEAD = "claim\tdecision\treason\tsubject\trelation\tobject\tnegated\tstrength\n"
KINDS_HEAD = "kind\tdecision\tterm\tlabel\tdefinition\tparent\treason\n"
KEY = claim("one", GNOME, "recruits", CAVE).key
BAD = [
    (f"{CLAIMS_HEAD}\n{KEY}\tedit\t\tgnom\n", '3: unknown subject "gnom"; did you mean "gnome"?'),
    (f"{CLAIMS_HEAD}{KEY}\tedit\t\t\trecruit\n", '2: unknown relation "recruit"; did you mean "recruits"?'),
    (f"{CLAIMS_HEAD}{KEY}\tedit\t\t\t\t\tno\n", '2: "no" cannot stand in the column negated; write true, false'),
    (
        f"{CLAIMS_HEAD}{KEY}\tedit\t\t\t\t\t\tstrong\n",
        '2: "strong" cannot stand in the column strength; write asserted',
    ),
    (f"{CLAIMS_HEAD}{KEY}\tedit\t\tgnome\n", "2: edits nothing; change a cell of the claim, or write accept"),
    (f"{CLAIMS_HEAD}{KEY}\tkeep\n", '2: unknown decision "keep"; accept, reject, edit or withdraw'),
    (f"{KINDS_HEAD}irkg:provisional/elf\n", '2: unknown provisional kind "irkg:provisional/elf"; list them with: '),
    (f"{KINDS_HEAD}irkg:provisional/pixie\tkeep\n", '2: unknown decision "keep"; merge, promote or withdraw'),
    (f"{KINDS_HEAD}irkg:provisional/pixie\tmerge\n", "2: has nothing in the column term; fill in term"),
    (f"{KINDS_HEAD}irkg:provisional/pixie\tmerge\tgnom\n", '2: unknown term "gnom"; did you mean "gnome"?'),
    (
        f"{KINDS_HEAD}irkg:provisional/pixie\tpromote\t\tpixie\tA being.\telf\n",
        '2: unknown parent "elf"; no known',
    ),
    (f"{KINDS_HEAD}irkg:provisional/pixie\tpromote\t\tpixie\t\tgnome\n", "2: has nothing in the column definition"),
    (
        f"{KINDS_HEAD}irkg:provisional/pixie\tpromote\t\tGnomes\tA being.\tcave\n",
        '2: the label "Gnomes" is taken by irkg:Gnome; write merge, and irkg:Gnome in the column term',
    ),
    (
        f"{KINDS_HEAD}irkg:provisional/pixie\tpromote\t\t3-pixie\tA being.\tcave\n",
        '2: "3-pixie" makes no name of a term; begin it with a letter',
    ),
    (
        f"{KINDS_HEAD}irkg:provisional/pixie\tpromote\t\tpixie\tA being.\tpixie\n",
        "2: irkg:provisional/pixie needs irkg:Pixie, which stands below itself; decide on it anew",
    ),
    (f"{KINDS_HEAD}" + "irkg:provisional/pixie\n" * 2, "3: decides on irkg:provisional/pixie twice; leave one"),
]


@pytest.mark.parametrize(("content", "message"), BAD, ids=[m for _, m in BAD])
def test_tables_that_cannot_be_taken(
    content: str, message: str, place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, before = tmp_path / "table.tsv", place.read_bytes()
    table.write_text(content)
    capsys.readouterr()
    assert run("review", "--kg", place, "--in", table) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"irkg: {table}:{message}")
    assert place.read_bytes() == before
