"""Each quality check finds what it is for and nothing else, on two engines that share no code."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Dataset

from irkg import KnowledgeGraph, file_checks, tabulate
from irkg import vocab as v
from irkg.build import exemplars
from irkg.catalogue import catalogue, checks, find_checks
from irkg.cli import main
from irkg.errors import QueryError, UnknownName
from irkg.lexicon import Lexicon
from irkg.model import Answer, Finding, Level, QuerySpec
from irkg.ontology_file import read_ontology
from irkg.report import COLUMNS, at_least, report
from irkg.resources import ontology_file
from irkg.results import render
from irkg.store import in_memory
from test_queries import to_ox

ROOT = Path(__file__).resolve().parents[1]
CASES = Path(__file__).parent / "checks"
DOCS = ROOT / "docs" / "report.md"
EX = "https://example.org/"
MARK = re.compile(r"(<!-- checks -->\n).*?(<!-- end -->)", re.DOTALL)


def shown(rows: set[tuple[str, ...]]) -> str:
    """Return rows as an expected.tsv has them."""

    def cell(text: str) -> str:
        return "ex:" + text.removeprefix(EX) if text.startswith(EX) else v.contract(text)

    return render(Answer(COLUMNS, tuple(sorted(tuple(map(cell, row)) for row in rows))), "tsv")


def by_pyoxigraph(spec: QuerySpec, path: Path) -> set[tuple[str, ...]]:
    found = report(file_checks._store_of(path), [spec])
    return {(f.focus, f.path or "", f.value or "") for f in found}


def by_rdflib(spec: QuerySpec, path: Path) -> set[tuple[str, ...]]:
    dataset = Dataset()
    dataset.default_graph.parse(path, format="turtle")
    result = dataset.query(spec.text)
    assert tuple(map(str, result.vars or ())) == COLUMNS
    rows = (["" if term is None else to_ox(term.n3()) for term in row] for row in result)  # type: ignore[union-attr]
    return {tuple(getattr(term, "value", "") for term in row) for row in rows}


ENGINES = {"pyoxigraph": by_pyoxigraph, "rdflib": by_rdflib}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", checks())
def test_a_bad_ontology_gives_the_rows_written_by_hand(name: str, engine: str) -> None:
    expected = (CASES / name / "expected.tsv").read_text(encoding="utf-8")
    assert expected.count("\n") > 1, "an expectation without rows proves nothing"
    assert shown(ENGINES[engine](checks()[name], CASES / name / "bad.ttl")) == expected


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", checks())
def test_a_good_ontology_stays_clean(name: str, engine: str) -> None:
    assert ENGINES[engine](checks()[name], CASES / name / "good.ttl") == set()


def test_each_check_has_its_cases_and_each_case_its_check() -> None:
    assert sorted(path.name for path in CASES.iterdir()) == sorted(checks())
    for name in checks():
        assert {path.name for path in (CASES / name).iterdir()} == {"bad.ttl", "good.ttl", "expected.tsv"}


def read(turtle: str) -> ox.Store:
    prefixes = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in {**v.PREFIXES, "ex": EX}.items())
    return in_memory(ox.parse(prefixes + turtle, format=ox.RdfFormat.TURTLE))


def spoken(found: list[Finding]) -> list[str]:
    return [f"{f.severity} {f.check} {v.contract(f.focus)} {v.contract(f.value or '')}" for f in found]


def the_shipped_ontology() -> ox.Store:
    """Return the ontology with its exemplars, as it stands in the knowledge graph that is made of it."""
    triples = read_ontology(ontology_file())
    return in_memory(
        ox.Quad(*t, ox.NamedNode(v.GRAPH_ONTOLOGY)) for t in [*triples, *exemplars(Lexicon.from_triples(triples))]
    )


def test_the_shipped_ontology_has_no_error_and_no_warning_that_it_does_not_explain() -> None:
    found = report(the_shipped_ontology(), checks().values())
    assert spoken(at_least(found, Level.WARN)) == []
    assert {f.check for f in found if not f.excuse} <= {
        "missing-superclass",
        "multiple-asserted-superclasses",
        "unused-kind",
    }


def test_the_shipped_graph_has_no_error_and_no_warning_that_it_does_not_explain() -> None:
    assert spoken(at_least(KnowledgeGraph.open().report(), Level.WARN)) == []


def test_an_export_of_the_shipped_graph_is_clean_too(tmp_path: Path) -> None:
    path = tmp_path / "irkg.ttl"
    path.write_bytes(KnowledgeGraph.open().export("turtle"))
    assert spoken(at_least(file_checks.report_file(path), Level.WARN)) == []


def test_each_exception_of_the_shipped_ontology_excuses_something() -> None:
    store = the_shipped_ontology()
    said = [q for q in store if q.predicate.value == v.CHECK_EXCEPTION]
    excused = {(f.focus, f"{f.check}: {f.excuse}") for f in report(store, checks().values()) if f.excuse}
    assert {(q.subject.value, q.object.value) for q in said} == excused


@cache
def ontology_on_both() -> tuple[ox.Store, Dataset]:
    store = the_shipped_ontology()
    dataset = Dataset()
    dataset.default_graph.parse(
        data=ox.serialize((q.triple for q in store), format=ox.RdfFormat.N_TRIPLES), format="nt"
    )
    return store, dataset


@pytest.mark.parametrize("name", ["missing-superclass", "multiple-asserted-superclasses", "unused-kind"])
def test_both_engines_find_the_same_in_the_shipped_ontology(name: str) -> None:
    store, dataset = ontology_on_both()
    found = {(f.focus, f.path or "", f.value or "") for f in report(store, [checks()[name]])}
    assert {tuple("" if t is None else str(t) for t in row) for row in dataset.query(checks()[name].text)} == found
    assert found


PAIR = "ex:Tumor a owl:Class ; owl:equivalentClass ex:Tumour . ex:Tumour a owl:Class ."


def test_a_warning_is_excused_by_a_reason_and_an_error_never() -> None:
    checks = find_checks(["equivalent-pair", "missing-label"])
    both = '"equivalent-pair: two spellings" , "missing-label: it needs none"'
    excused = report(read(f"{PAIR} ex:Tumor irkg:checkException {both} ."), checks)
    assert spoken(excused) == [
        "error missing-label https://example.org/Tumor ",
        "error missing-label https://example.org/Tumour ",
        "info equivalent-pair https://example.org/Tumor https://example.org/Tumour",
    ]
    assert [f.excuse for f in excused] == ["", "", "two spellings"]


@pytest.mark.parametrize("said", ["equivalent-pair", "equivalent-pair: ", "equivalentpair: two spellings"])
def test_a_name_without_a_reason_or_of_another_check_excuses_nothing(said: str) -> None:
    found = report(read(f'{PAIR} ex:Tumor irkg:checkException "{said}" .'), find_checks(["equivalent-pair"]))
    assert [(f.severity, f.excuse) for f in found] == [("warn", "")]


def test_of_a_knowledge_graph_only_the_ontology_is_looked_at_and_claims_are_known_of() -> None:
    triples = list(read("ex:A a owl:Class . ex:a irkg:exemplarOf ex:A ."))
    ontology = [ox.Quad(*q.triple, ox.NamedNode(v.GRAPH_ONTOLOGY)) for q in triples]
    claim = read("ex:claim a irkg:Claim ; irkg:subject ex:a ; ex:undeclared ex:b . ex:B a owl:Class .")
    claims = [ox.Quad(*q.triple, ox.NamedNode(v.GRAPH_CLAIMS + "x")) for q in claim]
    checks = find_checks(["missing-label", "unused-kind"])
    assert spoken(report(in_memory(ontology), checks)) == [
        "error missing-label https://example.org/A ",
        "info unused-kind https://example.org/A https://example.org/a",
    ]
    assert spoken(report(in_memory([*ontology, *claims]), checks)) == ["error missing-label https://example.org/A "]


def test_nameless_things_are_shown_as_such() -> None:
    found = report(read("[] a owl:Ontology ."), find_checks(["missing-version-iri"]))
    assert [f.focus for f in found] == ["[]"]


def test_what_is_no_check_is_refused() -> None:
    spec = catalogue()["mechanisms"]
    with pytest.raises(QueryError, match="mechanisms is no check"):
        report(ox.Store(), [spec])
    check = checks()["missing-label"]
    crooked = QuerySpec("check-x", "", "", (), (), (), "", "SELECT ?entity { ?entity a ?value }", check.check)
    with pytest.raises(QueryError, match=r"must select \?entity \?property \?value"):
        report(ox.Store(), [crooked])


def test_checks_are_found_by_name_and_by_the_name_that_robot_gives_them() -> None:
    assert [s.short_name for s in find_checks(["missing_label"])] == ["missing-label"]
    assert len(find_checks([])) == len(checks()) > 50
    with pytest.raises(UnknownName, match='unknown check "mising-label"; did you mean "missing-label"'):
        find_checks(["mising-label"])


def test_checks_do_not_clutter_the_queries() -> None:
    assert not {name for name in catalogue() if name.startswith("check-")}


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(["report", *words])
    return int(stop.value.code or 0), *capsys.readouterr()


BAD = str(CASES / "missing-label" / "bad.ttl")
PAIRED = str(CASES / "equivalent-pair" / "bad.ttl")


def test_an_error_is_exit_1_and_a_warning_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, BAD, "--check", "missing-label", "--format", "json")
    assert code == 1
    assert {row["entity"] for row in json.loads(out)} == {EX + "A", EX + "i", EX + "p", "CL:0000000"}
    assert err == "1 check: 4 errors, 0 warnings, 0 remarks\n"
    code, out, err = run(capsys, PAIRED, "--check", "equivalent-pair")
    assert code == 0
    assert out.splitlines()[1].split("\t")[:6] == [
        "warn", "equivalent-pair", EX + "Tumor", "", "owl:equivalentClass", EX + "Tumour"
    ]  # fmt: skip
    assert err == "1 check: 0 errors, 1 warning, 0 remarks\n"


def test_the_level_hides_lesser_findings_but_not_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, BAD, "--level", "error")
    assert code == 1
    assert {line.split("\t")[0] for line in out.splitlines()[1:]} == {"error"}
    code, out, err = run(capsys, PAIRED, "--check", "equivalent-pair", "--level", "error")
    assert (code, out.count("\n")) == (0, 1)
    assert "1 warning" in err


def test_the_table_says_of_each_check_what_is_wrong_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, BAD, "--check", "missing-label", "--check", "missing-version-iri", "--format", "table")
    check = checks()["missing-label"].check
    assert check is not None
    assert out.startswith(f"error: missing-label (4)\n  problem: {check.problem}\n  solution: {check.solution}\n")
    assert "missing-version-iri" not in out


@pytest.mark.parametrize("words", [["absent.ttl"], [BAD, "--check", "no-such"], [BAD, "--level", "fatal"], [str(DOCS)]])
def test_bad_input_is_exit_2_and_one_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out, err.count("\n")) == (2, "", 1)


COVERED = {
    ("ontology", "kinds", "2", ""),
    ("ontology", "classes", "3", ""),
    ("classes reused from", "CL", "1", ""),
    ("mappings", "skos:exactMatch", "1", ""),
    ("claims by source", "one", "2", ""),
    ("claims by relation", "recruits", "2", ""),
    ("claims by strength", "asserted", "2", ""),
    ("claims by review", "accepted", "1", ""),
    ("claims by review", "rejected", "1", ""),
    ("claims by what they support", "an edge", "1", ""),
    ("claims by what they support", "no edge: rejected", "1", ""),
    ("edges by support", "stated", "1", ""),
    ("kinds without claims", "cell", "1", "2"),
}


def test_coverage_counts_what_there_is_and_what_is_missing(tmp_path: Path) -> None:
    ontology = """
        irkg:DomainEntity a owl:Class . obo:CL_0000000 a owl:Class ; rdfs:subClassOf irkg:DomainEntity .
        obo:CL_0000000 rdfs:label "cell" .
        irkg:TCell a owl:Class ; rdfs:subClassOf obo:CL_0000000 ; rdfs:label "T cell" ; skos:exactMatch ex:T .
        irkg:recruits irkg:relationName "recruits" . irkg:asserted rdfs:label "asserted" .
        irkg:accepted rdfs:label "accepted" . irkg:rejected rdfs:label "rejected" .
        kind:CL_0000000 irkg:exemplarOf obo:CL_0000000 . kind:TCell irkg:exemplarOf irkg:TCell ."""
    claim = """a irkg:Claim ; irkg:predicate irkg:recruits ; irkg:negated false ; irkg:strength irkg:asserted ;
        irkg:source source:one ; irkg:subject kind:CL_0000000"""
    claims = f"""source:one rdfs:label "one" .
        claim:1 {claim} ; irkg:object kind:CL_0000000 ; irkg:reviewStatus irkg:accepted .
        claim:2 {claim} ; irkg:object kind:TCell ; irkg:reviewStatus irkg:rejected ."""
    graphs = {
        v.GRAPH_ONTOLOGY: ontology,
        v.GRAPH_CLAIMS + "one": claims,
        v.GRAPH_EDGES: "kind:CL_0000000 irkg:recruits kind:CL_0000000 .",
    }
    quads = [ox.Quad(*q.triple, ox.NamedNode(g)) for g, text in graphs.items() for q in read(text)]
    from irkg.coverage import coverage

    rows = set(coverage(in_memory(quads)).rows)
    assert rows >= COVERED
    # what an ontology file has none of is left out
    assert {row[0] for row in rows} == {row[0] for row in COVERED}
    (tmp_path / "o.ttl").write_bytes(read(ontology).dump(format=ox.RdfFormat.TURTLE, from_graph=ox.DefaultGraph()))
    alone = file_checks.coverage_of_file(tmp_path / "o.ttl")
    assert set(alone.column("section")) == {"ontology", "classes reused from", "mappings", "kinds without claims"}
    assert ("kinds without claims", "cell", "2", "2") in alone.rows


def test_the_coverage_of_the_shipped_graph_adds_up(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--coverage", "--format", "json")
    rows = json.loads(out)

    def total(section: str) -> int:
        return sum(int(row["count"]) for row in rows if row["section"] == section)

    assert code == 0
    claims = total("claims by source")
    assert claims > 50
    for by in ("relation", "strength", "review", "what they support"):
        assert total(f"claims by {by}") == claims
    branches = [row for row in rows if row["section"] == "kinds without claims"]
    assert all(0 < int(row["count"]) <= int(row["of"]) for row in branches)
    kinds = next(int(row["count"]) for row in rows if row["item"] == "kinds")
    assert kinds == len(KnowledgeGraph.open().lexicon.kinds)  # no ancestor of another ontology is one


def table() -> str:
    columns = ("check", "level", "problem", "solution")
    order = list(Level)
    specs = sorted(checks().values(), key=lambda s: (order.index(s.check.level), s.name))  # type: ignore[union-attr]
    rows = [(f"`{s.short_name}`", s.check.level, s.check.problem, s.check.solution) for s in specs if s.check]
    lines = ["| " + " | ".join(line) + " |" for line in (columns, ["---"] * 4, *rows)]
    return "\n".join(lines) + "\n"


def documented() -> str:
    return MARK.sub(lambda m: m[1] + table() + m[2], DOCS.read_text(encoding="utf-8"))


def test_the_documentation_lists_the_checks_as_they_are() -> None:
    assert DOCS.read_text(encoding="utf-8") == documented(), "run: python tests/test_report.py"


def test_the_summary_counts_by_level() -> None:
    def finding(level: Level, excuse: str = "") -> Finding:
        return Finding(level, "x", EX, "", None, None, None, "", excuse)

    found = [finding(Level.ERROR), finding(Level.INFO), finding(Level.INFO, "meant")]
    said = tabulate.report_summary(found, 2)
    assert said == "2 checks: 1 error, 0 warnings, 2 remarks (1 of them excused warnings)"


if __name__ == "__main__":
    DOCS.write_text(documented(), encoding="utf-8")
