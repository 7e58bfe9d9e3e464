"""From articles to claims: read, extract, write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from irkg import __version__
from irkg.claim_graph import claim_quads
from irkg.claims_table import as_jsonl, as_tsv
from irkg.errors import IrkgError
from irkg.lexicon import shipped_lexicon
from irkg.model import Claim, Source
from irkg.store import dataset_bytes, replacing
from irkg.vocab import PREFIXES

FORMATS = {"tsv": ".tsv", "jsonl": ".jsonl", "trig": ".trig", "nq": ".nq"}


@dataclass(frozen=True, slots=True)
class Filled:
    """What was read out of one article.

    Attributes:
        source: The article.
        text: The text that all offsets refer to.
        claims: Its claims, in the order of the text.
    """

    source: Source
    text: str
    claims: tuple[Claim, ...]


def fill(path: Path, *, mint: bool = False) -> tuple[Filled, ...]:
    """Read the articles of a file and extract their claims.

    Args:
        path: A file in any of the formats of `irkg.reading`.
        mint: Whether noun phrases without a term become provisional kinds (`irkg:provisional/…`).

    Raises:
        SourceError: It cannot be read as one.
        MissingExtra: The parser is not installed.
    """
    from irkg.extract.claims import extract
    from irkg.reading import read_documents

    return tuple(
        Filled(document.source, document.text, tuple(extract(document, shipped_lexicon(), mint=mint)))
        for document in read_documents(path)
    )


def fill_all(paths: Iterable[Path], *, mint: bool = False) -> list[Filled]:
    """Read several articles.

    Args:
        paths: Their files.
        mint: Whether noun phrases without a term become provisional kinds.

    Raises:
        IrkgError: One cannot be read, or two would get the same id.
    """
    filled: dict[str, Filled] = {}
    for path in paths:
        for one in fill(path, mint=mint):
            if one.source.id in filled:
                raise IrkgError(
                    f'a second source with the id "{one.source.id}"', path=path, remedy="rename one of them"
                )
            filled[one.source.id] = one
    return list(filled.values())


def write_texts(filled: Sequence[Filled], out: Path) -> None:
    """Write the texts that the offsets of claims refer to, all of them or none.

    Args:
        filled: What was read.
        out: A file for one article; a folder for several, with a file `ID.txt` for each. A folder that is there
            already is added to.

    Raises:
        GraphError: The place cannot be written.
        IrkgError: Several articles, and a file stands there.
    """
    if len(filled) == 1 and not out.is_dir():
        with replacing(out) as new:
            new.write_bytes(filled[0].text.encode())
        return
    if out.exists() and not out.is_dir():
        raise IrkgError(f"is a file, and there are {len(filled)} articles", path=out, remedy="name a folder")
    texts = {f"{one.source.id}.txt": one.text.encode() for one in filled}
    if not out.is_dir():
        with replacing(out) as folder:
            folder.mkdir()
            for name, text in texts.items():
                (folder / name).write_bytes(text)
        return
    for name, text in texts.items():
        with replacing(out / name) as new:
            new.write_bytes(text)


def unknown_table(filled: Iterable[Filled]) -> str:
    """Return what the ontology lacks: a table of the phrases that claims are about and that have no term.

    Args:
        filled: What was read with provisional kinds.
    """
    from irkg.extract.unknown import as_tsv as unknown_tsv
    from irkg.extract.unknown import unknown_phrases

    return unknown_tsv(unknown_phrases((c for f in filled for c in f.claims), shipped_lexicon()))


def filled_quads(filled: Iterable[Filled], *, quotes: bool) -> list[ox.Quad]:
    """Return the claims of articles as RDF, each article in its own named graph.

    Args:
        filled: What was read out of the articles.
        quotes: Whether their sentences may be stored.
    """
    from irkg.extract.claims import VERSION

    by = f"irkg {__version__}, extraction rules {VERSION}"
    lexicon = shipped_lexicon()
    return [quad for f in filled for quad in claim_quads(f.source, f.claims, lexicon, quotes=quotes, generator=by)]


def format_for(out: Path | None, name: str | None) -> str:
    """Return the format to write claims in: by name, else by the suffix of the file, else `tsv`.

    Raises:
        IrkgError: The suffix is none of ours.
    """
    if name:
        return name
    if out is None or str(out) == "-":
        return "tsv"
    found = next((n for n, suffix in FORMATS.items() if out.suffix == suffix), None)
    if found is None:
        raise IrkgError(f'unknown suffix "{out.suffix}"', path=out, remedy=f"use {', '.join(FORMATS.values())}")
    return found


def written(filled: Iterable[Filled], format_name: str, *, quotes: bool) -> str | bytes:
    """Write the claims of articles.

    Args:
        filled: What was read out of them.
        format_name: One of `FORMATS`.
        quotes: Whether their sentences may be stored; in the tables, whether the words that name the arguments are.
    """
    filled = list(filled)
    if format_name in ("trig", "nq"):
        return dataset_bytes(filled_quads(filled, quotes=quotes), FORMATS[format_name], PREFIXES)
    claims = [c for f in filled for c in f.claims]
    return as_tsv(claims) if format_name == "tsv" else as_jsonl(claims)
