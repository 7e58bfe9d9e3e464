"""Tables are read row by row with their lines, forgiving what editors do to them and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irkg.errors import SourceError
from irkg.tables import read_sheet, read_table, sheet


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


CELLS = [{"a": "1", "b": 'x "y"'}, {"a": "2", "b": ""}]


@pytest.mark.parametrize(
    "content",
    [
        b'a\tb\n1\tx "y"\n2\t\n',
        b'a\tb\r\n1\t"x ""y"""\r\n2\r\n',
        b'\xef\xbb\xbfa,b\r\n1,"x ""y"""\r\n,\r\n2,\r\n',
        b'a;b;;\r\n1;"x ""y""";;\r\n2;;;\r\n;;;\r\n',
        'a\tb\r\n1\t"x ""y"""\r\n2\t\r\n'.encode("utf-16"),
    ],
)
def test_sheets_are_read_as_spreadsheets_save_them(content: bytes, tmp_path: Path) -> None:
    assert [r.cells for r in read_sheet(_written(tmp_path, content), ("a", "b"))] == CELLS


def test_a_row_of_a_sheet_bears_the_line_that_it_begins_in(tmp_path: Path) -> None:
    rows = list(read_sheet(_written(tmp_path, b'a\tb\n"1\n1"\tx\n\t\n2\ty\n'), ("a",)))
    assert [(r.line, r["a"]) for r in rows] == [(2, "1\n1"), (5, "2")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"t\.tsv:1: has no column c; write a header line"),
        (b"a,b\n", r"t\.tsv:1: has no column c"),
        (b"c,c\n", r"t\.tsv:1: has two columns c"),
        (b"c,d\n\n1,2,,3\n", r"t\.tsv:3: has 4 cells where 2 are named"),
        (b"PK\x03\x04\x14\x00", r"t\.tsv: is a workbook and no table of text; save it as CSV, in UTF-8"),
        (b"c\nx\n\xe9\n", r"t\.tsv:3: is not UTF-8; save it as UTF-8"),
    ],
)
def test_what_is_no_sheet_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=message):
        list(read_sheet(_written(tmp_path, content), ("c",)))


@given(rows=st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=5))
def test_a_sheet_is_read_as_it_was_written(
    rows: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = _written(tmp_path_factory.mktemp("t"), sheet(["a", "b"], rows).encode())
    plain = [tuple(" ".join(cell.split()) for cell in row) for row in rows]
    assert [(r["a"], r["b"]) for r in read_sheet(path, ("a", "b"))] == [row for row in plain if any(row)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_sheet_has_the_line_breaks_of_any_system(end: str, tmp_path: Path) -> None:
    path = _written(tmp_path, end.join(["a,b", "1,2", ""]).encode())
    assert [(r.line, r.cells) for r in read_sheet(path, ("a",))] == [(2, {"a": "1", "b": "2"})]


def test_a_header_that_is_too_long_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        list(read_sheet(_written(tmp_path, b"a" * 200_000), ("b",)))
