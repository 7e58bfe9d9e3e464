"""The tours of the documentation: their commands, run one after another in one folder, do what is shown."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from test_readme import _BLOCK, _COMMAND, ROOT, run

TOURS = [ROOT / "docs" / "review.md", ROOT / "docs" / "explain.md"]
LONG = {"review"}


def toured(path: Path, room: Path) -> str:
    """Return a document with the output that its commands have now."""

    def _shown(block: re.Match[str]) -> str:
        return "```console\n" + "".join(f"$ {c}\n{run(c, room)}" for c, _ in _COMMAND.findall(block[1])) + "```"

    return _BLOCK.sub(_shown, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path", [pytest.param(p, id=p.stem, marks=pytest.mark.thorough if p.stem in LONG else ()) for p in TOURS]
)
def test_tour(path: Path, tmp_path: Path) -> None:
    assert toured(path, tmp_path) == path.read_text(encoding="utf-8")


if __name__ == "__main__":  # writes the outputs into the documents: python tests/test_tours.py [review|explain]
    import tempfile

    for document in [d for d in TOURS if d.stem in sys.argv[1:] or not sys.argv[1:]]:
        with tempfile.TemporaryDirectory() as name:
            document.write_text(toured(document, Path(name)), encoding="utf-8")
