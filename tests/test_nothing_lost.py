"""A knowledge graph on disk outlives a process that is killed while it writes, a full disk, and a second writer."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest

from irkg import rooms
from irkg import vocab as v
from irkg.cli import main
from irkg.default_graph import own_quads
from irkg.errors import GraphError
from irkg.store import graph_name, open_dataset, save_dataset

# Runs a command that ends, without any cleaning up, at a moment: at the n-th look at the folder (CPython's audit
# events), or when it has had so much processor time. SIGPROF's default action ends a process as SIGKILL does.
_ENDING = """
import os, signal, sys
folder, looks, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
seen = 0
def hook(event, arguments):
    global seen
    if event.startswith(("open", "os.", "shutil.", "tempfile.", "fcntl.")) or event == "ctypes.dlsym":
        if event.startswith(("ctypes", "fcntl")) or any(folder in str(a) for a in arguments):
            seen += 1
            if seen == looks:
                os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
if seconds:
    signal.setitimer(signal.ITIMER_PROF, seconds)
from irkg.cli import main
try:
    main(sys.argv[4:])
except SystemExit as stop:
    times = os.times()
    print(seen, times.user + times.system, stop.code, file=sys.stderr)
"""


def _run(folder: Path, words: Sequence[str], looks: int = 0, seconds: float = 0) -> tuple[int, str]:
    command = [sys.executable, "-c", _ENDING, str(folder), str(looks), str(seconds), *words]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stderr


def _state(path: Path) -> Counter[str]:
    if path.suffix == ".ttl":
        return Counter([str(path.stat().st_size)])
    return Counter(map(graph_name, own_quads(open_dataset(path))))


class Scene:
    """A folder with a knowledge graph, a command that changes it, and what there is before and after.

    Attributes:
        folder: The folder.
        words: The command.
        place: What it changes.
        before: The state of that before the command.
        after: The state of that after the command.
        looks: How often the command looks at the folder.
        seconds: The processor time that it takes.
    """

    def __init__(self, folder: Path, words: Sequence[str], place: str) -> None:
        self.folder, self.words, self.place = folder, words, folder / place
        self.kept = folder.parent / f"{folder.name}-kept"
        shutil.copytree(folder, self.kept)
        self.before = _state(self.place)
        code, said = _run(folder, words)
        assert code == 0, said
        looks, seconds, stopped = said.splitlines()[-1].split()
        assert stopped == "0", said
        self.looks, self.seconds = int(looks), float(seconds)
        self.after = _state(self.place)
        assert self.before != self.after

    def restore(self) -> None:
        """Put everything back as it was before the command."""
        shutil.rmtree(self.folder)
        shutil.copytree(self.kept, self.folder)

    def killed(self, looks: int = 0, seconds: float = 0) -> bool:
        """Run the command until it is killed, check that all is there, and return whether it was killed at all."""
        self.restore()
        code, said = _run(self.folder, self.words, looks, seconds)
        assert code in (0, -signal.SIGKILL, -signal.SIGPROF), said
        assert _state(self.place) in ((self.after,) if code == 0 else (self.before, self.after))
        return code != 0

    def goes_on(self) -> None:
        """Check that the same command, run again, does its work and leaves nothing behind."""
        code, said = _run(self.folder, self.words)
        assert code == 0, said
        assert _state(self.place) == self.after
        assert [p.name for p in self.folder.iterdir() if p.name.startswith(".")] == []


_COMMANDS: dict[str, tuple[Sequence[str], str]] = {
    "fill": (("fill", "b.txt", "--kg", "kg"), "kg"),
    "build": (("build", "-o", "kg", "--claims", "b.trig"), "kg"),
    "review": (("review", "--kg", "kg", "--in", "decisions.tsv", "--by", "A. Curator"), "kg"),
    "export": (("export", "--kg", "kg", "-o", "out.ttl"), "out.ttl"),
}


def _scene(root: Path, name: str) -> Scene:
    folder = root / name
    folder.mkdir()
    (folder / "a.txt").write_text("Cancer cells recruit Tregs. Tregs inhibit T cells.")
    (folder / "b.txt").write_text("MDSCs inhibit T cells.")
    for words in (
        ("fill", "a.txt", "-o", "a.trig"),
        ("fill", "b.txt", "-o", "b.trig"),
        ("build", "-o", "kg", "--claims", "a.trig"),
        ("review", "--kg", "kg", "-o", "decisions.tsv"),
    ):
        code, said = _run(folder, words)
        assert code == 0, said
    lines = (folder / "decisions.tsv").read_text().splitlines()
    header = lines[0].split("\t")
    cells = lines[1].split("\t")
    cells[header.index("decision")] = "reject"
    cells[header.index("reason")] = "too bold"
    (folder / "decisions.tsv").write_text("\n".join([lines[0], "\t".join(cells)]) + "\n")
    (folder / "out.ttl").write_text("old")
    return Scene(folder, *_COMMANDS[name])


def test_an_export_that_is_killed(tmp_path: Path) -> None:
    scene = _scene(tmp_path, "export")
    last = [looks for looks in range(scene.looks, max(0, scene.looks - 6), -2) if scene.killed(looks)]
    assert last
    scene.goes_on()


@pytest.mark.thorough
@pytest.mark.parametrize("name", _COMMANDS)
def test_twenty_five_of_a_hundred_kills(name: str, tmp_path: Path) -> None:
    chance = random.Random(name)
    scene = _scene(tmp_path, name)
    kills = 0
    for n in range(40):
        if n % 2:
            kills += scene.killed(looks=chance.randint(1, scene.looks))
        else:
            kills += scene.killed(seconds=chance.uniform(0.05, scene.seconds))
        if kills == 25:
            break
    assert kills == 25
    scene.goes_on()


SMALL = [
    ox.Quad(
        ox.NamedNode(v.DATASET),
        ox.NamedNode(v.HAS_SCHEMA_VERSION),
        ox.Literal(v.SCHEMA_VERSION),
        ox.NamedNode(v.GRAPH_ONTOLOGY),
    )
]
LARGER = [
    *SMALL,
    *(
        ox.Quad(ox.NamedNode(f"urn:{n}"), ox.NamedNode(v.LABEL), ox.Literal("x" * 50), ox.NamedNode(v.GRAPH_ONTOLOGY))
        for n in range(3_000)
    ),
]

_SAVING = """
import sys, test_nothing_lost as t
from pathlib import Path
from irkg import vocab as v
from irkg.store import save_dataset, writing
exec(sys.argv[2])
with writing(Path(sys.argv[1])):
    save_dataset(t.LARGER, Path(sys.argv[1]), v.PREFIXES)
