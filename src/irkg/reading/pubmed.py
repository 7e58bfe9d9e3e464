"""Abstracts in the XML of PubMed, as its search pages, E-utilities and yearly files give them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from irkg.reading.markup import Element, Inline, elements, words
from irkg.reading.rendering import About, Rendering
from irkg.text import Document

ROOTS = frozenset({"PubmedArticleSet", "PubmedArticle", "PubmedBookArticle"})
_INLINE = Inline(frozenset({"CopyrightInformation"}), lambda _: None, {})


def read(path: Path) -> Iterator[Document]:
    """Yield the titles and abstracts of a PubMed file, one document each, in its order.

    Args:
        path: The file, which may be compressed by gzip.

    Raises:
        SourceError: It is not well-formed.
        MissingExtra: lxml is not installed.
    """
    for article in elements(path, ["PubmedArticle", "PubmedBookArticle"]):
        document = _document(article, path)
        if document is not None:
            yield document


def _document(article: Element, path: Path) -> Document | None:
    """Return an abstract, None where there is neither title nor abstract."""
    about = _about(article)
    rendering = Rendering()
    rendering.heading(about.title, 1)
    abstract = next(article.iter("Abstract"), None)
    paragraphs = abstract.findall("AbstractText") if abstract is not None else []
    if not about.title and not any(words(p) for p in paragraphs):
        return None
    if paragraphs and not paragraphs[0].get("Label"):
        rendering.heading("Abstract", 2)
    for paragraph in paragraphs:
        label = str(paragraph.get("Label") or "")
        rendering.heading("" if label == "UNLABELLED" else label.capitalize(), 2)
        rendering.paragraph(_INLINE.pieces(paragraph))
    return rendering.document(path, about)


def _about(article: Element) -> About:
    citation = next(article.iter("MedlineCitation", "BookDocument"), article)
    ids = {n.get("EIdType"): words(n) for n in citation.iter("ELocationID")}
    ids |= {n.get("IdType"): words(n) for n in article.iterfind("PubmedData/ArticleIdList/ArticleId")}
    title = words(next(citation.iter("ArticleTitle"), None)) or words(next(citation.iter("BookTitle"), None))
    title = "" if title == "[Not Available]." else title
    author = next(citation.iter("Author"), None)
    name = f"{words(author.find('LastName'))} {words(author.find('Initials'))}" if author is not None else ""
    year = re.search(r"(?:19|20)\d\d", words(next(citation.iter("PubDate"), None)))
    pmid = words(citation.find("PMID"))
    return About(
        title=re.sub(r"^\[(.*)\]\.?$", r"\1.", title),  # brackets say that it was translated
        author=name.strip(),
        year=int(year[0]) if year else None,
        doi=ids.get("doi", ""),
        pmid=pmid if pmid.isdecimal() else "",
    )
