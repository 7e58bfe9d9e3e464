"""The table of literature: well-formed, complete, honest about what was seen, and kept apart from other sources."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest

from irkg import resources
from irkg import vocab as v
from irkg.build import build_to
from irkg.claims_files import claims_in
from irkg.cli import main
from irkg.edges import stating
from irkg.errors import GraphError, SourceError
from irkg.kg import Filter, KnowledgeGraph
from irkg.lexicon import Lexicon
from irkg.literature import COLUMNS, read_literature
from irkg.model import CuratedClaim, Strength, Support
from irkg.selection import selection

TABLE = next(path for path in resources.claims_files() if path.suffix == ".tsv")
LEFT_OUT = TABLE.with_name("literature-left-out.tsv")
ROW = {
    "source": "doe-2020",
    "subject": "CL:0000815",
    "relation": "expresses",
    "object": "irkg:CCR4",
    "negated": "false",
    "strength": "asserted",
    "hedge_cue": "",
    "caveat": "",
    "first_author": "Doe J",
    "year": "2020",
    "title": "Of cells",
    "doi_or_url": "doi:10.1000/182",
    "page_url": "https://example.org/of-cells",
    "paraphrase": "Regulatory T cells bear CCR4.",
    "fact": "X1",
}
assert tuple(ROW) == COLUMNS


@pytest.fixture(scope="module")
def claims(lexicon: Lexicon) -> list[CuratedClaim]:
    """What ships."""
    return read_literature(TABLE, lexicon)


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    """The graph that ships."""
    return KnowledgeGraph.open()


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_each_fact_is_taken_over_or_left_out_for_a_reason(shared: Path, claims: list[CuratedClaim]) -> None:
    facts = {row["id"] for row in rows_of(shared / "literature" / "literature.tsv")}
    left_out = rows_of(LEFT_OUT)
    assert all(row["reason"] for row in left_out)
    taken = {claim.fact for claim in claims}
    assert taken.isdisjoint(row["fact"] for row in left_out)
    assert taken | {row["fact"] for row in left_out} == facts


def test_what_identifies_a_publication_is_what_was_read(shared: Path, claims: list[CuratedClaim]) -> None:
    facts = {row["id"]: row for row in rows_of(shared / "literature" / "literature.tsv")}
    for claim in claims:
        fact, said = facts[claim.fact], claim.publication
        assert said.page == fact["page_url"]
        assert said.author in fact["first_author"]
        assert str(said.year or "n/s") == fact["year"] or (said.year is None and not fact["year"].isdigit())
        given = f"{fact['doi_or_url']} {fact['page_url']}"
        number = said.identifier.removeprefix("doi:").rsplit("/", 1)[1]
        assert number in given, said.id


def test_paraphrases_are_not_those_that_were_read(shared: Path, claims: list[CuratedClaim]) -> None:
    facts = {row["id"]: row for row in rows_of(shared / "literature" / "literature.tsv")}
    for claim in claims:
        own = claim.paraphrase.casefold().rstrip(".")
        for other in ("paraphrase", "title"):
            assert facts[claim.fact][other].casefold().rstrip(".") not in own or len(facts[claim.fact][other]) < 12


@pytest.mark.parametrize("note", ["preclinical", "seen in title only", "hedged"])
def test_what_was_marked_as_weak_is_weak(note: str, shared: Path, claims: list[CuratedClaim]) -> None:
    marked = {r["id"] for r in rows_of(shared / "literature" / "literature.tsv") if r["evidence_note"] == note}
    weak = [c for c in claims if c.fact in marked]
    assert weak
    assert not [c.fact for c in weak if c.strength.at_least(Strength.ABILITY)]


def test_what_was_seen_in_titles_or_in_models_only_is_hedged(claims: list[CuratedClaim]) -> None:
    seen = Counter(part for claim in claims for part in claim.caveat.split("; "))
    assert seen["seen in the title only"] >= 5
    assert seen["preclinical only"] >= 25
    for claim in claims:
        if {"seen in the title only", "preclinical only"} & set(claim.caveat.split("; ")):
            assert claim.strength is Strength.HEDGED, claim.fact


def test_counts_by_strength(claims: list[CuratedClaim]) -> None:
    assert Counter(c.strength.value for c in claims) == {"asserted": 123, "hedged": 62, "ability": 1, "hypothetical": 1}
    assert [c.fact for c in claims if c.negated] == ["L111"]
    assert len({c.publication.id for c in claims}) == 88


def test_each_publication_has_a_graph_of_its_own_with_what_identifies_it(claims: list[CuratedClaim]) -> None:
    described: dict[str, dict[str, str]] = defaultdict(dict)
    graphs: dict[str, set[str]] = defaultdict(set)
    for quad in claims_in(TABLE):
        graphs[quad.graph_name.value].add(quad.subject.value)  # type: ignore[union-attr]
        if quad.subject.value.startswith(v.SOURCE_NS):  # type: ignore[union-attr]
            described[quad.subject.value][quad.predicate.value] = quad.object.value  # type: ignore[union-attr]
    assert len(graphs) == len({c.publication.id for c in claims})
    for claim in claims:
        own = described[v.SOURCE_NS + claim.publication.id]
        assert claim.iri in graphs[v.GRAPH_CLAIMS + claim.publication.id]
        assert own[v.DCTERMS + "identifier"].startswith(("doi:10.", "http"))
        assert own.get(v.YEAR, "None") == str(claim.publication.year)
        assert own[v.LABEL] == claim.publication.id
    without_year = {c.publication.id for c in claims if c.publication.year is None}
    assert len(without_year) == 33


def test_no_claim_of_the_literature_is_quarantined(kg: KnowledgeGraph) -> None:
    assert not list(kg.store.quads_for_pattern(None, ox.NamedNode(v.QUARANTINED), None, None))


# Bad tables


def write(path: Path, *rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Path:
    lines = ["\t".join(columns), *("\t".join(row[c] for c in columns) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"subject": "CL:9999999"}, 'unknown kind "CL:9999999"'),
        ({"object": "irkg:CCR44"}, 'unknown kind "irkg:CCR44"; did you mean "irkg:CCR4"'),
        ({"relation": "express"}, 'unknown relation "express"; did you mean "expresses"'),
        ({"negated": "no"}, '"no" cannot stand in the column negated; write true or false'),
        ({"strength": "strong"}, '"strong" cannot stand in the column strength'),
        ({"strength": "hedged"}, "is hedged without a reason; fill in hedge_cue or caveat"),
        ({"year": "n/s"}, '"n/s" cannot stand in the column year'),
        ({"doi_or_url": "PMC7"}, '"PMC7" cannot stand in the column doi_or_url'),
        ({"page_url": "here"}, '"here" cannot stand in the column page_url'),
        ({"source": "Doe 2020"}, '"Doe 2020" cannot stand in the column source'),
        ({"paraphrase": ""}, "has nothing in the column paraphrase"),
        ({"fact": "X1\tmore"}, "has 16 cells where 15 are named"),
        ({"object": "irkg:CCR8", "year": "2021"}, "differs from an earlier row on doe-2020"),
        ({"fact": "X2"}, "says the same as line 2"),
    ],
)
def test_a_bad_row_is_told_with_its_line(
    change: dict[str, str], message: str, tmp_path: Path, lexicon: Lexicon
) -> None:
    path = write(
        tmp_path / "t.tsv", ROW, ROW | {"relation": "upregulates"} | change if "fact" not in change else ROW | change
    )
    with pytest.raises(SourceError) as caught:
        read_literature(path, lexicon)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{path}:3: ")


def test_a_missing_column(tmp_path: Path, lexicon: Lexicon) -> None:
    path = write(tmp_path / "t.tsv", ROW, columns=tuple(c for c in COLUMNS if c != "caveat"))
    with pytest.raises(SourceError, match="has no column caveat") as caught:
        read_literature(path, lexicon)
    assert caught.value.line == 1


def test_tables_without_rows_or_not_there(tmp_path: Path, lexicon: Lexicon) -> None:
    with pytest.raises(SourceError, match="holds no claims"):
        read_literature(write(tmp_path / "t.tsv"), lexicon)
    with pytest.raises(SourceError, match="no such file"):
        read_literature(tmp_path / "absent.tsv", lexicon)
    (tmp_path / "b.tsv").write_bytes(b"\xff\xfe")
    with pytest.raises(SourceError, match="cannot be read as a table"):
        read_literature(tmp_path / "b.tsv", lexicon)


def test_build_refuses_a_bad_table_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = write(tmp_path / "t.tsv", ROW | {"subject": "CL:1"})
    with pytest.raises(SystemExit) as stop:
        main(["build", "--claims", str(table), "-o", str(tmp_path / "kg.trig")])
    assert stop.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f'irkg: {table}:2: unknown kind "CL:1"')
    assert not (tmp_path / "kg.trig").exists()


def test_build_refuses_one_source_from_two_files(tmp_path: Path) -> None:
    tables = [write(tmp_path / name, ROW) for name in ("a.tsv", "b.tsv")]
    with pytest.raises(GraphError, match='holds claims of the source "doe-2020", and so does'):
        build_to(tmp_path / "kg.trig", tables, (), None)


# Sources stay apart

ERAN, SUN, ZHANG, YOSHIE = "eran-2023", "sun-w-2016", "zhang-2023", "yoshie-2021"


def said(
    kg: KnowledgeGraph, *sources: str, name: str = "strategies-countering", **params: str
) -> list[tuple[str, ...]]:
    answer = kg.query(name, Filter(sources=sources), **params)
    columns = ("subject", "support", "strength", "source", "reason")
    return list(zip(*(answer.column(c) for c in columns), strict=True))


STATED = {
    SUN: ("CCR4 blockade", "stated", "hedged", SUN, "preclinical only"),
    ZHANG: ("CSF1R inhibition", "stated", "hedged", ZHANG, "said of pexidartinib; seen in the title only"),
}


def test_all_sources_together_state_and_propose(kg: KnowledgeGraph) -> None:
    rows = said(kg, mechanism="Treg recruitment")
    assert rows[:2] == [STATED[SUN], STATED[ZHANG]]
    assert {row[1] for row in rows[2:]} == {"candidate"}
    proposed = {(row[0], row[3]) for row in rows[2:]}
    assert ("anti-CCR4 therapy", YOSHIE) in proposed  # it depletes regulatory T cells, which take part
    assert {row for row in proposed if row[1] == ERAN} == {
        ("combination therapy", ERAN),
        ("exploitation of cancer cell vulnerability", ERAN),
        ("novel immunotherapy", ERAN),
    }


def test_the_article_alone_states_nothing_and_proposes_as_before(kg: KnowledgeGraph) -> None:
    rows = said(kg, ERAN, mechanism="Treg recruitment")
    assert {(row[1], row[3]) for row in rows} == {("candidate", ERAN)}
    assert [row[0] for row in rows] == [
        *["combination therapy"] * 3, "exploitation of cancer cell vulnerability", "novel immunotherapy"
    ]  # fmt: skip
    notes = kg.query("strategies-countering", Filter(sources=(ERAN,)), mechanism="Treg recruitment").notes
    assert notes == (
        "The source eran-2023 does not state a strategy that counters Treg recruitment.",
        "Candidates, proposed by a rule and stated by nobody: 3.",
    )


def test_literature_alone_states_and_proposes_nothing(kg: KnowledgeGraph) -> None:
    assert said(kg, SUN, ZHANG, mechanism="Treg recruitment") == [STATED[SUN], STATED[ZHANG]]


def test_two_sources_together(kg: KnowledgeGraph) -> None:
    rows = said(kg, ERAN, SUN, mechanism="Treg recruitment")
    assert rows[0] == STATED[SUN]
    assert {(row[1], row[3]) for row in rows[1:]} == {("candidate", ERAN)}


def test_a_question_in_english_names_the_papers(kg: KnowledgeGraph) -> None:
    _, answer = kg.ask("which strategies counter Treg recruitment")
    assert {SUN, ZHANG, ERAN, YOSHIE} == set(answer.column("source"))
    assert {"doi:10.18632/oncotarget.9265", "doi:10.3389/fphar.2023.1092767"} <= set(answer.column("evidence"))
    assert answer.notes == ("2 hedged rows are shown, because nothing is stated more strongly.",)


def test_what_is_stated_more_strongly_hides_what_is_hedged_as_before(kg: KnowledgeGraph) -> None:
    answer = kg.query("strategies-countering", mechanism="antigen loss")
    assert {s for s, p in zip(answer.column("strength"), answer.column("support"), strict=True) if p == "stated"} == {
        "ability"
    }
    assert "1 hedged row is not shown; add --min-strength hedged." in answer.notes


def rows(kg: KnowledgeGraph, *sources: str) -> set[tuple[str, str]]:
    entailed = Filter(sources=sources, supports=(Support.ENTAILED,))
    answer = kg.query("inhibitors-of", entailed, kind="anti-tumor immune cell")
    return set(zip(answer.column("subject"), answer.column("source"), strict=True))


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """Two premises of one chain in two papers, and the first of them in a third besides, which adds a caveat."""
    folder = tmp_path_factory.mktemp("joined")
    recruits = {"subject": "CL:0001064", "relation": "recruits", "object": "CL:0000815"}
    inhibits = {"subject": "CL:0000815", "relation": "inhibits", "object": "irkg:AntiTumorImmuneCell"}
    general = {"subject": "irkg:TregDepletion", "relation": "counters", "object": "irkg:ImmuneTherapyResistance"}
    named = {"subject": "irkg:TregDepletion", "relation": "counters", "object": "irkg:TregRecruitment"}
    strategy = {"subject": "irkg:TregDepletion", "relation": "counters", "object": "irkg:CheckpointInhibitorResistance"}
    table = [
        ROW | {"source": "first"} | recruits,
        ROW | {"source": "second"} | inhibits,
        ROW | {"source": "third", "caveat": "said of one cell line"} | recruits,
        ROW | {"source": "both"} | recruits,
        ROW | {"source": "both"} | inhibits,
        ROW | {"source": "general", "strength": "hedged", "caveat": "early results"} | general,
        ROW | {"source": "named"} | named,
        ROW | {"source": "class"} | strategy,
    ]
    build_to(folder / "kg.trig", [write(folder / "t.tsv", *table)], (), None)
    return KnowledgeGraph.open(folder / "kg.trig")


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ((), {("cancer cell", "both first second third")}),
        (("first",), set()),
        (("second",), set()),
        (("first", "third"), set()),
        (("first", "second"), {("cancer cell", "first second")}),
        (("third", "second"), {("cancer cell", "second third")}),
        (("both",), {("cancer cell", "both")}),
    ],
)
def test_what_follows_for_some_sources_rests_on_their_claims_alone(
    joined: KnowledgeGraph, sources: tuple[str, ...], expected: set[tuple[str, str]]
) -> None:
    assert rows(joined, *sources) == expected


def test_what_follows_says_the_caveat_of_what_it_rests_on(joined: KnowledgeGraph) -> None:
    def reasons(*sources: str) -> set[str]:
        entailed = Filter(sources=sources, supports=(Support.ENTAILED,))
        return set(joined.query("inhibitors-of", entailed, kind="anti-tumor immune cell").column("reason"))

    assert reasons("both") == {"property-chain"}
    assert reasons("third", "second") == {"property-chain; said of one cell line"}


def test_a_candidate_gives_way_to_a_claim_of_the_wanted_sources_only(joined: KnowledgeGraph) -> None:
    def supports(*sources: str) -> list[tuple[str, str]]:
        answer = joined.query("strategies-countering", Filter(sources=sources), mechanism="Treg recruitment")
        return list(zip(answer.column("support"), answer.column("source"), strict=True))

    assert supports("general") == [("candidate", "general")]
    assert supports("named") == supports("general", "named") == supports() == [("stated", "named")]


def test_a_candidate_says_the_caveat_of_its_premise(joined: KnowledgeGraph) -> None:
    answer = joined.query("strategies-countering", Filter(sources=("general",)), mechanism="Treg recruitment")
    assert answer.column("reason")[0].endswith("is a mechanism of it; early results")


def test_types_that_follow_from_other_sources_stay_out(joined: KnowledgeGraph) -> None:
    strategy, cls = ox.NamedNode(v.KIND + "TregDepletion"), ox.NamedNode(v.IRKG + "CounterResistanceStrategy")
    pattern = (strategy, ox.NamedNode(v.RDF_TYPE), cls, None)
    assert list(joined.store.quads_for_pattern(*pattern))
    assert not list(selection(joined.store, ["first"]).quads_for_pattern(*pattern))


def test_a_selection_states_just_the_edges_of_its_claims(kg: KnowledgeGraph) -> None:
    part = selection(kg.store, [ERAN])
    claims = [q for q in part if getattr(q.graph_name, "value", "") == v.GRAPH_CLAIMS + ERAN]
    edges = {q.triple for q in part.quads_for_pattern(None, None, None, ox.NamedNode(v.GRAPH_EDGES))}
    assert {(e.subject.value, e.predicate.value, e.object.value) for e in edges} == {  # type: ignore[union-attr]
        (t.subject, t.predicate, t.object) for _, t in stating(claims)
    }
