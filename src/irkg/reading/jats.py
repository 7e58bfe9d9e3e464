"""Articles in JATS, the XML of PubMed Central and of most publishers (https://jats.nlm.nih.gov)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from irkg.reading.markup import Element, Inline, elements, run_in, words
from irkg.reading.rendering import About, Entry, Piece, Rendering
from irkg.text import Document

ROOTS = frozenset({"article", "pmc-articleset", "articles"})
_LEFT_OUT = frozenset(
    """table-wrap fig fig-group table-wrap-group supplementary-material inline-supplementary-material disp-formula
    disp-formula-group tex-math fn media graphic inline-graphic object-id alt-text long-desc ref-list ack
    """.split()
)
_MARKS = frozenset("fn table-fn aff corresp author-notes contrib".split())  # asterisks and letters behind words
_HOLDS_PARAGRAPHS = frozenset(
    "sec list list-item boxed-text disp-quote def-list def-item def statement speech abstract app".split()
)
_CAPTIONED = ("fig", "table-wrap")
_OTHER_ABSTRACTS = frozenset("graphical toc teaser web-summary video key-image".split())


def read(path: Path) -> Iterator[Document]:
    """Yield the articles of a JATS file.

    Args:
        path: The file, which may be compressed by gzip.

    Raises:
        SourceError: It is not well-formed, or an article in it holds no text.
        MissingExtra: lxml is not installed.
    """
    for article in elements(path, ["article"]):
        yield _document(article, path)


def _document(article: Element, path: Path) -> Document:
    for xref in article.iter("xref"):
        if xref.get("ref-type") in _MARKS:
            xref.text = None
            del xref[:]
    keys, entries = _reference_list(article)
    inline = Inline(_LEFT_OUT, _cites, keys)
    meta = article.find("front/article-meta")
    about = _about(meta)
    rendering = Rendering()
    rendering.heading(about.title, 1)
    for abstract in meta.findall("abstract") if meta is not None else ():
        if abstract.get("abstract-type") not in _OTHER_ABSTRACTS:
            rendering.heading(words(abstract.find("title")) or "Abstract", 2)
            _section(abstract, 3, inline, rendering)
    body = article.find("body")
    if body is not None:
        _section(body, 2, inline, rendering)
    _captions(article, inline, rendering)
    rendering.references(entries)
    return rendering.document(path, about)


def _section(parent: Element, level: int, inline: Inline, rendering: Rendering) -> None:
    """Add what stands in a section, its own heading apart."""
    for child in parent:
        if child.tag == "sec" and child.get("sec-type") != "supplementary-material":
            rendering.heading(words(child.find("title")), level)
            _section(child, level + 1, inline, rendering)
        elif child.tag == "p":
            _paragraph(child, inline, rendering)
        elif child.tag in _HOLDS_PARAGRAPHS:
            _section(child, level, inline, rendering)
        elif child.tag in ("term", "attrib"):
            rendering.paragraph(inline.pieces(child))


def _paragraph(paragraph: Element, inline: Inline, rendering: Rendering) -> None:
    """Add a paragraph, and behind it the lists that stand within it."""
    heading, bold = run_in(paragraph, ("bold",))
    inner = [c for c in paragraph if c.tag in _HOLDS_PARAGRAPHS]
    pieces = inline.pieces(paragraph, skip=[*inner, *([bold] if bold is not None else [])])
    if bold is not None and pieces:
        pieces[0] = Piece(pieces[0].text.lstrip(" .:"), pieces[0].cites)
    rendering.paragraph(pieces, heading)
    for child in inner:
        _section(child, _DEEP, inline, rendering)


_DEEP = 6  # the level of headings within a paragraph


def _captions(article: Element, inline: Inline, rendering: Rendering) -> None:
    captions = []
    for holder in [*article.iterfind("body//*"), *article.iterfind("floats-group//*")]:
        if holder.tag in _CAPTIONED and holder.find("caption") is not None:
            label = words(holder.find("label")).rstrip(".:")
            captions.append((label, holder.find("caption")))
    if not captions:
        return
    rendering.heading("Captions of figures and tables", 2)
    for label, caption in captions:
        opening = [Piece(f"{label}. ")] if label else []
        for part in caption:
            if part.tag in ("title", "p"):
                rendering.paragraph([*opening, *inline.pieces(part)])
                opening = []


def _cites(element: Element) -> Sequence[str] | None:
    if element.tag == "xref" and element.get("ref-type") == "bibr":
        return str(element.get("rid") or "").split()
    return None


def _reference_list(article: Element) -> tuple[dict[str, int], list[Entry]]:
    """Return the number of each entry by its keys, and the entries in order."""
    refs = [ref for found in article.iterfind("back//ref-list") for ref in found.findall("ref")]
    labels = [re.sub(r"\W+", "", words(ref.find("label")) or words(ref.find(".//label"))) for ref in refs]
    printed = all(label.isdecimal() for label in labels) and len(set(labels)) == len(labels)
    keys: dict[str, int] = {}
    entries = []
    for place, (ref, label) in enumerate(zip(refs, labels, strict=True), start=1):
        number = int(label) if printed else place
        for node in ref.iter():
            if isinstance(node.tag, str) and node.get("id"):
                keys[node.get("id")] = number
        entries.append(_entry(ref, number, printed=printed))
    return keys, entries


def _entry(ref: Element, number: int, *, printed: bool) -> Entry:
    names = [_name(n) for n in ref.iter("name", "string-name") if n.getparent().get("person-group-type") != "editor"]
    names += [words(n) for n in ref.iter("collab")]
    ids = {n.get("pub-id-type"): words(n) for n in ref.iter("pub-id")}
    year = re.search(r"(?:19|20)\d\d", words(next(ref.iter("year"), None)))
    doi = re.search(r"10\.\d{4,9}/\S+", ids.get("doi", ""))
    return Entry(
        text=_entry_text(ref, names),
        number=number,
        printed=printed,
        doi=doi[0] if doi else None,
        pmid=ids["pmid"] if ids.get("pmid", "").isdecimal() else None,
        title=words(next(ref.iter("article-title"), None)),
        authors=(names[0] + (" et al." if len(names) > 1 or next(ref.iter("etal"), None) is not None else ""))
        if names
        else "",
        year=int(year[0]) if year else None,
    )


def _entry_text(ref: Element, names: Sequence[str]) -> str:
    """Return an entry as it is printed, or put together where the file only marks its parts."""
    mixed = next(ref.iter("mixed-citation", "nlm-citation", "citation"), None)
    if mixed is not None and re.search(
        r"\w\W*\s\W*\w", "".join(c.tail or "" for c in mixed) + (mixed.text or "") + " "
    ):
        label = mixed.find("label")
        return words(mixed).removeprefix(words(label)).strip()
    parts = [", ".join(names), *(words(next(ref.iter(tag), None)) for tag in ("article-title", "source", "year"))]
    place = "".join(
        lead + words(node)
        for lead, tag in (("", "volume"), (":", "fpage"), ("-", "lpage"))
        if (node := next(ref.iter(tag), None)) is not None
    )
    text = " ".join(p if p.endswith(("?", "!")) else p.rstrip(".") + "." for p in [*parts, place] if p)
    return text or words(ref).removeprefix(words(ref.find("label"))).strip()


def _name(name: Element) -> str:
    surname, given = words(name.find("surname")), words(name.find("given-names"))
    initials = given if given.isupper() else "".join(part[:1] for part in re.split(r"[\s.-]+", given))
    return f"{surname} {re.sub(r'[^A-Za-z]', '', initials)}".strip() if surname else words(name)


def _about(meta: Element | None) -> About:
    if meta is None:
        return About()
    ids = {n.get("pub-id-type"): words(n) for n in meta.findall("article-id")}
    pmcid = ids.get("pmcid") or ids.get("pmc") or ""
    author = next(
        (n for n in meta.iterfind("contrib-group/contrib") if n.get("contrib-type", "author") == "author"), None
    )
    name = author.find(".//name") if author is not None else None
    years = [words(n) for n in meta.iterfind("pub-date/year")] + [words(n) for n in meta.iterfind(".//copyright-year")]
    year = next((int(y) for y in years if re.fullmatch(r"(?:19|20)\d\d", y)), None)
    return About(
        title=words(meta.find("title-group/article-title")),
        author=_name(name) if name is not None else "",
        year=year,
        doi=ids.get("doi", ""),
        pmid=ids["pmid"] if ids.get("pmid", "").isdecimal() else "",
        pmcid=f"PMC{pmcid.removeprefix('PMC')}" if pmcid.removeprefix("PMC").isdecimal() else "",
    )
