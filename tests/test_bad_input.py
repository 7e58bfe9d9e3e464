"""Files that are not what they should be: one line, exit 2, nothing half-written, and never a look elsewhere."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest

import invented
from irkg.cli import main
from loopback import listening

SECRET = "Tregs inhibit the secret of this file"
BOMB = (
    "<!DOCTYPE article [<!ENTITY a0 'lol'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + "]>\n<article><body><p>&a9;</p></body></article>"
)


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine, and the requests that it has had."""
    with listening(SECRET) as found:
        yield found


def _fill(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str, list[str]]:
    """Fill from a file; return the exit code, both outputs, and what has been written beside the file."""
    before = set(path.parent.rglob("*"))
    with pytest.raises(SystemExit) as stop:
        main(["fill", str(path), "-o", str(path.parent / "out.tsv"), "--text", str(path.parent / "out.txt")])
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err, sorted(p.name for p in set(path.parent.rglob("*")) - before)


def _packed(content: bytes) -> bytes:
    return gzip.compress(content)


BAD: list[tuple[str, bytes, str]] = [
    ("empty.txt", b"", "empty.txt: is empty"),
    ("latin.txt", "Tregs act.\nNaïve cells too.".encode("latin-1"), "latin.txt:2: not UTF-8 at byte 13"),
    ("latin.html", b"<html><body><p>\n<p>na\xefve", "latin.html:2: not UTF-8 at byte 21"),
    (
        "latin.xml",
        b"<article>\n<body><p>na\xefve</p></body></article>",
        "latin.xml:2: is not well-formed XML: Invalid bytes",
    ),
    ("wide.txt", "Tregs act.".encode("utf-16"), "wide.txt:1: is in UTF-16; convert it to UTF-8"),
    ("binary.txt", bytes(range(256)), "binary.txt:1: holds a NUL character at byte 0"),
    ("binary.xml", bytes(range(256)), "binary.xml:1: is no XML"),
    ("word.docx", b"PK\x03\x04" + bytes(range(256)), "word.docx:1: holds a NUL character at byte 4"),
    ("bomb.xml", BOMB.encode(), 'bomb.xml:1: declares the entity "a0"; remove the declarations'),
    ("bomb.html", BOMB.encode(), "bomb.html: declares an entity"),
    ("cut.txt.gz", _packed(b"Tregs act. " * 5000)[:-20], "cut.txt.gz: is a truncated gzip file"),
    ("cut.xml.gz", _packed(invented.as_jats().encode())[:-200], "cut.xml.gz: is a truncated gzip file"),
    ("cut.xml", invented.as_jats().encode()[:-200], "cut.xml:"),
    (
        "undeclared.xml",
        b"<article>\n<body><p>&tregs;</p></body></article>",
        "undeclared.xml:2: is not well-formed XML: Entity",
    ),
    ("cut-early.xml", b"<?xml version='1.0'?>\n<!-- no", "cut-early.xml:2: is no XML"),
    ("broken.gz", b"\x1f\x8b\x08\x00" + b"\0" * 30, "broken.gz: is a damaged gzip file"),
    ("other.xml", b"<rss/>", "other.xml: is XML that starts with <rss>; give JATS"),
    ("wordless.xml", b"<article><body/></article>", "wordless.xml: holds no text"),
    ("wordless.html", b"<html><script>tregs()</script></html>", "wordless.html: holds no text"),
    ("none.xml", b"<PubmedArticleSet></PubmedArticleSet>", "none.xml: holds no article"),
    ("deep.xml", b"<article><body>" + b"<sec>" * 400 + b"</sec>" * 400 + b"</body></article>", "deep.xml:"),
    ("deeper.xml", b"<article>" + b"<a>" * 100_000, "deeper.xml:1: is not well-formed XML"),
    ("deep.html", b"<html>" + b"<div>" * 5000 + b"Tregs act.", "deep.html: "),
    ("blank.pdf", invented.pdf_of(["", ""]), "blank.pdf: holds no text: its pages are blank or pictures; run OCR"),
    ("cut.pdf", invented.as_pdf()[:300], "cut.pdf: is a damaged PDF"),
    ("garbage.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 20, "garbage.pdf: is a damaged PDF"),
    ("text.pdf", b"Tregs act.", "text.pdf: is no PDF"),
    ("long.pdf", invented.pdf_of([""] * 2001), "long.pdf: has more than 2000 pages"),
    ("symbols.pdf", invented.pdf_of(["BT /F1 10 Tf 72 700 Td (#$%&!?*+@#$%&!?*+@) Tj ET"]), "cannot be decoded"),
    ("charset.html", b"<meta charset=klingon><p>Tregs act.", 'charset.html: names an unknown character set "klingon"'),
    ("charset.xml", b"<?xml version='1.0' encoding='klingon'?><article/>", "charset.xml:1: is no XML"),
]


@pytest.mark.parametrize(("name", "content", "message"), BAD, ids=[name for name, _, _ in BAD])
def test_one_line_and_nothing_written(
    name: str, content: bytes, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    code, out, err, written = _fill(path, capsys)
    assert (code, out, written) == (2, "", [])
    assert err.count("\n") == 1
    assert message in err


@pytest.mark.parametrize(("name", "most"), [("large.txt", 20), ("large.html", 10), ("large.md", 20)])
def test_a_file_that_is_too_large(name: str, most: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / name
    with path.open("wb") as handle:
        handle.write(b"Tregs act. ")
        handle.truncate(200_000_000)
    code, out, err, written = _fill(path, capsys)
    assert (code, out, written) == (2, "", [])
    assert err.endswith(f"{name}: is larger than {most} MB; split it, one article a file\n")


def test_a_small_file_that_unpacks_to_a_large_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "large.txt.gz"
    path.write_bytes(gzip.compress(b"\n" * 21_000_000))
    assert path.stat().st_size < 100_000
    code, out, err, written = _fill(path, capsys)
    assert (code, out, written) == (2, "", [])
    assert "large.txt.gz: is larger than 20 MB unpacked" in err


def test_a_small_file_that_unpacks_to_an_endless_article(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "endless.xml.gz"
    path.write_bytes(gzip.compress(b"<PubmedArticleSet><PubmedArticle>" + b" <!-- nothing -->" * 1_400_000))
    code, out, err, written = _fill(path, capsys)
    assert (code, out, written) == (2, "", [])
    assert "endless.xml.gz: holds an article of more than 20 MB; leave it out" in err


def test_a_pdf_that_asks_for_a_password(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    writer = pypdf.PdfWriter(io.BytesIO(invented.as_pdf()))
    writer.encrypt("secret", algorithm="RC4-128")
    path = tmp_path / "locked.pdf"
    writer.write(path)
    code, out, err, written = _fill(path, capsys)
    assert (code, out, written) == (2, "", [])
    assert err.count("\n") == 1
    assert "locked.pdf: is encrypted and asks for a password; save it without the password" in err


def test_a_folder_without_articles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    code, out, err, written = _fill(folder, capsys)
    assert (code, out, written) == (2, "", [])
    assert err.count("\n") == 1


@pytest.mark.parametrize("suffix", ["xml", "html"])
@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY x SYSTEM "{url}/x">',
        '<!ENTITY x SYSTEM "{file}">',
        '<!ENTITY x PUBLIC "x" "{url}/x">',
        '<!ENTITY % x SYSTEM "{url}/x"> %x;',
        '<!ENTITY % x SYSTEM "{file}"> %x;',
    ],
)
def test_entities_from_elsewhere(
    declared: str,
    suffix: str,
    tmp_path: Path,
    listener: tuple[str, list[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    url, asked = listener
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    path = tmp_path / f"a.{suffix}"
    declaration = declared.format(url=url, file=secret.as_uri())
    path.write_text(f"<!DOCTYPE article [{declaration}]>\n<article><body><p>Tregs act. &x;</p></body></article>")
    code, out, err, written = _fill(path, capsys)
    assert (code, out, written, asked) == (2, "", [], [])
    assert "declares" in err
    assert SECRET not in err


@pytest.mark.parametrize("suffix", ["xml", "html"])
def test_nothing_that_a_good_file_names_is_fetched(
    suffix: str, tmp_path: Path, listener: tuple[str, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    url, asked = listener
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    path = tmp_path / f"a.{suffix}"
    path.write_text(
        f'<?xml-stylesheet href="{url}/style.xsl" type="text/xsl"?>\n'
        f'<!DOCTYPE article PUBLIC "-//NLM//DTD JATS//EN" "{url}/JATS.dtd">\n'
        f'<article xmlns:xi="http://www.w3.org/2001/XInclude" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:noNamespaceSchemaLocation="{url}/a.xsd"><body><p>Cancer cells recruit Tregs. &fromTheDtd;</p>'
        f'<p><xi:include href="{url}/more.xml"/><xi:include href="{secret.as_uri()}" parse="text"/>'
        f'<img src="{url}/image.png"/><graphic href="{url}/image.png"/></p></body></article>'
    )
    code, out, _, written = _fill(path, capsys)
    assert (code, out, written, asked) == (0, "", ["out.tsv", "out.txt"], [])
    assert SECRET not in (tmp_path / "out.txt").read_text()
    assert "recruits" in (tmp_path / "out.tsv").read_text()
