"""Which files are meant by files, folders and globs."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from irkg.corpus import find_articles
from irkg.errors import IrkgError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with articles at several depths, and with what is none."""
    root = tmp_path / "articles"
    for name in ("b.txt", "a.md", "deep/er/c.txt", ".hidden.txt", ".git/d.txt", "table.csv", "B.TXT"):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"Text of {name}.")
    return root


def names(places: list[Path], root: Path) -> list[str]:
    return [str(a.path.relative_to(root)) for a in find_articles(places)]


def test_a_folder_is_searched_to_any_depth_and_sorted(folder: Path) -> None:
    assert names([folder], folder) == ["B.TXT", "a.md", "b.txt", "deep/er/c.txt"]


def test_globs_and_files_keep_their_order_and_come_once(folder: Path) -> None:
    places = [folder / "deep" / "er" / "c.txt", folder / "*.md", folder / "**" / "*.txt"]
    assert names(places, folder) == ["deep/er/c.txt", "a.md", "b.txt"]


def test_a_named_file_is_taken_whatever_its_suffix(folder: Path) -> None:
    assert names([folder / "table.csv"], folder) == ["table.csv"]


def test_a_name_with_the_signs_of_a_glob_is_a_name_where_there_is_such_a_file(folder: Path) -> None:
    (folder / "a[1].txt").write_text("Tregs.")
    assert names([folder / "a[1].txt"], folder) == ["a[1].txt"]


def test_links_are_not_followed_out_of_the_folder(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("Not meant.")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "inside.txt").symlink_to(folder / "b.txt")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "away").symlink_to(tmp_path, target_is_directory=True)
    articles = find_articles([folder])
    found = {a.path.name for a in articles if not a.error}
    assert "out.txt" not in found
    assert [a.path.name for a in articles if "leads out of the folder, and is not followed" in a.error] == [
        "away",
        "out.txt",
    ]
    assert all(not a.digest for a in articles if a.error)
    assert {"a.md", "c.txt"} <= found
    assert len(found & {"inside.txt", "b.txt"}) == 1  # the same file


def test_nor_out_of_the_folder_that_a_glob_begins_with(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("Not meant.")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "away").symlink_to(tmp_path, target_is_directory=True)
    for pattern in (folder / "*.txt", folder / "*" / "secret.txt"):
        (left,) = [a for a in find_articles([pattern]) if a.error]
        assert "leads out of the folder" in left.error
    assert [a.error for a in find_articles([folder / "out.txt"])] == [""]  # it was named


def test_the_digest_is_that_of_the_bytes(folder: Path) -> None:
    (found,) = find_articles([folder / "a.md"])
    assert found.digest == hashlib.sha256(b"Text of a.md.").hexdigest()


def test_a_missing_file_is_among_them_with_the_reason(folder: Path) -> None:
    found = find_articles([folder / "b.txt", folder / "absent.txt"])
    assert [bool(a.error) for a in found] == [False, True]
    assert found[1].error.endswith("absent.txt: no such file; check the name")


def test_an_empty_folder_and_an_idle_pattern_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(IrkgError, match=r"empty: holds no article; irkg reads \.txt"):
        find_articles([tmp_path / "empty"])
    with pytest.raises(IrkgError, match="no file has such a name"):
        find_articles([tmp_path / "*.txt"])


def test_two_files_with_the_same_id_are_named_both(folder: Path) -> None:
    (folder / "deep" / "b.md").write_text("Tregs.")
    with pytest.raises(IrkgError) as refused:
        find_articles([folder])
    said = str(refused.value)
    assert 'a second source with the id "b"' in said
    assert str(folder / "b.txt") in said
    assert str(folder / "deep" / "b.md") in said
