"""Tables are read row by row with their lines, forgiving what editors do to them and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from irkg.errors import SourceError
from irkg.tables import read_table


def _written(folder: Path, content: bytes) -> Path:
    path = folder / "t.tsv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a\tb\n1\t2\n", [(2, {"a": "1", "b": "2"})]),
        (b"#note\n#more\na\tb\n1\t2\n", [(4, {"a": "1", "b": "2"})]),
        (b"a\tb\r\n1\t2\r\n", [(2, {"a": "1", "b": "2"})]),
        (b"a\tb\n1\n\n#x\ty\n", [(2, {"a": "1", "b": ""}), (4, {"a": "#x", "b": "y"})]),
        ('a\tb\n"1\tx\u2028y\n'.encode(), [(2, {"a": '"1', "b": "x\u2028y"})]),
        (b"a\tb\n", []),
    ],
)
def test_rows_come_with_their_lines(content: bytes, expected: list[tuple[int, dict[str, str]]], tmp_path: Path) -> None:
    found = list(read_table(_written(tmp_path, content), ("a",)))
    assert [(r.line, r.cells) for r in found] == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a\tb\n", r"t\.tsv:1: has no column c; write a header line"),
        (b"", r"t\.tsv:1: has no column c"),
        (b"#a\n\nc\n1\t2\n", r"t\.tsv:4: has 2 cells where 1 are named"),
        (b"c\n\xff\n", "cannot be read as a table"),
    ],
)
def test_what_is_no_such_table_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=message):
        list(read_table(_written(tmp_path, content), ("c",)))
