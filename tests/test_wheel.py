"""The wheel works where no checkout is: the data folders travel with it."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("ontology", "queries", "shapes")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, and the wheel made from that sdist."""
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return out


def _files_of(folder: str) -> set[str]:
    return {str(p.relative_to(ROOT)) for p in (ROOT / folder).rglob("*") if p.is_file()}


def _pages() -> set[tuple[str, str]]:
    """Return the templates of the explorer, and what it sends to browsers."""
    places = {part: ROOT / "src" / "irkg" / "serve" / part for part in ("templates", "static")}
    return {(part, str(p.relative_to(at))) for part, at in places.items() for p in at.rglob("*") if p.is_file()}


def test_the_sdist_holds_all_folders(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for folder in FOLDERS:
        assert _files_of(folder) <= names


def test_the_wheel_holds_all_folders_and_licences(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as archive:
        names = set(archive.namelist())
    for folder in FOLDERS:
        assert {f"irkg/shipped/{name}" for name in _files_of(folder)} <= names
    assert {f"irkg/serve/{part}/{name}" for part, name in _pages()} <= names
    assert any(n.endswith("licenses/LICENSE") for n in names)
    assert "irkg/py.typed" in names


def test_a_fresh_environment_answers(built: Path, tmp_path: Path) -> None:
    """Only the base install: what it needs is taken from this environment's packages, irkg itself from the wheel."""
    place = tmp_path / "venv"
    venv.create(place, with_pip=True)
    python = place / "bin" / "python"
    wheel = next(built.glob("*.whl"))
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", wheel], check=True, cwd=tmp_path)
    base = Path(next(p for p in sys.path if p.endswith("site-packages")))
    lib = next((place / "lib").glob("python*/site-packages"))
    for name in ("click", "pyoxigraph", "rdflib", "pyparsing", "rich", "pygments", "markdown_it", "mdurl"):
        for part in [base / name, *base.glob(f"{name}-*.dist-info")]:
            (lib / part.name).symlink_to(part)
    question = ["ask", "which strategies counter Treg recruitment", "--source", "eran-2023"]
    done = subprocess.run([place / "bin" / "irkg", *question], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert "does not state a strategy that counters Treg recruitment" in done.stderr
    assert len(done.stdout.splitlines()) == 6
    missing = subprocess.run(
        [place / "bin" / "irkg", "validate"], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert missing.returncode == 2
    assert missing.stderr.strip().endswith("run: pip install 'irkg[build]'")
