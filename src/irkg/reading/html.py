"""Articles as pages of HTML: the body of the article, without the page around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from irkg.errors import MissingExtra, SourceError
from irkg.reading.files import MEGABYTE, load
from irkg.reading.markup import SAFE, Element, Inline, check_depth, run_in, words
from irkg.reading.rendering import About, Entry, Piece, Rendering
from irkg.references import doi_in
from irkg.text import REFERENCES_HEADING, Document, decoded

LIMIT = 10 * MEGABYTE
ROOTS = frozenset({"html"})
_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*(?P<name>[\w.:-]+)""", re.IGNORECASE)
_LEFT_OUT = frozenset(
    """head script style noscript template nav footer aside form button select option input textarea svg iframe object
    embed video audio canvas dialog figure table pre annotation""".split()
)
_LEFT_OUT_ROLES = frozenset({"navigation", "banner", "search", "complementary", "contentinfo"})
_BLOCKS = frozenset(
    """address article blockquote body center dd details div dl dt fieldset h1 h2 h3 h4 h5 h6 header hr html li main
    ol p section summary ul""".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BIBLIOGRAPHY = re.compile(r"\b(?:references|ref-?list|bibliography|doc-bibliography)\b", re.IGNORECASE)
# What publishers put behind an entry: names of places to find it at.
_ENTRY_LINKS = re.compile(
    r"(?:\s*\[?(?:Article|CAS|PubMed(?: Central)?|PMC(?: free article)?|DOI|Google Scholar|Crossref)\]?)+$"
)
_NUMBER = re.compile(r"\[?(?P<number>\d{1,3})(?:[.\])]|\s)\s*")


def read(path: Path) -> Iterator[Document]:
    """Yield the article of an HTML page.

    Args:
        path: The file, which may be compressed by gzip.

    Raises:
        SourceError: It is not in the character set that it names (with the line), or holds no text.
        MissingExtra: lxml is not installed.
    """
    try:
        from lxml import etree
    except ImportError as error:
        raise MissingExtra("reading HTML", extra="fill") from error
    text = _decoded(load(path, LIMIT), path)
    own = {"no_network": SAFE["no_network"], "huge_tree": SAFE["huge_tree"]}
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, **own)
    root = etree.fromstring(text.encode(), parser)
    if root is None:
        raise SourceError("holds no text", path=path, remedy="give a page with an article")
    check_depth(root, path)
    yield _Page(root).document(path)


def _decoded(raw: bytes, path: Path) -> str:
    """Return the page as text, by the character set that it names, UTF-8 where it names none."""
    named = _CHARSET.search(raw[:4096])
    charset = named["name"].decode("ascii") if named else "utf-8"
    start = raw.lower().find(b"<html")
    if b"<!entity" in raw[: start if start >= 0 else 4096].lower():
        raise SourceError("declares an entity", path=path, remedy="remove the declarations in its DOCTYPE")
    if charset.lower().replace("_", "-") in ("utf-8", "utf8", "utf-16", "unicode"):
        return decoded(raw, path)  # a page that says UTF-16 in ASCII letters is in UTF-8, as browsers know
    try:
        return decoded(raw.decode(charset).encode(), path)
    except LookupError as error:
        raise SourceError(f'names an unknown character set "{charset[:40]}"', path=path) from error
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SourceError(f"not {charset} at byte {error.start}", path=path, line=line) from error


