"""Where the tests find what does not ship with irkg: the source article and its annotations."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from irkg.lexicon import Lexicon, shipped_lexicon

BESIDE = Path(__file__).resolve().parents[2] / "shared"


def pytest_make_parametrize_id(val: object) -> str | None:
    """Bytes are named by how many they are: packed ones bear the time, and workers would differ on the name."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


def _found(path: Path, what: str, variable: str) -> Path:
    if not path.exists():
        pytest.skip(f"needs {what}: it does not ship with irkg; name it in {variable}")
    return path


@pytest.fixture(scope="session")
def article() -> Path:
    """The source article, whose text may not be redistributed."""
    path = Path(os.environ.get("IRKG_ARTICLE") or BESIDE / "source" / "eran-2023.txt")
    return _found(path, "the source article", "IRKG_ARTICLE")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with hand-made annotations, scorers and verified identifiers."""
    return _found(Path(os.environ.get("IRKG_SHARED") or BESIDE), "the annotations", "IRKG_SHARED")


@pytest.fixture(scope="session")
def restated() -> Path:
    """A short overview in our own words, with the facts and the layout of the source article."""
    return Path(__file__).parent / "data" / "restated.md"


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    """The lexicon of the shipped ontology."""
    return shipped_lexicon()
