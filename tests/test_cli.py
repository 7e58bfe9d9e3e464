"""The command line as its users meet it: exit codes, one line for each mistake, nothing half-written."""

from __future__ import annotations

from pathlib import Path

import pytest

from irkg.catalogue import catalogue
from irkg.cli import irkg, main


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run a command; return its exit code and what it wrote to stdout and stderr."""
    with pytest.raises(SystemExit) as stop:
        main(list(words))
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


@pytest.fixture(autouse=True)
def _shipped_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IRKG_KG", raising=False)


ASK = ("ask", "which strategies counter Treg recruitment", "--source", "eran-2023")
CANDIDATES = {"irkg:CombinationTherapy", "irkg:NovelImmunotherapy", "irkg:VulnerabilityExploitation"}


def test_the_first_question(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *ASK)
    assert code == 0
    assert "The source eran-2023 does not state a strategy that counters Treg recruitment." in err
    head, *rows = (line.split("\t") for line in out.splitlines())
    cells = [dict(zip(head, row, strict=True)) for row in rows]
    assert {c["subject_id"] for c in cells} == CANDIDATES
    assert {c["support"] for c in cells} == {"candidate"}
    assert {(c["subject_id"], c["evidence"], c["strength"]) for c in cells} == {
        ("irkg:CombinationTherapy", "eran-2023:2306-2435", "hedged"),
        ("irkg:CombinationTherapy", "eran-2023:2436-2626", "ability"),
        ("irkg:CombinationTherapy", "eran-2023:3280-3464", "hedged"),
        ("irkg:NovelImmunotherapy", "eran-2023:3280-3464", "hedged"),
        ("irkg:VulnerabilityExploitation", "eran-2023:2884-3005", "ability"),
    }
    assert all(c["reason"] and c["review"] == "accepted" for c in cells)


@pytest.mark.parametrize(
    "name",
    [
        "Treg recruitment",
        "recruitment of regulatory T cells",
        "irkg:TregRecruitment",
        "https://w3id.org/irkg/TregRecruitment",
    ],
)
def test_the_same_by_the_canned_query(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, asked, _ = run(capsys, *ASK)
    _, out, err = run(capsys, "query", "strategies-countering", "--mechanism", name, "--source", "eran-2023")
    assert out == asked
    assert "does not state" in err


def test_the_table_says_first_that_nothing_is_stated(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, *ASK, "--format", "table")
    assert out.startswith("The source eran-2023 does not state a strategy that counters Treg recruitment.\n")


MISTAKES = [
    (("fill", "absent.txt"), "irkg: absent.txt: no such file; check the name"),
    (("fill", "{empty}"), "is empty"),
    (("fill", "{latin}"), "not UTF-8 at byte"),
    (("fill", "{good}", "-o", "claims.xls"), 'unknown suffix ".xls"'),
    (("fill", "{good}", "-o", "absent/claims.tsv"), "absent/claims.tsv: cannot be written"),
    (("fill", "{good}", "--unknown", "absent/unknown.tsv"), "absent/unknown.tsv: cannot be written"),
    (("fill",), "Missing argument 'SOURCES...'"),
    (("query", "strategis-countering"), 'unknown query "strategis-countering"; did you mean "strategies-countering"'),
    (("query", "strategies-countering"), "strategies-countering needs --mechanism"),
    (("query", "strategies-countering", "--mechnism", "x"), "No such option '--mechnism'. Did you mean '--mechanism'"),
    (("query", "strategies-countering", "--mechanism", "Treg recrutment"), 'did you mean "Treg recruitment"'),
    (("query", "strategies-countering", "--mechanism", "Treg"), "regulatory T cell is not a kind of"),
    (("query", "mechanisms", "--source", "eran-2032"), 'unknown source "eran-2032"; did you mean "eran-2023"'),
    (("query", "mechanisms", "--support", "sated"), 'unknown support "sated"'),
    (("query", "mechanisms", "--format", "xls"), "Invalid value for '--format'"),
    (("query", "mechanisms", "-o", "rows.xls"), 'unknown suffix ".xls"'),
    (("query",), "give the NAME of a canned query, --file or --sparql"),
    (("query", "--sparql", "SELECT"), "not SPARQL"),
    (("query", "--sparql", "DELETE WHERE { ?s ?p ?o }"), "is an update"),
    (("query", "--sparql", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"), "SERVICE"),
    (("query", "--file", "absent.rq"), "absent.rq: no such file"),
    (("ask", "what is the capital of France"), "no canned query answers this question"),
    (("ask", "which strategies counter Treg recrutment"), 'did you mean "Treg recruitment"'),
    (("ask", "which strategies counter Treg recruitment", "--kg", "absent"), "absent: no such knowledge graph"),
    (("ask", "which strategies counter Treg recruitment", "--kg", "{good}"), "not a knowledge graph"),
    (("ask", "which strategies counter Treg recruitment", "--kg", "{folder}"), "not a knowledge graph"),
    (("queries", "--kg", "x"), "--kg goes with --format markdown"),
    (("validate", "absent.ttl"), "absent.ttl: no such file"),
    (("validate", "{good}"), "good.txt"),
    (("reason", "absent.owl"), "absent.owl: no such file"),
    (("export", "--format", "xls"), '"xls"'),
    (("export", "-o", "irkg.xls"), "irkg.xls"),
    (("build", "-o", "absent/kg"), "no such folder"),
    (("build", "-o", "{folder}"), "other files in it"),
    (("build", "--claims", "absent.trig", "-o", "kg"), "absent.trig: no such file"),
    (("build", "--review", "absent.tsv", "-o", "kg"), "absent.tsv: no such file"),
    (("biuld",), "No such command 'biuld'"),
]


@pytest.mark.parametrize(("words", "message"), MISTAKES, ids=[" ".join(w) for w, _ in MISTAKES])
def test_a_mistake_is_told_in_one_line(
    words: tuple[str, ...],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    places = {"empty": "empty.txt", "latin": "latin.txt", "good": "good.txt", "folder": "folder"}
    Path("empty.txt").write_bytes(b"")
    Path("latin.txt").write_bytes("Tumeur bénigne".encode("latin-1"))
    Path("good.txt").write_text("Cancer cells recruit Tregs.")
    Path("folder").mkdir()
    Path("folder/thesis.txt").write_text("years of work")
    before = sorted(tmp_path.rglob("*"))
    code, out, err = run(capsys, *(w.format(**places) if w.startswith("{") else w for w in words))
    line = err.strip().splitlines()[-1]
    assert code == 2
    assert out == ""
    assert line.startswith("irkg: ")
    assert message in line
    assert "Traceback" not in err
    assert sorted(tmp_path.rglob("*")) == before


def test_what_has_no_term_is_listed_and_minted_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("Insulin stimulates glucose uptake. Cancer cells recruit Tregs.")
    code, plain, err = run(capsys, "fill", "a.txt", "--unknown", "unknown.tsv")
    assert (code, err) == (0, "a: 1 claims\n")
    assert "provisional" not in plain
    head, *rows = (line.split("\t") for line in Path("unknown.tsv").read_text().splitlines())
    assert head == ["phrase", "count", "sentence", "nearest"]
    assert [r[:3] for r in rows] == [["glucose uptake", "1", "a:0-34"], ["insulin", "1", "a:0-34"]]
    code, minted, err = run(capsys, "fill", "a.txt", "--mint")
    assert (code, err) == (0, "a: 2 claims\n")
    assert "irkg:provisional/glucose-uptake" in minted
    assert set(plain.splitlines()) <= set(minted.splitlines())


def test_a_traceback_only_for_those_who_ask(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Exception, match="no such file"):
        main(["--debug", "fill", "absent.txt"])


@pytest.mark.parametrize("name", sorted(irkg.commands))
def test_each_command_explains_itself_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, name, "--help")
    assert code == 0
    assert f"Example: irkg {name}" in out


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_each_canned_query_tells_its_parameters(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "query", name, "--help")
    assert code == 0
    assert catalogue()[name].summary.split()[0] in out
    assert all(f"--{p.name} NAME" in out for p in catalogue()[name].params)


def test_queries_are_listed_and_picked_by_tag(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "queries")
    assert [line.split("\t")[0] for line in out.splitlines()[1:]] == sorted(catalogue())
    _, tagged, _ = run(capsys, "queries", "--tag", "gap")
    assert 1 < len(tagged.splitlines()) < len(out.splitlines())


def test_dry_run_prints_what_would_be_run(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("query", "strategies-countering", "--mechanism", "Treg recruitment", "--dry-run")
    _, sparql, _ = run(capsys, *words)
    assert "<https://w3id.org/irkg/kind/TregRecruitment>" in sparql
    assert "?_mechanism_iri" not in sparql
    _, out, _ = run(capsys, "query", "--sparql", sparql)
    assert len(out.splitlines()) > 5
    assert out == run(capsys, *words[:-1], "--min-strength", "hypothetical")[1]


def test_own_sparql_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "q.rq").write_text("SELECT ?l {\n kind:CL_0000815 rdfs:label ?l }")
    assert run(capsys, "query", "--file", str(tmp_path / "q.rq")) == (0, "l\nregulatory T cell\n", "")


def test_the_graph_can_be_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IRKG_KG", str(tmp_path / "absent"))
    code, _, err = run(capsys, "query", "mechanisms")
    assert code == 2
    assert "absent: no such knowledge graph" in err


def test_output_goes_to_a_file_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, shown, _ = run(capsys, "query", "mechanisms", "--format", "csv")
    code, out, _ = run(capsys, "query", "mechanisms", "-o", str(tmp_path / "m.csv"))
    assert (code, out) == (0, "")
    assert (tmp_path / "m.csv").read_text() == shown


def test_findings_exit_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.ttl").write_text("@prefix irkg: <https://w3id.org/irkg/> .\n<urn:c> a irkg:Claim .\n")
    code, out, err = run(capsys, "validate", str(tmp_path / "bad.ttl"))
    assert code == 1
    assert "claim-subject" in out
    assert "violations" in err


def test_the_shipped_graph_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "validate")
    assert code == 0
    assert {line.partition("\t")[0] for line in out.splitlines()[1:]} == {"Info"}
    assert err.startswith("0 violations, 0 warnings")


def test_severity_shows_the_worse_findings_only(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "validate", "--severity", "warning")
    assert (code, len(out.splitlines())) == (0, 1)
    assert "0 warnings, " in err


def test_no_identifier_is_broken_in_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, plain, _ = run(capsys, "query", "sources")
    _, table, _ = run(capsys, "query", "sources", "--format", "table")
    head, *rows = (line.split("\t") for line in plain.splitlines())
    assert all(row[head.index("identifier")] in table for row in rows)
