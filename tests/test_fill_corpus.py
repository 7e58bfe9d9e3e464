"""Many articles: the same bytes whoever reads them, only what is new, and no article lost for another's sake."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import pytest

from irkg.claims_files import claims_in
from irkg.cli import main
from irkg.corpus import find_articles
from irkg.errors import IrkgError
from irkg.extract.unknown import Phrase
from irkg.fill import Reading, ReadSource, as_bytes, fill, joined, joining_order
from irkg.fill_corpus import STATE, Answer, Destination, Task, destination, fill_corpus, prune, read_task
from irkg.ledger import open_ledger
from irkg.model import Span
from irkg.workers import Died

TEXTS = {
    "a.txt": "Cancer cells recruit Tregs. Tregs inhibit T cells.",
    "b.md": "# Tumors\n\nMDSCs inhibit T cells. Melanoma can resist immune therapy.",
    "sub/c.txt": "Treg recruitment impairs the immune response. Estrogen inhibits T cells.",
    "sub/d.txt": "Nothing is said here.",
}


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder with four small articles in our own words."""
    for name, text in TEXTS.items():
        file = tmp_path / "articles" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "articles"


def irkg(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """Run a command; return its exit code and what it wrote to stdout and stderr."""
    with pytest.raises(SystemExit) as stop:
        main([str(w) for w in words])
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder that are not hidden."""
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if not p.name.startswith(".")}


# ---------------------------------------------------------------- one place for all claims


@pytest.mark.parametrize("format_name", ["tsv", "jsonl", "trig", "nq"])
def test_pieces_joined_are_what_is_written_at_once(format_name: str, restated: Path, articles: Path) -> None:
    files = [restated, *(a.path for a in find_articles([articles]))]
    read = {one.source.id: one for path in files for one in fill(path, mint=True)}
    order = joining_order(read, format_name)
    pieces = (as_bytes([read[source]], format_name, quotes=True) for source in order)
    assert b"".join(joined(pieces, format_name)) == as_bytes(read.values(), format_name, quotes=True)
    assert b"".join(joined([], format_name)) == as_bytes([], format_name, quotes=True)


def test_a_folder_gets_a_file_for_each_source_and_build_takes_it(
    articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, one = tmp_path / "claims", tmp_path / "all.trig"
    code, said, err = irkg(capsys, "fill", articles, "-o", out, "--workers", 1)
    assert (code, said) == (0, "")
    assert err == "4 files: 4 read, 0 unchanged, 0 failed; 5 claims of 4 sources\n"
    assert set(contents(out)) == {"a.trig", "b.trig", "c.trig", "d.trig"}
    assert irkg(capsys, "fill", articles, "-o", one, "--workers", 1)[0] == 0
    assert set(claims_in(out)) == set(claims_in(one))
    assert contents(out)["a.trig"] == as_bytes(fill(articles / "a.txt"), "trig", quotes=True)


def test_a_second_run_reads_only_what_is_new_or_changed(
    articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "claims"
    run = ("fill", articles, "-o", out, "--workers", 1)
    irkg(capsys, *run)
    before = contents(out)
    assert irkg(capsys, *run)[2].startswith("4 files: 0 read, 4 unchanged")
    (articles / "a.txt").write_text("Tregs inhibit T cells.")
    (articles / "e.txt").write_text("MDSCs inhibit T cells.")
    (out / "b.trig").unlink()
    assert irkg(capsys, *run)[2].startswith("5 files: 3 read, 2 unchanged")
    after = contents(out)
    assert {n for n in after if after[n] != before.get(n)} == {"a.trig", "e.trig"}
    assert irkg(capsys, *run, "--no-quotes")[2].startswith("5 files: 5 read, 0 unchanged")  # another way to read
    assert contents(out) != after


def test_prune_removes_what_has_vanished_and_nothing_else(
    articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "claims"
    run = ("fill", articles, "-o", out, "--workers", 1)
    irkg(capsys, *run)
    (out / "mine.trig").write_text("")
    (articles / "a.txt").unlink()
    assert f"1 files in {out} are of sources that no article holds any more" in irkg(capsys, *run)[2]
    assert "a.trig" in contents(out)
    (articles / "bad.txt").write_bytes(b"\xff")
    assert "nothing is pruned while articles cannot be read" in irkg(capsys, *run, "--prune")[2]
    assert "a.trig" in contents(out)
    (articles / "bad.txt").unlink()
    assert irkg(capsys, *run, "--prune")[0] == 0
    assert set(contents(out)) == {"b.trig", "c.trig", "d.trig", "mine.trig"}


def test_broken_articles_are_listed_and_the_others_read(
    articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (articles / "latin.txt").write_bytes(b"caf\xe9")
    (articles / "empty.txt").write_text("")
    code, out, err = irkg(capsys, "fill", articles, tmp_path / "absent.txt", "--workers", 1)
    assert code == 1
    assert len(out.splitlines()) == 6
    *listed, summary = err.splitlines()
    assert [line.split(": ")[1].split("/")[-1] for line in listed] == [
        "empty.txt",
        "latin.txt:1",
        "absent.txt",
    ]
    assert summary == "7 files: 4 read, 0 unchanged, 3 failed; 5 claims of 4 sources"
    code, out, err = irkg(capsys, "fill", articles / "latin.txt")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    code, out, err = irkg(capsys, "fill", articles / "latin.txt", articles / "empty.txt")
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == "irkg: none of the 2 files can be read"


def test_two_articles_with_the_same_source_are_named_both(articles: Path) -> None:
    """As two files of abstracts may hold the same one: that is known only when they are read."""
    found = find_articles([articles])
    same = ReadSource("pmid-1", 0, {"tsv": b""})
    reading = Reading(("tsv",), ("tsv",))
    with open_ledger(None, "x") as ledger, pytest.raises(IrkgError) as refused:
        fill_corpus(found, reading, ledger, answering([Answer((same,)) for _ in found]))
    said = str(refused.value)
    assert 'a second source with the id "pmid-1"' in said
    assert str(found[0].path) in said
    assert str(found[1].path) in said


def test_what_irkg_stumbles_over_is_one_failed_article(articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(path: Path, reading: Reading) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr("irkg.fill_corpus.read_article", stumble)
    reading = Reading(("tsv",), ("tsv",))
    answer = read_task(Task(articles / "a.txt", "a.txt", reading, reading.settings()))
    assert answer.error == "a.txt: irkg failed on it: RecursionError: too deep"
    assert "stumble" in answer.trace


def test_a_worker_with_another_ontology_ends_the_run(articles: Path) -> None:
    answer = read_task(Task(articles / "a.txt", "a.txt", Reading(("tsv",)), "something else"))
    assert answer.fatal
    assert "install the same irkg on both" in answer.error


def test_an_article_whose_workers_die_is_listed(articles: Path) -> None:
    found = find_articles([articles])
    answers = [Died(), *(Answer((ReadSource(a.path.stem, 0, {"tsv": b""}),)) for a in found[1:])]
    with open_ledger(None, "x") as ledger:
        run = fill_corpus(found, Reading(("tsv",), ("tsv",)), ledger, answering(answers))
    assert list(run.failed) == [found[0].path]
    assert "the process that read it died" in run.failed[found[0].path]


# ---------------------------------------------------------------- the ledger


def test_a_ledger_in_use_and_a_file_that_is_none_are_refused(tmp_path: Path) -> None:
    in_use = pytest.raises(IrkgError, match="another run is using it")
    with open_ledger(tmp_path / "state", "x"), in_use, open_ledger(tmp_path / "state", "x"):
        raise AssertionError
    (tmp_path / "text").write_text("Not a database, and longer than the head of one would be." * 3)
    with pytest.raises(IrkgError, match="is not the state of a run"), open_ledger(tmp_path / "text", "x"):
        raise AssertionError


def test_phrases_without_a_term_come_back_in_order(articles: Path, tmp_path: Path) -> None:
    article = find_articles([articles / "a.txt"])[0]
    phrases = (Phrase("urn:b", "b", 2, Span(0, 4)), Phrase("urn:a", "a", 1, Span(5, 9)))
    with open_ledger(tmp_path / "state", "x") as ledger:
        ledger.record(article, [ReadSource("a", 3, {}, phrases)], {})
    with open_ledger(tmp_path / "state", "x") as ledger:
        assert tuple(ledger.phrases("a")) == phrases
        assert ledger.sources(article) == [("a", 3)]


@pytest.mark.parametrize(
    ("out", "many", "expected"),
    [
        (None, True, Destination(None, "", "tsv")),
        (Path("-"), True, Destination(None, "", "tsv")),
        (Path("one.trig"), False, Destination(None, "", "trig")),
        (Path("all.trig"), True, Destination(None, "", "trig", state=Path(f".all.trig{STATE}"))),
        (Path("claims"), True, Destination(Path("claims"), "trig", "", state=Path("claims") / STATE)),
    ],
)
def test_where_claims_go(
    out: Path | None, many: bool, expected: Destination, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert destination(out, None, many=many) == expected


def test_a_knowledge_graph_is_no_folder_for_claims(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("")
    with pytest.raises(IrkgError, match="is a knowledge graph"):
        destination(tmp_path, None)


# ---------------------------------------------------------------- cut off


def answering(answers: Sequence[Answer | Died]) -> Any:
    """Return a runner that has these answers, and calls nothing."""

    def runner(_: object, tasks: Sequence[Task]) -> Generator[tuple[int, Answer | Died]]:
        yield from enumerate(answers[: len(tasks)])

    return runner


def naming(_: object, tasks: Sequence[Task]) -> Generator[tuple[int, Answer | Died]]:
    """Answer each task with a claim that holds the name of its file, and call nothing."""
    for number, task in enumerate(tasks):
        yield number, Answer((ReadSource(task.path.stem, 1, {"nq": f"<urn:{task.path.name}>\n".encode()}),))


def fill_folder(articles: Path, out: Path) -> None:
    """Fill a folder with claims that cost nothing to read."""
    to = destination(out, "nq")
    with to.made():
        pass
    reading = Reading(to.formats, to.kept)
    with open_ledger(to.state, reading.settings()) as ledger:
        run = fill_corpus(find_articles([articles]), reading, ledger, naming, folder=to.folder)
        prune(run, ledger, to.folder, remove=False)


CUT_OFF = """
import os, signal, sys
from pathlib import Path
from irkg import fill_corpus
sys.path.insert(0, sys.argv[1])
from test_fill_corpus import fill_folder
called, left = getattr(os, sys.argv[4]), int(sys.argv[5])
def dies(*arguments):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return called(*arguments)
setattr(fill_corpus.os, sys.argv[4], dies)
fill_folder(Path(sys.argv[2]), Path(sys.argv[3]))
"""


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("time", [1, 2, 4])
def test_a_run_that_is_killed_leaves_whole_files_and_goes_on(
    step: str, time: int, articles: Path, tmp_path: Path
) -> None:
    fill_folder(articles, tmp_path / "whole")
    whole = contents(tmp_path / "whole")
    here_ = str(Path(__file__).parent)
    out = tmp_path / "cut"
    done = subprocess.run([sys.executable, "-c", CUT_OFF, here_, str(articles), str(out), step, str(time)], check=False)
    assert done.returncode == -signal.SIGKILL
    cut = contents(out)
    assert len(cut) < len(whole)
    assert cut.items() <= whole.items()
    fill_folder(articles, out)
    assert contents(out) == whole


def test_ctrl_c_says_how_to_go_on(
    articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: object, tasks: Sequence[Task]) -> Generator[tuple[int, Answer | Died]]:
        yield from list(naming(_, tasks))[:1]
        raise KeyboardInterrupt

    monkeypatch.setattr("irkg.workers.runner", lambda *_: interrupted)
    code, _, err = irkg(capsys, "fill", articles, "-o", tmp_path / "claims", "--format", "nq")
    assert code == 130
    assert "irkg: stopped; the same command goes on from here" in err
    assert set(contents(tmp_path / "claims")) == {"a.nq"}


# ---------------------------------------------------------------- who reads

CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""
ON_CLUSTER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_workers import die_once
from irkg.workers import on_cluster
marks = [Path(sys.argv[3], str(n)) for n in range(4)]
assert dict(on_cluster(die_once, marks[:2], sys.argv[2])) == {0: "0", 1: "1"}
assert all(m.exists() for m in marks[:2])
"""


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The address of a Dask cluster of two processes; its threads stay out of this process."""
    pytest.importorskip("distributed")
    script = tmp_path_factory.mktemp("cluster") / "cluster.py"
    script.write_text(CLUSTER)
    paths = os.pathsep.join([str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=script.parent,
        env={**os.environ, "PYTHONPATH": paths},
    ) as cluster:
        assert cluster.stdout is not None
        yield cluster.stdout.readline().strip()
        cluster.communicate("")


def filled_by(who: Sequence[str], articles: Path, place: Path) -> dict[str, bytes] | bytes:
    """Fill in a process of its own; return what was written."""
    words = ["fill", str(articles), "-o", str(place), "--no-quotes", *who]
    run = [sys.executable, "-c", "from irkg.cli import main; main()", *words]
    done = subprocess.run(run, check=False, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert done.stderr.splitlines()[-1].startswith("5 files: 4 read, 0 unchanged, 1 failed")
    return contents(place) if place.is_dir() else place.read_bytes()


def test_the_same_bytes_whoever_reads(articles: Path, tmp_path: Path, scheduler: str) -> None:
    (articles / "latin.txt").write_bytes(b"caf\xe9")
    alone = filled_by(("--workers", "1"), articles, tmp_path / "alone")
    assert len(alone) == 4
    assert filled_by(("--workers", "2"), articles, tmp_path / "two") == alone
    assert filled_by(("--scheduler", scheduler), articles, tmp_path / "cluster") == alone


@pytest.mark.thorough
@pytest.mark.parametrize("out", ["claims", "all.tsv", "all.trig", "all.nq"])
def test_the_same_bytes_in_every_format(
    out: str, articles: Path, tmp_path: Path, scheduler: str, restated: Path
) -> None:
    shutil.copy(restated, articles / "sub" / "d.txt")
    (articles / "latin.txt").write_bytes(b"caf\xe9")
    readers = [("--workers", "1"), ("--workers", "2"), ("--workers", "3"), ("--scheduler", scheduler)]
    found = []
    for number, who in enumerate(readers):
        (tmp_path / str(number)).mkdir()
        found.append(filled_by(who, articles, tmp_path / str(number) / out))
    assert all(other == found[0] for other in found)


def test_a_worker_of_the_cluster_that_is_killed_loses_nothing(scheduler: str, tmp_path: Path) -> None:
    here_ = str(Path(__file__).parent)
    subprocess.run([sys.executable, "-c", ON_CLUSTER, here_, scheduler, str(tmp_path)], check=True)