"""
_KILLED = "import os, signal; kill = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\n"
_MOMENTS = {
    "before the exchange": "import irkg.rooms as r; r.exchanged = kill",
    "behind the exchange": "import irkg.rooms as r; was = r.exchanged\nr.exchanged = lambda *p: was(*p) and kill()",
    "between two renames": (
        "import irkg.rooms as r; r.exchanged = lambda *p: False\n"
        "was, seen = os.replace, []\n"
        "os.replace = lambda *p: kill() if seen else (seen.append(was(*p)))"
    ),
    "while the old one is cleared": "import shutil; shutil.rmtree = kill",
}


@pytest.mark.parametrize("moment", _MOMENTS)
def test_a_graph_outlives_a_kill(moment: str, tmp_path: Path) -> None:
    place = tmp_path / "kg"
    save_dataset(SMALL, place, v.PREFIXES)
    command = [sys.executable, "-c", _SAVING, str(place), _KILLED + _MOMENTS[moment]]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    ended = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert set(own_quads(open_dataset(place))) in (set(SMALL), set(LARGER))
    save_dataset(LARGER[:2], place, v.PREFIXES)
    assert set(own_quads(open_dataset(place))) == set(LARGER[:2])
    assert {p.name for p in tmp_path.iterdir()} <= {"kg", ".kg.lock"}


def test_two_folders_change_places_in_one_step(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    if rooms.exchanged(tmp_path / "a", tmp_path / "b"):
        assert (tmp_path / "a" / "b").exists()
        assert (tmp_path / "b" / "a").exists()
    assert not rooms.exchanged(tmp_path / "a", tmp_path / "absent")


def test_the_room_of_somebody_at_work_is_left_alone(tmp_path: Path) -> None:
    with rooms.room_beside(tmp_path / "kg") as room:
        (room / "kg").touch()
        rooms.clear(tmp_path / "kg")
        assert (room / "kg").exists()
    mine = tmp_path / ".kg-abcdefgh"
    mine.mkdir()
    (mine / "notes.txt").touch()
    rooms.clear(tmp_path / "kg")
    assert (mine / "notes.txt").exists()


@pytest.mark.parametrize("name", ["kg", "kg.nq"])
def test_a_file_that_may_grow_no_further(name: str, tmp_path: Path) -> None:
    """A limit on the size of files stands in for a full disk: writing fails in the same place, with another number."""
    save_dataset(SMALL, tmp_path / name, v.PREFIXES)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
        with pytest.raises(GraphError, match="cannot be written"):
            save_dataset(LARGER, tmp_path / name, v.PREFIXES)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert set(own_quads(open_dataset(tmp_path / name))) == set(SMALL)
    assert [p.name for p in tmp_path.iterdir()] == [name]


@pytest.mark.skipif(not Path("/proc/mounts").exists() or os.getuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        save_dataset(SMALL, disk / "kg.nq", v.PREFIXES)
        (disk / "full").write_bytes(bytes(900_000))
        for place in (disk / "kg.nq", disk / "kg"):
            with pytest.raises(GraphError, match=r"cannot be written: .*No space left on device.*; make room"):
                save_dataset(LARGER, place, v.PREFIXES)
        assert sorted(p.name for p in disk.iterdir()) == ["full", "kg.nq"]
        assert set(own_quads(open_dataset(disk / "kg.nq"))) == set(SMALL)
    finally:
        subprocess.run(["umount", disk], check=True)


def _overwritten(files: Sequence[Path], at: int) -> None:
    for path in files:
        with path.open("r+b") as handle:
            handle.seek(at)
            handle.write(b"damage" * 50)


@pytest.mark.parametrize(
    "words", [("export", "--format", "nq"), ("query", "--sparql", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")]
)
@pytest.mark.parametrize("damage", ["marker", "missing", "middle"])
def test_a_damaged_graph_is_told_in_one_line(
    damage: str, words: Sequence[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "kg"
    save_dataset(LARGER, place, v.PREFIXES)
    tables = [path for path in place.glob("*.sst") if path.stat().st_size > 40_000]
    if damage == "marker":
        (place / "CURRENT").write_text("MANIFEST-")
    elif damage == "missing":
        tables[0].unlink()
    else:
        _overwritten(tables, 30_000)
    with pytest.raises(SystemExit) as stop:
        main([*words, "--kg", str(place)])
    said = capsys.readouterr()
    assert (stop.value.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "is damaged" in said.err


def test_a_folder_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """/proc stands in for a read-only folder: root passes over modes, and there nobody makes a file."""
    out = "/proc/irkg.ttl" if Path("/proc/self").exists() else str(tmp_path / "absent" / "irkg.ttl")
    with pytest.raises(SystemExit) as stop:
        main(["export", "-o", out])
    assert stop.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "cannot be written" in said.err
