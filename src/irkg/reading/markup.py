"""Elements of XML and HTML: parsed without ever opening another file or address, and flattened to text."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, cast
from xml.parsers import expat

from irkg.errors import MissingExtra, SourceError
from irkg.reading.files import MEGABYTE, Bounded, opened
from irkg.reading.rendering import Piece

Element: TypeAlias = Any  # an lxml element; lxml is imported where it is needed

SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
XML_LIMIT = 1000 * MEGABYTE
ARTICLE_LIMIT = 20 * MEGABYTE  # as elements in memory, some tens of times as much
DEEPEST = 200  # elements within each other; articles have some twenty
_PROLOG = 1_000_000  # bytes before the first element
_DASH = re.compile(r"\s*[–−‐‑-]\s*")
_NUMERIC = re.compile(r"\s*[\[(]?\s*\d{1,3}(?:\s*[,;–−‐‑-]\s*\d{1,3})*\s*[\])]?\s*")
_OPEN = re.compile(r"[(\[][^()\[\]]*$")
_WIDEST = 100  # references that "3-5" can stand for


class _RootFound(Exception):
    """Ends the reading of a prolog."""


def root_name(path: Path) -> str:
    """Return the local name of the root element of an XML file, and refuse files that declare entities.

    Entities are how a small file grows to gigabytes, or takes in other files and addresses; no article needs them.

    Args:
        path: The file, which may be compressed by gzip.

    Raises:
        SourceError: It is no XML, or declares an entity; with the line.
    """
    parser = expat.ParserCreate()
    found: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append(name)
        raise _RootFound

    def entity(name: str, *_: Any) -> None:
        what = f'declares the entity "{name[:40]}"'
        remedy = "remove the declarations in its DOCTYPE: irkg expands no entities and opens no files for them"
        raise SourceError(what, path=path, line=parser.CurrentLineNumber, remedy=remedy)

    parser.StartElementHandler = start
    parser.EntityDeclHandler = entity
    with opened(path, XML_LIMIT) as stream:
        try:
            for _ in range(0, _PROLOG, 1 << 14):
                chunk = stream.read(1 << 14)
                parser.Parse(chunk, not chunk)
                if not chunk:
                    break
        except _RootFound:
            return found[0].rpartition(":")[2]
        except (expat.ExpatError, ValueError, LookupError) as error:
            line = getattr(error, "lineno", 1)
            message = expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else str(error)
            raise SourceError(f"is no XML: {message}", path=path, line=line) from error
    raise SourceError("is no XML: no element in sight", path=path, remedy="give an article")


def elements(path: Path, names: Collection[str]) -> Iterator[Element]:
    """Yield the elements of an XML file that bear one of some names, one after the other, each to be used at once.

    Args:
        path: The file, which may be compressed by gzip, and has passed `root_name`.
        names: Local names; namespaces are taken off.

    Raises:
        SourceError: It is not well-formed (with the line), damaged, too large or too deep.
        MissingExtra: lxml is not installed.
    """
    try:
        from lxml import etree
    except ImportError as error:
        raise MissingExtra("reading XML", extra="fill") from error
    wanted = [f"{{*}}{name}" for name in names]
    with opened(path, XML_LIMIT, ARTICLE_LIMIT) as stream:
        bounded = cast("Bounded", stream.raw)
        events = etree.iterparse(stream, events=("end",), tag=wanted, remove_comments=True, remove_pis=True, **SAFE)
        try:
            for _, element in events:
                for node in element.iter(etree.Element):
                    node.tag = etree.QName(node).localname
                check_depth(element, path)
                yield element
                element.clear(keep_tail=False)
                for done in (element, *element.iterancestors()):  # what came before is not needed again
                    while done.getprevious() is not None:
                        del done.getparent()[0]
                bounded.next_article()
        except etree.XMLSyntaxError as error:
            fatal = etree.ErrorLevels.FATAL  # the last error only says that nothing more came
            first = next((e for e in events.error_log if e.level == fatal), None)
            message = re.sub(r",? line \d+, column \d+$", "", first.message if first else error.msg or "").strip()
            what, line = f"is not well-formed XML: {message}", first.line if first else error.lineno
            raise SourceError(what, path=path, line=line or 1, remedy="fetch it again or mend it") from error


def check_depth(element: Element, path: Path) -> None:
    """Refuse elements that stand within each other deeper than any article does.

    Raises:
        SourceError: They do.
    """
    from lxml import etree

    depth = 0
    for event, _ in etree.iterwalk(element, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise SourceError(
                f"has more than {DEEPEST} elements within each other", path=path, remedy="give an article"
            )


@dataclass(frozen=True, slots=True)
class Inline:
    """What the elements within a paragraph mean in a format.

    Attributes:
        left_out: Names of elements that are passed over.
        cites: Tells which keys of references an element is a marker of; None where it is none.
        numbers: The number of each reference, by its key.
    """

    left_out: frozenset[str]
    cites: Callable[[Element], Sequence[str] | None]
    numbers: Mapping[str, int]

    def pieces(self, element: Element, *, skip: Collection[Element] = ()) -> list[Piece]:
        """Return the text within an element, markers with the numbers that they stand for.

        Raised markers come in brackets ("cells[3]"), so that they cannot be taken for a part of the word before.

        Args:
            element: A paragraph.
            skip: Elements in it to pass over.
        """
        found: list[Piece] = []
        self._walk(element, found, frozenset(skip))
        return self.with_ranges(found)

    @staticmethod
    def with_ranges(pieces: list[Piece]) -> list[Piece]:
        """Let a dash between two markers stand for the references between them: "3-5" cites 4 too."""
        pieces = [p for p in pieces if p.text]
        for i in range(1, len(pieces) - 1):
            before, after = pieces[i - 1].cites, pieces[i + 1].cites
            if before and after and _DASH.fullmatch(pieces[i].text) and 1 < after[0] - before[-1] < _WIDEST:
                pieces[i] = Piece(pieces[i].text, tuple(range(before[-1] + 1, after[0])))
        return pieces

    def _walk(self, element: Element, found: list[Piece], skip: frozenset[Element]) -> None:
        if element.text:
            found.append(Piece(element.text))
        for child in element:
            if not isinstance(child.tag, str):
                if child.text and child.text.startswith("&"):  # an entity that no DTD was read for
                    found.append(Piece(html.unescape(child.text)))
            elif child not in skip and child.tag not in self.left_out:
                self.add(child, found, skip)
            if child.tail:
                found.append(Piece(child.tail))

    def add(self, child: Element, found: list[Piece], skip: frozenset[Element] = frozenset()) -> None:
        """Add an element within a paragraph, without what stands behind it, to the pieces before it."""
        keys = self.cites(child)
        if keys is not None:
            numbers = tuple(self.numbers[k] for k in keys if k in self.numbers)
            found.append(_marker(words(child), numbers, "".join(p.text for p in found[-8:])))
        elif child.tag in ("sup", "SUP"):
            inner: list[Piece] = []
            self._walk(child, inner, skip)
            found += self._raised(inner, found[-1].text if found else "")
        elif child.tag in ("br", "break"):
            found.append(Piece(" "))
        else:
            self._walk(child, found, skip)

    def _raised(self, inner: list[Piece], before: str) -> list[Piece]:
        text = "".join(p.text for p in inner).strip()
        if any(p.cites for p in inner):
            bare = [Piece(p.text.strip().strip("[]"), p.cites) for p in self.with_ranges(inner)]
            return [Piece("["), *bare, Piece("]")]
        known = set(self.numbers.values())
        if _NUMERIC.fullmatch(text) and not before[-1:].isdigit():
            numbers = {int(n) for n in re.findall(r"\d+", text)}
            behind_word = re.search(r"(?:[^\W\d_]{3}|[.,;:)\]\"”’])$", before)
            if numbers <= known and behind_word:
                return [Piece(f"[{text.strip('[]()')}]")]
        return [Piece(f"^{text}" if before[-1:].isdigit() and text[:1].isdigit() else text)]


def _marker(text: str, numbers: tuple[int, ...], before: str) -> Piece:
    """Return a linked marker: in brackets where it is a bare number, as a raised one is."""
    if not text.strip():
        return Piece("[" + ",".join(map(str, numbers)) + "]" if numbers else "", numbers)
    bare = _NUMERIC.fullmatch(text) and not re.search(r"[\[(]", text) and not _OPEN.search(before)
    return Piece(f"[{text.strip()}]" if bare else text, numbers)


def words(element: Element | None) -> str:
    """Return all text within an element as one line; an empty one for None.

    Example:
        >>> from lxml import etree
        >>> words(etree.fromstring("<p>T <i>cells</i> persist</p>"))
        'T cells persist'
    """
    if element is None:
        return ""
    parts = [t if isinstance(t, str) else "" for t in element.itertext()]
    return " ".join(html.unescape("".join(parts)).split())


def run_in(paragraph: Element, bold: Collection[str]) -> tuple[str, Element | None]:
    """Return the heading that a paragraph starts with in bold ("**Immune escape.** Tumors …"), and its element.

    Args:
        paragraph: The paragraph.
        bold: Names of the elements that set in bold.
    """
    first = next((c for c in paragraph if isinstance(c.tag, str)), None)
    if first is None or first.tag not in bold or (paragraph.text or "").strip():
        return "", None
    text, tail = words(first), (first.tail or "").lstrip()
    closed = text.endswith((".", ":")) or tail.startswith((":", "."))
    if not text or not closed or len(text.split()) > 12:
        return "", None
    return text.rstrip(".:"), first
