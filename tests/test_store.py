"""The dataset: opened read-only, refused where it is none, written whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from irkg import rooms
from irkg import vocab as v
from irkg.claims_files import claims_in
from irkg.default_graph import own_quads
from irkg.errors import GraphError, QueryError
from irkg.store import dataset_bytes, in_memory, open_dataset, replacing, run_query, save_dataset, writing


def _quad(subject: str, graph: str, value: str | int = "x", predicate: str = v.LABEL) -> ox.Quad:
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(value), ox.NamedNode(graph))


SMALL = [
    _quad(v.DATASET, v.GRAPH_ONTOLOGY, v.SCHEMA_VERSION, v.HAS_SCHEMA_VERSION),
    _quad(v.IRKG + "A", v.GRAPH_ONTOLOGY),
    _quad(v.IRKG + "B", v.GRAPH_CLAIMS + "s"),
    _quad(v.IRKG + "C", v.GRAPH_CANDIDATES),
    _quad(v.IRKG + "D", v.GRAPH_DERIVATIONS),
]


@pytest.mark.parametrize("name", ["kg", "kg.trig", "kg.nq"])
def test_what_is_saved_can_be_opened(name: str, tmp_path: Path) -> None:
    save_dataset(SMALL, tmp_path / name, v.PREFIXES)
    assert set(own_quads(open_dataset(tmp_path / name))) == set(SMALL)
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_saving_twice_replaces(tmp_path: Path) -> None:
    for quads in (SMALL, SMALL[:2]):
        save_dataset(quads, tmp_path / "kg", v.PREFIXES)
    assert set(own_quads(open_dataset(tmp_path / "kg"))) == set(SMALL[:2])


def test_equal_datasets_give_equal_bytes() -> None:
    assert dataset_bytes(SMALL, ".trig", v.PREFIXES) == dataset_bytes(SMALL[::-1], ".trig", v.PREFIXES)


def test_plain_queries_see_neither_candidates_nor_derivations() -> None:
    rows = run_query(in_memory(SMALL), f"SELECT ?s {{ ?s <{v.LABEL}> ?o }} ORDER BY ?s")
    assert isinstance(rows, ox.QuerySolutions)
    assert [r["s"].value for r in rows] == [v.IRKG + "A", v.IRKG + "B"]


@pytest.mark.parametrize("name", ["absent", "absent.trig"])
def test_a_missing_graph_is_not_made(name: str, tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="no such knowledge graph; build one with"):
        open_dataset(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_folders_and_files_that_are_no_graph(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "broken.trig").write_text("@prefix a: <http://a/> .\na:b a:c")
    (tmp_path / "other.nq").write_text('<http://a/> <http://b/> "c" .\n')
    for name in ("folder", "notes.txt", "other.nq"):
        with pytest.raises(GraphError, match="not a knowledge graph"):
            open_dataset(tmp_path / name)
    with pytest.raises(GraphError, match=r"broken\.trig:2: not TriG"):
        open_dataset(tmp_path / "broken.trig")
    assert list((tmp_path / "folder").iterdir()) == []


def _of_version(version: int, place: Path) -> Path:
    """Save a knowledge graph with another schema version, and one claim in it."""
    mark = _quad(v.DATASET, v.GRAPH_ONTOLOGY, version, v.HAS_SCHEMA_VERSION)
    save_dataset([mark, _quad(v.IRKG + "B", v.GRAPH_CLAIMS + "s")], place, v.PREFIXES)
    return place


@pytest.mark.parametrize("name", ["kg", "kg.trig"])
def test_a_newer_schema_version_is_refused_with_the_remedy(name: str, tmp_path: Path) -> None:
    place = _of_version(v.SCHEMA_VERSION + 1, tmp_path / name)
    for reading in (open_dataset, claims_in):
        with pytest.raises(GraphError, match=r"schema version 2, this irkg reads 1; open it with the irkg that wrote"):
            reading(place)


@pytest.mark.parametrize("name", ["kg", "kg.trig"])
def test_of_an_older_schema_version_claims_are_taken_over(name: str, tmp_path: Path) -> None:
    place = _of_version(v.SCHEMA_VERSION - 1, tmp_path / name)
    with pytest.raises(GraphError, match=r"schema version 0.*take its claims and decisions over: irkg build --claims"):
        open_dataset(place)
    assert claims_in(place) == [_quad(v.IRKG + "B", v.GRAPH_CLAIMS + "s")]


def test_nothing_is_left_of_a_write_that_fails(tmp_path: Path) -> None:
    target = tmp_path / "out.ttl"
    target.write_text("before")

    def fail() -> None:
        with replacing(target) as new:
            new.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert target.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["out.ttl"]


def test_places_that_are_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(GraphError, match="other files in it"):
        save_dataset(SMALL, tmp_path / "mine", v.PREFIXES)
    with pytest.raises(GraphError, match=r'unknown suffix "\.xyz"'):
        save_dataset(SMALL, tmp_path / "kg.xyz", v.PREFIXES)
    with pytest.raises(GraphError, match="no such folder"):
        save_dataset(SMALL, tmp_path / "absent" / "kg", v.PREFIXES)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_a_query_that_is_none() -> None:
    with pytest.raises(QueryError, match="not SPARQL"):
        run_query(in_memory(SMALL), "SELECT * WHERE {")


def _held_elsewhere(place: Path) -> subprocess.Popen[str]:
    """Return a process that writes to a graph until its standard input ends."""
    code = "import sys, pathlib as p, irkg.store as s\n"
    code += "with s.writing(p.Path(sys.argv[1])): print('in', flush=True); input()"
    words = [sys.executable, "-c", code, str(place)]
    other = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "in\n"
    return other


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    with _held_elsewhere(tmp_path / "kg") as other:
        with pytest.raises(GraphError, match="another irkg is writing to it; run this again"), writing(tmp_path / "kg"):
            pytest.fail("two writers at once")
        with writing(tmp_path / "other"):
            pass
        other.communicate("\n")
    with writing(tmp_path / "kg"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_writer_that_was_killed_locks_nobody_out(tmp_path: Path) -> None:
    with _held_elsewhere(tmp_path / "kg") as other:
        other.kill()
    with writing(tmp_path / "kg"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_replaced_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_dataset(SMALL, tmp_path / "kg", v.PREFIXES)
    replace = os.replace

    def fails_once(source: Path, target: Path) -> None:
        if Path(source).parent != tmp_path and Path(source).name == "kg":
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(rooms, "exchanged", lambda *_: False)
    monkeypatch.setattr(os, "replace", fails_once)
    with pytest.raises(GraphError, match="cannot be written: No space left on device"):
        save_dataset(SMALL[:1], tmp_path / "kg", v.PREFIXES)
    assert [p.name for p in tmp_path.iterdir()] == ["kg"]
    assert set(own_quads(open_dataset(tmp_path / "kg"))) == set(SMALL)
