"""From one file with articles to claims: read, extract, write."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox

from irkg import __version__
from irkg.claim_graph import claim_quads, graph_iri
from irkg.claims_table import as_jsonl, as_tsv
from irkg.errors import IrkgError
from irkg.extract.unknown import Phrase, phrases_of
from irkg.lexicon import shipped_lexicon
from irkg.model import Claim, Source
from irkg.resources import imports_dir, ontology_file
from irkg.store import dataset_bytes
from irkg.vocab import PREFIXES

FORMATS = {"tsv": ".tsv", "jsonl": ".jsonl", "trig": ".trig", "nq": ".nq"}
TEXT = "text"  # beside these: the text that offsets refer to
_HEAD = re.compile(rb"(?:@prefix [^\n]*\n)*")


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


@dataclass(frozen=True, slots=True)
class Reading:
    """How articles are read.

    Attributes:
        formats: What is written of them: formats of their claims, of `FORMATS`, and `TEXT`.
        kept: Those of these that a ledger keeps.
        quotes: Whether sentences may be stored; in the tables, whether the words that name the arguments are.
        mint: Whether noun phrases without a term become provisional kinds.
        phrases: Whether those phrases are collected.
    """

    formats: tuple[str, ...]
    kept: tuple[str, ...] = ()
    quotes: bool = True
    mint: bool = False
    phrases: bool = False

    def settings(self) -> str:
        """Return all that decides, beside an article, what is read in it: the same on all machines of a cluster."""
        from irkg.extract.claims import VERSION
        from irkg.extract.syntax import parser_version

        parts = {
            "irkg": __version__,
            "rules": VERSION,
            "ontology": _ontology_digest(),
            "parser": parser_version(),
            "reading": asdict(self),
        }
        return json.dumps(parts, sort_keys=True)


@dataclass(frozen=True, slots=True)
class ReadSource:
    """The claims of one source as they are written.

    Attributes:
        id: Its id.
        claims: How many there are.
        contents: What is written of it, by format.
        phrases: What they are about that has no term.
    """

    id: str
    claims: int
    contents: Mapping[str, bytes]
    phrases: tuple[Phrase, ...] = ()


def read_article(path: Path, reading: Reading) -> tuple[ReadSource, ...]:
    """Read the articles of a file, down to what is written of them.

    Args:
        path: The file.
        reading: How.

    Returns:
        Its sources in their order.

    Raises:
        IrkgError: It cannot be read, or holds two sources of the same id.
        MissingExtra: The parser is not installed.
    """
    filled = fill(path, mint=reading.mint)
    minted = fill(path, mint=True) if reading.phrases and not reading.mint else filled
    sources = []
    for one, other in zip(filled, minted, strict=True):
        contents = {name: as_bytes([one], name, quotes=reading.quotes) for name in reading.formats}
        phrases = phrases_of(other.claims) if reading.phrases else ()
        sources.append(ReadSource(one.source.id, len(one.claims), contents, phrases))
    twice = next((i for i, n in Counter(s.id for s in sources).items() if n > 1), None)
    if twice is not None:
        raise IrkgError(f'holds two sources with the id "{twice}"', path=path, remedy="leave one of them out")
    return tuple(sources)


def fill(path: Path, *, mint: bool = False) -> tuple[Filled, ...]:
    """Read the articles of a file and extract their claims.

    Args:
        path: A file in any of the formats of `irkg.reading`.
        mint: Whether noun phrases without a term become provisional kinds (`irkg:provisional/…`).

    Raises:
        SourceError: It cannot be read as one.
        MissingExtra: The parser is not installed.
    """
    from irkg.extract.claims import extract_all
    from irkg.reading import read_documents

    documents = read_documents(path)
    claims = extract_all(documents, shipped_lexicon(), mint=mint)
    return tuple(Filled(d.source, d.text, tuple(found)) for d, found in zip(documents, claims, strict=True))


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


def as_bytes(filled: Iterable[Filled], format_name: str, *, quotes: bool) -> bytes:
    """Write the claims of articles.

    Args:
        filled: What was read out of them.
        format_name: One of `FORMATS`, or `TEXT`.
        quotes: Whether their sentences may be stored; in the tables, whether the words that name the arguments are.
    """
    filled = list(filled)
    if format_name == TEXT:
        return "".join(f.text for f in filled).encode()
    if format_name in ("trig", "nq"):
        return dataset_bytes(filled_quads(filled, quotes=quotes), FORMATS[format_name], PREFIXES)
    claims = [c for f in filled for c in f.claims]
    return (as_tsv(claims) if format_name == "tsv" else as_jsonl(claims)).encode()


def joined(contents: Iterable[bytes], format_name: str) -> Iterator[bytes]:
    """Put what was written of several sources together, as if it had been written at once.

    Args:
        contents: What `as_bytes` wrote of each, in the order of `joining_order`.
        format_name: One of `FORMATS`.

    Yields:
        The pieces of the whole.
    """
    head = as_tsv([]).encode() if format_name == "tsv" else b""
    yield head
    for content in contents:
        if format_name == "trig" and not head:
            start = _HEAD.match(content)
            head = start[0] if start else b""
            yield head
        yield content[len(head) :]


def _ontology_digest() -> str:
    files = [ontology_file(), *sorted(imports_dir().glob("*.ttl"))]
    return hashlib.sha256(b"".join(hashlib.sha256(f.read_bytes()).digest() for f in files)).hexdigest()


def joining_order(sources: Iterable[str], format_name: str) -> list[str]:
    """Return the ids of sources in the order in which they stand in one file: by their graphs in RDF, else as given."""
    return sorted(sources, key=lambda s: f"<{graph_iri(s)}>") if format_name in ("trig", "nq") else list(sources)
