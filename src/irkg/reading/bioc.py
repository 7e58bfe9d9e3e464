"""Collections in BioC XML, as PubMed Central's BioC service and PubTator give them (http://bioc.sourceforge.net)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from irkg.reading.markup import Element, elements, words
from irkg.reading.rendering import About, Entry, Piece, Rendering
from irkg.text import Document

ROOTS = frozenset({"collection"})
_LEFT_OUT = frozenset(
    {"table", "table_footnote", "footnote", "ack_fund", "auth_cont", "comp_int", "suppl", "supplementary-material"}
)
_CAPTIONS = re.compile(r"(?:fig|table)(?:_title)?_caption|fig|fig_title|table_caption_title", re.IGNORECASE)
_HEADING = re.compile(r"(?:.*_)?title(?:_(?P<level>\d))?|front|abstract_title", re.IGNORECASE)


def read(path: Path) -> Iterator[Document]:
    """Yield the documents of a BioC collection, in its order.

    Args:
        path: The file, which may be compressed by gzip.

    Raises:
        SourceError: It is not well-formed, or a document in it holds no text.
        MissingExtra: lxml is not installed.
    """
    for document in elements(path, ["document"]):
        yield _document(document, path)


def _infons(element: Element) -> dict[str, str]:
    return {str(n.get("key")): words(n) for n in element.findall("infon")}


def _document(document: Element, path: Path) -> Document:
    passages = [(_infons(p), _text(p)) for p in document.findall("passage")]
    about = _about(words(document.find("id")), passages)
    rendering = Rendering()
    rendering.heading(about.title, 1)
    in_abstract = False
    captions: list[str] = []
    entries: list[Entry] = []
    for infons, text in passages:
        kind = infons.get("type", "").lower()
        section = infons.get("section_type", "").upper()
        if section == "REF" or kind in ("ref", "reference"):
            if "title" not in kind and text:
                entries.append(_entry(infons, text, len(entries) + 1))
        elif _CAPTIONS.fullmatch(kind):
            captions.append(text)
        elif text != about.title and kind not in _LEFT_OUT and section.lower() not in _LEFT_OUT:
            if (section == "ABSTRACT" or kind == "abstract") and not in_abstract:
                rendering.heading("Abstract", 2)
                in_abstract = True
            heading = _HEADING.fullmatch(kind)
            if heading:
                rendering.heading(text, 1 + int(heading["level"] or 1))
            else:
                rendering.paragraph([Piece(text)])
    if captions:
        rendering.heading("Captions of figures and tables", 2)
        for caption in captions:
            rendering.paragraph([Piece(caption)])
    rendering.references(entries)
    return rendering.document(path, about)


def _text(passage: Element) -> str:
    """Return the text of a passage, or that of its sentences where they hold it."""
    own = words(passage.find("text"))
    return own or " ".join(filter(None, (words(s.find("text")) for s in passage.findall("sentence"))))


def _about(own_id: str, passages: list[tuple[dict[str, str], str]]) -> About:
    title = next(
        (t for i, t in passages if "title" in (i.get("type", "").lower(), i.get("section_type", "").lower())), ""
    )
    front = next((i for i, t in passages if t == title), {}) if title else {}
    pmcid = front.get("article-id_pmc", "") or (own_id if own_id.startswith("PMC") else "")
    pmid = front.get("article-id_pmid", "") or (own_id if own_id.isdecimal() else "")
    year = front.get("year", "")
    return About(
        title=title,
        author=_name(front),
        year=int(year) if re.fullmatch(r"(?:19|20)\d\d", year) else None,
        doi=front.get("article-id_doi", ""),
        pmid=pmid if pmid.isdecimal() else "",
        pmcid=f"PMC{pmcid.removeprefix('PMC')}" if pmcid.removeprefix("PMC").isdecimal() else "",
    )


def _name(infons: Mapping[str, str]) -> str:
    """Return the first author: `surname:Doe;given-names:J` in BioC."""
    parts = dict(p.split(":", maxsplit=1) for p in infons.get("name_0", "").split(";") if ":" in p)
    return f"{parts.get('surname', '')} {parts.get('given-names', '')}".strip()


def _entry(infons: Mapping[str, str], text: str, place: int) -> Entry:
    """Return an entry; BioC has no numbers, and its text is the title, the rest stands in infons."""
    year = infons.get("year", "")
    name = _name(infons)
    authors = name + (" et al." if "name_1" in infons else "") if name else ""
    parts = [authors.removesuffix("."), text.rstrip("."), infons.get("source", ""), year]
    pmid = infons.get("pub-id_pmid", "")
    return Entry(
        text=". ".join(p for p in parts if p) + "." if name or year else text,
        number=place,
        doi=infons.get("pub-id_doi") or None,
        pmid=pmid if pmid.isdecimal() else None,
        title=text if name or year else "",
        authors=authors,
        year=int(year) if re.fullmatch(r"(?:19|20)\d\d", year) else None,
    )