class _Page:
    """Reads one page."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._content = _content(root)
        self._captions: list[str] = []
        self._bibliography, entries = _bibliography(self._content, root)
        keys = {i: e.number for element, e in entries for i in _ids(element)}
        self._entries = [e for _, e in entries]
        self._inline = Inline(_LEFT_OUT, lambda e: _cites(e, keys), keys)

    def document(self, path: Path) -> Document:
        about = _about(self._root)
        rendering = Rendering()
        if next(self._content.iter("h1"), None) is None:
            rendering.heading(about.title, 1)
        self._add(self._content, rendering)
        if self._captions:
            rendering.heading("Captions of figures and tables", 2)
            for caption in self._captions:
                rendering.paragraph([Piece(caption)])
        rendering.references(self._entries)
        return rendering.document(path, about, front_matter=True)

    def _add(self, element: Element, rendering: Rendering) -> None:
        """Add what stands in an element that can hold paragraphs."""
        pieces = [Piece(element.text or "")]
        for child in element:
            if not isinstance(child.tag, str) or child in self._bibliography or _hidden(child):
                pass
            elif child.tag in ("figure", "table"):
                holders = [words(c) for c in child.iter("figcaption", "caption")]
                self._captions += filter(None, holders)
            elif child.tag in _LEFT_OUT:
                pass
            elif child.tag in _BLOCKS or any(c.tag in _BLOCKS for c in child.iter()):
                rendering.paragraph(self._inline.with_ranges(pieces))
                pieces = []
                self._block(child, rendering)
            else:
                self._inline.add(child, pieces)
            pieces.append(Piece(child.tail or ""))
        rendering.paragraph(self._inline.with_ranges(pieces))

    def _block(self, block: Element, rendering: Rendering) -> None:
        if block.tag in _HEADINGS:
            rendering.heading("".join(p.text for p in self._inline.pieces(block)), _HEADINGS[block.tag])
            return
        heading, bold = run_in(block, ("b", "strong")) if block.tag in ("p", "li", "dd", "div") else ("", None)
        if bold is None or any(c.tag in _BLOCKS for c in block.iterdescendants()):
            self._add(block, rendering)
            return
        pieces = self._inline.pieces(block, skip=[bold])
        if pieces:
            pieces[0] = Piece(pieces[0].text.lstrip(" .:\n"), pieces[0].cites)
        rendering.paragraph(pieces, heading)


def _content(root: Element) -> Element:
    """Return the element that holds the article."""
    body = root.find("body")
    whole = body if body is not None else root
    held = [e for e in whole.iter("article", "main") if len(words(e)) > 200]
    held += [e for e in whole.iter("div", "section") if e.get("role") == "main" and len(words(e)) > 200]
    return max(held, key=lambda e: len(words(e)), default=whole)


def _hidden(element: Element) -> bool:
    if element.tag == "header" and element.getparent().tag == "body" and next(element.iter("h1"), None) is None:
        return True
    hidden = element.get("hidden") is not None or element.get("aria-hidden") == "true"
    return (
        hidden
        or element.get("role") in _LEFT_OUT_ROLES
        or "display:none" in (element.get("style") or "").replace(" ", "")
    )


def _cites(element: Element, keys: dict[str, int]) -> Sequence[str] | None:
    if element.tag != "a" or "#" not in (element.get("href") or ""):
        return None
    key = element.get("href").rpartition("#")[2]
    return [key] if key in keys else None


def _ids(element: Element) -> Iterator[str]:
    for node in element.iter():
        yield from filter(None, (node.get("id"), node.get("name") if node.tag == "a" else None))


def _bibliography(content: Element, root: Element) -> tuple[set[Element], list[tuple[Element, Entry]]]:
    """Return the elements that make up the reference list, and each entry with its element."""
    for place in (content, root):
        headings = [h for h in place.iter(*_HEADINGS) if REFERENCES_HEADING.fullmatch(words(h))]
        if headings:
            found = {headings[-1], *_behind(headings[-1], place)}
        else:
            found = {e for e in place.iter("section", "div", "ol", "ul") if _BIBLIOGRAPHY.search(_class(e))}
        items = [i for e in found for i in e.iter("li") if not any(a.tag == "li" for a in i.iterancestors())]
        items = items or [i for e in found for i in e.iter("p", "dd")]
        held = set(items)
        items = [i for i in place.iter("li", "p", "dd") if i in held]
        entries = [(item, _entry(item, at)) for at, item in enumerate(items, start=1) if words(item)]
        if entries:
            return found, entries
    return set(), []


def _class(element: Element) -> str:
    return " ".join(filter(None, (element.get("class"), element.get("id"), element.get("role"))))


def _behind(heading: Element, content: Element) -> list[Element]:
    """Return the elements that a heading opens: those behind it, or behind what it is wrapped in, up to the next."""
    level = _HEADINGS[heading.tag]
    start = heading
    while True:
        found = []
        for element in start.itersiblings():
            own = [_HEADINGS[h.tag] for h in element.iter(*_HEADINGS)]
            if own and min(own) <= level:
                break
            found.append(element)
        if any(next(e.iter("li", "p", "dd"), None) is not None for e in found):
            return found
        start = start.getparent()
        if start is None or start is content:
            return []


def _entry(item: Element, place: int) -> Entry:
    text = words(item)
    ordered = item.getparent() is not None and item.getparent().tag == "ol"
    printed = _NUMBER.match(text)
    number = place
    if printed:
        number, text = int(printed["number"]), text[printed.end() :]
    text = re.sub(r"^(?:\^|↑)\s*", "", text)
    links = " ".join(str(a.get("href")) for a in item.iter("a"))
    pmid = re.search(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d{1,8})", links)
    text = re.sub(
        r"(?:\s*\[?(?:Article|CAS|PubMed(?: Central)?|PMC(?: free article)?|DOI|Google Scholar|Crossref)\]?)+$",
        "",
        text,
    )
    return Entry(
        text, number, bool(printed) or ordered, doi=doi_in(text) or doi_in(links), pmid=pmid[1] if pmid else None
    )


def _about(root: Element) -> About:
    meta: dict[str, str] = {}
    for node in root.iter("meta"):
        meta.setdefault(str(node.get("name") or node.get("property") or "").lower(), str(node.get("content") or ""))
    heading = next(root.iter("h1"), None)
    title = meta.get("citation_title") or words(heading if heading is not None else root.find("head/title"))
    year = re.search(r"(?:19|20)\d\d", meta.get("citation_publication_date") or meta.get("citation_date") or "")
    pmid = meta.get("citation_pmid", "")
    return About(
        title=title,
        author=meta.get("citation_author", ""),
        year=int(year[0]) if year else None,
        doi=doi_in(meta.get("citation_doi") or meta.get("dc.identifier") or "") or "",
        pmid=pmid if pmid.isdecimal() else "",
    )
