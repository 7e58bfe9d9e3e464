"""Changed files end in a result or in an error of irkg, whoever reads them; `tests/fuzz.py` tries for longer."""

from __future__ import annotations

from pathlib import Path

import pytest

import fuzz

READERS = list(fuzz.readers())


@pytest.mark.parametrize("number", range(len(READERS)), ids=lambda n: f"{READERS[n].name}-{n}")
def test_a_reader_bears_changed_files(number: int, tmp_path: Path) -> None:
    assert fuzz.failures(READERS[number], tmp_path / READERS[number].name, number, examples=15) == []
