"""Dependency trees at speed: those that spaCy's English pipeline makes, with less work for each.

What is known of a word by itself, and its lemma and coarse tag under a tag, are worked out once; the layers above it do
the same sums for all sentences of a document in fewer and faster steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from spacy.language import Language
    from spacy.tokens import Doc

    Floats = NDArray[np.float32]

_WORDS_KEPT = 20_000  # words whose vectors are kept, 8 MB
_READINGS_KEPT = 50_000  # words under a tag and a relation whose lemma is kept
_COMPONENTS = ("tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer")
_CLOSE = 1e-3  # how far a sum in another order may be off


class Words(NamedTuple):
    """The words of a sentence, and whether a space stands behind each."""

    words: list[str]
    spaces: list[bool]

    @classmethod
    def of(cls, doc: Doc) -> Self:
        """Return the words of a document of spaCy."""
        tokens = list(doc)
        return cls([t.text for t in tokens], [bool(t.whitespace_) for t in tokens])


class Tree(NamedTuple):
    """The tree of a sentence: for each of its words the tags, the relation, the index of the head, and the lemma."""

    tags: list[str]
    pos: list[str]
    deps: list[str]
    heads: list[int]
    lemmas: list[str]


class TreeMaker:
    """Makes the trees of sentences.

    Args:
        nlp: An English pipeline of spaCy.
    """

    def __init__(self, nlp: Language) -> None:
        from threadpoolctl import ThreadpoolController

        self._nlp = nlp
        self._threads = ThreadpoolController()
        self._parts: dict[str, Any] = dict(nlp.pipeline)
        self._known = tuple(self._parts) == _COMPONENTS
        self._readings: dict[tuple[int, int, int], tuple[str, str, str, str]] = {}

    def of(self, sentences: Sequence[Words]) -> list[Tree]:
        """Return the trees of sentences.

        Args:
            sentences: Their words.

        Returns:
            A tree for each, in their order: what the pipeline makes of it.
        """
        from spacy.tokens import Doc

        docs = [Doc(self._nlp.vocab, words=words, spaces=spaces) for words, spaces in sentences]
        if not self._known:
            return [self._through(doc, self._parts) for doc in docs]
        some = [doc for doc in docs if len(doc)]
        if some:
            self._parse(some)
        return [self._tree(doc) if len(doc) else Tree([], [], [], [], []) for doc in docs]

    def _through(self, doc: Doc, names: Iterable[str]) -> Tree:
        for name in names:
            doc = self._parts[name](doc)
        return _read(doc)

    def _parse(self, docs: list[Doc]) -> None:
        """Tag and parse sentences, up to what follows from their words, tags and relations."""
        tok2vec, tagger, parser, *_ = self._parts.values()
        with self._threads.limit(limits=1, user_api="blas"):  # more threads cost more than they save on a sentence
            vectors = self._encoder.vectors(docs) if self._encoder else tok2vec.predict(docs)
        tok2vec.set_annotations(docs, vectors)
        tagger.set_annotations(docs, tagger.predict(docs))
        parser.set_annotations(docs, parser.predict(docs))

    @cached_property
    def _encoder(self) -> _Encoder | None:
        return _encoder_of(self._nlp, self._parts["tok2vec"].model)

    def _tree(self, doc: Doc) -> Tree:
        """Finish a parsed sentence: coarse tags and lemmas."""
        rows = doc.to_array(["ORTH", "TAG", "DEP", "HEAD", "LOWER"])
        if self._phrases.apply(doc, {*rows[:, 2].tolist(), *rows[:, 4].tolist()}):
            return self._through(doc, _COMPONENTS[3:])
        known = self._readings
        readings = []
        for at, (orth, tag, dep) in enumerate(rows[:, :3].tolist()):
            reading = known.get((orth, tag, dep))
            if reading is None:
                if len(known) >= _READINGS_KEPT:
                    known.clear()
                reading = known[orth, tag, dep] = self._by_itself(doc, at)
            readings.append(reading)
        heads = [at + move for at, move in enumerate(rows[:, 3].astype("int64").tolist())]
        tags, pos, deps, lemmas = map(list, zip(*readings, strict=True))
        return Tree(tags, pos, deps, heads, lemmas)

    def _by_itself(self, doc: Doc, at: int) -> tuple[str, str, str, str]:
        """Return the tags, the relation and the lemma of a word that no phrase of the attribute ruler holds."""
        from spacy.tokens import Doc as NewDoc

        token = doc[at]
        alone = NewDoc(doc.vocab, words=[token.text], tags=[token.tag_], deps=[token.dep_], heads=[0])
        tree = self._through(alone, _COMPONENTS[3:])
        return tree.tags[0], tree.pos[0], tree.deps[0], tree.lemmas[0]

    @cached_property
    def _phrases(self) -> _Phrases:
        from spacy.matcher import Matcher

        found = Matcher(self._nlp.vocab, validate=False)
        signs: set[str] = set()
        for rule in self._parts["attribute_ruler"].patterns:
            longer = [pattern for pattern in rule["patterns"] if len(pattern) > 1 or "OP" in pattern[0]]
            if longer:
                found.add(f"rule{len(found)}", longer)
                signs.update(sign for pattern in longer for sign in _signs(pattern))
        return _Phrases(found, frozenset(self._nlp.vocab.strings.add(sign) for sign in signs), "" in signs)


class _Phrases(NamedTuple):
    """The rules of the attribute ruler that look at more than one word.

    Attributes:
        matcher: The rules.
        signs: Words in lower case and relations, as spaCy numbers them; where a rule applies, there is one.
        signless: Whether some rule applies without any.
    """

    matcher: Any
    signs: frozenset[int]
    signless: bool

    def apply(self, doc: Doc, numbers: Iterable[int]) -> bool:
        """Return whether one of the rules applies to a sentence with these words and relations."""
        return (self.signless or not self.signs.isdisjoint(numbers)) and bool(self.matcher(doc, allow_missing=True))


def _signs(pattern: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    """Return what a sentence has one of where a pattern of the matcher applies: words or relations; "" if unknown."""
    for wanted in pattern:
        for attribute in ("DEP", "LOWER"):
            value = wanted.get(attribute)
            some = [value] if isinstance(value, str) else value.get("IN", []) if isinstance(value, dict) else []
            if some and "OP" not in wanted:
                return some
    return [""]


def _read(doc: Doc) -> Tree:
    return Tree(
        [t.tag_ for t in doc],
        [t.pos_ for t in doc],
        [t.dep_ for t in doc],
        [t.head.i for t in doc],
        [t.lemma_ for t in doc],
    )


@dataclass(frozen=True, slots=True)
class _Layer:
    """A layer over the vectors of three neighbouring words, piece behind piece, with the normalisation behind it."""

    weights: Floats
    bias: Floats
    scale: Floats
    shift: Floats
    pieces: int

    def of(self, windows: Floats) -> Floats:
        import numpy as np

        rows = windows @ self.weights
        rows += self.bias
        pieces: list[Floats] = np.split(rows, self.pieces, axis=1)
        found = pieces[0]
        for piece in pieces[1:]:
            found = np.maximum(found, piece)
        found -= found.mean(axis=1, keepdims=True)
        found *= 1 / np.sqrt(np.einsum("ij,ij->i", found, found) / found.shape[1] + 1e-8)[:, None]
        found *= self.scale
        found += self.shift
        return found


class _Encoder:
    """The vectors of words in their sentence (`spacy.MultiHashEmbed`, `spacy.MaxoutWindowEncoder`, window 1).

    Args:
        embed: The layer that knows words by themselves.
        layers: Those above it.
        padding: Rows of zeros between sentences.
    """

    def __init__(self, embed: Any, layers: Sequence[_Layer], padding: int) -> None:
        import numpy as np

        self._embed, self._layers, self._padding = embed, layers, padding
        self._width = layers[0].scale.shape[0]
        self._known: dict[tuple[int, int], int] = {}
        self._rows = np.zeros((_WORDS_KEPT, self._width), dtype="float32")

    def vectors(self, docs: Sequence[Doc]) -> list[Floats]:
        """Return the vectors of the words of sentences, a row for each word."""
        import numpy as np

        found = [self._alone(doc) for doc in docs]
        length = sum(map(len, found)) + self._padding * (len(found) + 1)
        rows: Floats = np.zeros((length, self._width), dtype="float32")
        starts, at = [], self._padding
        for vectors in found:
            rows[at : at + len(vectors)] = vectors
            starts.append(at)
            at += len(vectors) + self._padding
        windows = np.zeros((length, 3 * self._width), dtype="float32")
        before, own, behind = (slice(n * self._width, (n + 1) * self._width) for n in range(3))
        for layer in self._layers:
            windows[1:, before], windows[:, own], windows[:-1, behind] = rows[:-1], rows, rows[1:]
            rows = rows + layer.of(windows)
        return [rows[start : start + len(vectors)] for start, vectors in zip(starts, found, strict=True)]

    def _alone(self, doc: Doc) -> Floats:
        """Return what is known of the words of a sentence without it."""
        from spacy.tokens import Doc as NewDoc

        keys = [(orth, space) for orth, space in doc.to_array(["ORTH", "SPACY"]).tolist()]
        new = list(dict.fromkeys(key for key in keys if key not in self._known))
        if len(self._known) + len(new) > _WORDS_KEPT:
            self._known.clear()
            new = list(dict.fromkeys(keys))
        if len(new) > _WORDS_KEPT:
            alone: Floats = self._embed.predict([doc])[0]
            return alone
        if new:
            words = [doc.vocab.strings[orth] for orth, _ in new]
            vectors = self._embed.predict([NewDoc(doc.vocab, words=words, spaces=[bool(space) for _, space in new])])[0]
            for key, vector in zip(new, vectors, strict=True):
                self._rows[len(self._known)] = vector
                self._known[key] = len(self._known)
        known: Floats = self._rows[[self._known[key] for key in keys]]
        return known


def _encoder_of(nlp: Language, model: Any) -> _Encoder | None:
    """Return the encoder of a pipeline, or None where it is built otherwise or comes out with other vectors."""
    import numpy as np

    if not {"embed", "encode"} <= set(model.ref_names):
        return None
    embed, encode = model.get_ref("embed"), model.get_ref("encode")
    windows, maxouts, norms = (
        [layer for layer in encode.walk() if layer.name == name] for name in ("expand_window", "maxout", "layernorm")
    )
    alike = len(windows) == len(maxouts) == len(norms) > 0 and all(w.attrs["window_size"] == 1 for w in windows)
    if not alike or "pad" not in encode.attrs:
        return None
    layers = [_layer(maxout, norm) for maxout, norm in zip(maxouts, norms, strict=True)]
    found = _Encoder(embed, layers, encode.attrs["pad"])
    trials = [nlp.make_doc(text) for text in ("IL-2-driven T cells, e.g. Tregs,  inhibit them.", "So", "(see Fig. 2)")]
    close = zip(found.vectors(trials), model.predict(trials), strict=True)
    return found if all(np.allclose(ours, theirs, atol=_CLOSE) for ours, theirs in close) else None


def _layer(maxout: Any, norm: Any) -> _Layer:
    import numpy as np

    weights, bias = maxout.get_param("W"), maxout.get_param("b")
    pieces = weights.shape[1]
    columns = np.ascontiguousarray(weights.transpose(1, 0, 2).reshape(-1, weights.shape[2]).T)
    return _Layer(columns, bias.T.reshape(-1), norm.get_param("G"), norm.get_param("b"), pieces)
